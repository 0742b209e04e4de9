"""Items of conflict sets as extras inside markers.

A lockfile may let a dependency edge depend on which of several conflicting extras or groups is chosen. Such a choice
takes part in markers as an artificial extra whose name says which package, and which of its parts, is meant.
"""

from __future__ import annotations

__all__ = ["extra_item", "group_item", "is_conflict_item", "project_item"]


def extra_item(package: str, extra: str) -> str:
    """Return the artificial extra that is active when the extra of the package is; names are normalized."""
    return f"extra-{len(package)}-{package}-{extra}"


def group_item(package: str, group: str) -> str:
    """Return the artificial extra that is active when the dependency group of the package is."""
    return f"group-{len(package)}-{package}-{group}"


def project_item(package: str) -> str:
    """Return the artificial extra that is active when the package itself is wanted."""
    return f"project-{len(package)}-{package}"


def is_conflict_item(name: str) -> bool:
    """Tell whether the name of an extra is an encoded item; a real extra named like one is taken for it."""
    kind, _, rest = name.partition("-")
    length, _, encoded = rest.partition("-")
    if kind not in {"extra", "group", "project"} or not length.isdecimal():
        return False
    size = int(length)
    if kind == "project":
        return len(encoded) == size
    return len(encoded) > size + 1 and encoded[size] == "-"
