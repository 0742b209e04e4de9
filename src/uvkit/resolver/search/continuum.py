"""States of a key as sets of bits: absent, at one of its versions, or somewhere between two of them.

Bit 0 stands for absence, bit i + 1 for the version at position i, and the bits above for the gaps: what lies above the
newest version, between each and the next, and below the oldest; around the one version of a tree, a repository or an
archive, too. Nothing is ever found in a gap. Still, requirements
that meet only there do not contradict each other: that there is no such version shows when the key's turn comes. uv
learns it then, too, and in which order things are learned decides what is chosen and where forks are made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, final

from packaging.version import Version

from uvkit.markers import PythonBounds
from uvkit.model import Listing
from uvkit.resolver.candidates.packages import DirectPackage, Package
from uvkit.resolver.demands.demands import Demand
from uvkit.resolver.versions import Clause, parse_clauses

ABSENT: Final = 1
ANYTHING: Final = -1
# Pythons are told apart by minor and patch number, each below this; that is all there is to what versions ask for.
_PYTHON_PARTS: Final = 64
ANY_PYTHON: Final = (2 << _PYTHON_PARTS * _PYTHON_PARTS) - 1


def states_of(versions: int) -> int:
    """Return the states of having one of some versions."""
    return versions << 1


def pythons_from(bounds: PythonBounds) -> int:
    """Return the states of having a Python not below a range."""
    lower, is_beyond = bounds.lower or ((), 0)
    release: tuple[int, ...] = (*lower, 0, 0, 0)
    minor, patch = min(release[1], _PYTHON_PARTS - 1), min(release[2], _PYTHON_PARTS - 1)
    if release[0] > 3:
        minor = patch = _PYTHON_PARTS - 1
    return ANY_PYTHON & -(2 << minor * _PYTHON_PARTS + patch + is_beyond)


@final
class Continuum:
    """The states of keys, each worked out once."""

    __slots__ = ("_everything", "_wanted")

    def __init__(self) -> None:
        self._everything: dict[Package, int] = {}
        self._wanted: dict[tuple[Package, str], int] = {}

    def everything(self, package: Package) -> int:
        """Return all states of a project's keys."""
        known = self._everything.get(package)
        if known is None:
            # A project that is nowhere still has one gap, so that its absence is found out in its turn.
            gaps = 2 if isinstance(package, DirectPackage) else sum(len(one) + 1 for one in package.listings) or 1
            known = self._everything[package] = (1 << (package.size + gaps + 1)) - 1
        return known

    def wanted(self, package: Package, demand: Demand) -> int:
        """Return the states that meet a demand."""
        if demand.bit is not None:
            return states_of(demand.bit)
        known = self._wanted.get((package, demand.specifier))
        if known is None:
            known = states_of(package.mask(demand.specifier)) | self._gaps(package, demand.specifier)
            self._wanted[package, demand.specifier] = known
        return known

    def _gaps(self, package: Package, specifier: str) -> int:
        found, offset = 0, package.size + 1
        if isinstance(package, DirectPackage):
            return (gaps_within(package.listing, specifier) if specifier else 0b11) << offset
        for listing in package.listings:
            found |= listing.derived(_Gaps).within(specifier) << offset
            offset += len(listing) + 1
        return found if package.listings else 1 << offset

    @staticmethod
    def around(package: Package, versions: int) -> int:
        """Return the states of having one of some versions, and the gaps next to them."""
        if isinstance(package, DirectPackage):
            return states_of(versions | 0b110) if versions else 0
        found, offset, left = states_of(versions), package.size + 1, versions
        for listing in package.listings:
            size = len(listing)
            part = left & ((1 << size) - 1)
            found |= (part | part << 1) << offset
            left >>= size
            offset += size + 1
        return found

    @staticmethod
    def versions_in(package: Package, states: int) -> int:
        """Return the versions among some states."""
        return states >> 1 & package.full


@final
class _Gaps:
    """The gaps of one listing, by specifier; kept with it."""

    __slots__ = ("_listing", "_within")

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._within: dict[str, int] = {}

    def within(self, specifier: str) -> int:
        known = self._within.get(specifier)
        if known is None:
            known = self._within[specifier] = gaps_within(self._listing, specifier)
        return known


def gaps_within(listing: Listing, specifier: str) -> int:
    """Return the gaps that a specifier reaches into; gap i lies above the version at position i."""
    found = (2 << len(listing)) - 1
    for clause in parse_clauses(specifier):
        found &= _clause_gaps(listing, clause)
    return found


def _clause_gaps(listing: Listing, clause: Clause) -> int:  # one return an operator
    version, every = clause.version, (2 << len(listing)) - 1
    match clause.operator:
        case ">=" | ">":
            return _above(listing, version)
        case "<=" | "<":
            return _below(listing, version)
        case "==":
            return 0 if listing.find(version) is not None else _above(listing, version) & _below(listing, version)
        case "==*":
            return _above(listing, _floor(version)) & _below(listing, _ceiling(version))
        case "!=":
            return every
        case "!=*":
            return _above(listing, _ceiling(version)) | _below(listing, _floor(version))
        case "~=":
            return _above(listing, version) & _below(listing, _ceiling(version, drop=1))
        case _:
            return 0


def _above(listing: Listing, bound: Version) -> int:
    """Return the gaps of which some part is newer than a version."""
    return (2 << _first(listing, bound.__ge__)) - 1


def _below(listing: Listing, bound: Version) -> int:
    """Return the gaps of which some part is older than a version."""
    return (2 << len(listing)) - (1 << _first(listing, bound.__gt__))


def _first(listing: Listing, is_reached: Callable[[Version], bool]) -> int:
    low, high = 0, len(listing)
    while low < high:
        middle = (low + high) // 2
        if is_reached(listing.version(middle)):
            high = middle
        else:
            low = middle + 1
    return low


def _floor(prefix: Version) -> Version:
    return Version(f"{prefix.epoch}!{'.'.join(map(str, prefix.release))}.dev0")


def _ceiling(prefix: Version, *, drop: int = 0) -> Version:
    *start, last = prefix.release[: len(prefix.release) - drop]
    return Version(f"{prefix.epoch}!{'.'.join(map(str, (*start, last + 1)))}.dev0")
