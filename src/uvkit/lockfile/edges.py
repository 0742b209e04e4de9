"""Dependency entries of a lock: merged, sorted, and with no more of a target's identity than is needed to know it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from packaging.version import Version

from uvkit.formats import LockDependency, source_key
from uvkit.markers import MarkerSet
from uvkit.model import Source


class Identity(NamedTuple):
    """What tells one package of a lock from another."""

    name: str
    version: str | None
    source: Source


class Edge(NamedTuple):
    """An edge whose target is given by its position among the packages, and whose marker is as it will be written."""

    target: int
    extras: frozenset[str]
    marker: MarkerSet


def identity_key(identity: Identity) -> tuple[Any, ...]:
    """Return a tuple that sorts packages as a lock lists them."""
    version = () if identity.version is None else (Version(identity.version),)
    return identity.name, version, source_key(identity.source)


def listed_order(packages: Sequence[Identity]) -> list[int]:
    """Return the positions of packages in the order in which a lock lists them."""
    names = [package.name for package in packages]
    if len(set(names)) == len(names):  # versions and sources have nothing to decide
        return sorted(range(len(names)), key=names.__getitem__)
    return sorted(range(len(names)), key=lambda position: identity_key(packages[position]))


def repeated_names(packages: Sequence[Identity]) -> frozenset[str]:
    """Return the names that stand for several packages, of packages that are sorted."""
    return frozenset(one.name for one, following in pairwise(packages) if one.name == following.name)


class EdgeWriter:
    """Turns edges into entries, for packages that are sorted already."""

    def __init__(self, packages: Sequence[Identity], extras: Sequence[Mapping[str, object]]) -> None:
        """Take the identity of each package, and its extras that have edges of their own."""
        self._packages = packages
        self._extras = extras
        self.is_ambiguous: Callable[[str], bool] = repeated_names(packages).__contains__
        # What many need under the same conditions is one entry in all their lists.
        self._written: dict[tuple[int, MarkerSet, frozenset[str]], LockDependency] = {}

    def entries(self, edges: Iterable[Edge]) -> tuple[LockDependency, ...]:
        """Return the entries of one list of dependencies."""
        merged: dict[tuple[int, MarkerSet], frozenset[str]] = {}
        for target, extras, marker in edges:
            key = (target, marker)
            known = merged.get(key)
            merged[key] = extras if known is None else known | extras
        rows = [(target, marker, extras) for (target, marker), extras in merged.items()]
        if len({row[0] for row in rows}) == len(rows):
            rows.sort(key=_target)
        else:
            rows.sort(key=lambda row: (row[0], sorted(row[2]), row[1].sort_key()))
        return tuple([self._written.get(row) or self._entry(*row) for row in rows])

    def _entry(self, target: int, marker: MarkerSet, asked: frozenset[str]) -> LockDependency:
        package = self._packages[target]
        extras = sorted(asked)
        if extras:
            # After sorting, as uv does: an entry can lose its extras and still stand behind one that has some.
            known = self._extras[target]
            extras = [extra for extra in extras if extra in known]
        ambiguous = self.is_ambiguous(package.name)
        entry = self._written[target, marker, asked] = LockDependency(
            package.name,
            package.version if ambiguous else None,
            package.source if ambiguous else None,
            tuple(extras),
            str(marker),
        )
        return entry


_target = itemgetter(0)
