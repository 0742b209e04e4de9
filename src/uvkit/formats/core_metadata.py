"""Core metadata files (METADATA, PKG-INFO) to dependencies split by extra, or to the public value.

Only the few fields that a resolution needs are read, by one scan over the header: a general mail parser takes several
times as long, and a lock reads hundreds of these files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from uvkit.errors import InvalidMetadataError, InvalidRequirementError
from uvkit.markers import MarkerSet
from uvkit.model import (
    CoreMetadata,
    DependencyRow,
    ExtraName,
    MetadataRows,
    Requirement,
    extra_name,
    is_valid_name,
    project_name,
)

_FIELD = re.compile(
    r"^(name|version|requires-python|requires-dist|provides-extra|dynamic)[ \t]*:[ \t]*(.*(?:\n[ \t]+.*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*")
_ONLY_EXTRA = re.compile(r"extra\s*==\s*(?:\"([^\"]*)\"|'([^']*)')")
_AND_EXTRA = re.compile(r"(.*\S)\s+and\s+extra\s*==\s*(?:\"([^\"]*)\"|'([^']*)')", re.DOTALL)
_URL_END = re.compile(r"\s+;|\s*$")

# Spellings that were published before anybody checked, and what they mean; tried only on text that does not parse.
_REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\"']"), ""),  # >='2.0'
    (re.compile(r"(?<=[0-9A-Za-z*])(?=[<>=!~])"), ","),  # >=1.0<2.0
    (re.compile(r"(?<![=!])(>=|<=|>|<|~=)([0-9.]+?)\.\*"), r"\1\2"),  # >=2.7.*
    (re.compile(r"([=!]=[0-9.]*[0-9])\*"), r"\1.*"),  # !=3.0*
    (re.compile(r"!=~"), "!="),  # !=~5.0
    (re.compile(r"~=([0-9]+)(?=,|$)"), r">=\1"),  # ~=2
    (re.compile(r"\.(?=,|$)"), ""),  # >=1.0.
    (re.compile(r",+(?=,|$)|^,+"), ""),  # >=1.0,
)


def parse_metadata(data: bytes, *, filename: str) -> MetadataRows:
    """Return the name, the version and the dependencies of a core metadata file, split by extra.

    Requirements that were published with known mistakes are read as they were meant.

    Raises:
        InvalidMetadataError: a field is missing or cannot be read; all problems are listed.
    """
    fields = _fields(data)
    problems: list[str] = []
    project, version = _identity(fields, problems)
    requires_python = _requires_python(fields, problems)
    requires: list[DependencyRow] = []
    extras: dict[str, list[DependencyRow]] = {str(extra_name(text)): [] for text in fields.get("provides-extra", ())}
    for text in fields.get("requires-dist", ()):
        try:
            rows = _dependency(text)
        except ValueError as error:
            problems.append(f"`Requires-Dist: {text}`: {error}")
            continue
        for extra, row in rows:
            (extras.setdefault(extra, []) if extra else requires).append(row)
    if problems:
        raise InvalidMetadataError(filename=filename, problems=tuple(problems))
    return MetadataRows(
        project=project,
        version=version,
        requires_python=requires_python,
        requires=tuple(requires),
        extras={name: tuple(rows) for name, rows in extras.items()},
    )


def parse_core_metadata(data: bytes, *, filename: str) -> CoreMetadata:
    """Return the public value of a core metadata file.

    Raises:
        InvalidMetadataError: a field is missing or cannot be read; all problems are listed.
    """
    fields = _fields(data)
    problems: list[str] = []
    project, version = _identity(fields, problems)
    requires_python = _requires_python(fields, problems)
    requirements = []
    for text in fields.get("requires-dist", ()):
        try:
            requirements.append(Requirement.parse(_repaired_requirement(text), origin=filename))
        except (InvalidRequirementError, ValueError) as error:
            problems.append(f"`Requires-Dist: {text}`: {getattr(error, 'reason', error)}")
    if problems:
        raise InvalidMetadataError(filename=filename, problems=tuple(problems))
    return CoreMetadata(
        project=project_name(project),
        version=Version(version),
        requires_dist=tuple(requirements),
        requires_python=None if requires_python is None else SpecifierSet(requires_python),
        provides_extra=tuple(dict.fromkeys(extra_name(text) for text in fields.get("provides-extra", ()))),
        dynamic=frozenset(text.lower() for text in fields.get("dynamic", ())),
    )


def split_metadata(metadata: CoreMetadata) -> MetadataRows:
    """Return public metadata as rows, split by the extra that activates them."""
    requires: list[DependencyRow] = []
    extras: dict[str, list[DependencyRow]] = {str(extra): [] for extra in metadata.provides_extra}
    for requirement in metadata.requires_dist:
        bare = str(requirement.with_marker(MarkerSet.everywhere()))
        url = bare.partition(" @ ")[2]
        asked = tuple(sorted(map(str, requirement.extras)))
        for owner, condition in _decided(requirement.marker):
            row = DependencyRow(requirement.project, asked, str(requirement.specifier), condition, url)
            (extras.setdefault(owner, []) if owner else requires).append(row)
    return MetadataRows(
        project=metadata.project,
        version=str(metadata.version),
        requires_python=None if metadata.requires_python is None else str(metadata.requires_python),
        requires=tuple(requires),
        extras={name: tuple(rows) for name, rows in extras.items()},
    )


def _fields(data: bytes) -> dict[str, list[str]]:
    """Return the values of the fields read here, by lower-case name; the header ends at the first empty line."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    head = data.removeprefix(b"\xef\xbb\xbf").partition(b"\n\n")[0].decode("utf-8", errors="replace")
    fields: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(head):
        text = " ".join(value.split()) if "\n" in value else value.strip()
        if text:
            fields.setdefault(name.lower(), []).append(text)
    return fields


