"""Version sets as integers: bit i stands for the i-th newest version of one listing.

A specifier becomes such a set by bisection, so that of a page with thousands of versions only a handful is ever
parsed. Meaning is that of `packaging.specifiers.SpecifierSet.contains(..., prereleases=True)` (PEP 440): whether a
pre-release may be *chosen* is another question, answered elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from packaging.version import Version

from uvkit.model import Listing

# Longest first, so that `===` is not read as `==`.
_OPERATORS: Final = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")


class Clause(NamedTuple):
    """One comparison of a specifier set: the operator (``==*`` for a prefix match) and its version."""

    operator: str
    version: Version
    text: str


@lru_cache(maxsize=16384)
def parse_clauses(specifier: str) -> tuple[Clause, ...]:
    """Return the comparisons of a specifier set.

    Raises:
        ValueError: the text is not a specifier set.
    """
    return tuple(_clause(part.strip()) for part in specifier.split(",") if part.strip())


def _clause(text: str) -> Clause:
    for operator in _OPERATORS:
        if text.startswith(operator):
            version = text[len(operator) :].strip()
            break
    else:
        raise ValueError(f"`{text}` has no comparison operator")
    if operator == "===":
        return Clause(operator, _literal(version), version.lower())
    if version.endswith(".*"):
        if operator not in ("==", "!="):
            raise ValueError(f"`{text}`: a prefix goes with `==` and `!=` only")
        return Clause(operator + "*", Version(version[:-2]), version)
    return Clause(operator, Version(version), version)


def _literal(text: str) -> Version:
    """Return the version of an arbitrary-equality clause; only its text counts, so anything may stand there."""
    try:
        return Version(text)
    except ValueError:
        return Version("0")


def exact_version(specifier: str) -> Version | None:
    """Return the version if the specifier is a single ``==`` or ``===`` of one version."""
    clauses = parse_clauses(specifier)
    if len(clauses) == 1 and clauses[0].operator in ("==", "==="):
        return clauses[0].version
    return None


def names_prerelease(specifier: str) -> bool:
    """Tell whether a comparison other than ``!=`` names a pre-release."""
    return any(clause.operator != "!=" and clause.version.is_prerelease for clause in parse_clauses(specifier))


@lru_cache(maxsize=16384)
def has_upper_bound(specifier: str) -> bool:
    """Tell whether the specifier leaves out all versions above some version."""
    return any(clause.operator in ("==", "===", "==*", "~=", "<", "<=") for clause in parse_clauses(specifier))


def is_prerelease_text(version: str) -> bool:
    """Tell whether a canonical version text is that of a pre-release or development release."""
    public = version.partition("+")[0]
    # The only other letters of a canonical public version are those of "post".
    return "a" in public or "b" in public or "c" in public or "d" in public


class VersionSets:
    """The version sets of one listing, each specifier worked out once."""

    __slots__ = ("_listing", "_masks", "full", "size")

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self.size: Final = len(listing)
        self.full: Final = (1 << self.size) - 1
        self._masks: dict[str, int] = {"": self.full}

    def mask(self, specifier: str) -> int:
        """Return the set of versions that satisfy the specifier.

        Raises:
            ValueError: the text is not a specifier set.
        """
        known = self._masks.get(specifier)
        if known is None:
            known = self.full
            for clause in parse_clauses(specifier):
                known &= self._clause_mask(clause)
            self._masks[specifier] = known
        return known

    def _clause_mask(self, clause: Clause) -> int:  # noqa: PLR0911  # one return an operator
        version = clause.version
        match clause.operator:
            case ">=":
                return self._newer_than_position(self._first_below(version))
            case "<=":
                return self.full & ~self._newer_than_position(self._first_of_public(version))
            case ">":
                return self._newer_than_position(self._above(version))
            case "<":
                return self.full & ~self._newer_than_position(self._below(version))
            case "==":
                return self._equal(version)
            case "!=":
                return self.full & ~self._equal(version)
            case "==*":
                return self._prefix(version)
            case "!=*":
                return self.full & ~self._prefix(version)
            case "~=":
                floor = self._newer_than_position(self._first_below(version))
                return floor & self._prefix(Version(_release_text(version, version.release[:-1])))
            case _:
                return self._literal(clause.text)

    # -- positions: the listing runs from new to old -------------------------------------------------------------------

    def _newer_than_position(self, position: int) -> int:
        """Return the set of the versions before a position, that is, those that are newer."""
        return (1 << position) - 1

    def _first(self, is_reached: Callable[[Version], bool]) -> int:
        """Return the first position whose version satisfies a test that holds from some position on."""
        version = self._listing.version
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            if is_reached(version(middle)):
                high = middle
            else:
                low = middle + 1
        return low

    def _first_below(self, bound: Version) -> int:
        return self._first(bound.__gt__)

    def _first_of_public(self, bound: Version) -> int:
        """Return the first position of a version or of its local variants, or of the next older one."""
        position = self._first(bound.__ge__)
        if bound.local is None:
            version = self._listing.version
            while position > 0 and _is_local_variant(version(position - 1), bound):
                position -= 1
        return position

    def _equal(self, bound: Version) -> int:
        first = self._first(bound.__ge__) if bound.local is not None else self._first_of_public(bound)
        return self._newer_than_position(self._first_below(bound)) & ~self._newer_than_position(first)

    def _above(self, bound: Version) -> int:
        """Return the first position that ``> bound`` leaves out: local variants and post-releases of it (PEP 440)."""
        position = self._first(bound.__ge__)
        version = self._listing.version
        while position > 0 and _is_excluded_above(version(position - 1), bound):
            position -= 1
        return position

    def _below(self, bound: Version) -> int:
        """Return the first position that ``< bound`` admits: pre-releases of it do not count (PEP 440)."""
        position = self._first_below(bound)
        if not bound.is_prerelease:
            version = self._listing.version
            while position < self.size and _is_prerelease_of(version(position), bound):
                position += 1
        return position

    def _prefix(self, prefix: Version) -> int:
        release = prefix.release
        floor = Version(_release_text(prefix, release) + ".dev0")
        ceiling = Version(_release_text(prefix, (*release[:-1], release[-1] + 1)) + ".dev0")
        return self._newer_than_position(self._first_below(floor)) & ~self._newer_than_position(
            self._first_below(ceiling)
        )

    def _literal(self, text: str) -> int:
        return sum(1 << position for position, version in enumerate(self._listing.versions) if version.lower() == text)


def _release_text(version: Version, release: tuple[int, ...]) -> str:
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(map(str, release))


def _trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    length = len(release)
    while length > 1 and release[length - 1] == 0:
        length -= 1
    return release[:length]


def _same_release(one: Version, other: Version) -> bool:
    return one.epoch == other.epoch and _trimmed(one.release) == _trimmed(other.release)


def _is_local_variant(version: Version, bound: Version) -> bool:
    return (
        version.local is not None
        and _same_release(version, bound)
        and (version.pre, version.post, version.dev) == (bound.pre, bound.post, bound.dev)
    )


def _is_excluded_above(version: Version, bound: Version) -> bool:
    if _is_local_variant(version, bound):
        return True
    return (
        bound.post is None
        and bound.dev is None
        and version.post is not None
        and version.pre == bound.pre
        and _same_release(version, bound)
    )


def _is_prerelease_of(version: Version, bound: Version) -> bool:
    if not version.is_prerelease or not _same_release(version, bound):
        return False
    # Those of a post-release are its development releases; `1a1.post0` is one of 1, and older than any `1.postN`.
    return bound.post is None or (version.pre, version.post) == (bound.pre, bound.post)
