"""One comparison of a marker, as a diagram.

The reading follows PEP 508, with the rules that make a diagram possible: `python_version` is a statement about
`python_full_version`, versions compare by their release, and the well-known values of `platform_system` are values of
`sys_platform`. What cannot be read as a comparison is left out, with a note.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .algebra import both, either
from .diagram import (
    CONTAINS,
    EXTRA,
    FALSE,
    IN,
    LIST,
    PYTHON,
    STRING,
    STRING_KEYS,
    TRUE,
    VERSION,
    VERSION_OF_STRING,
    Node,
    Variable,
    boolean,
    interval,
    membership,
    negation,
)
from .releases import NotAReleaseError, Release, following, read_release, trimmed

__all__ = ["DARWIN", "LIST_KEYS", "NAMES", "IgnoredComparisonError", "compare", "normalized_name"]

_STRINGS: Final = {key: number for number, key in enumerate(STRING_KEYS)}
LIST_KEYS: Final = ("extras", "dependency_groups")
_IMPLEMENTATION_VERSION: Final[Variable] = (VERSION, 0, "")
_SYS_PLATFORM: Final[Variable] = (STRING, 1, "")
_DARWIN_RELEASE: Final[Variable] = (VERSION_OF_STRING, _STRINGS["platform_release"], "")
DARWIN: Final = "darwin"

# Every name a marker may use, with the name it stands for.
NAMES: Final = {
    **{key: key for key in (*STRING_KEYS, *LIST_KEYS)},
    "extra": "extra",
    "implementation_version": "implementation_version",
    "os.name": "os_name",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "platform.version": "platform_version",
    "python_full_version": "python_full_version",
    "python_implementation": "platform_python_implementation",
    "python_version": "python_version",
    "sys.platform": "sys_platform",
}

_SYSTEMS: Final = {
    "AIX": "aix",
    "Android": "android",
    "Darwin": DARWIN,
    "Emscripten": "emscripten",
    "Linux": "linux",
    "Windows": "win32",
}

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_RUNS = re.compile(r"[-_.]+")


class IgnoredComparisonError(ValueError):
    """The comparison has no meaning that a diagram could keep; the text says why."""


@lru_cache(maxsize=1024)
def normalized_name(text: str) -> str | None:
    """Return the normalized form of an extra's or group's name, or none if it is not a name."""
    return _RUNS.sub("-", text).lower() if _NAME.fullmatch(text) else None


def compare(key: str, operator: str, value: str, *, flipped: bool = False) -> Node:
    """Return the diagram of a comparison; ``flipped`` says that the value was written on the left.

    Raises:
        IgnoredComparisonError: it has to be left out.
    """
    if key in LIST_KEYS:
        return _list_test(key, operator, value)
    if key == "extra":
        return _extra(operator, value)
    number = _STRINGS.get(key)
    if number is not None:
        return _string(number, operator, value, flipped=flipped)
    if flipped and (operator in {"in", "not in"} or value.rstrip().endswith("*")):
        raise IgnoredComparisonError(f"`{key}` cannot stand on the right of this")
    try:
        if key == "python_version":
            return _python_version(operator, value)
        return _version(PYTHON if key == "python_full_version" else _IMPLEMENTATION_VERSION, operator, value)
    except NotAReleaseError:
        raise IgnoredComparisonError(f"`{value}` is not a version that `{key}` can be compared with") from None


# -- extras and lists --------------------------------------------------------------------------------------------------


def _list_test(key: str, operator: str, value: str) -> Node:
    test = boolean((LIST, LIST_KEYS.index(key), normalized_name(value) or value))
    return negation(test) if operator == "not in" else test


def _extra(operator: str, value: str) -> Node:
    if operator not in {"==", "!=", "==="}:
        raise IgnoredComparisonError(f"`extra` can only be compared with `==` and `!=`, not with `{operator}`")
    name = normalized_name(value)
    if name is None:
        return FALSE
    test = boolean((EXTRA, 0, name))
    return negation(test) if operator == "!=" else test


# -- strings -----------------------------------------------------------------------------------------------------------


def _string(number: int, operator: str, value: str, *, flipped: bool) -> Node:
    if operator in {"in", "not in"}:
        test = boolean((CONTAINS if flipped else IN, number, value))
        return negation(test) if operator == "not in" else test
    key = STRING_KEYS[number]
    if operator == "~=":
        raise IgnoredComparisonError(f"`{key}` is not a version and cannot be compared with `~=`")
    if key == "platform_system" and value in _SYSTEMS:
        number, value = _STRINGS["sys_platform"], _SYSTEMS[value]
    variable = (STRING, number, "")
    if key == "platform_release":
        return _platform_release(variable, operator, value)
    if key == "platform_version":
        return _ordered(variable, operator, value)
    if operator in {"<", ">"}:
        return FALSE
    test = membership(variable, [value])
    return negation(test) if operator == "!=" else test


def _platform_release(variable: Variable, operator: str, value: str) -> Node:
    text = _ordered(variable, operator, value)
    try:
        number = _version(_DARWIN_RELEASE, operator, value)
    except NotAReleaseError:
        return text
    darwin = membership(_SYS_PLATFORM, [DARWIN])
    return either(both(darwin, number), both(negation(darwin), text))


def _ordered(variable: Variable, operator: str, value: str | Release) -> Node:
    before, after = (value, 0), (value, 1)
    match operator:
        case "<":
            return interval(variable, None, before)
        case "<=":
            return interval(variable, None, after)
        case ">":
            return interval(variable, after, None)
        case ">=":
            return interval(variable, before, None)
        case "!=":
            return negation(interval(variable, before, after))
        case _:
            return interval(variable, before, after)


# -- versions ----------------------------------------------------------------------------------------------------------


def _version(variable: Variable, operator: str, value: str) -> Node:
    if operator in {"in", "not in"}:
        test = membership(variable, [trimmed(read_release(part, "in")[0]) for part in value.split()])
        return negation(test) if operator == "not in" else test
    release, wildcard = read_release(value, operator)
    if wildcard:
        test = _beginning_with(variable, release)
        return negation(test) if operator == "!=" else test
    if operator == "~=":
        if len(release) < 2:
            raise NotAReleaseError(value)
        return _range(variable, release, following(release[:-1]))
    return _ordered(variable, operator, trimmed(release))


def _beginning_with(variable: Variable, release: Release) -> Node:
    return _range(variable, release, following(release))


def _range(variable: Variable, lower: Release, upper: Release) -> Node:
    return interval(variable, (trimmed(lower), 0), (trimmed(upper), 0))


def _python_version(operator: str, value: str) -> Node:
    """Return the meaning of a comparison with the first two numbers of the Python version."""
    if operator in {"in", "not in"}:
        return _python_version_list(operator, value)
    written, wildcard = read_release(value, operator)
    if wildcard and len(written) < 3:
        return _version(PYTHON, operator, value)
    if operator == "~=":
        return _python_version_compatible(written, value)
    release = trimmed(written)
    if len(release) > 2:
        return _python_version_patch(operator, release, wildcard=wildcard)
    if operator in {"<", ">="}:
        test = FALSE if release == (0,) else interval(PYTHON, None, (release, 0))
        return negation(test) if operator == ">=" else test
    minor = (*release, 0)[:2]
    if operator in {">", "<="}:
        test = interval(PYTHON, None, (following(minor), 0))
        return negation(test) if operator == ">" else test
    test = _beginning_with(PYTHON, minor)
    return negation(test) if operator == "!=" else test


def _python_version_patch(operator: str, release: Release, *, wildcard: bool) -> Node:
    """Compare with a version that has a patch number, which `python_version` never equals."""
    after = (following(release[:2]), 0)
    match operator:
        case "==" | "===":
            return FALSE
        case "!=":
            return FALSE if wildcard else TRUE
        case "<" | "<=":
            return interval(PYTHON, None, after)
        case _:
            return interval(PYTHON, after, None)


def _python_version_compatible(release: Release, value: str) -> Node:
    if len(release) < 2:
        raise NotAReleaseError(value)
    if len(release) == 2:
        return _range(PYTHON, release, following(release[:1]))
    return FALSE if len(trimmed(release)) > 2 else _beginning_with(PYTHON, release[:2])


def _python_version_list(operator: str, value: str) -> Node:
    result = FALSE
    for part in value.split():
        release = trimmed(read_release(part, "===")[0])
        if len(release) > 2:
            # No Python has such a `python_version`; uv calls the whole test false then, `not in` included.
            return FALSE
        result = either(result, _beginning_with(PYTHON, (*release, 0)[:2]))
    return negation(result) if operator == "not in" else result
