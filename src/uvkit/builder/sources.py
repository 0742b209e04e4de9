"""Metadata and wheels of sources, each made once: what was built before is in the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple, Protocol

from uvkit.cache import Cache, WheelImage, file_digest
from uvkit.errors import BuildNotAllowedError, HashMismatchError, InvalidMetadataError, MetadataMismatchError
from uvkit.events import BuildOutput, CancelToken, TaskId
from uvkit.formats import parse_metadata
from uvkit.fs import extract_archive
from uvkit.model import GitSource, Hash, MetadataRows, ProjectName, without_credentials
from uvkit.runtime import Emitter

from .fingerprint import cache_keys, files_state, tree_fingerprint
from .frontend import Frontend
from .isolation import BuildSettings, EnvironmentFactory
from .stack import building
from .state import BuildState
from .static_metadata import archive_metadata, tree_metadata

_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})
_DEFAULT_SETTINGS = BuildSettings()
# Digests of archives that lie in repositories.
_PACKED = "repository-archives"


class Repositories(Protocol):
    """Where the trees of repositories come from."""

    def has(self, source: GitSource) -> bool:
        """Tell whether nothing has to be fetched for a source."""
        ...

    def exact(self, source: GitSource) -> GitSource:
        """Return a source with the commit that its reference names."""
        ...

    def checkout(self, source: GitSource) -> AbstractContextManager[Path]:
        """Provide the tree of a source's commit for a block."""
        ...


class _Job(NamedTuple):
    """Something to build: its tree, its project, the key under which the result is stored, and its name for people."""

    tree: Path
    project: ProjectName
    key: str
    source: str
    is_local: bool = False  # a tree on this machine, not one out of an archive or a repository


