"""Extras and groups of a lock that leaves their choice to its markers (PEP 751)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from uvkit.errors import SelectionError
from uvkit.formats import LockOpen
from uvkit.markers import MarkerSet
from uvkit.model import Selection
from uvkit.resolver import Roots


def bound(roots: Roots, selection: Selection, choice: LockOpen) -> tuple[Roots, Selection]:
    """Return the roots with markers that no longer ask for extras and groups, and what is left of the selection.

    Raises:
        SelectionError: an extra or group is not one of the lock's.
    """
    _check("extra", _named(selection.extras) | selection.exclude_extras, choice.extras)
    _check("group", _named(selection.groups) | selection.extra_groups | selection.exclude_groups, choice.groups)
    extras = set(choice.extras if selection.extras == "all" else selection.extras) - selection.exclude_extras
    groups = _groups(selection, choice)
    facts = MarkerSet.everywhere()
    for kind, names, active in (("extras", choice.extras, extras), ("dependency_groups", choice.groups, groups)):
        for name in names:
            facts &= MarkerSet.parse(f"'{name}' {'in' if name in active else 'not in'} {kind}")
    edges = tuple(replace(edge, marker=edge.marker.simplify(within=facts)) for edge in roots.edges)
    kept = tuple(edge for edge in edges if not edge.marker.is_empty())
    neutral = Selection(
        exclude=selection.exclude,
        exclude_members=selection.exclude_members,
        only=selection.only,
        editable=selection.editable,
        not_editable=selection.not_editable,
    )
    return replace(roots, edges=kept), neutral


def _groups(selection: Selection, choice: LockOpen) -> set[str]:
    match selection.groups:
        case "all":
            chosen = set(choice.groups)
        case "default":
            chosen = set(choice.default_groups)
        case names:
            chosen = set(names)
    return (chosen | selection.extra_groups) - selection.exclude_groups


def _named(names: Collection[str] | str) -> frozenset[str]:
    return frozenset() if isinstance(names, str) else frozenset(names)


def _check(kind: str, named: Iterable[str], known: Collection[str]) -> None:
    unknown = sorted(set(named).difference(known))
    if unknown:
        noun = kind if len(unknown) == 1 else f"{kind}s"
        names = " and ".join(f"`{name}`" for name in unknown)
        raise SelectionError(
            reason=f"the {noun} {names} {'is' if len(unknown) == 1 else 'are'} not defined by the lock",
            available=tuple(sorted(known)),
        )
