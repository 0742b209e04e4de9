"""Archives made byte by byte, so that each field can lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

_DEFAULTS = {"content": b"content", "method": 8, "flags": 0, "mode": 0o100644, "extra": b"", "local": {}, "central": {}}


def _make_zip(
    path: Path,
    *descriptions: dict[str, Any],
    prefix: bytes = b"",
    suffix: bytes = b"",
    comment: bytes = b"",
    hidden: tuple[int, ...] = (),
    end: dict[str, int] | None = None,
    wide: dict[str, int] | None = None,
) -> Path:
    """Write the members; those at the positions in ``hidden`` are left out of the central directory.

    A description has a ``name`` and any of the defaults above; ``local`` and ``central`` override fields of one header,
    ``end`` those of the end record. With ``wide`` there is a 64-bit end record, whose fields it overrides.
    """
    members = [SimpleNamespace(**(_DEFAULTS | description)) for description in descriptions]
    body, directory = bytearray(prefix), bytearray()
    listed = 0
    for position, member in enumerate(members):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = packer.compress(member.content) + packer.flush() if member.method == 8 else member.content
        fields = {
            "name": member.name,
            "flags": member.flags,
            "method": member.method,
            "crc": zlib.crc32(member.content),
            "compressed": len(data),
            "size": len(member.content),
            "offset": len(body),
        }
        local, central = fields | member.local, fields | member.central
        body += struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, local["flags"], local["method"], 0, 33, local["crc"], local["compressed"],
            local["size"], len(local["name"]), 0,
        )  # fmt: skip
        body += local["name"] + data
        if position in hidden:
            continue
        listed += 1
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 0x314, 20, central["flags"], central["method"], 0, 33, central["crc"],
            central["compressed"], central["size"], len(central["name"]), len(member.extra), 0, 0, 0,
            member.mode << 16, central["offset"],
        )  # fmt: skip
        directory += central["name"] + member.extra
    tail = {"count": listed, "size": len(directory), "offset": len(body)} | (end or {})
    if wide is not None:
        directory += _wide_end(tail | {"at": len(body) + len(directory), "length": 44} | wide)
        tail = {"count": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF}
    record = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, tail["count"], tail["count"], tail["size"], tail["offset"], len(comment)
    )
    path.write_bytes(bytes(body + directory + record + comment + suffix))
    return path


def _wide_end(fields: dict[str, int]) -> bytes:
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", fields["length"], 45, 45, 0, 0, fields["count"], fields["count"], fields["size"],
        fields["offset"],
    )  # fmt: skip
    return record + struct.pack("<4sLQL", b"PK\x06\x07", 0, fields["at"], 1)


@pytest.fixture
def make_zip() -> Callable[..., Path]:
    return _make_zip
