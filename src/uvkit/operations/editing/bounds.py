"""The bounds that a requirement gets from the version that was chosen for it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from packaging.version import Version

Bounds: TypeAlias = Literal["lower", "major", "minor", "exact", "none"]
BOUNDS: tuple[Bounds, ...] = ("lower", "major", "minor", "exact", "none")


def bound_of(version: Version, kind: Bounds) -> str:
    """Return the specifiers that admit a version and those that are said to be compatible with it.

    The local part of a version is left out: indexes have no such versions for others. ``major`` means the
    first number that is not zero; before version 1, ``minor`` means the third.
    """
    public = version.public
    match kind:
        case "none":
            return ""
        case "exact":
            return f"=={public}"
        case "lower":
            return f">={public}"
        case _:
            return f">={public},<{_next(version, minor=kind == 'minor')}"


def _next(version: Version, *, minor: bool) -> str:
    """Return the first version that is no longer compatible, with at least as many numbers as the given one."""
    release = version.release
    first = next((place for place, number in enumerate(release) if number), 1)
    place = first if not minor else max(first, 1 if release[0] else 2)
    numbers = list(release) + [0] * (place + 1 - len(release))
    raised = [*numbers[:place], numbers[place] + 1]
    raised += [0] * (len(numbers) - len(raised))
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(map(str, raised))
