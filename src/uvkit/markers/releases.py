"""Release numbers as the diagrams compare them: tuples of integers without trailing zeros."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

Release: TypeAlias = tuple[int, ...]

_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)*")
# The version syntax of PEP 440, appendix B, with the release and the two parts a comparison may not carry captured.
_VERSION = re.compile(
    r"""\s*v?
    (?:[0-9]+!)?
    (?P<release>[0-9]+(?:\.[0-9]+)*)
    (?P<suffix>
        (?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?[0-9]*)?
        (?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?
        (?:[-_.]?dev[-_.]?[0-9]*)?
    )
    (?P<local>\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?
    (?P<wildcard>\.\*)?
    \s*""",
    re.VERBOSE | re.IGNORECASE,
)
_LEADING = re.compile(r"[0-9]+(?:\.[0-9]+)*")
# Larger numbers are not versions anywhere in the field, and integers of unlimited length are slow to read.
_DIGITS_LIMIT = 19


class NotAReleaseError(ValueError):
    """The text is not a version that the operator can compare with."""


def trimmed(release: Release) -> Release:
    """Return the release without trailing zeros, but never without its first number."""
    end = len(release)
    while end > 1 and release[end - 1] == 0:
        end -= 1
    return release if end == len(release) else release[:end]


def release_text(release: Release) -> str:
    """Return the release as it is written."""
    return ".".join(map(str, release))


def read_release(text: str, operator: str) -> tuple[Release, bool]:
    """Return the release segment as written, and whether `.*` follows it.

    Epoch, pre-release, post-release, development and local parts are read and forgotten. A wildcard is only valid
    with `==` and `!=`, a local part only with those and `===` (PEP 440).

    Raises:
        NotAReleaseError: the text is not a version, or not one for this operator.
    """
    if _PLAIN.fullmatch(text):
        return _numbers(text), False
    found = _VERSION.fullmatch(text)
    if found is None:
        raise NotAReleaseError(text)
    equality = operator in {"==", "!="}
    if found["wildcard"] and (not equality or found["suffix"] or found["local"]):
        raise NotAReleaseError(text)
    if found["local"] and not equality and operator != "===":
        raise NotAReleaseError(text)
    return _numbers(found["release"]), found["wildcard"] is not None


@lru_cache(maxsize=256)
def environment_release(text: str) -> Release:
    """Return the release that the version text of an interpreter or kernel begins with; `0` if there is none."""
    found = _LEADING.match(text)
    return trimmed(_numbers(found[0])) if found is not None else (0,)


def following(release: Release) -> Release:
    """Return the first release after all that begin with this one."""
    return (*release[:-1], release[-1] + 1)


def _numbers(text: str) -> Release:
    parts = text.split(".")
    if len(text) > _DIGITS_LIMIT and any(len(part) > _DIGITS_LIMIT for part in parts):
        raise NotAReleaseError(text)
    return tuple(map(int, parts))
