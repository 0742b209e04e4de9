"""One verb's view of one project: effective settings, and the parts made for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from packaging.version import Version

from uvkit.events import EventSink, Notice
from uvkit.lockfile import LocalState
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    GitSource,
    LocalMetadata,
    MetadataRows,
    ProjectName,
    Requirement,
    Selection,
    Source,
    without_fragment,
)
from uvkit.project import Project, Script, SourceTree
from uvkit.runtime import lazy_property
from uvkit.version import __version__

from .parts import Parts
from .session import Session

if TYPE_CHECKING:
    from uvkit.index import IndexSet
    from uvkit.markers import RequiresPython
    from uvkit.python import Interpreter
    from uvkit.resolver import MetadataSource, ResolveRequest, StaticMetadata
    from uvkit.settings import IndexConfig

    from .wanted_pythons import WantedPython


ProjectLike: TypeAlias = Project | str | os.PathLike[str]
Lockable: TypeAlias = Project | Script

_MEMO = "lock-fresh"
_ENVIRONMENTS = "environments-v1"


class Work(Parts):
    """What one call does its work with: everything that depends on both the project and the session."""

    def __init__(
        self, project: Lockable, session: Session, *, python: str | None, events: EventSink | None = None
    ) -> None:
        super().__init__(session, session.settings_for(project), project.lockfile_path.parent)
        self.memory = session.memory
        self.project = project
        self._python = python
        self._events = events
        self._selection: Selection | None = None

    @classmethod
    @contextmanager
    def on(
        cls,
        project: ProjectLike | Script | None,
        *,
        session: Session | None,
        python: str | None = None,
        events: EventSink | None = None,
    ) -> Iterator[Work]:
        """Provide the view; a session made here for want of one is closed at the end.

        ``events`` are told of an interpreter that has to be downloaded.
        """
        opened = project if isinstance(project, Script) else as_project(project)
        if session is not None:
            yield cls(opened, session, python=python, events=events)
            return
        with Session() as own:
            yield cls(opened, own, python=python, events=events)

    @lazy_property
    def indexes(self) -> IndexSet:
        """Return the indexes of the project: those of its settings, and by name those that members' sources may pin."""
        known = {config.identity for config in self.settings.indexes}
        named = () if isinstance(self.project, Script) else self.project.indexes
        pinned = tuple(replace(one, explicit=True) for one in named if one.identity not in known)
        settings = replace(self.settings, indexes=(*pinned, *self.settings.indexes)) if pinned else self.settings
        return self.session.indexes_for(settings, self.root)

    @lazy_property
    def accelerated(self) -> tuple[IndexConfig, ...]:
        """Return nothing: a lock is for every machine, and names indexes for what is built for some of them."""
        return ()

    def local_state(self, project: ProjectName, source: Source) -> LocalState | None:
        """Return what a source tree that is no member says of itself now, built if it must be; none if it is gone."""
        told = self._told.get(project)
        if told is not None and isinstance(source, ArchiveSource | DirectorySource):
            from uvkit.project import recorded_metadata

            from .stated_metadata import stated_rows

            return LocalState(version=told.version, metadata=recorded_metadata(stated_rows(told)))
        if isinstance(source, ArchiveSource):
            return self._archive_state(project, source)
        if not isinstance(source, DirectorySource):
            return None
        member = self.project.local_member(source)
        if member is not None:
            return LocalState(version=member.version, metadata=member.metadata)
        folder = self.project.lockfile_path.parent / source.path
        if not folder.is_dir():
            return None
        from uvkit.builder import has_computed_version

        rows = self.builder.sources().tree(folder, project=project)
        return LocalState(
            version=None if has_computed_version(folder) else Version(rows.version),
            metadata=self.project.declared_of(folder, rows),
        )

    @lazy_property
    def _told(self) -> Mapping[ProjectName, StaticMetadata]:
        """Return what the project's settings say of direct sources in the place of these."""
        from uvkit.resolver import direct_metadata

        return direct_metadata(self.request.dependency_metadata)

    def _archive_state(self, project: ProjectName, source: ArchiveSource) -> LocalState | None:
        """Return what an archive says of itself now; its digest is looked at when it is installed."""
        from uvkit.artifacts import IndexMetadataSource
        from uvkit.project import recorded_metadata

        self.offer_credentials((source,))
        with IndexMetadataSource(
            self.indexes,
            self.session.cache,
            http=self.session.http,
            builder=self.builder.sources(),
            root=self.project.lockfile_path.parent,
        ) as reader:
            rows, _ = reader.source_metadata(project, replace(source, hashes=()))
        return LocalState(version=Version(rows.version), metadata=recorded_metadata(rows))

    def _built(self, tree: SourceTree) -> MetadataRows:
        """Return what the backend of a member says that it requires."""
        return self.builder.sources().tree(tree.root, project=tree.name or ProjectName(tree.root.name))

    def tree_sources(self, source: MetadataSource) -> MetadataSource:
        """Return a metadata source whose source trees require what their own files make of it."""
        from .repository_sources import declared_in_repository
        from .tree_sources import TreeSources

        repositories = self.builder.repositories()
        no_sources = self.settings.no_sources

        def in_repository(source: GitSource, rows: MetadataRows) -> LocalMetadata | None:
            return declared_in_repository(repositories, source, rows, no_sources=no_sources)

        return TreeSources(
            source,
            declared=self.project.declared_of,
            in_repository=in_repository,
            root=self.project.lockfile_path.parent,
        )

    @property
    def member_names(self) -> frozenset[ProjectName]:
        """Return the names of the members; a script has none."""
        return frozenset() if isinstance(self.project, Script) else frozenset(self.project.workspace.trees)

    def check_python(self) -> None:
        """Refuse an interpreter that somebody asked for, and that is not there or does not suit the project.

        Raises:
            PythonNotFoundError: there is none.
            IncompatiblePythonError: it does not suit.
        """
        if self.python_request is not None:
            _ = self.interpreter

    def check_places(self) -> None:
        """Refuse folders of `find-links` that are not there.

        Raises:
            SourceNotFoundError: one is not.
        """
        from uvkit.model import is_url

        for one in self.settings.find_links:
            folder = self.project.lockfile_path.parent / one.url
            if not is_url(one.url) and not folder.exists():
                from uvkit.errors import SourceNotFoundError

                raise SourceNotFoundError(what="find-links folder", path=folder)

    def repository_addresses(self) -> Mapping[str, str]:
        """Return the addresses with credentials in the project's files."""
        return self.project.repository_addresses

    def offer_credentials(self, sources: Iterable[Source]) -> None:
        """Let archives at URLs be fetched with the credentials that the project's files give for them."""
        if any(isinstance(source, ArchiveSource) and source.url is not None for source in sources):
            for address in self.repository_addresses().values():
                if address.startswith(("http://", "https://")):
                    self.session.http.register(without_fragment(address))

    def check_project(self) -> None:
        """Refuse a project whose files do not fit together.

        Raises:
            InvalidTableError: members or groups contradict each other.
        """
        if isinstance(self.project, Project):
            self.project.check()

    @property
    def index_names(self) -> tuple[str, ...] | None:
        """Return the identities of the indexes that a lock's sources must name; none if nobody configured any."""
        settings = self.settings
        if not (settings.indexes or settings.find_links or settings.no_index):
            return None
        members = (*self.indexes.find_links, *self.indexes.indexes)
        return tuple(member.url for member in members)

    @property
    def environment_path(self) -> Path:
        """Return where the environment of the project is, or is to be; those of scripts are kept in the cache."""
        if isinstance(self.project, Script):
            path = self.project.path
            digest = blake2b(os.fsencode(path), digest_size=8).hexdigest()
            return self.session.cache.root / _ENVIRONMENTS / f"{path.stem}-{digest}"
        if self.settings.environment is not None:
            return self.project.lockfile_path.parent / self.settings.environment
        return self.project.environment_path

    @property
    def prompt(self) -> str | None:
        """Return how an environment made for the project calls itself."""
        return self.project.path.name if isinstance(self.project, Script) else self.project.name

    @lazy_property
    def python_request(self) -> str | None:
        """Return the interpreter asked for: by the caller, the settings, or the project's version file."""
        asked = self._python or self.settings.python
        if asked is not None:
            return asked
        request = self._pinned.request
        return None if request is None else request.text

    @lazy_property
    def _pinned(self) -> WantedPython:
        from .wanted_pythons import wanted_python

        return wanted_python(self.project, variables=self.session.variables)

    @lazy_property
    def interpreter(self) -> Interpreter:
        """Return the interpreter that the project's environment is made with."""
        from .wanted_pythons import WantedPython, suitable_python

        asked = self._python or self.settings.python
        wanted = self._pinned if asked is None else WantedPython.asked(asked, self.requires_python)
        return suitable_python(self.session.pythons, wanted, self.requires_python, events=self._events)

    @property
    def requires_python(self) -> RequiresPython | None:
        """Return the Python versions that suit: those of the project, and of the groups that `use_groups_of` named."""
        if self._selection is None or isinstance(self.project, Script):
            return self.project.requires_python
        return self.project.python_for(self._selection)

    def use_groups_of(self, selection: Selection) -> None:
        """Let the groups of a selection have a say which interpreter suits."""
        self._selection = selection

    def find_interpreter(self) -> Interpreter:
        """Return the interpreter that builds are for: the project's."""
        return self.interpreter

    @lazy_property
    def request(self) -> ResolveRequest:
        """Return the question that locks the project."""
        python = None if self.project.requires_python is not None else self.interpreter.version
        # Of indexes in files only those of the project's own may be pinned: anybody who has it must get the same lock.
        names = {one.name: one.identity for one in self.settings.indexes if one.name and not one.is_of_file}
        options = self.settings.resolver_options
        if isinstance(self.project, Script):
            return self.project.request(
                options,
                python=python,
                indexes=names,
                no_sources=self.settings.no_sources,
                large_files=self.settings.large_files,
            )
        return self.project.request(
            options,
            python=python,
            indexes=names,
            no_sources=self.settings.no_sources,
            built=self._built,
            large_files=self.settings.large_files,
        )

    @lazy_property
    def notices(self) -> tuple[Notice, ...]:
        """Return what the reader of the project's files should know."""
        python = None if self.project.requires_python is not None else self.interpreter.version
        return self.project.notices(python=python)

    @lazy_property
    def _state(self) -> str:
        """Return a digest of everything but the lock that decides whether the lock is fresh."""
        state = sha256(f"{__version__}\n{self.project.digest()}\n{self.settings.fingerprint}\n".encode())
        if self.project.requires_python is None:
            state.update(str(self.interpreter.version).encode())
        for part in self._local_states():
            state.update(part.encode("utf-8", "surrogateescape"))
        return state.hexdigest()

    def _local_states(self) -> Iterator[str]:
        """Yield the state of every local source whose metadata is not in a file that the project reads itself."""
        trees = () if isinstance(self.project, Script) else tuple(self.project.workspace.trees.values())
        places: dict[Path, object] = {one.root: one for one in trees} | dict(self.project.local_paths.kinds)
        for path, found in sorted(places.items(), key=lambda place: place[0]):
            table = found.tables.project if isinstance(found, SourceTree) else None
            if table is None or not table.has_static_requirements:
                yield self._local_state_of(path)
        for path in sorted(self._referred(trees)):
            yield self._local_state_of(path)

    def _referred(self, trees: Iterable[SourceTree]) -> Iterator[Path]:
        """Yield the places on this machine that requirements refer to themselves."""
        lists: list[Sequence[Requirement]] = [self.project.dependencies] if isinstance(self.project, Script) else []
        for table in (tree.tables.project for tree in trees):
            if table is not None:
                lists += [table.dependencies, *table.optional_dependencies.values()]
        for source in (one.source for requirements in lists for one in requirements):
            if isinstance(source, ArchiveSource | DirectorySource) and source.path is not None:
                yield self.project.lockfile_path.parent / source.path

    def _local_state_of(self, path: Path) -> str:
        if path.is_dir():
            from uvkit.builder import tree_fingerprint

            return f"\n{path} {tree_fingerprint(path, self.session.variables)}"
        try:
            facts = path.stat()
        except OSError:
            return f"\n{path} -"
        return f"\n{path} {facts.st_size} {facts.st_mtime_ns}"

    def remembers_fresh(self, lock: bytes) -> bool:
        """Tell whether the lock with this SHA-256 was found to answer this very question before."""
        return self.session.cache.memo.load(_MEMO, self._key(lock)) is not None

    def remember_fresh(self, lock: bytes) -> None:
        """Remember that the lock with this SHA-256 answers the question."""
        from uvkit.errors import StorageError

        try:
            self.session.cache.memo.store(_MEMO, self._key(lock), b"1")
        except StorageError:
            # Only speed is lost with a cache that cannot be written to.
            return

    def _key(self, lock: bytes) -> str:
        return sha256(self._state.encode() + lock).hexdigest()


def as_project(project: ProjectLike | None) -> Project:
    """Return the project meant: a project, one in a folder, or the one around the working directory."""
    if isinstance(project, Project):
        return project
    if project is None:
        return Project.discover(Path.cwd())
    return Project.open(project)
