"""The versions of one project as the solver sees them: numbered from new to old, judged and read when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias, final

from packaging.version import Version

from uvkit.errors import BuildNotAllowedError, MetadataError, SourceError
from uvkit.markers import MarkerSet, PythonBounds, SpecifierSyntaxError
from uvkit.model import (
    FileRow,
    IndexSource,
    Listing,
    LocalMetadata,
    MetadataRows,
    ProjectName,
    Source,
)
from uvkit.resolver.keys import Key
from uvkit.resolver.ports import MetadataSource
from uvkit.resolver.versions import VersionSets, is_prerelease_text

from .candidates import Choice, Judge, Refusal
from .judgements import Judgements
from .policy import Rules
from .wheels import locked_rows

Package: TypeAlias = "IndexPackage | DirectPackage"


@final
class Candidate:
    """One version for one key; interned by its package, so identity is equality."""

    __slots__ = ("bit", "key", "package", "position")

    def __init__(self, key: Key, package: Package, position: int) -> None:
        self.key: Final = key
        self.package: Final = package
        self.position: Final = position
        self.bit: Final = 1 << position

    @property
    def version(self) -> str:
        """Return the version's canonical text."""
        return self.package.text(self.position)

    def __repr__(self) -> str:
        return f"{self.key!r}=={self.version}"


