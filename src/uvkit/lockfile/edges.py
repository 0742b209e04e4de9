"""Dependency entries of a lock: merged, sorted, and with no more of a target's identity than is needed to know it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
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


class EdgeWriter:
    """Turns edges into entries, for packages that are sorted already."""

    def __init__(self, packages: Sequence[Identity], extras: Sequence[Mapping[str, object]]) -> None:
        """Take the identity of each package, and its extras that have edges of their own."""
        self._packages = packages
        self._extras = extras
        names = [package.name for package in packages]
        repeated = {name for name, following in pairwise(names) if name == following}
        self.is_ambiguous: Callable[[str], bool] = repeated.__contains__

    def entries(self, edges: Iterable[Edge]) -> tuple[LockDependency, ...]:
        """Return the entries of one list of dependencies."""
        merged: dict[tuple[int, MarkerSet], frozenset[str]] = {}
        for target, extras, marker in edges:
            key = (target, marker)
            known = merged.get(key)
            merged[key] = extras if known is None else known | extras
        rows = [(target, sorted(extras), marker) for (target, marker), extras in merged.items()]
        rows.sort(key=lambda row: (row[0], row[1], row[2].sort_key()))
        return tuple([self._entry(*row) for row in rows])

    def _entry(self, target: int, extras: list[str], marker: MarkerSet) -> LockDependency:
        package = self._packages[target]
        if extras:
            # After sorting, as uv does: an entry can lose its extras and still stand behind one that has some.
            known = self._extras[target]
            extras = [extra for extra in extras if extra in known]
        ambiguous = self.is_ambiguous(package.name)
        return LockDependency(
            package.name,
            package.version if ambiguous else None,
            package.source if ambiguous else None,
            tuple(extras),
            str(marker),
        )
