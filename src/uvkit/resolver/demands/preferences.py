"""Versions to try first: those of an existing lock, then those of forks already solved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from uvkit.markers import MarkerSet
from uvkit.model import ProjectName
from uvkit.resolver.candidates.packages import IndexPackage
from uvkit.resolver.request import Preference

from .scope import Ground


@dataclass(frozen=True, slots=True)
class _Entry:
    version: Version
    index: str | None
    markers: tuple[MarkerSet, ...]
    from_lock: bool


class Preferences:
    """The versions to try first of every project."""

    def __init__(self, preferences: Iterable[Preference]) -> None:
        self._entries: dict[ProjectName, list[_Entry]] = {}
        for one in preferences:
            entry = _Entry(one.version, one.index, one.markers, one.from_lock)
            self._entries.setdefault(one.project, []).append(entry)

    def add(self, package: IndexPackage, position: int, marker: MarkerSet) -> None:
        """Prefer a version that a fork was solved with."""
        entry = _Entry(package.version(position), package.source(position).index, (marker,), from_lock=False)
        entries = self._entries.setdefault(package.project, [])
        if entry not in entries:
            entries.append(entry)

    def first(self, project: ProjectName, specifier: str) -> Version | None:
        """Return the version of the lock that will probably be chosen within a specifier."""
        for entry in self._entries.get(project, ()):
            if entry.from_lock and SpecifierSet(specifier).contains(entry.version, prereleases=True):
                return entry.version
        return None

    def positions(self, package: IndexPackage, ground: Ground, *, lowest: bool) -> tuple[int, ...]:
        """Return the positions to try first, best first; ``lowest`` if the project's lowest versions are wanted."""
        entries = self._entries.get(package.project)
        if not entries:
            return ()
        ordered = sorted(entries, key=lambda entry: entry.version, reverse=not lowest)
        ordered.sort(key=lambda entry: not _overlaps(entry, ground))
        ordered.sort(key=lambda entry: not entry.from_lock)
        found: list[int] = []
        for entry in ordered:
            if package.pinned is not None and entry.index is not None and entry.index != package.pinned:
                continue
            if not _is_admitted(entry, package):
                continue
            position = package.find(entry.version)
            if position is not None:
                found += _local_variants(package, position)
                found.append(position)
        return tuple(dict.fromkeys(found))


def _overlaps(entry: _Entry, ground: Ground) -> bool:
    return not entry.markers or any(not marker.is_disjoint(ground.marker) for marker in entry.markers)


def _is_admitted(entry: _Entry, package: IndexPackage) -> bool:
    """Tell whether a pre-release may be preferred."""
    if not entry.version.is_prerelease:
        return True
    mode = package.rules.prerelease
    return mode == "allow" or (mode == "if-necessary" and entry.from_lock)


def _local_variants(package: IndexPackage, position: int) -> list[int]:
    """Return the positions of the local variants of a version, newest first: a build of it that someone chose."""
    version = package.version(position)
    if version.local is not None:
        return []
    found: list[int] = []
    while position > 0:
        position -= 1
        newer = package.version(position)
        if newer.local is None or Version(newer.public) != version:
            break
        found.append(position)
    return found[::-1]