def _identity(fields: dict[str, list[str]], problems: list[str]) -> tuple[str, str]:
    name = fields.get("name", [""])[0]
    version = fields.get("version", [""])[0]
    if not is_valid_name(name):
        problems.append(f"`{name}` is not a valid name" if name else "the field `Name` is missing")
    try:
        version = str(Version(version))
    except InvalidVersion:
        problems.append(f"`{version}` is not a valid version" if version else "the field `Version` is missing")
    return str(project_name(name)), version


def _requires_python(fields: dict[str, list[str]], problems: list[str]) -> str | None:
    text = fields.get("requires-python", [""])[0]
    if not text:
        return None
    try:
        return _specifier(text) or None
    except ValueError as error:
        problems.append(f"`Requires-Python: {text}`: {error}")
        return None


@lru_cache(maxsize=32768)
def _dependency(text: str) -> tuple[tuple[str, DependencyRow], ...]:
    """Return the rows of one ``Requires-Dist``, each with the extra that owns it or the empty text.

    Raises:
        ValueError: it cannot be read.
    """
    name, extras, specifier, url, marker = _split_requirement(text)
    project = str(project_name(name))
    return tuple(
        (owner, DependencyRow(project, extras, specifier, condition, url)) for owner, condition in _owners(marker)
    )


def _split_requirement(text: str) -> tuple[str, tuple[str, ...], str, str, str]:
    """Return name, extras, specifier, URL and marker of a requirement."""
    head = _HEAD.match(text)
    if head is None:
        raise ValueError("it does not begin with a name")
    rest = text[head.end() :]
    if rest.startswith("@"):
        rest = rest[1:].lstrip()
        end = _URL_END.search(rest)
        url = rest[: end.start()] if end is not None else rest
        marker = rest[end.end() :].strip() if end is not None else ""
        if not url or any(character.isspace() for character in url):
            raise ValueError("its URL cannot be read")
        return head[1], _extras(head[2]), "", url, marker
    specifier, semicolon, marker = rest.partition(";")
    if semicolon and not marker.strip():
        semicolon = ""
    return head[1], _extras(head[2]), _specifier(specifier), "", marker.strip() if semicolon else ""


def _extras(text: str | None) -> tuple[str, ...]:
    if not text or not text.strip():
        return ()
    names = [name.strip() for name in text.split(",")]
    if not all(map(is_valid_name, names)):
        raise ValueError(f"`[{text}]` is not a list of extras")
    return tuple(sorted({str(extra_name(name)) for name in names}))


@lru_cache(maxsize=16384)
def _specifier(text: str) -> str:
    """Return a version specifier without spaces and the parentheses of old metadata (PEP 345), clauses in order.

    Raises:
        ValueError: it cannot be read.
    """
    plain = text.strip()
    if plain.startswith("(") and plain.endswith(")"):
        plain = plain[1:-1].strip()
    plain = re.sub(r"\s*([,<>=!~]+)\s*", r"\1", plain)
    if not plain or plain == "*":
        return ""
    candidate = plain
    for pattern, replacement in ((None, ""), *_REPAIRS):
        if pattern is not None:
            candidate = pattern.sub(replacement, candidate)
        try:
            SpecifierSet(candidate)
        except InvalidSpecifier:
            continue
        return ",".join(filter(None, candidate.split(",")))
    raise ValueError(f"`{plain}` is not a version specifier")


@lru_cache(maxsize=8192)
def _owners(marker: str) -> tuple[tuple[str, str], ...]:
    """Return the extras that activate a marker (the empty text for none) and what remains of it for each.

    Raises:
        ValueError: it is not a marker.
    """
    if not marker:
        return (("", ""),)
    if "extra" not in marker:
        MarkerSet.parse(marker)
        return (("", marker),)
    only = _ONLY_EXTRA.fullmatch(marker)
    if only is not None:
        return ((str(extra_name(only[1] or only[2] or "")), ""),)
    both = _AND_EXTRA.fullmatch(marker)
    if both is not None and "extra" not in both[1] and _is_closed(both[1]):
        MarkerSet.parse(both[1])
        return ((str(extra_name(both[2] or both[3] or "")), both[1]),)
    return tuple(_decided(MarkerSet.parse(marker)))


def _is_closed(marker: str) -> bool:
    """Tell whether ``and`` after this text applies to all of it: no ``or`` outside parentheses and quotes."""
    depth, quote = 0, ""
    for part in re.findall(r"[()'\"]|\bor\b", marker):
        if quote:
            quote = "" if part == quote else quote
        elif part in "'\"":
            quote = part
        elif part in "()":
            depth += 1 if part == "(" else -1
        elif not depth:
            return False
    return not depth and not quote


def _decided(marker: MarkerSet) -> Iterator[tuple[str, str]]:
    base = marker.with_extras(frozenset())
    if not base.is_empty():
        yield "", str(base)
    for extra in sorted(marker.extras()):
        # What holds without any extra is not repeated under each of them.
        added = marker.with_extras(frozenset({extra})) - base
        if not added.is_empty():
            yield ExtraName(extra), str(added)


def _repaired_requirement(text: str) -> str:
    """Return a requirement as it was meant."""
    name, extras, specifier, url, marker = _split_requirement(text)
    shown = f"[{','.join(extras)}]" if extras else ""
    what = f" @ {url}" if url else specifier
    return f"{name}{shown}{what}" + (f" ; {marker}" if marker else "")