@final
class IndexPackage:
    """A project on one or more indexes."""

    __slots__ = (
        "_best_match",
        "_candidates",
        "_choices",
        "_judge",
        "_judged",
        "_masks",
        "_only",
        "_port",
        "_rows",
        "_segments",
        "full",
        "listings",
        "pinned",
        "project",
        "rules",
        "size",
    )

    def __init__(
        self,
        project: ProjectName,
        listings: Sequence[Listing],
        *,
        judge: Judge,
        rules: Rules,
        port: MetadataSource,
        pinned: str | None = None,
        best_match: bool = False,
    ) -> None:
        """Take the listings in the order of their indexes.

        ``pinned`` names the one index that a source pinned; ``best_match`` orders versions over all of them.
        """
        self.project: Final = project
        self.listings: Final = tuple(listings)
        self.pinned: Final = pinned
        self.rules: Final = rules
        self.size: Final = sum(map(len, listings))
        self.full: Final = (1 << self.size) - 1
        self._judge = judge
        self._port = port
        self._best_match = best_match
        self._segments: list[tuple[int, Listing, VersionSets]] = []
        offset = 0
        for listing in listings:
            self._segments.append((offset, listing, listing.derived(VersionSets)))
            offset += len(listing)
        self._judged = [
            listing.derived(Judgements).under(judge.target, rules.on(listing.index)) for listing in listings
        ]
        # Nearly all projects are on one index, and all questions are for that one listing then.
        self._only = self.listings[0] if len(self.listings) == 1 else None
        self._masks: dict[str, int] = {}
        self._choices: dict[int, Choice | Refusal] = {}
        self._rows: dict[int, MetadataRows | Refusal] = {}
        self._candidates: dict[tuple[Key, int], Candidate] = {}

    def mask(self, specifier: str) -> int:
        """Return the set of versions that satisfy a specifier."""
        if self._only is not None:
            return self._segments[0][2].mask(specifier)
        mask = self._masks.get(specifier)
        if mask is None:
            mask = 0
            for offset, _, sets in self._segments:
                mask |= sets.mask(specifier) << offset
            self._masks[specifier] = mask
        return mask

    def _home(self, position: int) -> tuple[Listing, int]:
        if self._only is not None:
            return self._only, position
        number, local = self._place(position)
        return self.listings[number], local

    def _place(self, position: int) -> tuple[int, int]:
        """Return the number of the listing of a version, and its position there."""
        number = len(self._segments) - 1
        while number and position < self._segments[number][0]:
            number -= 1
        return number, position - self._segments[number][0]

    def text(self, position: int) -> str:
        """Return the canonical text of a version."""
        if self._only is not None:
            return self._only.versions[position]
        listing, local = self._home(position)
        return listing.versions[local]

    def version(self, position: int) -> Version:
        """Return a version."""
        if self._only is not None:
            return self._only.version(position)
        listing, local = self._home(position)
        return listing.version(local)

    def find(self, version: Version, index: str | None = None) -> int | None:
        """Return the position of a version, on one index if it is given."""
        for offset, listing, _ in self._segments:
            if index is None or listing.index == index:
                local = listing.find(version)
                if local is not None:
                    return offset + local
        return None

    def candidate(self, key: Key, position: int) -> Candidate:
        """Return the candidate of a key at a position."""
        candidate = self._candidates.get((key, position))
        if candidate is None:
            candidate = self._candidates[key, position] = Candidate(key, self, position)
        return candidate

    def choice(self, position: int) -> Choice | Refusal:
        """Return the files that make a version usable, or why it is not."""
        choice = self._choices.get(position)
        if choice is None:
            number, local = self._place(position)
            listing, judged = self.listings[number], self._judged[number]
            rules = self.rules
            files = rules.for_version(listing.version(local), listing.index) if rules.yanked else judged.rules
            if files == judged.rules:
                choice = judged.choices.get(local)
                if choice is None:
                    choice = judged.choices[local] = self._judge.judge(listing.rows(local), files)
            else:
                choice = self._judge.judge(listing.rows(local), files)
            self._choices[position] = choice
        return choice

    def source(self, position: int) -> IndexSource:
        """Return where a version comes from."""
        return _index_source(self._home(position)[0].index)

    def rows(self, position: int) -> tuple[FileRow, ...]:
        """Return the files of a version that the cut-off leaves."""
        listing, local = self._home(position)
        rows = listing.rows(local)
        files = self.rules.on(listing.index)
        return rows if files.cutoff is None else tuple(row for row in rows if not files.is_too_new(row))

    def locked(self, position: int, bounds: PythonBounds, marker: MarkerSet) -> tuple[FileRow, ...]:
        """Return the files of a version that a lock for all machines keeps, see `locked_rows`."""
        number, local = self._place(position)
        judged = self._judged[number]
        if judged.target != bounds:
            return locked_rows(self.rows(position), bounds, marker)
        rows = judged.locked.get((local, marker))
        if rows is None:
            rows = judged.locked[local, marker] = locked_rows(self.rows(position), bounds, marker)
        return rows

    def metadata(self, position: int) -> MetadataRows | Refusal:
        """Return the metadata of a usable version, or why it cannot be had."""
        rows = self._rows.get(position)
        if rows is None:
            choice = self.choice(position)
            if isinstance(choice, Refusal):
                return choice
            listing, local = self._home(position)
            try:
                rows = self._port.metadata(self.project, listing.version(local), choice.metadata, index=listing.index)
            except BuildNotAllowedError:
                rows = Refusal("no-build")
            except (MetadataError, SourceError) as error:
                rows = Refusal("metadata", str(error))
            self._rows[position] = rows
        return rows

    def file_python(self, position: int) -> str | None:
        """Return the Requires-Python that the index gives for the chosen file."""
        choice = self._choices.get(position)
        return choice.file.requires_python if isinstance(choice, Choice) else None

    def ordered(self, mask: int, *, lowest: bool) -> Iterator[int]:
        """Yield the positions of a set in the order of preference: new to old (or old to new), stable ones first."""
        positions = self._positions(mask, lowest=lowest)
        return positions if self.rules.prerelease == "allow" else self._stable_first(positions)

    def _stable_first(self, positions: Iterator[int]) -> Iterator[int]:
        late: list[int] = []
        for position in positions:
            if is_prerelease_text(self.text(position)):
                late.append(position)
            else:
                yield position
        if self.rules.prerelease == "if-necessary":
            yield from late

    def _positions(self, mask: int, *, lowest: bool) -> Iterator[int]:
        if len(self._segments) == 1:
            return _descending(mask) if lowest else _ascending(mask)
        if self._best_match:
            return iter(sorted(_ascending(mask), key=self.version, reverse=not lowest))
        return self._index_by_index(mask, lowest=lowest)

    def _index_by_index(self, mask: int, *, lowest: bool) -> Iterator[int]:
        for offset, _, sets in self._segments:
            part = mask & (sets.full << offset)
            yield from _descending(part) if lowest else _ascending(part)

    def refusals(self) -> Iterable[tuple[int, Refusal]]:
        """Yield the versions found unusable so far."""
        for position, choice in self._choices.items():
            if isinstance(choice, Refusal):
                yield position, choice
        for position, rows in self._rows.items():
            if isinstance(rows, Refusal):
                yield position, rows


