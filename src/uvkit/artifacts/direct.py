"""Metadata of direct sources: archives at a URL or on disk, and source trees whose `pyproject.toml` says everything."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from packaging.version import Version

from uvkit.errors import (
    BuildNotAllowedError,
    HashMismatchError,
    InvalidMetadataError,
    MetadataMismatchError,
    StorageError,
    UnsafeArchiveError,
)
from uvkit.formats import parse_metadata, parse_pyproject, split_metadata
from uvkit.markers import MarkerSet
from uvkit.model import (
    ArchiveSource,
    CoreMetadata,
    Hash,
    MetadataRows,
    ProjectName,
    specifier_or_none,
    split_wheel_name,
)
from uvkit.net import HttpClient, HttpResponse, read_local_metadata

if TYPE_CHECKING:
    from uvkit.cache import Cache

T = TypeVar("T")

_CHUNK = 1 << 17
_Build = Callable[..., MetadataRows]


class ArchiveReader:
    """Fetches archives whole and reads their metadata: what a direct URL names is locked with its digest."""

    def __init__(self, http: HttpClient | None, cache: Cache | None) -> None:
        self._given = http
        self._cache = cache

    def read(
        self, source: ArchiveSource, root: Path, *, project: ProjectName, build: _Build | None
    ) -> tuple[MetadataRows, ArchiveSource]:
        """Return the metadata of an archive, and its source with the digest it has.

        Raises:
            HashMismatchError: it has another digest than the source says.
            MetadataError, BuildError, SourceError, IndexAccessError: it cannot be had.
        """
        if source.path is not None:
            path = root / source.path
            digest = _file_digest(path)
            return self._of_file(path, source, digest, project=project, build=build)
        url = source.url or ""
        known = self._known(url, source)
        if known is not None:
            return known
        with self._scratch() as folder:
            path = folder / _name(url)
            digest = self._download(url, path)
            rows, exact = self._of_file(path, source, digest, project=project, build=build)
            if self._cache is not None and path.name.endswith(".whl"):
                self._cache.wheels.add(path, digest=digest, keys=(url,))
        return rows, exact

    def built(self, url: str, expected: str | None, use: Callable[[Path], T]) -> T:
        """Fetch an archive of an index to a temporary place and return what ``use`` makes of it.

        Raises:
            HashMismatchError: it has another digest than the index says.
            IndexAccessError: it cannot be fetched.
        """
        with self._scratch() as folder:
            path = folder / _name(url)
            digest = self._download(url, path)
            _check(path.name, digest, (expected,) if expected else ())
            return use(path)

    def _known(self, url: str, source: ArchiveSource) -> tuple[MetadataRows, ArchiveSource] | None:
        """Return what the cache has of a wheel at this URL that was fetched before."""
        image = self._cache.wheels.find(url) if self._cache is not None else None
        if image is None:
            return None
        digest = image.path.name
        _check(_name(url), digest, map(str, source.hashes))
        try:
            data = (image.root("site") / image.manifest.dist_info / "METADATA").read_bytes()
        except OSError:
            return None
        return parse_metadata(data, filename=_name(url)), _exact(source, digest)

    def _of_file(
        self, path: Path, source: ArchiveSource, digest: str, *, project: ProjectName, build: _Build | None
    ) -> tuple[MetadataRows, ArchiveSource]:
        _check(path.name, digest, map(str, source.hashes))
        if path.name.endswith(".whl"):
            try:
                rows = parse_metadata(read_local_metadata(path), filename=path.name)
            except UnsafeArchiveError as error:
                raise InvalidMetadataError(filename=path.name, problems=(error.reason,)) from error
            name = split_wheel_name(path.name)
            check_project(rows, path.name, project, version=None if name is None else Version(name.version))
            return rows, _exact(source, digest)
        if build is None:
            raise BuildNotAllowedError(project=project, policy="no builder was given")
        return build(path, project=project), _exact(source, digest)

    def _scratch(self) -> AbstractContextManager[Path]:
        return self._cache.scratch() if self._cache is not None else _temporary()

    def _download(self, url: str, path: Path) -> str:
        """Fetch a file and return its SHA-256."""
        http = self._given or HttpClient()

        def consume(response: HttpResponse) -> str:
            checksum = hashlib.sha256()
            try:
                with path.open("wb") as file:
                    for piece in response.chunks(_CHUNK):
                        checksum.update(piece)
                        file.write(piece)
            except OSError as error:
                raise StorageError(path=path, reason=error.strerror or str(error)) from error
            return checksum.hexdigest()

        return http.fetch(url, consume, headers={"accept-encoding": "identity"}, accept_statuses=frozenset())


def static_tree_metadata(tree: Path) -> MetadataRows | None:
    """Return the metadata that a source tree's `pyproject.toml` gives whole, or none if it must be asked (PEP 621).

    Raises:
        InvalidTableError: the file has mistakes; all are listed.
        InvalidMetadataError: there is no such directory.
    """
    path = tree / "pyproject.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        if not tree.is_dir():
            raise InvalidMetadataError(filename=str(tree), problems=("there is no such directory",)) from error
        return None
    project = parse_pyproject(text, path).project
    if project is None or project.version is None or not project.has_static_requirements:
        return None
    if "requires-python" in project.dynamic:
        return None
    optional = [
        requirement.with_marker(requirement.marker & MarkerSet.extra(extra))  # noqa: S610  # no Django here
        for extra, requirements in project.optional_dependencies.items()
        for requirement in requirements
    ]
    metadata = CoreMetadata(
        project=project.name,
        version=project.version,
        requires_dist=(*project.dependencies, *optional),
        requires_python=specifier_or_none(project.requires_python),
        provides_extra=tuple(project.optional_dependencies),
    )
    return split_metadata(metadata)


def check_project(rows: MetadataRows, filename: str, project: str, *, version: Version | None) -> None:
    """Refuse metadata of another project or version than was asked for.

    Raises:
        MetadataMismatchError: they differ.
    """
    if rows.project != project:
        raise MetadataMismatchError(filename=filename, field="name", expected=project, actual=rows.project)
    if version is not None and Version(rows.version) != version:
        raise MetadataMismatchError(filename=filename, field="version", expected=str(version), actual=rows.version)


@contextmanager
def _temporary() -> Iterator[Path]:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="uvkit-") as folder:
        yield Path(folder)


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidMetadataError(filename=str(path), problems=(error.strerror or str(error),)) from error


def _check(filename: str, digest: str, expected: Iterable[str]) -> None:
    """Refuse a file of which a SHA-256 is known that it does not have."""
    announced = tuple(text for text in expected if text.startswith("sha256:"))
    if announced and f"sha256:{digest}" not in announced:
        raise HashMismatchError(filename=filename, expected=announced, actual=f"sha256:{digest}")


def _exact(source: ArchiveSource, digest: str) -> ArchiveSource:
    return replace(source, hashes=(Hash("sha256", digest),))


def _name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2]) or "archive"
