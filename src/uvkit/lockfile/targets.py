"""Find the package that a dependency entry means."""

from __future__ import annotations

from collections.abc import Sequence

from uvkit.formats import LockDependency, LockPackage


class Targets:
    """The packages of a lock by name. Entries of a lock that was read without problems always lead to one."""

    def __init__(self, packages: Sequence[LockPackage]) -> None:
        self._packages = packages
        self._named: dict[str, list[int]] = {}
        for position, package in enumerate(packages):
            self._named.setdefault(package.name, []).append(position)

    def named(self, name: str) -> Sequence[int]:
        """Return the positions of the packages of a name."""
        return self._named.get(name, ())

    def position(self, entry: LockDependency) -> int:
        """Return the position of the package meant."""
        positions = self._named[entry.name]
        if len(positions) == 1:
            return positions[0]
        matching = [
            position
            for position in positions
            if entry.version in {None, self._packages[position].version}
            and entry.source in {None, self._packages[position].source}
        ]
        # The version is left out for a source tree with a dynamic one, which may stand beside released versions.
        dynamic = [position for position in matching if self._packages[position].version is None]
        return (dynamic or matching)[0] if entry.version is None else matching[0]
