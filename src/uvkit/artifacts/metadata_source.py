"""The resolver's port over indexes, archives and source trees, fetching ahead of need.

Whatever the cache answers is read on the caller's thread: a run that finds everything fresh starts no thread. The rest
is fetched by a pool: pages as soon as they are expected, then the metadata of the version that will probably be chosen,
then the pages of what that depends on. The caller itself fetches what nobody has begun, and waits only for what another
thread is fetching.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from packaging.version import Version

from uvkit.builder import has_computed_version
from uvkit.errors import BuildNotAllowedError, UvkitError
from uvkit.events import TaskKind
from uvkit.index import AdaptedIndex, IndexSet
from uvkit.model import (
    DirectorySource,
    FileRow,
    GitSource,
    IndexSource,
    Listing,
    MetadataRows,
    ProjectName,
    Source,
    Target,
    Universal,
    file_from_row,
)
from uvkit.net import HttpClient
from uvkit.resolver import Expectation, ResolverOptions
from uvkit.runtime import Emitter, OnceMap, Pool

from .direct import ArchiveReader, check_project, read_tree
from .speculation import Guess, Speculator

if TYPE_CHECKING:
    from collections.abc import Callable

    from uvkit.cache import Cache

T = TypeVar("T")
_Key = tuple[ProjectName, str | None]

# Enough to hide the latency of an index; each thread holds one connection.
DEFAULT_WORKERS = 24


class SourceBuilder(Protocol):
    """Runs what has no metadata of its own; whoever gives one allows builds."""

    def archive(
        self, path: Path, *, project: ProjectName, digest: str | None = None, subdirectory: str | None = None
    ) -> MetadataRows:
        """Return the metadata of a source distribution on disk; ``digest`` is its SHA-256, if known."""
        ...

    def tree(self, path: Path, *, project: ProjectName) -> MetadataRows:
        """Return the metadata of a source tree."""
        ...

    def repository(self, source: GitSource, *, project: ProjectName) -> tuple[MetadataRows, GitSource]:
        """Return the metadata of a repository at a reference, and the source with its commit."""
        ...


class IndexMetadataSource:
    """Files and metadata for one resolution; implements the resolver's ``MetadataSource``.

    Answers never change within its life. ``root`` is the folder to which relative paths of sources belong. With a
    ``pool`` of the caller's the work runs there and may outlive ``close``; a pool made here ends with ``close``.
    """

    def __init__(  # noqa: PLR0913  # the parts of a run; each but the first has a default
        self,
        indexes: IndexSet,
        cache: Cache | None = None,
        *,
        http: HttpClient | None = None,
        builder: SourceBuilder | None = None,
        target: Target | Universal | None = None,
        root: Path | None = None,
        options: ResolverOptions | None = None,
        emitter: Emitter | None = None,
        workers: int = DEFAULT_WORKERS,
        pool: Pool | None = None,
    ) -> None:
        self._indexes = indexes
        self._builder = builder
        self._root = root or Path()
        self._emitter = emitter or Emitter(None)
        self._workers = workers
        self._pool = pool
        self._owns_pool = pool is None
        self._archives = ArchiveReader(http, cache)
        self._speculator = Speculator(target, cutoff=_cutoff(options))
        self._lock = threading.Lock()
        self._closed = False
        self._has_missed = False
        self._listings: dict[_Key, tuple[Listing, ...]] = {}
        self._metadata: dict[str, MetadataRows] = {}
        self._hints: dict[_Key, list[str]] = {}
        self._extras: dict[ProjectName, set[str]] = {}
        self._listing_jobs: OnceMap[_Key, tuple[Listing, ...]] = OnceMap()
        self._metadata_jobs: OnceMap[str, MetadataRows] = OnceMap()
        self._source_jobs: OnceMap[tuple[ProjectName, Source], tuple[MetadataRows, Source]] = OnceMap()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.close(abandon=kind is not None)

    def close(self, *, abandon: bool = False) -> None:
        """Begin nothing new, and wait for what this source's own pool is running; with ``abandon`` not for long."""
        self._closed = True
        if self._owns_pool and self._pool is not None:
            self._pool.close(abandon=abandon)

    # -- the port ------------------------------------------------------------------------------------------------------

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings in the order of the indexes; none if no index has it.

        Raises:
            IndexAccessError: an index failed.
            SelectionError: no index has the name.
        """
        key = (project, index)
        known = self._listings.get(key)
        if known is None:
            known = self._cached_listings(key)
        if known is None:
            self._emitter.deliver()
            known = self._listing_jobs.get(key, lambda: self._fetch_listings(key))
            self._emitter.deliver()
            self._listings[key] = known
        return known

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        """Return the metadata of one file of a listing, of a source distribution through the builder.

        Raises:
            MetadataError, BuildError, SourceError: the file cannot serve.
            IndexAccessError: an index failed.
        """
        key = row.hash or row.url
        rows = self._metadata.get(key)
        if rows is not None:
            return rows
        member = self._indexes.find(index)
        rows = member.cached_metadata(row)
        if rows is None:
            self._note_miss()
            self._emitter.deliver()
            rows = self._metadata_jobs.get(key, lambda: self._fetch_metadata(Guess(version, row, index), project))
            self._emitter.deliver()
        self._metadata[key] = rows
        return rows

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return the metadata of a direct source, and the source made exact.

        Raises:
            MetadataError, BuildError, SourceError, IndexAccessError: it cannot be had.
        """
        return self._source_jobs.get((project, source), lambda: self._read_source(project, source))

    def expect(self, items: Iterable[Expectation]) -> None:
        """Begin to fetch what will probably be asked for; returns at once and never raises."""
        for item in items:
            self._hint((item.project, item.index), item.specifier)

    def index_names(self) -> tuple[str, ...]:
        """Return the indexes that are asked for every project, in their order."""
        return self._indexes.names

    # -- answers -------------------------------------------------------------------------------------------------------

    def _cached_listings(self, key: _Key) -> tuple[Listing, ...] | None:
        if key in self._listing_jobs:
            return None
        known = self._indexes.cached_listings(key[0], index=key[1])
        if known is not None:
            self._listings[key] = known
        return known

    def _fetch_listings(self, key: _Key) -> tuple[Listing, ...]:
        return self._reported("listing", key[0], lambda: self._indexes.listings(key[0], index=key[1]))

    def _fetch_metadata(self, guess: Guess, project: ProjectName) -> MetadataRows:
        row = guess.row
        subject = f"{project} {guess.version}"
        member = self._indexes.find(guess.home)
        if row.filename.endswith(".whl"):
            return self._reported("metadata", subject, lambda: member.rows_metadata(row, project, guess.version))
        builder = self._builder
        if builder is None:
            raise BuildNotAllowedError(project=f"{project} {guess.version}", policy="no builder was given")

        def read(path: Path, digest: str | None = None) -> MetadataRows:
            # If it has to be built for that, the builder announces it.
            return builder.archive(path, project=project, digest=digest)

        local = member.file_path(row.url)
        opened = None
        if isinstance(member, AdaptedIndex):
            opened = member.open(file_from_row(row, project=project, version=guess.version))
        fetched = partial(read, local) if local is not None else partial(self._archives.built, row, read, opened=opened)
        rows = self._reported("metadata", subject, fetched)
        check_project(rows, row.filename, project, version=guess.version)
        return rows

    def _read_source(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        match source:
            case IndexSource():
                raise TypeError("an index is no direct source")
            case DirectorySource():
                path = self._root / source.path
                rows = read_tree(path) or self._built_tree(path, project)
            case GitSource():
                rows, source = self._need_builder(project).repository(source, project=project)
            case _:
                build = self._builder.archive if self._builder is not None else None
                rows, source = self._reported(
                    "metadata", project, lambda: self._archives.read(source, self._root, project=project, build=build)
                )
        check_project(rows, str(project), project, version=None)
        return rows, source

    def _built_tree(self, path: Path, project: ProjectName) -> MetadataRows:
        rows = self._need_builder(project).tree(path, project=project)
        return replace(rows, dynamic_version=has_computed_version(path))

    def _need_builder(self, project: ProjectName) -> SourceBuilder:
        if self._builder is None:
            raise BuildNotAllowedError(project=project, policy="no builder was given")
        return self._builder

    def _reported(self, kind: TaskKind, subject: str, job: Callable[[], T]) -> T:
        task = self._emitter.start(kind, subject)
        try:
            value = job()
        except BaseException:
            self._emitter.finish(task, "failed")
            raise
        self._emitter.finish(task)
        return value

    # -- prefetch ------------------------------------------------------------------------------------------------------

    def _hint(self, key: _Key, specifier: str) -> None:
        with self._lock:
            hints = self._hints.get(key)
            is_first = hints is None
            if hints is None:
                hints = self._hints[key] = []
            if specifier in hints and not is_first:
                return
            hints.append(specifier)
        known = self._listings.get(key)
        if known is None and is_first:
            # As long as the cache has had every answer it will have the next one too, and a guess only costs. After
            # that the workers look into the cache as well: while they are busy, each read here would wait for its turn.
            if self._has_missed or not self._is_cached(key):
                self._note_miss()
                self._submit(lambda: self._prefetch_listings(key))
        elif known is not None and self._has_missed:
            self._submit(lambda: self._speculate(key, known))

    def _is_cached(self, key: _Key) -> bool:
        try:
            return self._cached_listings(key) is not None
        except UvkitError:
            return True  # the same error meets whoever asks

    def _note_miss(self) -> None:
        """Begin to guess: something has to be fetched, so the run is not a warm one."""
        if self._has_missed:
            return
        self._has_missed = True
        with self._lock:
            hinted = tuple(self._hints)
        for key in hinted:
            known = self._listings.get(key)
            if known is not None:
                self._submit(partial(self._speculate, key, known))

    def _prefetch_listings(self, key: _Key) -> None:
        known = self._listing_jobs.get(key, lambda: self._fetch_listings(key))
        self._listings[key] = known
        self._speculate(key, known)

    def _speculate(self, key: _Key, listings: tuple[Listing, ...]) -> None:
        """Begin to fetch the metadata that will probably be asked for, unless it is known."""
        if not listings:
            return
        guess = self._speculator.guess(listings[0], tuple(self._hints[key]))
        if guess is None:
            return
        identity = guess.row.hash or guess.row.url
        if identity in self._metadata or identity in self._metadata_jobs:
            return
        rows = self._indexes.find(guess.home).cached_metadata(guess.row)
        if rows is not None:
            self._metadata[identity] = rows
            return
        self._submit(lambda: self._prefetch_metadata(key[0], guess))

    def _prefetch_metadata(self, project: ProjectName, guess: Guess) -> None:
        identity = guess.row.hash or guess.row.url
        rows = self._metadata_jobs.get(identity, lambda: self._fetch_metadata(guess, project))
        self._metadata[identity] = rows
        wanted = list(rows.requires)
        for extra in tuple(self._extras.get(project, ())):
            wanted.extend(rows.extras.get(extra, ()))
        for dependency in wanted:
            if not dependency.url and self._speculator.applies(dependency):
                name = ProjectName(dependency.project)
                if dependency.extras:
                    self._extras.setdefault(name, set()).update(dependency.extras)
                self._hint((name, None), dependency.specifier)

    def _submit(self, job: Callable[[], None]) -> None:
        def run() -> None:
            if self._closed:
                return
            try:
                job()
            except Exception:  # noqa: BLE001  # a guess that fails is asked for again by whoever needs it, and raises there
                return

        if self._closed:
            return
        if self._pool is None:
            with self._lock:
                if self._pool is None:
                    self._pool = Pool(self._workers, name="uvkit-metadata")
        try:
            self._pool.submit(run)
        except RuntimeError:
            return  # closed in the meantime: nobody asks any more


def _cutoff(options: ResolverOptions | None) -> datetime | None:
    if options is None or options.exclude_newer is None:
        return None
    return options.exclude_newer.instant(options.now or datetime.now(UTC))