@final
class DirectPackage:
    """A project that comes from one place: a member, a source tree, a repository or an archive."""

    __slots__ = (
        "_candidates",
        "_exact",
        "_listing",
        "_metadata",
        "_port",
        "_sets",
        "_version",
        "asked",
        "full",
        "project",
        "size",
    )

    def __init__(
        self, project: ProjectName, asked: Source, *, port: MetadataSource, version: Version | None = None
    ) -> None:
        """Take the source as it was asked for, and the version if it is known without asking."""
        self.project: Final = project
        self.asked: Final = asked
        self.size: Final = 1
        self.full: Final = 1
        self._port = port
        self._version = version
        self._metadata: MetadataRows | None = None
        self._exact: Source = asked
        self._listing: Listing | None = None
        self._sets: VersionSets | None = None
        self._candidates: dict[Key, Candidate] = {}

    def mask(self, specifier: str) -> int:
        """Return the set of versions that satisfy a specifier: this one or none."""
        if not specifier:
            return self.full
        if self._sets is None:
            self._sets = VersionSets(self.listing)
        return self._sets.mask(specifier)

    @property
    def listing(self) -> Listing:
        """The one version, as a page of an index would list it."""
        if self._listing is None:
            if self._version is None:
                self.metadata(0)
            self._listing = Listing.of(self.project, "", {self.text(0): []})
        return self._listing

    def text(self, position: int) -> str:  # noqa: ARG002  # one interface with the packages of an index
        """Return the canonical text of the version."""
        if self._version is not None:
            return str(self._version)
        return self._metadata.version if self._metadata is not None else "0"

    def version(self, position: int) -> Version:
        """Return the version."""
        return Version(self.text(position))

    def candidate(self, key: Key, position: int) -> Candidate:
        """Return the candidate of a key."""
        candidate = self._candidates.get(key)
        if candidate is None:
            candidate = self._candidates[key] = Candidate(key, self, position)
        return candidate

    def choice(self, position: int) -> Refusal | None:  # noqa: ARG002
        """Return nothing: there are no files to choose from."""
        return None

    def source(self, position: int) -> Source:  # noqa: ARG002
        """Return the exact source, once metadata was asked for."""
        return self._exact

    def rows(self, position: int) -> tuple[FileRow, ...]:  # noqa: ARG002
        """Return no files."""
        return ()

    def locked(self, position: int, bounds: PythonBounds, marker: MarkerSet) -> tuple[FileRow, ...]:  # noqa: ARG002
        """Return no files."""
        return ()

    def metadata(self, position: int) -> MetadataRows:  # noqa: ARG002
        """Return the metadata of the source.

        There is no other version to try, so what prevents it is what the caller has to hear.
        """
        if self._metadata is None:
            self._metadata, self._exact = self._port.source_metadata(self.project, self.asked)
        return self._metadata

    def local_metadata(self) -> LocalMetadata | None:
        """Return what a lock records of the source."""
        from .recording import local_metadata

        if self._metadata is None:
            return None
        return self._metadata.declared or local_metadata(self._metadata)


@lru_cache(maxsize=256)
def _index_source(index: str) -> IndexSource:
    return IndexSource(index=index)  # one value for all: sources are compared and hashed much


@lru_cache(maxsize=4096)
def python_bounds(specifier: str | None) -> PythonBounds:
    """Return the bounds of a Requires-Python, none if it is absent or unreadable (it must not hide a version)."""
    if not specifier:
        return PythonBounds.everything()
    try:
        return PythonBounds.from_specifiers(specifier)
    except SpecifierSyntaxError:
        return PythonBounds.everything()


def _ascending(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _descending(mask: int) -> Iterator[int]:
    while mask:
        position = mask.bit_length() - 1
        yield position
        mask ^= 1 << position
