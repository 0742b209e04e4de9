"""HTTP/1.1 over blocking sockets: one connection, one exchange at a time (RFC 9112).

Small on purpose: an index is asked hundreds of times in a burst, and a general client spends more processor time per
exchange than the exchange itself takes.
"""

from __future__ import annotations

import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Self

from .interruption import Interruption, current_interruption
from .options import BodyCutShortError, ConnectionFailedError

_RECEIVE = 65536
_LONGEST_HEAD = 1 << 18
# A larger announced length is read piece by piece, so that a wrong header cannot ask for all memory.
_LARGEST_PREALLOCATION = 1 << 26
_WITHOUT_BODY = frozenset({204, 304})


class Connection:
    """A socket and the bytes received beyond the last answer."""

    __slots__ = ("_interruption", "buffer", "idle_since", "socket", "used")

    def __init__(self, connected: socket.socket) -> None:
        self.socket = connected
        self.buffer = b""
        self.used = False
        self.idle_since = 0.0
        self._interruption: Interruption | None = None

    def begin(self) -> None:
        """Belong to the run that this thread works for, until the connection is idle again."""
        self._interruption = current_interruption()
        if self._interruption is not None:
            self._interruption.watch(self.socket)

    def end(self) -> None:
        """Belong to no run."""
        if self._interruption is not None:
            self._interruption.forget(self.socket)
            self._interruption = None

    def send(self, request: bytes) -> None:
        """Send a whole request."""
        try:
            self.socket.sendall(request)
        except OSError as error:
            raise ConnectionFailedError(describe(error)) from error

    def receive(self) -> bytes:
        """Return what arrives next, from the buffer first; empty at the end."""
        if self.buffer:
            data, self.buffer = self.buffer, b""
            return data
        try:
            return self.socket.recv(_RECEIVE)
        except OSError as error:
            raise ConnectionFailedError(describe(error)) from error

    def exactly(self, size: int) -> bytes:
        """Return the next ``size`` bytes."""
        data = self.buffer
        if len(data) >= size:
            self.buffer = data[size:]
            return data[:size]
        if size > _LARGEST_PREALLOCATION:
            return b"".join(self.up_to(size))
        whole = bytearray(size)
        whole[: len(data)] = data
        self.buffer = b""
        view, position = memoryview(whole), len(data)
        try:
            while position < size:
                count = self.socket.recv_into(view[position:])
                if not count:
                    raise BodyCutShortError(f"the body is cut short: {position} of {size} bytes")
                position += count
        except OSError as error:
            raise ConnectionFailedError(describe(error)) from error
        return bytes(whole)

    def up_to(self, size: int) -> Iterator[bytes]:
        """Return the next ``size`` bytes in pieces as they arrive."""
        left = size
        while left:
            data = self.receive()
            if not data:
                raise BodyCutShortError(f"the body is cut short: {size - left} of {size} bytes")
            if len(data) > left:
                data, self.buffer = data[:left], data[left:]
            left -= len(data)
            yield data

    def until(self, mark: bytes, *, limit: int) -> bytes:
        """Return everything before ``mark`` and drop the mark."""
        data = self.buffer or self.receive()
        while (end := data.find(mark)) < 0:
            if len(data) > limit:
                raise ConnectionFailedError("the header of the answer is too long")
            self.buffer = b""
            more = self.receive()
            if not more:
                raise BodyCutShortError("the body is cut short")
            data += more
        self.buffer = data[end + len(mark) :]
        return data[:end]

    def is_stale(self) -> bool:
        """Tell whether the server closed the idle connection (or said something unasked)."""
        import select

        try:
            return bool(select.select([self.socket], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def close(self) -> None:
        """Close the socket."""
        self.end()
        self.socket.close()


class WireResponse:
    """An answer on a connection; a context manager that gives the connection back if the body was read to its end."""

    __slots__ = ("_connection", "_done", "_release", "_reusable", "_size", "headers", "status", "url")

    def __init__(self, connection: Connection, *, method: str, url: str, release: Callable[[Connection], None]) -> None:
        status, version, headers = _head(connection)
        self.status = status
        self.headers = headers
        self.url = url
        self._connection = connection
        self._release = release
        self._size = _body_size(method, status, headers)
        persistent = version >= b"HTTP/1.1"
        wish = headers.get("connection", "").lower()
        self._reusable = self._size != _UNTIL_CLOSE and ("close" not in wish if persistent else "keep-alive" in wish)
        self._done = self._size == 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._done and self._reusable:
            self._release(self._connection)
        else:
            self._connection.close()

    def read(self) -> bytes:
        """Return the whole body with its content coding undone."""
        if self._done:
            return b""
        raw = self._connection.exactly(self._size) if self._size > 0 else b"".join(self._pieces())
        self._done = True
        for coding in reversed(_codings(self.headers)):
            raw = _undo(raw, coding)
        return raw

    def chunks(self, size: int = _RECEIVE) -> Iterator[bytes]:
        """Return the body in pieces of at most ``size`` bytes with its content coding undone."""
        if self._done:
            return
        pieces = self._connection.up_to(self._size) if self._size > 0 else self._pieces()
        for coding in reversed(_codings(self.headers)):
            pieces = _undo_pieces(pieces, coding)
        for piece in pieces:
            if len(piece) <= size:
                yield piece
            else:
                for start in range(0, len(piece), size):
                    yield piece[start : start + size]
        self._done = True

    def _pieces(self) -> Iterator[bytes]:
        connection = self._connection
        if self._size == _UNTIL_CLOSE:
            while data := connection.receive():
                yield data
            return
        while True:
            line = connection.until(b"\r\n", limit=_RECEIVE).partition(b";")[0].strip()
            try:
                size = int(line, 16)
            except ValueError as error:
                raise ConnectionFailedError("a chunk of the body has no size") from error
            if size < 0:
                raise ConnectionFailedError("a chunk of the body has a negative size")
            if not size:
                break
            yield from connection.up_to(size)
            connection.exactly(2)
        while connection.until(b"\r\n", limit=_RECEIVE):
            continue  # trailer fields say nothing that is used here


_CHUNKED = -1
_UNTIL_CLOSE = -2


def _head(connection: Connection) -> tuple[int, bytes, dict[str, str]]:
    while True:
        try:
            lines = connection.until(b"\r\n\r\n", limit=_LONGEST_HEAD).split(b"\r\n")
        except BodyCutShortError as error:
            raise ConnectionFailedError("the connection was closed before an answer") from error
        version, _, rest = lines[0].partition(b" ")
        code = rest[:3]
        if not version.startswith(b"HTTP/1.") or not code.isdigit() or len(code) != 3:
            raise ConnectionFailedError("the answer is not HTTP/1.1")
        status = int(code)
        if status >= 200 or status == 101:
            break
    headers: dict[str, str] = {}
    for line in lines[1:]:
        raw, separator, value = line.decode("latin-1").partition(":")
        if not separator:
            continue
        name, value = raw.lower(), value.strip()
        known = headers.get(name)
        headers[name] = value if known is None else f"{known}, {value}"
    return status, version, headers


def _body_size(method: str, status: int, headers: Mapping[str, str]) -> int:
    """Return the length of the body, or one of the two marks for a length not known in advance (RFC 9112, 6.3)."""
    if method == "HEAD" or status in _WITHOUT_BODY:
        return 0
    coding = headers.get("transfer-encoding")
    if coding is not None:
        return _CHUNKED if coding.lower().rpartition(",")[2].strip() == "chunked" else _UNTIL_CLOSE
    length = headers.get("content-length")
    if length is None:
        return _UNTIL_CLOSE
    sizes = {part.strip() for part in length.split(",")}
    size = sizes.pop()
    if sizes or not (size.isascii() and size.isdigit()):
        raise ConnectionFailedError(f"the length of the body is not a number: `{length[:40]}`")
    return int(size)


def _codings(headers: Mapping[str, str]) -> list[str]:
    text = headers.get("content-encoding")
    if not text:
        return []
    return [name for part in text.lower().split(",") if (name := part.strip()) and name != "identity"]


def _undo(raw: bytes, coding: str) -> bytes:
    if coding in {"gzip", "x-gzip"} and raw:
        decoder = zlib.decompressobj(31)
        try:
            data = decoder.decompress(raw)
        except zlib.error as error:
            raise ConnectionFailedError(f"the body cannot be decompressed: {error}") from error
        if decoder.eof and not decoder.unused_data:
            return data
    return b"".join(_undo_pieces(iter((raw,)), coding))


def _undo_pieces(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    if coding not in _WINDOWS:
        raise ConnectionFailedError(f"the body has the unknown content coding `{coding}`")
    decoder = _Decoder(_WINDOWS[coding])
    try:
        for piece in pieces:
            yield from decoder.feed(piece)
    except zlib.error as error:
        raise ConnectionFailedError(f"the body cannot be decompressed: {error}") from error
    if decoder.is_inside:
        raise BodyCutShortError("the compressed body is cut short")


_WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class _Decoder:
    """Decompresses a body that may have several gzip members, or raw deflate data in place of the zlib format."""

    __slots__ = ("_started", "_stream", "_window")

    def __init__(self, window: int) -> None:
        self._window = window
        self._stream = zlib.decompressobj(window)
        self._started = False

    @property
    def is_inside(self) -> bool:
        """Tell whether more must follow."""
        return self._started and not self._stream.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Return what the data holds."""
        while data:
            if self._stream.eof:
                self._stream, self._started = zlib.decompressobj(self._window), False
            plain = self._decompress(data)
            self._started = True
            data = self._stream.unused_data
            if plain:
                yield plain

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self._stream.decompress(data)
        except zlib.error:
            if self._started or self._window != 15:
                raise
        # Some servers send raw deflate data where RFC 9110 asks for the zlib format.
        self._window = -15
        self._stream = zlib.decompressobj(-15)
        return self._stream.decompress(data)


def exchange(
    connection: Connection, request: bytes, *, method: str, url: str, release: Callable[[Connection], None]
) -> WireResponse:
    """Send a request and return its answer once the header has arrived."""
    try:
        connection.begin()
        connection.send(request)
        return WireResponse(connection, method=method, url=url, release=release)
    except BaseException:
        connection.close()
        raise


def send_exchange(
    connection: Connection, request: bytes, pieces: Iterable[bytes], *, method: str, url: str
) -> WireResponse:
    """Send a request with a body and return its answer; the connection is not used again.

    A server may answer and hang up before it has read everything, which is an answer all the same.
    """
    try:
        connection.begin()
        try:
            connection.send(request)
            for piece in pieces:
                connection.send(piece)
        except ConnectionFailedError as broken:
            try:
                return WireResponse(connection, method=method, url=url, release=Connection.close)
            except ConnectionFailedError:
                raise broken from None
        return WireResponse(connection, method=method, url=url, release=Connection.close)
    except BaseException:
        connection.close()
        raise


def mark_idle(connection: Connection) -> None:
    """Note that the connection waits for its next exchange from now on."""
    connection.end()
    connection.used = True
    connection.idle_since = time.monotonic()


def describe(error: OSError) -> str:
    """Return the reason that an error of the operating system gives, as a clause."""
    if isinstance(error, TimeoutError):
        return "the server did not answer in time"
    return error.strerror or str(error) or type(error).__name__
