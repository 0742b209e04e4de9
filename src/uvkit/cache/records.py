"""Small checksummed records on disk: the form of everything the cache stores besides unpacked wheels.

A record is a magic number, a CRC and the body. Marshal format 4 is the same on every Python that uvkit runs on, is
read only from the cache's own folder, and only after the checksum matched.
"""

from __future__ import annotations

import marshal
import os
import struct
import time
from binascii import crc32
from typing import Any

# Version of the envelope; a record with another one is a miss.
_MAGIC = b"uvkit\x001\n"
_HEADER = len(_MAGIC) + 4
_MARSHAL_FORMAT = 4
_TAIL = struct.Struct("<II8s")
_LIKELY_HEAD = 512
# A body beyond this is read in pieces; its start holds the table of contents of nearly every index page.
_LARGE_BODY = 1 << 15
_BODY_START = 1 << 13
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
# Entries carry the time of their last use for ``prune``; once a day is exact enough and costs nothing.
_TOUCH_SECONDS = 24 * 3600


def pack(body: bytes) -> bytes:
    """Return the record that holds ``body``."""
    return b"".join((_MAGIC, crc32(body).to_bytes(4, "little"), body))


def unpack(raw: bytes) -> bytes | None:
    """Return the body of a record, or none if it is damaged or of another format."""
    body = raw[_HEADER:]
    if raw[: len(_MAGIC)] != _MAGIC or raw[len(_MAGIC) : _HEADER] != crc32(body).to_bytes(4, "little"):
        return None
    return body


def pack_plain(value: Any) -> bytes:
    """Return the record of a value made of texts, bytes, numbers, tuples, lists and dictionaries only."""
    return pack(marshal.dumps(value, _MARSHAL_FORMAT))


def unpack_plain(raw: bytes) -> Any:
    """Return the value of a record, or none if it is damaged or of another format."""
    body = unpack(raw)
    if body is None:
        return None
    try:
        return marshal.loads(body)  # noqa: S302  # own private folder, checksum verified
    except (EOFError, ValueError, TypeError):
        return None


def read_file(path: str) -> bytes | None:
    """Return a file's content with as few system calls as possible, or none if it cannot be read.

    The file is marked as used.
    """
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        return None
    try:
        size = _used(descriptor, path)
        # One byte more than its size tells that a file is complete without another call.
        data = os.read(descriptor, size + 1)
        return data if len(data) == size else data + _read_rest(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def pack_with_head(head: Any, body: bytes) -> bytes:
    """Return a record of a plain value and a large body that has checksums of its own.

    The head comes last, so that the body can be read without a copy.
    """
    packed = marshal.dumps((len(body), head), _MARSHAL_FORMAT)
    return b"".join((body, packed, _TAIL.pack(len(packed), crc32(packed), _MAGIC)))


class StoredBody:
    """A large body in its file, read piece by piece as it is sliced: of megabytes a run uses kilobytes.

    Where the file is gone or was replaced since, slices are short or hold something else; a body has checksums of its
    own for that.
    """

    __slots__ = ("_length", "_path", "_start")

    def __init__(self, path: str, length: int, *, start: bytes) -> None:
        self._path = path
        self._length = length
        self._start = start

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> bytes:
        begin, end, _ = part.indices(self._length)
        if end <= len(self._start):
            return self._start[begin:end]
        try:
            descriptor = os.open(self._path, _READ)
        except OSError:
            return b""
        try:
            os.lseek(descriptor, begin, os.SEEK_SET)
            data = os.read(descriptor, end - begin)
            while 0 < len(data) < end - begin and (more := os.read(descriptor, end - begin - len(data))):
                data += more
            return data
        except OSError:
            return b""
        finally:
            os.close(descriptor)


def left_in_file(path: str, body: bytes) -> bytes | StoredBody:
    """Return a body that was just written to a record with a head, as ``read_with_head`` would."""
    return body if len(body) <= _LARGE_BODY else StoredBody(path, len(body), start=body[:_BODY_START])


def read_with_head(path: str) -> tuple[Any, bytes | StoredBody] | None:
    """Return head and body of a record, or none if it is absent, cut short or its head is damaged.

    A large body stays in its file until it is sliced. The file is marked as used.
    """
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        return None
    try:
        size = _used(descriptor, path)
        found = _read_head(descriptor, size)
        if found is None:
            return None
        length, head = found
        os.lseek(descriptor, 0, os.SEEK_SET)
        if length > _LARGE_BODY:
            return head, StoredBody(path, length, start=os.read(descriptor, _BODY_START))
        body = os.read(descriptor, length)
        while 0 < len(body) < length:
            body += os.read(descriptor, length - len(body))
        return head, body
    except (OSError, EOFError, ValueError, TypeError):
        return None
    finally:
        os.close(descriptor)


def _read_head(descriptor: int, size: int) -> tuple[int, Any] | None:
    """Return the body's length and the head."""
    start = max(0, size - _LIKELY_HEAD)
    os.lseek(descriptor, start, os.SEEK_SET)
    end = os.read(descriptor, size - start)
    if len(end) < _TAIL.size:
        return None
    packed_size, checksum, magic = _TAIL.unpack_from(end, len(end) - _TAIL.size)
    if magic != _MAGIC or packed_size + _TAIL.size > size:
        return None
    if packed_size + _TAIL.size > len(end):
        os.lseek(descriptor, size - packed_size - _TAIL.size, os.SEEK_SET)
        end = os.read(descriptor, packed_size + _TAIL.size)
    packed = end[len(end) - _TAIL.size - packed_size : len(end) - _TAIL.size]
    if crc32(packed) != checksum:
        return None
    length, head = marshal.loads(packed)  # noqa: S302  # own private folder, checksum verified
    return (length, head) if length + packed_size + _TAIL.size == size else None


def discard_file(path: str) -> None:
    """Delete a damaged entry, if that is possible; it is a miss either way."""
    try:
        os.unlink(path)
    except OSError:
        # Gone already, or a read-only cache.
        pass


def _read_rest(descriptor: int) -> bytes:
    parts = []
    while piece := os.read(descriptor, 1 << 20):
        parts.append(piece)
    return b"".join(parts)


def _used(descriptor: int, path: str) -> int:
    """Mark a file as used, at most once a day, and return its size."""
    state = os.fstat(descriptor)
    if time.time() - state.st_mtime > _TOUCH_SECONDS:
        try:
            os.utime(path)
        except OSError:
            # A read-only cache serves as well.
            pass
    return state.st_size
