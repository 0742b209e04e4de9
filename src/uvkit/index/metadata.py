"""Metadata of one wheel on an index: from its sidecar, by range requests, or out of the whole file."""

from __future__ import annotations

import hashlib
import logging
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
from uvkit.net import HttpClient, metadata_flow, read_local_metadata, read_remote_metadata

if TYPE_CHECKING:
    from uvkit.cache import Cache

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

    def _whole(self, row: FileRow) -> bytes:
        answer = self._http.get(row.url, headers=_WHOLE_FILE, accept_statuses=frozenset())
        check_digest(answer.body, row.hash or "", filename=row.filename)
        flow = metadata_flow(row.filename, len(answer.body))
        try:
            start, stop = next(flow)
            while True:
                start, stop = flow.send(answer.body[start:stop])
        except StopIteration as end:
            data: bytes = end.value
            return data


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
