"""Guess which file of a project a resolution will ask about, so that its metadata can be fetched ahead of the question.

A wrong guess costs a request and nothing else: the resolution decides by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import DependencyRow, FileRow, Listing, Target, Universal, parse_time, split_wheel_name

# How many versions are looked at before giving up: the right one is nearly always among the first.
_DEPTH = 32


class Guess(NamedTuple):
    """A file whose metadata will probably be asked for."""

    version: Version
    row: FileRow
    home: str  # the identity of the index that lists it


class Speculator:
    """Guesses for one run: its target, and the moment after which uploads do not count."""

    def __init__(self, target: Target | Universal | None, *, cutoff: datetime | None = None) -> None:
        self._target = target if isinstance(target, Target) else None
        self._cutoff = cutoff
        wanted = target.requires_python if isinstance(target, Universal) else None
        self._bounds = PythonBounds.from_specifiers(str(wanted or ""))
        self._universe = self._bounds.marker()
        self._truth: dict[str, bool] = {}

    def guess(self, listing: Listing, specifiers: Iterable[str]) -> Guess | None:
        """Return the newest stable version within all specifiers that has a usable wheel, or none."""
        try:
            wanted = SpecifierSet(",".join(filter(None, specifiers)))
        except InvalidSpecifier:
            return None
        looked = 0
        for position in range(len(listing)):
            version = listing.version(position)
            if version.is_prerelease or not wanted.contains(version, prereleases=True):
                continue
            row = self._wheel(listing.rows(position))
            if row is not None:
                return Guess(version, row, listing.index)
            looked += 1
            if looked >= _DEPTH:
                return None
        return None

    def applies(self, dependency: DependencyRow) -> bool:
        """Tell whether a dependency can matter on the target or anywhere in the universe."""
        text = dependency.marker
        if not text:
            return True
        known = self._truth.get(text)
        if known is None:
            marker = MarkerSet.parse(text)
            target = self._target
            known = not marker.is_disjoint(self._universe) if target is None else target.holds(marker)
            self._truth[text] = known
        return known

    def _wheel(self, rows: Sequence[FileRow]) -> FileRow | None:
        best: FileRow | None = None
        best_rank: int | None = None
        for row in rows:
            if not row.filename.endswith(".whl") or row.yanked is not None or self._is_too_new(row):
                continue
            if self._target is None:
                name = split_wheel_name(row.filename)
                if name is not None and self._admits(name.python, name.abi):
                    return row
                continue
            rank = self._target.rank(row.filename)
            if rank is not None and (best_rank is None or rank < best_rank):
                best, best_rank = row, rank
        return best

    def _admits(self, python: str, abi: str) -> bool:
        """Tell whether a wheel is for some Python in the range, as far as its tags name one minor version."""
        if abi.startswith("abi3"):
            return True
        if abi == "none" and python.startswith("py"):
            return "3" in python
        digits = python.lstrip("cp").partition(".")[0]
        if len(digits) < 2 or not digits.isdigit():
            return True
        # A range that begins within a minor version still holds that version's later releases.
        release = f"{digits[0]}.{digits[1:]}"
        return self._bounds.contains(release) or self._bounds.contains(f"{release}.999")

    def _is_too_new(self, row: FileRow) -> bool:
        if self._cutoff is None:
            return False
        uploaded = parse_time(row.uploaded)
        if uploaded is None:
            return True
        return (uploaded if uploaded.tzinfo is not None else uploaded.replace(tzinfo=UTC)) >= self._cutoff
