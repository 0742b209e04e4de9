"""Normalized names of projects, extras and dependency groups (PEP 503, 685, 735)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType, TypeAlias, cast

if TYPE_CHECKING:
    from packaging.utils import NormalizedName
else:
    # As `packaging.utils` has it, which would load tags and with them how to start programs.
    NormalizedName = NewType("NormalizedName", str)

ProjectName: TypeAlias = NormalizedName
ExtraName = NewType("ExtraName", str)
GroupName = NewType("GroupName", str)

_NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def project_name(text: str) -> ProjectName:
    """Return the normalized form of a project's name (PEP 503)."""
    return cast("NormalizedName", _normalized(text))


def extra_name(text: str) -> ExtraName:
    """Return the normalized form of an extra's name (PEP 685)."""
    return ExtraName(_normalized(text))


def group_name(text: str) -> GroupName:
    """Return the normalized form of a dependency group's name (PEP 735)."""
    return GroupName(_normalized(text))


def is_valid_name(text: str) -> bool:
    """Tell whether ``text`` may name a project, extra or group: ASCII letters, digits, ``-_.``, alphanumeric ends."""
    lowered = text.lower()
    return (
        bool(lowered)
        and lowered[0] in _NAME_CHARACTERS
        and lowered[-1] in _NAME_CHARACTERS
        and all(character in _NAME_CHARACTERS or character in "-_." for character in lowered)
    )


def _normalized(text: str) -> str:
    # Lowercase, and runs of these characters as one dash; replacing is faster than an expression.
    value = text.lower().replace("_", "-").replace(".", "-")
    while "--" in value:
        value = value.replace("--", "-")
    return value