class SourceBuilder:
    """Answers what sources are and makes wheels of them, for a resolver and for an installer.

    ``environments`` makes what a build runs in, ``tag`` names the interpreter that it builds for, when first asked, so
    that its wheels are kept apart from those of others. ``settings`` says how a project is built, ``repositories``
    provides the trees of repositories. ``variables`` are those that `cache-keys` may name. Nothing is run
    where the source says for certain what it is (PEP 621, 643). Thread-safe; builds are announced as tasks with their
    output.
    """

    def __init__(  # noqa: PLR0913  # the parts of a run; all but the first two have a default
        self,
        cache: Cache,
        environments: EnvironmentFactory,
        *,
        tag: str | Callable[[], str],
        settings: Callable[[ProjectName], BuildSettings] | None = None,
        repositories: Repositories | None = None,
        state: BuildState | None = None,
        variables: Mapping[str, str] = _NO_VARIABLES,
        emitter: Emitter | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self._cache = cache
        self._environments = environments
        self._given_tag = tag
        self._settings = settings or (lambda _: _DEFAULT_SETTINGS)
        self._repositories = repositories
        self._state = state or BuildState()
        self._variables = variables
        self._emitter = emitter or Emitter(None)
        self._cancel = cancel

    # -- metadata ------------------------------------------------------------------------------------------------------

    def archive(
        self, path: Path, *, project: ProjectName, digest: str | None = None, subdirectory: str | None = None
    ) -> MetadataRows:
        """Return the metadata of a source distribution on disk; ``digest`` is its SHA-256, if known.

        Raises:
            UnsafeArchiveError: it cannot be unpacked.
            BuildError, InvalidTableError: its backend was asked and failed.
            MetadataError: what it says of itself cannot be read.
        """
        known = digest or file_digest(path)
        key = f"sha256:{known}" if subdirectory is None else f"sha256/{known}/{subdirectory}"
        rows = self._cache.metadata.load(key)
        if rows is None:
            with self._unpacked(path, subdirectory) as tree:
                job = _Job(tree, project, _archive_key(known, subdirectory), path.name)
                rows = archive_metadata(tree) or self._ask(job)
            self._cache.metadata.store(key, rows)
        return rows

    def tree(self, path: Path, *, project: ProjectName) -> MetadataRows:
        """Return the metadata of a source tree, asked of its backend once until the tree changes.

        Raises:
            BuildError, InvalidTableError: its backend was asked and failed.
            MetadataError: what it says of itself cannot be read.
        """
        rows = tree_metadata(path)
        if rows is not None:
            return rows
        job = self._tree_job(path, project)
        rows = self._cache.metadata.load(job.key)
        if rows is None:
            rows = self._ask(job)
            self._cache.metadata.store(job.key, rows)
        return rows

    def repository(self, source: GitSource, *, project: ProjectName) -> tuple[MetadataRows, GitSource]:
        """Return the metadata of a repository at a reference, and the source with its commit.

        Raises:
            GitError: it cannot be fetched.
            HashMismatchError: it names an archive in the repository, which has none of the source's digests.
            BuildError, MetadataError, InvalidTableError: as ``tree``.
        """
        exact = self._exact(source, project)
        key = _repository_key(exact)
        rows = self._cache.metadata.load(key)
        if rows is None:
            with self._checked_out(exact, project) as tree:
                if exact.path is not None:
                    file = _file_below(tree, exact)
                    rows = self._packed_metadata(file, exact, project=project)
                    self._cache.memo.store(_PACKED, key, file_digest(file).encode())
                else:
                    rows = tree_metadata(tree) or self._ask(_Job(tree, project, key, _shown(exact)))
            self._cache.metadata.store(key, rows)
        digest = None if exact.path is None else self._packed_digest(key)
        if digest is None:
            return rows, exact
        _check_digest(exact, digest)
        return rows, replace(exact, hashes=(Hash("sha256", digest),))

    def exact(self, source: GitSource, project: ProjectName) -> GitSource:
        """Return the source of a project with its commit.

        Raises:
            GitError: it cannot be fetched.
        """
        return self._exact(source, project)

    # -- wheels --------------------------------------------------------------------------------------------------------

    def built_image(self, digest: str, *, project: ProjectName, subdirectory: str | None = None) -> WheelImage | None:
        """Return the wheel built before from the archive with this SHA-256, or none."""
        return self._known(self._built_key(_archive_key(digest, subdirectory), project))

    def archive_image(
        self, path: Path, *, project: ProjectName, digest: str | None = None, subdirectory: str | None = None
    ) -> WheelImage:
        """Return the wheel of a source distribution on disk; ``digest`` is its SHA-256, if known.

        Raises:
            UnsafeArchiveError: it cannot be unpacked.
            BuildError, InvalidTableError: it cannot be built.
            MetadataError: what was built is not a wheel of the project.
        """
        key = _archive_key(digest or file_digest(path), subdirectory)
        known = self._known(self._built_key(key, project))
        if known is not None:
            return known
        with self._unpacked(path, subdirectory) as tree:
            return self._build(_Job(tree, project, key, path.name))

    def tree_image(self, path: Path, *, project: ProjectName, editable: bool = False) -> WheelImage:
        """Return the wheel of a source tree.

        What was built before is used again while what decides it is the same: the tree's `cache-keys`, or else every
        file of it. An editable wheel holds none of them, so there the files that decide its metadata do, unless its
        version is dynamic.

        Raises:
            BuildError, InvalidTableError: it cannot be built.
            MetadataError: what was built is not a wheel of the project.
        """
        job = self._tree_job(path, project)
        keep = True
        if editable:
            job = job._replace(key=f"editable {job.key}")
            keep = tree_metadata(path) is not None
        elif cache_keys(path) is None:
            job = job._replace(key=f"{job.key} {files_state(path)}")
        known = self._known(self._built_key(job.key, project)) if keep else None
        return known or self._build(job, editable=editable, keep=keep)

    def repository_image(self, source: GitSource, *, project: ProjectName) -> WheelImage:
        """Return the wheel of a repository at a commit.

        Raises:
            GitError: it cannot be fetched.
            HashMismatchError: it names an archive in the repository, which has none of the source's digests.
            BuildError, MetadataError, InvalidTableError: as ``tree_image``.
        """
        exact = self._exact(source, project)
        key = _repository_key(exact)
        if exact.path is not None:
            return self._packed_image(exact, key, project=project)
        known = self._known(self._built_key(key, project))
        if known is not None:
            return known
        with self._checked_out(exact, project) as tree:
            return self._build(_Job(tree, project, key, _shown(exact)))

    # -- how -----------------------------------------------------------------------------------------------------------

    def _ask(self, job: _Job) -> MetadataRows:
        """Return the metadata that the backend prepares, or that of the wheel it builds."""
        known = self._known(self._built_key(job.key, job.project))
        if known is not None:
            return _image_metadata(known)
        with self._running(job) as frontend, self._cache.scratch() as folder:
            prepared = frontend.metadata(folder)
            if prepared.wheel is not None:
                return _image_metadata(self._stored(job, prepared.wheel))
            assert prepared.dist_info is not None
            return _read_metadata(prepared.dist_info / "METADATA", job.source)

    def _build(self, job: _Job, *, editable: bool = False, keep: bool = True) -> WheelImage:
        with self._running(job) as frontend, self._cache.scratch() as folder:
            wheel = frontend.editable(folder) if editable else frontend.wheel(folder)
            return self._stored(job, wheel, keep=keep)

    def _stored(self, job: _Job, wheel: Path, *, keep: bool = True) -> WheelImage:
        image = self._cache.wheels.add(wheel)
        if image.manifest.name != job.project:
            raise MetadataMismatchError(
                filename=job.source, field="name", expected=job.project, actual=image.manifest.name
            )
        if keep:
            self._cache.built.store(self._built_key(job.key, job.project), job.project, image.path.name)
        return image

    @contextmanager
    def _running(self, job: _Job) -> Iterator[Frontend]:
        """Provide a frontend for a job and announce it as a task."""
        with building(job.key, job.source):
            task = self._emitter.start("build", f"{job.project} ({job.source})")
            try:
                yield Frontend(
                    job.tree,
                    self._environments,
                    settings=self._settings(job.project),
                    source=job.source,
                    is_local=job.is_local,
                    state=self._state,
                    identity=job.key,
                    lock=self._lock_of(job.tree) if job.is_local else None,
                    on_line=partial(self._print, task) if self._emitter.active else None,
                    cancel=self._cancel,
                )
            except BaseException as error:
                self._emitter.finish(task, "failed")
                error.add_note(f"while building `{job.project}` from `{job.source}`")
                raise
            self._emitter.finish(task)

    def _lock_of(self, tree: Path) -> str:
        return str(
            self._cache.root / f"tree-{blake2b(os.fsencode(os.path.realpath(tree)), digest_size=12).hexdigest()}.lock"
        )

    def _print(self, task: TaskId, line: str) -> None:
        self._emitter.emit(BuildOutput(task, line))

    def _known(self, key: str) -> WheelImage | None:
        digest = self._cache.built.load(key)
        return None if digest is None else self._cache.wheels.find(f"sha256:{digest}")

    def _built_key(self, key: str, project: ProjectName) -> str:
        tag = self._given_tag if isinstance(self._given_tag, str) else self._given_tag()
        return f"{key}\n{tag}\n{self._settings(project).identity()}"

    def _tree_job(self, path: Path, project: ProjectName) -> _Job:
        key = f"tree {path.absolute()} {tree_fingerprint(path, self._variables)}"
        return _Job(path, project, key, str(path), is_local=True)

    @contextmanager
    def _unpacked(self, path: Path, subdirectory: str | None) -> Iterator[Path]:
        with self._cache.scratch() as folder:
            extract_archive(path, folder)
            entries = list(folder.iterdir())
            top = entries[0] if len(entries) == 1 and entries[0].is_dir() else folder
            yield folder_below(top, subdirectory, source=path.name)

    def _exact(self, source: GitSource, project: ProjectName) -> GitSource:
        """Return a source with its commit, fetched if it must be."""
        if self._repositories is None:
            raise BuildNotAllowedError(project=project, policy="there is no way to fetch repositories")
        if self._repositories.has(source):
            return self._repositories.exact(source)
        task = self._emitter.start("checkout", _shown(source))
        try:
            exact = self._repositories.exact(source)
        except BaseException as error:
            self._emitter.finish(task, "failed")
            error.add_note(f"while fetching `{project}`")
            raise
        self._emitter.finish(task)
        return exact

    @contextmanager
    def _checked_out(self, exact: GitSource, project: ProjectName) -> Iterator[Path]:
        if self._repositories is None:
            raise BuildNotAllowedError(project=project, policy="there is no way to fetch repositories")
        with self._repositories.checkout(exact) as tree:
            inside = None if exact.path is not None else exact.subdirectory
            yield folder_below(tree, inside, source=_shown(exact))

    def _packed_image(self, source: GitSource, key: str, *, project: ProjectName) -> WheelImage:
        """Return the wheel of an archive inside a repository, which must have one of the digests that are known."""
        is_wheel = (source.path or "").endswith(".whl")
        digest = self._packed_digest(key)
        if digest is not None:
            _check_digest(source, digest)
            known = (
                self._cache.wheels.find(f"sha256:{digest}")
                if is_wheel
                else self.built_image(digest, project=project, subdirectory=source.subdirectory)
            )
            if known is not None:
                return known
        with self._checked_out(source, project) as tree:
            file = _file_below(tree, source)
            digest = file_digest(file)
            _check_digest(source, digest)
            self._cache.memo.store(_PACKED, key, digest.encode())
            if is_wheel:
                return self._cache.wheels.add(file)
            return self.archive_image(file, project=project, digest=digest, subdirectory=source.subdirectory)

    def _packed_digest(self, key: str) -> str | None:
        stored = self._cache.memo.load(_PACKED, key)
        return None if stored is None else stored.decode()

    def _packed_metadata(self, path: Path, source: GitSource, *, project: ProjectName) -> MetadataRows:
        if path.name.endswith(".whl"):
            return _image_metadata(self._cache.wheels.add(path))
        return self.archive(path, project=project, subdirectory=source.subdirectory)


def _archive_key(digest: str, subdirectory: str | None) -> str:
    return f"archive {digest} {subdirectory or ''}"


def _repository_key(source: GitSource) -> str:
    what = f"{source.path or ''}#{source.subdirectory or ''}{' lfs' if source.lfs else ''}"
    return f"git {without_credentials(source.repository)}@{source.commit} {what}"


def _shown(source: GitSource) -> str:
    at = source.reference or source.commit
    return without_credentials(source.repository) + (f"@{at}" if at else "")


def folder_below(tree: Path, subdirectory: str | None, *, source: str) -> Path:
    """Return a folder inside a tree.

    Raises:
        InvalidMetadataError: there is no such folder inside it.
    """
    if subdirectory is None:
        return tree
    parts = PurePosixPath(subdirectory).parts
    path = tree.joinpath(*parts)
    if ".." in parts or PurePosixPath(subdirectory).is_absolute() or not path.is_dir():
        raise InvalidMetadataError(filename=source, problems=(f"it has no folder `{subdirectory}`",))
    return path


def _file_below(tree: Path, source: GitSource) -> Path:
    """Return the file inside a repository that its source names.

    Raises:
        InvalidMetadataError: there is no such file inside it.
    """
    inside = PurePosixPath(source.path or "")
    path = tree.joinpath(*inside.parts)
    if ".." in inside.parts or inside.is_absolute() or not path.is_file():
        raise InvalidMetadataError(filename=_shown(source), problems=(f"it has no file `{source.path}`",))
    return path


def _check_digest(source: GitSource, digest: str) -> None:
    expected = tuple(str(value) for value in source.hashes if value.algorithm == "sha256")
    if expected and f"sha256:{digest}" not in expected:
        raise HashMismatchError(
            filename=f"{_shown(source)}/{source.path}", expected=expected, actual=f"sha256:{digest}"
        )


def _image_metadata(image: WheelImage) -> MetadataRows:
    path = image.root("site") / image.manifest.dist_info / "METADATA"
    return _read_metadata(path, image.manifest.name)


def _read_metadata(path: Path, source: str) -> MetadataRows:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidMetadataError(filename=source, problems=("its backend prepared no METADATA",)) from error
    return parse_metadata(data, filename=source)
