"""Metadata of direct sources: archives at a URL or on disk, and source trees whose `pyproject.toml` says everything."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

from packaging.version import InvalidVersion, Version

from uvkit.builder import tree_metadata
from uvkit.errors import (
    BuildNotAllowedError,
    HashMismatchError,
    InvalidMetadataError,
    MetadataMismatchError,
    StorageError,
    UnsafeArchiveError,
)
from uvkit.formats import parse_metadata
from uvkit.model import (
    ALGORITHMS,
    ArchiveSource,
    FileRow,
    Hash,
    MetadataRows,
    ProjectName,
    project_name,
    split_wheel_name,
    without_credentials,
)
from uvkit.net import Freshness, HttpClient, HttpResponse, conditions, read_local_metadata

if TYPE_CHECKING:
    from uvkit.cache import Cache

T = TypeVar("T")

_CHUNK = 1 << 17
_MEMO = "archives"


class Build(Protocol):
    """Makes metadata of a source archive."""

    def __call__(
        self, path: Path, *, project: ProjectName, digest: str | None = None, subdirectory: str | None = None
    ) -> MetadataRows:
        """Return the metadata of a source distribution on disk; ``digest`` is its SHA-256, if known."""
        ...


class _Record(NamedTuple):
    """What is remembered of an archive at a URL, to ask whether it is still the same (RFC 9111)."""

    digest: str
    etag: str | None
    last_modified: str | None
    fresh_until: float


class ArchiveReader:
    """Reads the metadata of archives that are named directly: they are locked with their digest, so they come whole."""

    def __init__(self, http: HttpClient | None, cache: Cache | None) -> None:
        self._http = http or HttpClient()
        self._cache = cache

    def read(
        self, source: ArchiveSource, root: Path, *, project: ProjectName, build: Build | None
    ) -> tuple[MetadataRows, ArchiveSource]:
        """Return the metadata of an archive, and its source with the digest it has.

        Raises:
            HashMismatchError: it has another digest than the source says.
            MetadataError, BuildError, SourceError, IndexAccessError: it cannot be had.
        """
        if source.path is not None:
            path = root / source.path
            found, exact = self._of_file(path, source, _file_digest(path), project=project, build=build)
            _check_version_in_name(path.name, found)
            return found, exact
        url = source.url or ""
        record, rows = self._remembered(url, source)
        if record is not None and rows is not None:
            if record.fresh_until > time.time() or self._http.options.offline:
                return rows, self._exact(url, source, record.digest)
        else:
            record = None
        with self.scratch() as folder:
            path = folder / file_name(url)
            received = self._download(url, path, record)
            if record is None or received.digest != record.digest:
                rows, exact = self._of_file(path, source, received.digest, project=project, build=build)
                if self._cache is not None and path.name.endswith(".whl"):
                    self._cache.wheels.add(path, digest=received.digest, keys=(without_credentials(url),))
                else:
                    self._keep(path, received.digest)
            else:
                assert rows is not None
                exact = self._exact(url, source, record.digest)
            self._remember(url, source, received, rows=rows)
        return rows, exact

    def built(
        self, row: FileRow, use: Callable[[Path, str], T], *, opened: AbstractContextManager[Iterator[bytes]] | None
    ) -> T:
        """Fetch an archive of an index to a temporary place and return what ``use`` makes of it and its SHA-256.

        ``opened`` gives the bytes of an index that is not ours.

        Raises:
            HashMismatchError: it has another digest than the index says.
            IndexAccessError: it cannot be fetched.
        """
        with self.scratch() as folder:
            path = folder / (file_name(row.url) if opened is None else file_name(row.filename))
            digest = self._download(row.url, path, None).digest if opened is None else _received(opened, path)
            hashes = () if row.hash is None else (Hash.parse(row.hash),)
            _check(path.name, digest, map(str, hashes))
            _check_others(path, hashes)
            made = use(path, digest)
            self._keep(path, digest)
            return made

    def _keep(self, path: Path, digest: str) -> None:
        """Let whoever builds a wheel of an archive next have it without fetching it again."""
        if self._cache is not None:
            self._cache.staging.keep(digest, str(path))

    def scratch(self) -> AbstractContextManager[Path]:
        """Provide an empty folder for a block."""
        return self._cache.scratch() if self._cache is not None else _temporary()

    def _remembered(self, url: str, source: ArchiveSource) -> tuple[_Record | None, MetadataRows | None]:
        others = source.hashes and all(value.algorithm != "sha256" for value in source.hashes)
        if self._cache is None or others:
            # What is remembered has no other digest than the SHA-256 to compare with.
            return None, None
        raw = self._cache.memo.load(_MEMO, without_credentials(url))
        if raw is None:
            return None, None
        return _Record(*json.loads(raw)), self._cache.metadata.load(_key(url, source))

    def _remember(self, url: str, source: ArchiveSource, record: _Record, *, rows: MetadataRows) -> None:
        if self._cache is None:
            return
        try:
            self._cache.memo.store(_MEMO, without_credentials(url), json.dumps(record).encode())
            self._cache.metadata.store(_key(url, source), rows)
        except StorageError as error:
            logging.getLogger("uvkit.artifacts").debug("the cache was not updated: %s", error)

    def _exact(self, url: str, source: ArchiveSource, digest: str) -> ArchiveSource:
        _check(file_name(url), digest, map(str, source.hashes))
        return replace(source, hashes=(Hash("sha256", digest),))

    def _of_file(
        self, path: Path, source: ArchiveSource, digest: str, *, project: ProjectName, build: Build | None
    ) -> tuple[MetadataRows, ArchiveSource]:
        exact = self._exact(path.name, source, digest)
        _check_others(path, source.hashes)
        if path.name.endswith(".whl"):
            try:
                rows = parse_metadata(read_local_metadata(path), filename=path.name)
            except UnsafeArchiveError as error:
                raise InvalidMetadataError(filename=path.name, problems=(error.reason,)) from error
            lenient = self._cache is not None and not self._cache.check_wheel_names
            name = None if lenient else split_wheel_name(path.name)
            check_project(rows, path.name, project, version=None if name is None else Version(name.version))
            return rows, exact
        if build is None:
            raise BuildNotAllowedError(project=project, policy="no builder was given")
        return build(path, project=project, digest=digest, subdirectory=source.subdirectory), exact

    def _download(self, url: str, path: Path, known: _Record | None) -> _Record:
        """Fetch a file, unless it is still the one known, and return what to remember of it."""

        def consume(response: HttpResponse) -> _Record:
            freshness = Freshness.of(response.headers, time.time())
            if known is not None and response.status == 304:
                return known._replace(fresh_until=freshness.fresh_until)
            checksum = hashlib.sha256()
            try:
                with path.open("wb") as file:
                    for piece in response.chunks(_CHUNK):
                        checksum.update(piece)
                        file.write(piece)
            except OSError as error:
                raise StorageError(path=path, reason=error.strerror or str(error)) from error
            return _Record(checksum.hexdigest(), freshness.etag, freshness.last_modified, freshness.fresh_until)

        asked = {} if known is None else conditions(known.etag, known.last_modified)
        headers = {"accept-encoding": "identity", **asked}
        return self._http.fetch(url, consume, headers=headers, accept_statuses=frozenset({304}))


def read_tree(tree: Path) -> MetadataRows | None:
    """Return the metadata that a source tree gives without being run, or none if it must be asked (PEP 621).

    Raises:
        InvalidMetadataError: there is no such directory.
    """
    if not tree.is_dir():
        raise InvalidMetadataError(filename=str(tree), problems=("there is no such directory",))
    return tree_metadata(tree)


def file_name(url: str) -> str:
    """Return the name of the file that a URL names."""
    return unquote(urlsplit(url).path).replace("\\", "/").rpartition("/")[2] or "archive"


def check_project(rows: MetadataRows, filename: str, project: str, *, version: Version | None) -> None:
    """Refuse metadata of another project or version than was asked for.

    Raises:
        MetadataMismatchError: they differ.
    """
    if rows.project != project:
        raise MetadataMismatchError(filename=filename, field="name", expected=project, actual=rows.project)
    if version is not None and Version(rows.version) != version:
        raise MetadataMismatchError(filename=filename, field="version", expected=str(version), actual=rows.version)


def _check_version_in_name(filename: str, rows: MetadataRows) -> None:
    """Refuse a source distribution that is of another version than its name says (PEP 625), if it says one.

    Raises:
        MetadataMismatchError: it is.
    """
    name, dash, rest = filename.rpartition("-")
    suffix = next((one for one in (".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz") if rest.endswith(one)), "")
    if not dash or not suffix or project_name(name) != rows.project:
        return
    try:
        said = Version(rest.removesuffix(suffix))
    except InvalidVersion:
        return
    if said != Version(rows.version):
        raise MetadataMismatchError(filename=filename, field="version", expected=str(said), actual=rows.version)


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


def _received(opened: AbstractContextManager[Iterator[bytes]], path: Path) -> str:
    """Write what an index gives to a file and return its SHA-256."""
    checksum = hashlib.sha256()
    with opened as pieces:
        try:
            with path.open("wb") as file:
                for piece in pieces:
                    checksum.update(piece)
                    file.write(piece)
        except OSError as error:
            raise StorageError(path=path, reason=error.strerror or str(error)) from error
    return checksum.hexdigest()


def _check_others(path: Path, hashes: tuple[Hash, ...]) -> None:
    """Refuse a file that was announced with other digests than SHA-256 only, and does not have the strongest."""
    if not hashes or any(value.algorithm == "sha256" for value in hashes):
        return
    algorithm = max((value.algorithm for value in hashes), key=ALGORITHMS.index)
    expected = tuple(str(value) for value in hashes if value.algorithm == algorithm)
    with path.open("rb") as file:
        actual = f"{algorithm}:{hashlib.file_digest(file, algorithm).hexdigest()}"
    if actual not in expected:
        raise HashMismatchError(filename=path.name, expected=expected, actual=actual)


def _key(url: str, source: ArchiveSource) -> str:
    plain = without_credentials(url)
    return plain if source.subdirectory is None else f"{plain}#subdirectory={source.subdirectory}"
