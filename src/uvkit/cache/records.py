"""Small checksummed records on disk: the form of everything the cache stores besides unpacked wheels.

A record is a magic number, the format of its body, a CRC and the body. Marshal format 4 is the same on every Python
that uvkit runs on, is read only from the cache's own folder, and only after the checksum matched.
"""

from __future__ import annotations

import marshal
import os
from binascii import crc32
from typing import Any

# Version of the envelope below; a record with another one is a miss.
_MAGIC = b"uvkit\x001\n"
_HEADER = len(_MAGIC) + 4
_MARSHAL_FORMAT = 4


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
    """Return a file's content with as few system calls as possible, or none if it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    try:
        size = os.fstat(descriptor).st_size
        parts = []
        # One extra byte tells a complete read from a file that grew, without a second call for small files.
        while piece := os.read(descriptor, size + 1):
            parts.append(piece)
            if len(piece) <= size:
                break
        return parts[0] if len(parts) == 1 else b"".join(parts)
    except OSError:
        return None
    finally:
        os.close(descriptor)
