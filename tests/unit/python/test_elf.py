from __future__ import annotations

import sys
from pathlib import Path

import pytest

from uvkit.python.elf import read_elf_header


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such files for certain")
def test_the_running_executable_names_its_loader() -> None:
    header = read_elf_header(sys.executable)

    assert header is not None
    assert header.bits == (64 if sys.maxsize > 2**32 else 32)
    assert header.little_endian == (sys.byteorder == "little")
    assert "ld" in Path(header.loader).name


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF", b"\x7fELF\x09\x01" + bytes(80), b"MZ" * 40])
def test_other_files_have_no_header(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)

    assert read_elf_header(tmp_path / "file") is None


def test_a_missing_file_has_no_header(tmp_path: Path) -> None:
    assert read_elf_header(tmp_path / "file") is None


def test_a_table_that_leads_out_of_the_file_is_survived(tmp_path: Path) -> None:
    header = bytearray(b"\x7fELF\x02\x01\x01" + bytes(57))
    header[32:40] = (1 << 40).to_bytes(8, "little")
    header[54:58] = (56).to_bytes(2, "little") + (9).to_bytes(2, "little")
    (tmp_path / "file").write_bytes(header)

    found = read_elf_header(tmp_path / "file")

    assert found is not None
    assert found.loader == ""
