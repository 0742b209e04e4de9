"""The few fields of an ELF executable that decide which compatibility tags it may use."""

from __future__ import annotations

import os
from dataclasses import dataclass

_PROGRAM_INTERPRETER = 3  # PT_INTERP
ARM, X86 = 40, 3  # values of e_machine


@dataclass(frozen=True, slots=True, kw_only=True)
class ElfHeader:
    """The header of an executable, and the loader it asks for."""

    bits: int
    little_endian: bool
    machine: int
    flags: int
    loader: str

    @property
    def is_i686(self) -> bool:
        """Tell whether this is code for 32-bit x86."""
        return self.bits == 32 and self.little_endian and self.machine == X86

    @property
    def is_armhf(self) -> bool:
        """Tell whether this is 32-bit ARM code of ABI version 5 that passes floats in registers."""
        return (
            self.bits == 32
            and self.little_endian
            and self.machine == ARM
            and self.flags & 0xFF000000 == 0x05000000
            and self.flags & 0x400 != 0
        )


def read_elf_header(path: str | os.PathLike[str]) -> ElfHeader | None:
    """Return the header of an executable, or none if it is not an ELF file that can be read."""
    try:
        with open(path, "rb") as file:
            start = file.read(4096)
            header = _parse(start)
            if header is None:
                return None
            bits, order, machine, flags, rows = header
            loader = b""
            for kind, offset, size in rows:
                if kind == _PROGRAM_INTERPRETER and 0 < size < 4096:
                    file.seek(offset)
                    loader = file.read(size).rstrip(b"\0")
                    break
    except OSError:
        return None
    return ElfHeader(
        bits=bits, little_endian=order == "little", machine=machine, flags=flags, loader=os.fsdecode(loader)
    )


def _parse(data: bytes) -> tuple[int, str, int, int, list[tuple[int, int, int]]] | None:
    if data[:4] != b"\x7fELF" or len(data) < 64 or data[4] not in {1, 2} or data[5] not in {1, 2}:
        return None
    order = "little" if data[5] == 1 else "big"

    def number(offset: int, size: int) -> int:
        return int.from_bytes(data[offset : offset + size], "little" if order == "little" else "big")

    if data[4] == 2:
        bits, table, flags, entry_size, count = 64, number(32, 8), number(48, 4), number(54, 2), number(56, 2)
    else:
        bits, table, flags, entry_size, count = 32, number(28, 4), number(36, 4), number(42, 2), number(44, 2)
    word, at, length = (8, 8, 32) if bits == 64 else (4, 4, 16)
    rows = [
        (number(row, 4), number(row + at, word), number(row + length, word))
        for row in range(table, table + entry_size * count, entry_size or 1)
        if row + entry_size <= len(data)
    ]
    return bits, order, number(18, 2), flags, rows
