"""Small checksummed records on disk: the form of everything the cache stores besides unpacked wheels.

A record is a magic number, a CRC and the body. Marshal format 4 is the same on every Python that uvkit runs on, is
read only from the cache's own folder, and only after the checksum matched.
"""

from __future__ import annotations

import marshal
import os
import time
from binascii import crc32
from typing import Any

# Version of the envelope; a record with another one is a miss.
_MAGIC = b"uvkit\x001\n"
_HEADER = len(_MAGIC) + 4
_MARSHAL_FORMAT = 4
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
        state = os.fstat(descriptor)
        # One byte more than its size tells that a file is complete without another call.
        data = os.read(descriptor, state.st_size + 1)
        if len(data) != state.st_size:
            data = _read_rest(descriptor, data)
        if time.time() - state.st_mtime > _TOUCH_SECONDS:
            _touch(path)
        return data
    except OSError:
        return None
    finally:
        os.close(descriptor)


def discard_file(path: str) -> None:
    """Delete a damaged entry, if that is possible; it is a miss either way."""
    try:
        os.unlink(path)
    except OSError:
        # Gone already, or a read-only cache.
        pass


def _read_rest(descriptor: int, data: bytes) -> bytes:
    parts = [data]
    while piece := os.read(descriptor, 1 << 20):
        parts.append(piece)
    return b"".join(parts)


def _touch(path: str) -> None:
    try:
        os.utime(path)
    except OSError:
        # A read-only cache serves as well.
        pass
