"""Bring archives of interpreters, whole and with the digest they were published with."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from uvkit.errors import HashMismatchError, InvalidOptionError
from uvkit.fs import storage_error

if TYPE_CHECKING:
    from uvkit.net import HttpClient, HttpResponse

    from .catalog import PythonDownload

# Called with the bytes that are there, and with the size of the archive if it is known.
Progress: TypeAlias = Callable[[int, int | None], None]

_CHUNK = 1 << 18
# What stands before the part of an address that mirrors keep, by implementation.
_RELEASES = {"cpython": "/releases/download/", "pypy": "/pypy/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonSources:
    """Where interpreters are downloaded from.

    ``catalog`` is the path or address of a list in uv's format, which takes the place of the one of `pbs-installer`;
    ``mirrors`` replace the address of releases, by implementation. ``http`` may be a function that makes the client
    when it is needed; without one, one is made. ``offline`` keeps anything from being downloaded on demand.
    """

    http: HttpClient | Callable[[], HttpClient] | None = None
    catalog: str | os.PathLike[str] | None = None
    mirrors: Mapping[str, str] = field(default_factory=dict)
    offline: bool = False

    def client(self) -> HttpClient:
        """Return the client to fetch with."""
        if callable(self.http):
            return self.http()
        if self.http is not None:
            return self.http
        from uvkit.net import HttpClient, NetworkOptions

        return HttpClient(NetworkOptions(offline=self.offline))

    def address(self, download: PythonDownload) -> str:
        """Return where to fetch a download from: its own address, or the same file on the mirror.

        Raises:
            InvalidOptionError: there is a mirror, and the address is not that of a release which a mirror may have.
        """
        implementation = download.identity.implementation
        mirror = self.mirrors.get(implementation)
        if not mirror:
            return download.url
        _, found, rest = download.url.partition(_RELEASES.get(implementation, "/releases/download/"))
        if not found:
            name = "python-install-mirror" if implementation == "cpython" else f"{implementation}-install-mirror"
            raise InvalidOptionError(problems=((name, f"`{download.url}` is not the address of a release"),))
        return f"{mirror.rstrip('/')}/{rest}"

    def fetch(self, download: PythonDownload, target: Path, *, kept: Path | None = None, progress: Progress) -> None:
        """Write the archive to a file.

        ``kept`` is a folder in which archives stay between installations; what is there is used if its digest is right.

        Raises:
            HashMismatchError: the archive does not have the digest of the catalogue.
            IndexAccessError: it could not be fetched.
            StorageError: it could not be written.
        """
        stored = None if kept is None else kept / _kept_name(download)
        if stored is not None and stored.is_file():
            try:
                _checked(download, _copied(stored, target, progress))
            except HashMismatchError:
                # Cut short or changed since; the release has the real one.
                stored.unlink(missing_ok=True)
            else:
                return
        url = self.address(download)
        path = file_path(url)
        digest = self._downloaded(url, target, progress) if path is None else _copied(path, target, progress)
        _checked(download, digest)
        if stored is not None:
            _keep(target, stored)

    def read_catalog(self) -> bytes | None:
        """Return the list that takes the place of the library's, if there is one.

        Raises:
            InvalidOptionError: there is no such file.
            IndexAccessError: it could not be fetched.
        """
        if self.catalog is None:
            return None
        place = os.fspath(self.catalog)
        path = file_path(place) if "://" in place else Path(place)
        if path is None:
            return self.client().get(place, accept_statuses=frozenset()).body
        try:
            return path.read_bytes()
        except OSError as error:
            reason = f"`{place}` cannot be read: {error.strerror}"
            raise InvalidOptionError(problems=(("python-downloads-json-url", reason),)) from error

    def _downloaded(self, url: str, target: Path, progress: Progress) -> str:
        def consume(response: HttpResponse) -> str:
            length = response.headers.get("content-length", "")
            size = int(length) if length.isdigit() else None
            return _written(response.chunks(_CHUNK), target, size, progress=progress)

        # A server that compresses a second time would make the size wrong, and gains nothing.
        headers = {"accept-encoding": "identity"}
        return self.client().fetch(url, consume, headers=headers, accept_statuses=frozenset())


def file_path(url: str) -> Path | None:
    """Return the path that a `file:` address names, or none for any other."""
    if not url.lower().startswith("file:"):
        return None
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    return Path(url2pathname(urlsplit(url).path))


def _copied(source: Path, target: Path, progress: Progress) -> str:
    try:
        with source.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            return _written(iter(lambda: file.read(_CHUNK), b""), target, size, progress=progress)
    except OSError as error:
        raise storage_error(error, source) from error


def _written(chunks: Iterator[bytes], target: Path, size: int | None, *, progress: Progress) -> str:
    """Write pieces to a file and return their digest."""
    state = hashlib.sha256()
    done = 0
    progress(done, size)
    try:
        file = target.open("wb")
    except OSError as error:
        raise storage_error(error, target) from error
    with file:
        for chunk in chunks:
            state.update(chunk)
            try:
                file.write(chunk)
            except OSError as error:
                raise storage_error(error, target) from error
            done += len(chunk)
            progress(done, size)
    return state.hexdigest()


def _checked(download: PythonDownload, digest: str) -> None:
    expected = download.hash
    if expected is not None and digest != expected.digest:
        raise HashMismatchError(
            filename=download.filename, expected=(str(expected),), actual=f"{expected.algorithm}:{digest}"
        )


def _kept_name(download: PythonDownload) -> str:
    """Return a name that tells builds of one version apart."""
    mark = hashlib.sha256(download.url.encode()).hexdigest()[:16]
    return f"{mark}-{download.filename}"


def _keep(archive: Path, stored: Path) -> None:
    # Keeping it only saves time, so a full or missing disk is no reason to fail.
    import shutil

    scratch = stored.with_name(f".{stored.name}.{os.getpid():x}")
    with suppress(OSError):
        stored.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(archive, scratch)
        os.replace(scratch, stored)
