"""Read a wheel's METADATA without the rest of the wheel: the zip directory first, then the one member.

The reading itself is a generator that yields the byte ranges it needs, so that one function serves HTTP ranges, local
files and bytes in memory, and can be tested without any of them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Generator
from pathlib import Path

from uvkit.errors import InvalidMetadataError, UnsafeArchiveError
from uvkit.model import redacted

from .client import HttpClient
from .options import HttpResponse

# The directory of most wheels, and the METADATA member that usually stands right before it, fit in here.
TAIL_BYTES = 1 << 15
_LARGEST_COMMENT = 1 << 16
_LARGEST_METADATA = 1 << 25
_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_MEMBER = b".dist-info/METADATA"
_IDENTITY = {"accept-encoding": "identity", "accept": "*/*"}

RangeFlow = Generator[tuple[int, int], bytes, bytes]


def read_remote_metadata(client: HttpClient, url: str, size: int | None = None) -> bytes | None:
    """Return the METADATA of a wheel by range requests, or none if the server does not support them.

    Every follow-up is tied to the first answer by its ETag (RFC 9110, 13.1.5) and length, so that two versions of one
    file never mix.

    Raises:
        UnsafeArchiveError: the wheel is damaged or no zip archive.
        InvalidMetadataError: it has no METADATA.
        IndexAccessError: the server cannot be reached or refuses.
    """
    wanted = f"bytes=-{TAIL_BYTES}" if size is None else f"bytes={max(0, size - TAIL_BYTES)}-{max(0, size - 1)}"
    first = _request(client, url, {"range": wanted})
    if first is None:
        return None
    start, total, tail, etag = first
    if size is not None and total != size:
        return None
    source = _Remote(client, url, etag=etag, total=total, known=(start, tail))
    return _drive(metadata_flow(url.rpartition("/")[2], total), source.read)


def read_local_metadata(path: Path) -> bytes:
    """Return the METADATA of a wheel on disk.

    Raises:
        UnsafeArchiveError: the wheel is damaged or no zip archive.
        InvalidMetadataError: it has no METADATA.
    """
    with path.open("rb") as file:

        def read(start: int, stop: int) -> bytes:
            file.seek(start)
            return file.read(stop - start)

        data = _drive(metadata_flow(path.name, path.stat().st_size), read)
    assert data is not None
    return data


def read_metadata(wheel: bytes, *, filename: str) -> bytes:
    """Return the METADATA of a wheel in memory.

    Raises:
        UnsafeArchiveError: the wheel is damaged or no zip archive.
        InvalidMetadataError: it has no METADATA.
    """
    data = _drive(metadata_flow(filename, len(wheel)), lambda start, stop: wheel[start:stop])
    assert data is not None
    return data


def metadata_flow(filename: str, size: int) -> RangeFlow:
    """Yield the ranges of a wheel that lead to its METADATA, and return that.

    Raises:
        UnsafeArchiveError: the wheel is damaged or no zip archive.
        InvalidMetadataError: it has no METADATA.
    """
    tail = yield max(0, size - TAIL_BYTES), size
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 and size > TAIL_BYTES:
        tail = yield max(0, size - _LARGEST_COMMENT - _END.size), size
        position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) - position < _END.size:
        raise _damaged(filename, "it is not a zip archive")
    fields = _END.unpack_from(tail, position)
    length, offset = fields[5], fields[6]
    if 0xFFFFFFFF in {length, offset} or offset + length > size:
        raise _damaged(filename, "its directory lies outside the file")
    at = offset - (size - len(tail))
    directory = tail[at : at + length] if at >= 0 else (yield offset, offset + length)
    entry = _find(filename, directory)
    method, checksum, packed, unpacked, header = entry
    if unpacked > _LARGEST_METADATA or header + _LOCAL.size + packed > size:
        raise _damaged(filename, "its METADATA is too large")
    # The local header repeats the name and may have a longer extra field than the directory says; 512 bytes cover both.
    stop = min(offset, header + _LOCAL.size + 512 + packed)
    data = yield header, stop
    if len(data) < _LOCAL.size or data[:4] != b"PK\x03\x04":
        raise _damaged(filename, "its METADATA has no header")
    local = _LOCAL.unpack_from(data)
    begin = _LOCAL.size + local[9] + local[10]
    if begin + packed > len(data):
        data = yield header, header + begin + packed
    return _unpacked(filename, data[begin : begin + packed], method, checksum=checksum, size=unpacked)


def _find(filename: str, directory: bytes) -> tuple[int, int, int, int, int]:
    """Return method, checksum, packed size, size and header offset of the wheel's own METADATA.

    Only entries with the right end are looked at: a directory may have ten thousand.
    """
    found: list[tuple[str, tuple[int, int, int, int, int]]] = []
    end = 0
    while (begin := directory.find(_MEMBER, end)) >= 0:
        end = begin + len(_MEMBER)
        entry = directory.rfind(b"PK\x01\x02", 0, begin)
        if entry < 0:
            continue
        fields = _ENTRY.unpack_from(directory, entry)
        name = directory[entry + _ENTRY.size : end]
        # Vendored projects bring their own dist-info folders along; only one at the top is the wheel's (PEP 427).
        if fields[10] == len(name) and name.count(b"/") == 1:
            found.append((name.decode(errors="replace"), (fields[4], fields[7], fields[8], fields[9], fields[16])))
    if len(found) > 1:
        stem = "-".join(filename.split("-")[:2]).lower().replace("_", "-")
        found = [f for f in found if f[0].partition(".dist-info")[0].lower().replace("_", "-") == stem]
    if len(found) != 1:
        problem = "the wheel has no METADATA" if not found else "the wheel has several METADATA files"
        raise InvalidMetadataError(filename=filename, problems=(problem,))
    return found[0][1]


def _unpacked(filename: str, data: bytes, method: int, *, checksum: int, size: int) -> bytes:
    if method == 8:
        try:
            decoder = zlib.decompressobj(-15)
            data = decoder.decompress(data, size + 1)
        except zlib.error as error:
            raise _damaged(filename, "its METADATA cannot be decompressed") from error
    elif method != 0:
        raise _damaged(filename, f"its METADATA uses the compression method {method}")
    if len(data) != size or zlib.crc32(data) != checksum:
        raise _damaged(filename, "its METADATA does not match its checksum")
    return data


def _damaged(filename: str, reason: str) -> UnsafeArchiveError:
    return UnsafeArchiveError(filename=redacted(filename), member="", reason=reason)


class _RangesIgnoredError(Exception):
    """A follow-up was answered with something else than the range asked for."""


def _drive(flow: RangeFlow, read: Callable[[int, int], bytes]) -> bytes | None:
    try:
        start, stop = next(flow)
        while True:
            start, stop = flow.send(read(start, stop))
    except StopIteration as end:
        data: bytes = end.value
        return data
    except _RangesIgnoredError:
        return None


class _Remote:
    """Ranges of one file, from what was received already or by further requests."""

    __slots__ = ("_client", "_etag", "_known", "_total", "_url")

    def __init__(self, client: HttpClient, url: str, *, etag: str | None, total: int, known: tuple[int, bytes]) -> None:
        self._client = client
        self._url = url
        self._etag = etag
        self._total = total
        self._known = known

    def read(self, start: int, stop: int) -> bytes:
        offset, data = self._known
        if offset <= start and stop <= offset + len(data):
            return data[start - offset : stop - offset]
        headers = {"range": f"bytes={start}-{stop - 1}"}
        if self._etag is not None:
            headers["if-range"] = self._etag
        answer = _request(self._client, self._url, headers)
        if answer is None or answer[0] != start or answer[1] != self._total or len(answer[2]) != stop - start:
            raise _RangesIgnoredError
        return answer[2]


def _request(client: HttpClient, url: str, headers: dict[str, str]) -> tuple[int, int, bytes, str | None] | None:
    """Return first position, total length, bytes and strong ETag of a partial answer, or none if it is not one."""

    def consume(response: HttpResponse) -> tuple[int, int, bytes, str | None] | None:
        span = _content_range(response.headers.get("content-range", ""))
        if response.status != 206 or span is None or response.headers.get("content-encoding", "identity") != "identity":
            return None
        body = response.read()
        etag = response.headers.get("etag", "")
        if len(body) != span[1] - span[0] + 1:
            return None
        return span[0], span[2], body, etag if etag.startswith('"') else None

    return client.fetch(url, consume, headers=_IDENTITY | headers, accept_statuses=frozenset({400, 416, 501}))


def _content_range(text: str) -> tuple[int, int, int] | None:
    unit, _, rest = text.partition(" ")
    span, _, total = rest.partition("/")
    first, _, last = span.partition("-")
    if unit.lower() != "bytes" or not (first.isdigit() and last.isdigit() and total.isdigit()):
        return None
    return int(first), int(last), int(total)
