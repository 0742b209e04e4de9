"""Metadata of one wheel on an index: from its sidecar, by range requests, or out of the whole file."""

from __future__ import annotations

import hashlib
import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from uvkit.errors import (
    HashMismatchError,
    HttpStatusError,
    InvalidMetadataError,
    MetadataMismatchError,
    StorageError,
    UnsafeArchiveError,
)
from uvkit.formats import parse_metadata
from uvkit.model import FileRow, MetadataRows, ProjectName, is_url
from uvkit.net import HttpClient, HttpResponse, read_local_metadata, read_metadata, read_remote_metadata

if TYPE_CHECKING:
    from uvkit.cache import Cache

_CHUNK = 1 << 17
_WHOLE_FILE = {"accept-encoding": "identity"}


class WheelMetadata:
    """Reads and keeps the metadata of an index's wheels."""

    def __init__(self, http: HttpClient, cache: Cache | None, *, folder: Path | None = None) -> None:
        self._http = http
        self._cache = cache
        self._folder = folder or Path()

    def cached(self, row: FileRow) -> MetadataRows | None:
        """Return what the cache holds for a file, or none."""
        if self._cache is None:
            return None
        return self._cache.metadata.load(row.hash or row.url)

    def rows(self, row: FileRow, project: ProjectName, version: Version) -> MetadataRows:
        """Return the dependencies of a wheel.

        Raises:
            MetadataError: the wheel cannot serve.
            HashMismatchError: the sidecar or the wheel is not what the index announced.
            IndexAccessError: it cannot be fetched.
        """
        rows = self.cached(row)
        if rows is not None:
            return rows
        rows = parse_metadata(self.raw(row), filename=row.filename)
        check_identity(rows, row.filename, project, version=version)
        if self._cache is not None and is_url(row.url):
            try:
                self._cache.metadata.store(row.hash or row.url, rows)
            except StorageError as error:
                logging.getLogger("uvkit.index").debug("the cache was not updated: %s", error)
        return rows

    def raw(self, row: FileRow) -> bytes:
        """Return the METADATA of a wheel.

        Raises:
            MetadataError, HashMismatchError, IndexAccessError: as ``rows``.
        """
        try:
            if not is_url(row.url):
                return read_local_metadata(self._folder / row.url)
            data = self._unpacked(row)
            if data is not None:
                return data
            if row.metadata is not None:
                data = self._sidecar(row)
                if data is not None:
                    return data
            return read_remote_metadata(self._http, row.url, row.size) or self._whole(row)
        except UnsafeArchiveError as error:
            # For a resolution a damaged wheel is a wheel without metadata: another version may serve.
            raise InvalidMetadataError(filename=row.filename, problems=(error.reason,)) from error
        except OSError as error:
            raise InvalidMetadataError(filename=row.filename, problems=(error.strerror or str(error),)) from error

    def _sidecar(self, row: FileRow) -> bytes | None:
        try:
            answer = self._http.get(f"{row.url}.metadata", headers={"accept": "*/*"})
        except HttpStatusError:
            return None
        if answer.status == 404:
            return None
        check_digest(answer.body, row.metadata or "", filename=f"{row.filename}.metadata")
        return answer.body

    def _unpacked(self, row: FileRow) -> bytes | None:
        """Return the METADATA of a wheel that the cache holds unpacked."""
        if self._cache is None or row.hash is None:
            return None
        image = self._cache.wheels.find(row.hash)
        if image is None:
            return None
        try:
            return (image.root("site") / image.manifest.dist_info / "METADATA").read_bytes()
        except FileNotFoundError:
            return None

    def _whole(self, row: FileRow) -> bytes:
        """Fetch the wheel itself; with a cache it is kept there, for it will probably be installed."""
        if self._cache is not None:
            try:
                with self._cache.scratch() as folder:
                    return self._kept(self._cache, row, folder / row.filename)
            except StorageError as error:
                logging.getLogger("uvkit.index").debug("the cache was not updated: %s", error)
        answer = self._http.get(row.url, headers=_WHOLE_FILE, accept_statuses=frozenset())
        check_digest(answer.body, row.hash or "", filename=row.filename)
        return read_metadata(answer.body, filename=row.filename)

    def _kept(self, cache: Cache, row: FileRow, path: Path) -> bytes:
        self._http.fetch(row.url, partial(_write, path), headers=_WHOLE_FILE, accept_statuses=frozenset())
        check_file_digest(path, row.hash or "")
        data = read_local_metadata(path)
        cache.wheels.add(path, keys=() if row.hash is None or row.hash.startswith("sha256:") else (row.hash,))
        return data


def _write(path: Path, response: HttpResponse) -> None:
    from uvkit.fs import storage_error

    try:
        with path.open("wb") as file:
            for piece in response.chunks(_CHUNK):
                file.write(piece)
    except OSError as error:
        raise storage_error(error, path) from error


def check_file_digest(path: Path, expected: str) -> None:
    """Refuse a file that does not have the digest announced for it.

    Raises:
        HashMismatchError: they differ.
    """
    algorithm, _, digest = expected.partition(":")
    if not digest or algorithm not in hashlib.algorithms_available:
        return
    with path.open("rb") as file:
        actual = hashlib.file_digest(file, algorithm).hexdigest()
    if actual != digest.lower():
        raise HashMismatchError(filename=path.name, expected=(expected,), actual=f"{algorithm}:{actual}")


def check_digest(data: bytes, expected: str, *, filename: str) -> None:
    """Refuse bytes that do not have the digest announced for them (``algorithm:hex``); an empty text announces none.

    Raises:
        HashMismatchError: they differ.
    """
    algorithm, _, digest = expected.partition(":")
    if not digest or algorithm not in hashlib.algorithms_available:
        return
    actual = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
    if actual != digest.lower():
        raise HashMismatchError(filename=filename, expected=(expected,), actual=f"{algorithm}:{actual}")


def check_identity(rows: MetadataRows, filename: str, project: str, *, version: Version | None) -> None:
    """Refuse metadata of another project or version than the file's name says.

    Raises:
        MetadataMismatchError: they differ.
    """
    if rows.project != project:
        raise MetadataMismatchError(filename=filename, field="name", expected=project, actual=rows.project)
    if version is not None and Version(rows.version) != version:
        raise MetadataMismatchError(filename=filename, field="version", expected=str(version), actual=rows.version)
