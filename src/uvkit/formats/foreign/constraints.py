"""Versions as poetry and pipenv write them (`^1.2`, `~1.2`, `1.*`, `a || b`) as specifiers and markers."""

from __future__ import annotations

import re
from typing import NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_UNION = re.compile(r"\s*\|\|?\s*")
_TERM = re.compile(r"(\^|~=|~|===|==|!=|>=|<=|=|>|<)?\s*(v?[0-9][^\s,]*|\*)")


class Specifier(NamedTuple):
    """A specifier, and whether it means exactly what was written."""

    text: str
    exact: bool = True


def specifier_of(text: str) -> Specifier:
    """Return a constraint as a specifier: of alternatives with gaps between them, the span around them all.

    Raises:
        ValueError: it does not parse.
    """
    alternatives = [_terms(part) for part in _UNION.split(text.strip()) if part.strip()]
    if not alternatives or any(not one for one in alternatives):
        return Specifier("")
    if len(alternatives) == 1:
        return Specifier(",".join(alternatives[0]))
    return _hull(alternatives)


def python_marker(text: str) -> str:
    """Return a constraint on Python as a marker; empty if every version satisfies it.

    Raises:
        ValueError: it does not parse.
    """
    alternatives = [_terms(part) for part in _UNION.split(text.strip()) if part.strip()]
    if not alternatives or any(not one for one in alternatives):
        return ""
    parts = [" and ".join(_python_term(term) for term in terms) for terms in alternatives]
    if len(parts) == 1:
        return parts[0]
    return " or ".join(f"({part})" if " and " in part else part for part in parts)


def platform_marker(text: str) -> str:
    """Return a constraint on the platform (`linux`, `!=win32`, `linux || darwin`) as a marker."""
    parts = []
    for part in _UNION.split(text.strip()):
        terms = []
        for term in re.split(r"\s*,\s*", part):
            negated = term.startswith("!=")
            terms.append(f"sys_platform {'!=' if negated else '=='} '{term.lstrip('!= ')}'")
        parts.append(" and ".join(terms))
    return " or ".join(parts)


def all_markers(*markers: str) -> str:
    """Return the marker that is true where all are; empty ones are true everywhere."""
    given = [marker for marker in markers if marker]
    if len(given) == 1:
        return given[0]
    return " and ".join(f"({marker})" if " or " in marker else marker for marker in given)


def _terms(text: str) -> list[str]:
    found: list[str] = []
    position = 0
    text = text.strip().strip(",")
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise ValueError(f"`{text}` is not a constraint")
        found += _specifiers(match[1] or "", match[2].removeprefix("v"))
        position = match.end()
        while position < len(text) and text[position] in ", ":
            position += 1
    try:
        SpecifierSet(",".join(found))
    except InvalidSpecifier as error:
        raise ValueError(f"`{text}` is not a constraint") from error
    return found


def _specifiers(operator: str, version: str) -> list[str]:
    if version == "*" or version.startswith("*"):
        return []
    wild = version.endswith((".*", ".x"))
    bare = re.sub(r"(?:\.[*x])+$", "", version)
    if operator in {"^", "~"}:
        return [f">={bare}", f"<{_upper(bare, operator)}"]
    if operator in {"", "=", "=="}:
        return [f"=={bare}.*" if wild else f"=={version}"]
    if operator == "!=" and wild:
        return [f"!={bare}.*"]
    return [f"{operator}{bare if wild else version}"]


def _upper(text: str, operator: str) -> str:
    """Return the version below which a caret or tilde keeps."""
    try:
        release = Version(text).release
    except InvalidVersion as error:
        raise ValueError(f"`{text}` is not a version") from error
    if operator == "~":
        position = min(1, len(release) - 1)
    else:
        position = next((number for number, part in enumerate(release) if part), len(release) - 1)
    bumped = (*release[:position], release[position] + 1)
    return ".".join(map(str, (*bumped, *([0] * (len(release) - len(bumped))))))


class _Span(NamedTuple):
    lower: Version | None
    lower_text: str
    upper: Version | None
    upper_text: str


def _hull(alternatives: list[list[str]]) -> Specifier:
    spans = sorted(map(_span, alternatives), key=lambda span: span.lower or Version("0.dev0"))
    lower = spans[0].lower_text if all(span.lower is not None for span in spans) else ""
    open_ended = any(span.upper is None for span in spans)
    highest = max((span for span in spans if span.upper is not None), key=_upper_of, default=None)
    upper = "" if open_ended or highest is None else highest.upper_text
    exact = not any("!=" in term for terms in alternatives for term in terms)
    reach = spans[0].upper
    for span in spans[1:]:
        if reach is not None and (span.lower is None or span.lower > reach):
            exact = False
        reach = None if reach is None or span.upper is None else max(reach, span.upper)
    return Specifier(",".join(part for part in (lower, upper) if part), exact)


def _upper_of(span: _Span) -> Version:
    assert span.upper is not None
    return span.upper


def _span(terms: list[str]) -> _Span:
    lower: Version | None = None
    upper: Version | None = None
    lower_text = upper_text = ""
    for one in SpecifierSet(",".join(terms)):
        version = Version(one.version.removesuffix(".*"))
        if one.operator in {">=", ">", "==", "===", "~="}:
            lower, lower_text = version, f"{'>' if one.operator == '>' else '>='}{version}"
        if one.operator in {"<", "<="}:
            upper, upper_text = version, str(one)
        elif one.operator in {"==", "==="} and not one.version.endswith(".*"):
            upper, upper_text = version, f"<={version}"
        elif one.operator in {"==", "~="}:
            parts = version.release if one.operator == "==" else version.release[:-1]
            bound = Version(".".join(map(str, (*parts[:-1], parts[-1] + 1))))
            upper, upper_text = bound, f"<{bound}"
    return _Span(lower, lower_text, upper, upper_text)


def _python_term(term: str) -> str:
    match = re.fullmatch(r"(~=|===|==|!=|>=|<=|>|<)(.*)", term)
    assert match is not None
    operator, version = match.groups()
    bare = version.removesuffix(".*")
    parts = bare.count(".") + 1
    if version.endswith(".*") and parts == 1:
        following = int(bare) + 1
        inside = f"python_version >= '{bare}' and python_version < '{following}'"
        return inside if operator == "==" else f"(python_version < '{bare}' or python_version >= '{following}')"
    name = "python_version" if parts <= 2 else "python_full_version"
    return f"{name} {operator} '{bare}'"
