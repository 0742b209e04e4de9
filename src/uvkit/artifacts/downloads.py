"""Bring files here: streamed, hashed on the way, verified before anybody sees them."""

from __future__ import annotations

import hashlib
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from uvkit.errors import HashMismatchError, InvalidResponseError, NetworkError
from uvkit.fs import storage_error, write_all
from uvkit.model import ALGORITHMS, Hash, hash_texts, redacted

from .sources import Artifact, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Self

    from uvkit.events import TaskId
    from uvkit.net import HttpClient
    from uvkit.runtime import Emitter

_CHUNK = 1 << 17
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# Small wheels are unpacked from memory: on ext4 every file that is made and deleted slows down all that are made in the
# following minutes. What lies in memory at once is bounded; larger files go through a few files that are used again.
_IN_MEMORY = 8 << 20
_MEMORY_BUDGET = 64 << 20
# A body that breaks is begun anew; that the server cannot be reached at all is the client's to retry.
_ATTEMPTS = 3


class Fetched(NamedTuple):
    """A verified file: its content, or the path that holds it until the block ends, and its SHA-256."""

    content: bytearray | None
    path: Path | None
    digest: str

    @property
    def data(self) -> bytearray | Path:
        """Return whichever holds the file."""
        if self.content is not None:
            return self.content
        assert self.path is not None
        return self.path


class Downloads:
    """Fetches artifacts for several threads at once.

    ``scratch`` makes paths for files too large for memory, ``check`` is called between chunks and raises to stop.
    """

    def __init__(
        self,
        http: Callable[[], HttpClient],
        *,
        scratch: Callable[[], Path],
        emitter: Emitter,
        check: Callable[[], None],
    ) -> None:
        self._http = http
        self._scratch = scratch
        self._emitter = emitter
        self._check = check
        self._lock = threading.Lock()
        self._memory = _MEMORY_BUDGET
        self._idle: list[Path] = []

    @contextmanager
    def fetch(self, artifact: Artifact, task: TaskId, *, to: Path | None = None) -> Iterator[Fetched]:
        """Provide an artifact's file for a block, in ``to`` if given.

        Raises:
            HashMismatchError: it is not the file that was pinned.
            IndexAccessError: it cannot be fetched, or comes cut short every time.
            StorageError: it cannot be written.
        """
        if artifact.path is not None:
            yield self._local(artifact, artifact.path, task)
        elif to is not None:
            yield self._remote(artifact, task, to)
        elif self._reserve(artifact.size):
            try:
                yield self._remote(artifact, task, None)
            finally:
                with self._lock:
                    self._memory += artifact.size or 0
        else:
            path = self._borrow()
            try:
                yield self._remote(artifact, task, path)
            finally:
                with self._lock:
                    self._idle.append(path)

    def close(self) -> None:
        """Delete the files that were used on the way."""
        for path in self._idle:
            path.unlink(missing_ok=True)
        self._idle.clear()

    def _reserve(self, size: int | None) -> bool:
        if size is None or size > _IN_MEMORY:
            return False
        with self._lock:
            if size > self._memory:
                return False
            self._memory -= size
            return True

    def _borrow(self) -> Path:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._scratch()

    def _local(self, artifact: Artifact, path: Path, task: TaskId) -> Fetched:
        digester = _Digester(artifact)
        try:
            with path.open("rb", buffering=0) as file:
                while piece := file.read(_CHUNK):
                    self._check()
                    digester.update(piece)
                    self._emitter.advance(task, digester.size)
        except OSError as error:
            raise unreadable(path, error) from error
        digester.verify()
        return Fetched(None, path, digester.sha256)

    def _remote(self, artifact: Artifact, task: TaskId, path: Path | None) -> Fetched:
        for attempt in range(1, _ATTEMPTS + 1):
            digester = _Digester(artifact)
            content = bytearray()
            try:
                with self._open(artifact) as pieces:
                    if path is None:
                        self._receive(pieces, digester, content.extend, task=task)
                    else:
                        with _Sink(path) as sink:
                            self._receive(pieces, digester, sink.write, task=task)
                digester.verify()
            except (NetworkError, InvalidResponseError):
                # Before the first byte, the client has tried often enough itself.
                if not digester.size or attempt == _ATTEMPTS:
                    raise
            except (ConnectionError, TimeoutError) as error:
                if attempt == _ATTEMPTS:
                    reason = (error.strerror or str(error) or type(error).__name__).lower()
                    raise NetworkError(url=redacted(artifact.address), attempts=attempt, reason=reason) from error
            else:
                return Fetched(content if path is None else None, path, digester.sha256)
        raise AssertionError("the last attempt returns or raises")

    def _receive(
        self, pieces: Iterator[bytes], digester: _Digester, write: Callable[[bytes], object], *, task: TaskId
    ) -> None:
        for piece in pieces:
            self._check()
            digester.update(piece)
            write(piece)
            self._emitter.advance(task, digester.size)

    def _open(self, artifact: Artifact) -> AbstractContextManager[Iterator[bytes]]:
        file = artifact.pin.file
        if artifact.index is not None and file is not None:
            return artifact.index.open(file)
        return self._open_url(artifact.url or "")

    @contextmanager
    def _open_url(self, url: str) -> Iterator[Iterator[bytes]]:
        headers = {"accept-encoding": "identity"}
        with self._http().open(url, headers=headers, accept_statuses=frozenset()) as answer:
            yield answer.chunks(_CHUNK)


class _Digester:
    """Sums up a file as it comes, by SHA-256 and by the strongest algorithm that it was announced with."""

    def __init__(self, artifact: Artifact) -> None:
        self.size = 0
        self._artifact = artifact
        strongest = max((value.algorithm for value in artifact.hashes), key=ALGORITHMS.index, default="sha256")
        self._expected = tuple(value for value in artifact.hashes if value.algorithm == strongest)
        self._own = hashlib.sha256()
        self._announced = self._own if strongest == "sha256" else hashlib.new(strongest, usedforsecurity=False)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 in hexadecimal."""
        return self._own.hexdigest()

    def update(self, piece: bytes) -> None:
        """Take the next piece."""
        self.size += len(piece)
        self._own.update(piece)
        if self._announced is not self._own:
            self._announced.update(piece)

    def verify(self) -> None:
        """Compare the whole with what was announced; a digest that agrees proves the size wrong, not the file.

        Raises:
            HashMismatchError: it has another digest.
            InvalidResponseError: it is shorter than announced, or has another size and there is no digest.
        """
        artifact, expected = self._artifact, self._expected
        actual = Hash(expected[0].algorithm, self._announced.hexdigest()) if expected else None
        if actual in expected:
            return
        size = self.size if artifact.size is None else artifact.size
        if self.size < size:
            reason = f"it ended after {self.size} of {size} bytes"
            raise InvalidResponseError(url=redacted(artifact.address), reason=reason)
        if actual is not None:
            raise HashMismatchError(filename=artifact.filename, expected=hash_texts(expected), actual=str(actual))
        if self.size > size:
            reason = f"it has {self.size} bytes, {size} were announced"
            raise InvalidResponseError(url=redacted(artifact.address), reason=reason)


class _Sink:
    """A file that is written from its beginning."""

    __slots__ = ("_descriptor", "_path")

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._reported():
            self._descriptor = os.open(path, _CREATE, 0o644)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        os.close(self._descriptor)

    def write(self, piece: bytes) -> None:
        with self._reported():
            write_all(self._descriptor, piece)

    @contextmanager
    def _reported(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise storage_error(error, self._path) from error
