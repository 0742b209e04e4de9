"""`Lockfile`: what was resolved, as a value that is read, written, compared and selected from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from uvkit.errors import (
    InvalidLockfileError,
    InvalidRequirementError,
    LockfileMissingError,
    UnrepresentableLockError,
    UnsupportedLockfileError,
)
from uvkit.formats import LockDocument, is_pylock, is_pylock_name, read_pylock, read_uv_lock
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    ConflictItem,
    GitSource,
    InstallSet,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Selection,
    Source,
    Target,
    Upgrade,
    group_name,
    project_name,
)

if TYPE_CHECKING:
    from packaging.version import Version

    from uvkit.resolver import Chains, Preference, Resolution, ResolveRequest, Roots

    from .content_check import LocalState
    from .diff import LockDiff
    from .export_options import ExportFormat, ExportOptions
    from .satisfies import Freshness

# What makes and compares locks is imported where it is used: most runs only read one.
StrPath: TypeAlias = str | PathLike[str]
LockFormat: TypeAlias = Literal["uv.lock", "pylock.toml"]
Names: TypeAlias = frozenset[ProjectName] | Literal["all"]


def _read_pylock(text: str) -> LockDocument:
    """Return what a `pylock.toml` says, and what uvkit adds to the standard's part if it wrote the file."""
    document, added = read_pylock(text)
    if added is None:
        return document
    from .whole_pylock import whole_document

    return whole_document(document, added)


class Lockfile:
    r"""A lock of uv's format version 1 or of PEP 751; immutable.

    Reading checks the whole text; values that a caller may not need (distributions, forks, files of wheels) are made
    when they are first asked for. Two locks are equal if they say the same at the same revision, however they are
    written.

    >>> lock = Lockfile.parse('version = 1\nrequires-python = ">=3.11"\n')
    >>> str(lock.requires_python), lock.members
    ('>=3.11', ())
    """

    def __init__(self, document: LockDocument, *, path: Path | None = None) -> None:
        """Take a document; `read`, `parse` and `from_resolution` make one."""
        self._document = document
        self._path = path

    # -- making ------------------------------------------------------------------------------------------------------

    @classmethod
    def read(cls, path: StrPath) -> Self:
        """Return the lock in a file.

        Raises:
            LockfileMissingError: there is no such file.
            InvalidLockfileError: it is not a lock; all problems are listed.
            UnsupportedLockfileError: its format version is not 1.
        """
        file = Path(path)
        try:
            data = file.read_bytes()
        except FileNotFoundError as error:
            raise LockfileMissingError(path=file) from error
        except OSError as error:
            raise InvalidLockfileError(path=file, problems=(f"cannot be read: {error.strerror}",)) from error
        return cls.of_bytes(data, path=file)

    @classmethod
    def of_bytes(cls, data: bytes, *, path: Path | None = None) -> Self:
        """Return the lock that a file's content holds; errors name the file.

        Raises:
            InvalidLockfileError: it is not a lock; all problems are listed.
            UnsupportedLockfileError: its format version is not 1.
        """
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise InvalidLockfileError(path=path, problems=(f"byte {error.start} is not UTF-8",)) from error
        return cls._parse(text, path, "pylock.toml" if path is not None and is_pylock_name(path.name) else None)

    @classmethod
    def parse(cls, text: str, *, file_format: LockFormat | None = None) -> Self:
        """Return the lock that a text holds; without a format, the text tells which it is.

        Raises:
            InvalidLockfileError: it is not a lock; all problems are listed.
            UnsupportedLockfileError: its format version is not 1.
        """
        return cls._parse(text, None, file_format)

    @classmethod
    def _parse(cls, text: str, path: Path | None, file_format: LockFormat | None) -> Self:
        if file_format is None:
            file_format = "pylock.toml" if is_pylock(text) else "uv.lock"
        try:
            lock = cls(read_uv_lock(text) if file_format == "uv.lock" else _read_pylock(text), path=path)
        except InvalidLockfileError as error:
            raise InvalidLockfileError(path=path, problems=error.problems) from error.__cause__
        except UnsupportedLockfileError as error:
            raise UnsupportedLockfileError(path=path, version=error.version, supported=error.supported) from None
        with lock._checked():
            RequiresPython.parse(lock._document.requires_python)
        return lock

    @classmethod
    def from_resolution(cls, resolution: Resolution, request: ResolveRequest) -> Self:
        """Return the lock of a resolution, ready to be written as uv would write it."""
        from .assemble import assemble

        return cls(assemble(resolution, request))

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Turn the complaint about a text inside the lock into the error that names the file."""
        try:
            yield
        except (ValueError, InvalidRequirementError) as error:
            raise InvalidLockfileError(path=self._path, problems=(str(error),)) from error

    # -- writing -----------------------------------------------------------------------------------------------------

    def dumps(self, file_format: LockFormat = "uv.lock") -> str:
        """Return the text of the lock, in uv's layout or as a `pylock.toml` (PEP 751).

        The latter has, for every tool, what the project at the root installs with each of its extras and groups, and
        the rest in a table of uvkit's own, so that reading it gives this very lock again.

        Raises:
            UnrepresentableLockError: the format cannot say what the lock says.
        """
        choice = self._document.open
        if file_format == "pylock.toml":
            from .whole_pylock import open_pylock, whole_pylock

            with self._checked():
                return whole_pylock(self) if choice is None else open_pylock(self, choice)
        if choice is not None:
            reason = "a `pylock.toml` of another tool does not say which distribution needs which"
            raise UnrepresentableLockError(file_format=file_format, problems=(reason,))
        from uvkit.formats import write_uv_lock

        return write_uv_lock(self._document)

    def write(self, path: StrPath, *, file_format: LockFormat | None = None) -> bool:
        """Replace a file whole, unless it holds this text already; tell whether it changed.

        Without a format the name of the file tells which it is.

        Raises:
            StorageError: the file cannot be written; the old one is untouched.
            UnrepresentableLockError: the format cannot say what the lock says.
        """
        from uvkit.fs import write_atomic

        file = Path(path)
        if file_format is None:
            file_format = "pylock.toml" if is_pylock_name(file.name) else "uv.lock"
        data = self.dumps(file_format).encode()
        try:
            if file.read_bytes() == data:
                return False
        except OSError:
            pass  # absent or unreadable: writing it says what is wrong, if something is
        write_atomic(file, data)
        return True

    def export(
        self,
        file_format: ExportFormat,
        *,
        selection: Selection | None = None,
        target: Target | None = None,
        options: ExportOptions | None = None,
    ) -> str:
        """Return the text of what a selection installs in another format, as `uv export` writes it.

        With a ``target`` the text is for that machine alone: without markers, and with no files that do not fit it.
        Formats are ``requirements.txt``, ``pylock.toml`` (PEP 751) and ``cyclonedx1.5``, a bill of materials, for which
        the extra `sbom` is needed.

        Raises:
            SelectionError: the selection names something unknown, or items that conflict.
            UnrepresentableLockError: the format cannot say what the lock says.
            MissingLibraryError: the library for the format is not installed.
            IncompatiblePythonError, UnsupportedEnvironmentError, NoCompatibleFileError: as ``select``, for a target.
            InvalidLockfileError: a marker or specifier of the lock does not parse.
        """
        from .export import export_lock
        from .export_options import ExportOptions

        with self._checked():
            return export_lock(
                self, file_format, selection=selection or Selection(), target=target, options=options or ExportOptions()
            )

    # -- contents ----------------------------------------------------------------------------------------------------

    @property
    def document(self) -> LockDocument:
        """Return the tables as they stand in the file."""
        return self._document

    @property
    def path(self) -> Path | None:
        """Return the file that the lock was read from."""
        return self._path

    @property
    def revision(self) -> int:
        """Return the revision of the format."""
        return self._document.revision

    @property
    def members(self) -> tuple[ProjectName, ...]:
        """Return the members of the workspace: the one project where there is no other; none in a script's lock."""
        from .contents import member_names

        return member_names(self._document)

    @cached_property
    def requires_python(self) -> RequiresPython:
        """Return the Python versions that the lock is for."""
        return RequiresPython.parse(self._document.requires_python)

    @cached_property
    def forks(self) -> tuple[MarkerSet, ...]:
        """Return the forks of the resolution in the order in which they were solved, within requires-python.

        Raises:
            InvalidLockfileError: a marker does not parse.
        """
        from .contents import fork_markers

        with self._checked():
            return fork_markers(self._document, self.requires_python.bounds)

    @cached_property
    def environments(self) -> tuple[MarkerSet, ...]:
        """Return the environments that the lock is limited to; none means all.

        Raises:
            InvalidLockfileError: a marker does not parse.
        """
        with self._checked():
            return tuple(map(MarkerSet.parse, self._document.supported_markers))

    @property
    def conflicts(self) -> tuple[tuple[ConflictItem, ...], ...]:
        """Return the sets of extras and groups of which only one may be active."""
        return self._document.conflicts

    @cached_property
    def distributions(self) -> tuple[ResolvedDistribution, ...]:
        """Return everything that is locked, members included.

        Markers of edges are as short as in the file: they leave out what requires-python and the forks imply.

        Raises:
            InvalidLockfileError: a marker or specifier does not parse.
        """
        from .contents import resolved_distributions

        with self._checked():
            return resolved_distributions(self._document)

    @cached_property
    def roots(self) -> tuple[ResolvedDependency, ...]:
        """Return the edges of requirements without a member: of a script, or of the groups of a root without project.

        Raises:
            InvalidLockfileError: a marker or specifier does not parse.
        """
        from .contents import root_edges

        with self._checked():
            return root_edges(self._document)

    def roots_for(self, selection: Selection) -> tuple[Roots, Selection]:
        """Return where a selection starts (members, and requirements that belong to none), and what it still decides.

        Raises:
            SelectionError: an extra or group is not one of a lock without members.
            InvalidLockfileError: a marker or specifier does not parse.
        """
        from uvkit.resolver import Roots

        manifest = self._document.manifest
        groups = manifest.default_groups
        roots = Roots(
            members=self.members,
            edges=self.roots,
            groups=frozenset(map(group_name, manifest.dependency_groups)),
            default_groups=tuple(map(group_name, groups)) if isinstance(groups, tuple) else groups,
        )
        if self._document.open is None:
            return roots, selection
        from .open_choice import bound

        return bound(roots, selection, self._document.open)

    def versions(self, project: str) -> tuple[Version, ...]:
        """Return the locked versions of a project."""
        from packaging.version import Version

        name = project_name(project)
        return tuple(Version(p.version) for p in self._document.packages if p.name == name and p.version is not None)

    # -- questions ---------------------------------------------------------------------------------------------------

    def satisfies(
        self,
        request: ResolveRequest,
        *,
        upgrade: Upgrade | None = None,
        indexes: Collection[str] | None = None,
        local: Callable[[ProjectName, Source], LocalState | None] | None = None,
    ) -> Freshness:
        """Return how far the lock answers a request, and why no further.

        Versions and files are trusted as they are; compared is what the project says now with what the lock recorded.
        ``indexes`` are the configured ones (none: sources are not compared). ``local`` tells the present state of
        source trees and archives that are no members; what it does not know counts as changed.

        Raises:
            InvalidLockfileError: a marker or specifier of the lock does not parse.
        """
        from .satisfies import freshness

        with self._checked():
            return freshness(self._document, request, upgrade=upgrade or Upgrade(), indexes=indexes, local=local)

    def preferences(self, upgrade: Upgrade | None = None) -> tuple[Preference, ...]:
        """Return the versions that a new resolution tries first: all but those to be upgraded.

        Raises:
            InvalidLockfileError: a marker does not parse.
        """
        from .contents import preferences

        with self._checked():
            return preferences(self._document, self.requires_python.bounds, upgrade or Upgrade())

    def commits(self, upgrade: Upgrade | None = None) -> tuple[GitSource, ...]:
        """Return the locked commits of repositories, except of projects to be upgraded."""
        from .contents import commits

        return commits(self._document, upgrade or Upgrade())

    def released_by(self, upgrade: Upgrade) -> Upgrade:
        """Return an upgrade with the projects that its groups require here instead of the groups."""
        if not upgrade.groups:
            return upgrade
        from .contents import required_by_groups

        names = required_by_groups(self._document, upgrade.groups)
        return replace(upgrade, groups=frozenset()) | Upgrade(names)

    def why(self, project: str) -> Chains:
        """Return a shortest chain of names for each direct dependent of a project, from a root to the project.

        Printed, they are lines with versions, extras and markers.

        Raises:
            InvalidLockfileError: a marker or specifier does not parse.
        """
        from uvkit.resolver import chains_to

        roots = {*self.members, *(edge.project for edge in self.roots)}
        return chains_to(project_name(project), self.distributions, roots)

    def select(
        self,
        target: Target,
        selection: Selection | None = None,
        *,
        no_binary: Names = frozenset(),
        no_build: Names = frozenset(),
    ) -> InstallSet:
        """Return what to install on a target, one file for each project.

        Raises:
            SelectionError: the selection names something unknown, or items that conflict.
            IncompatiblePythonError: the target's Python is outside of requires-python.
            UnsupportedEnvironmentError: the lock is not for the target.
            NoCompatibleFileError: no file of a project fits the target.
            InvalidLockfileError: a marker or specifier of the lock does not parse.
        """
        from uvkit.resolver import select_distributions

        roots, selection = self.roots_for(selection or Selection())
        return select_distributions(
            self.distributions,
            target,
            selection,
            members=roots.members,
            roots=roots.edges,
            root_groups=roots.groups,
            default_groups=roots.default_groups,
            requires_python=self.requires_python,
            environments=self.environments,
            conflicts=self.conflicts,
            no_binary=no_binary,
            no_build=no_build,
        )

    def diff(self, other: Lockfile | None) -> LockDiff:
        """Return what changed from another lock (none: an empty one) to this one."""
        from .diff import difference

        return difference(() if other is None else other.document.packages, self._document.packages)

    # -- comparison --------------------------------------------------------------------------------------------------

    @cached_property
    def _comparable(self) -> str:
        """Return a text that is equal for locks that say the same at the same revision."""
        from uvkit.formats import write_uv_lock

        from .normalize import normalized

        with self._checked():
            return write_uv_lock(normalized(self._document))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Lockfile):
            return NotImplemented
        return self._document == other._document or self._comparable == other._comparable

    def __hash__(self) -> int:
        return hash(self._comparable)

    def __repr__(self) -> str:
        return f"Lockfile({len(self._document.packages)} packages, requires-python {self._document.requires_python!r})"
