from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uvkit.errors import UnsafeArchiveError
from uvkit.fs import ZipArchive, ZipLimits

MakeZip = Callable[..., Path]


def read_all(path: Path, **options: object) -> dict[str, bytes]:
    """Return what is in an archive, which must be the same on disk and in memory."""
    with ZipArchive(path, **options) as archive:  # type: ignore[arg-type]
        on_disk = {member.name: archive.read(member) for member in archive.members}
    with ZipArchive(path.read_bytes(), **options) as archive:  # type: ignore[arg-type]
        assert {member.name: archive.read(member) for member in archive.members} == on_disk
        assert {member.name: b"".join(archive.chunks(member)) for member in archive.members} == on_disk
    return on_disk


def test_archive_made_by_zipfile_reads_back(tmp_path: Path) -> None:
    contents = {"a.txt": b"", "d/b.bin": random.Random(1).randbytes(70_000), "d/c.txt": b"x" * 100_000, "d/é.txt": b"1"}
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number, (name, content) in enumerate(contents.items()):
            archive.writestr(name, content, zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED)
        archive.mkdir("d/empty")

    assert read_all(tmp_path / "a.zip") == contents


def test_archive_written_as_a_stream_reads_back(tmp_path: Path) -> None:
    class Unseekable:
        def __init__(self) -> None:
            self.data = bytearray()

        def write(self, data: bytes) -> int:
            self.data += data
            return len(data)

        def flush(self) -> None:
            pass

    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr("a.txt", b"hello")
        archive.writestr("b.txt", b"world" * 1000)
    (tmp_path / "a.zip").write_bytes(stream.data)

    assert read_all(tmp_path / "a.zip") == {"a.txt": b"hello", "b.txt": b"world" * 1000}


def test_archive_with_64_bit_fields_reads_back(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(b"hello")

    assert read_all(tmp_path / "a.zip") == {"a.txt": b"hello"}


def test_archive_with_64_bit_end_record_reads_back(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a"}, {"name": b"b"}, wide={})

    assert read_all(tmp_path / "a.zip") == {"a": b"content", "b": b"content"}


@pytest.mark.parametrize(
    "lie", [{"count": 1}, {"size": 46}, {"offset": 1}, {"at": 0}, {"length": 50}, {"count": 2**40}]
)
def test_wrong_64_bit_end_record_is_refused(make_zip: MakeZip, tmp_path: Path, lie: dict[str, int]) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a"}, {"name": b"b"}, wide=lie)

    with pytest.raises(UnsafeArchiveError):
        ZipArchive(tmp_path / "a.zip")


def test_large_member_comes_in_pieces(tmp_path: Path) -> None:
    content = random.Random(2).randbytes(1 << 20) * 20
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("deflated", content)
        archive.writestr("stored", content, zipfile.ZIP_STORED)

    with ZipArchive(tmp_path / "a.zip") as opened:
        for member in opened.members:
            pieces = list(opened.chunks(member))
            assert len(pieces) > 10
            assert b"".join(pieces) == content


def test_large_member_with_wrong_checksum_is_refused_at_its_end(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a", "content": bytes(17 << 20), "local": {"crc": 1}, "central": {"crc": 1}})

    with ZipArchive(tmp_path / "a.zip") as opened, pytest.raises(UnsafeArchiveError, match="size and checksum"):
        list(opened.chunks(opened.members[0]))


@pytest.mark.parametrize(
    "name",
    [
        b"/etc/passwd", b"../evil", b"a/../../evil", b"a/..", b"..", b"a\\b", b"..\\evil", b"C:evil", b"C:/evil",
        b"a//b", b"./a", b"a/./b", b"a/.", b"", b"a\x00b", b"a\nb", b"\x7f", b"a" * 300, b"//host/share",
    ],
)  # fmt: skip
def test_name_that_is_no_plain_path_below_the_folder_is_refused(make_zip: MakeZip, tmp_path: Path, name: bytes) -> None:
    make_zip(tmp_path / "a.zip", {"name": name})

    with pytest.raises(UnsafeArchiveError):
        ZipArchive(tmp_path / "a.zip")


@pytest.mark.parametrize("name", [b"a..b", b"..a/b", b"a/...", b".hidden", b"ab:c/d", b"man/Foo::Bar.3", b"a b/c d"])
def test_unusual_but_harmless_name_is_read(make_zip: MakeZip, tmp_path: Path, name: bytes) -> None:
    make_zip(tmp_path / "a.zip", {"name": name})

    assert read_all(tmp_path / "a.zip") == {name.decode(): b"content"}


@pytest.mark.parametrize(
    ("mode", "name"),
    [(0o120777, b"link"), (0o020644, b"char"), (0o060644, b"block"), (0o010644, b"fifo"), (0o140644, b"socket"),
     (0o040755, b"folder-without-slash"), (0o100644, b"file-with-slash/")],
)  # fmt: skip
def test_member_that_is_no_regular_file_is_refused(make_zip: MakeZip, tmp_path: Path, mode: int, name: bytes) -> None:
    make_zip(tmp_path / "a.zip", {"name": name, "mode": mode, "content": b""})

    with pytest.raises(UnsafeArchiveError, match="link or a special file"):
        ZipArchive(tmp_path / "a.zip")


def test_member_that_occurs_twice_is_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a", "content": b"one"}, {"name": b"a", "content": b"two"})

    with pytest.raises(UnsafeArchiveError, match="twice"):
        ZipArchive(tmp_path / "a.zip")


@pytest.mark.parametrize("flags", [0x1, 0x41, 0x2000])
def test_encrypted_member_is_refused(make_zip: MakeZip, tmp_path: Path, flags: int) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a", "flags": flags})

    with pytest.raises(UnsafeArchiveError, match="encrypted"):
        ZipArchive(tmp_path / "a.zip")


def test_unknown_compression_is_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a", "local": {"method": 99}, "central": {"method": 99}})

    with pytest.raises(UnsafeArchiveError, match="compression method 99"):
        ZipArchive(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "local",
    [{"name": b"b"}, {"method": 0}, {"crc": 7}, {"size": 8}, {"compressed": 3}, {"flags": 0x8}, {"flags": 0x800}],
)
def test_local_header_that_contradicts_the_directory_is_refused(
    make_zip: MakeZip, tmp_path: Path, local: dict[str, object]
) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a", "local": local})

    with pytest.raises(UnsafeArchiveError, match="contradicts"):
        read_all(tmp_path / "a.zip")


@pytest.mark.parametrize("field", ["crc", "size"])
@pytest.mark.parametrize("method", [0, 8])
@pytest.mark.parametrize("change", [-1, 1])
def test_content_that_does_not_match_what_both_headers_say_is_refused(
    make_zip: MakeZip, tmp_path: Path, field: str, method: int, change: int
) -> None:
    lie = {"crc": (0x4AB9C92E + change) & 0xFFFFFFFF, "size": 7 + change}[field]
    make_zip(tmp_path / "a.zip", {"name": b"a", "method": method, "local": {field: lie}, "central": {field: lie}})

    with pytest.raises(UnsafeArchiveError):
        read_all(tmp_path / "a.zip")


def test_bomb_that_declares_a_small_size_is_refused_before_it_unpacks(make_zip: MakeZip, tmp_path: Path) -> None:
    lie = {"size": 10}
    make_zip(tmp_path / "a.zip", {"name": b"a", "content": bytes(50 << 20), "local": lie, "central": lie})

    with pytest.raises(UnsafeArchiveError):
        read_all(tmp_path / "a.zip")


def test_bomb_that_declares_its_size_is_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a", "content": bytes(3 << 20)})

    with pytest.raises(UnsafeArchiveError, match="suspiciously more"):
        read_all(tmp_path / "a.zip", limits=ZipLimits(free_size=1 << 20, ratio=100))


def test_members_that_share_bytes_are_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(
        tmp_path / "a.zip", {"name": b"a", "content": b"x" * 500, "method": 0}, {"name": b"b", "central": {"offset": 5}}
    )

    with pytest.raises(UnsafeArchiveError, match="overlaps"):
        ZipArchive(tmp_path / "a.zip")


def test_too_many_members_are_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", *({"name": str(number).encode()} for number in range(5)))

    with pytest.raises(UnsafeArchiveError, match="5 members"):
        ZipArchive(tmp_path / "a.zip", limits=ZipLimits(members=4))


def test_member_hidden_from_the_directory_is_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a"}, {"name": b"evil"}, {"name": b"b"}, hidden=(1,))

    with pytest.raises(UnsafeArchiveError, match="does not list"):
        read_all(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "options",
    [{"prefix": b"#!/bin/sh\n"}, {"suffix": b"trailing"}, {"end": {"count": 2}}, {"end": {"count": 0}},
     {"end": {"size": 46}}, {"end": {"offset": 0}}],
)  # fmt: skip
def test_archive_with_something_around_or_a_wrong_end_record_is_refused(
    make_zip: MakeZip, tmp_path: Path, options: dict[str, Any]
) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a"}, **options)

    with pytest.raises(UnsafeArchiveError):
        ZipArchive(tmp_path / "a.zip")


def test_second_archive_appended_is_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    one = make_zip(tmp_path / "one.zip", {"name": b"a", "content": b"one"}).read_bytes()
    two = make_zip(tmp_path / "two.zip", {"name": b"a", "content": b"two"}).read_bytes()
    (tmp_path / "both.zip").write_bytes(one + two)

    with pytest.raises(UnsafeArchiveError):
        ZipArchive(tmp_path / "both.zip")


def test_comment_at_the_end_is_fine(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a"}, comment=b"a comment")

    assert read_all(tmp_path / "a.zip") == {"a": b"content"}


def test_missing_64_bit_field_is_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"a", "central": {"size": 0xFFFFFFFF}, "extra": struct.pack("<2HQ", 2, 8, 7)})

    with pytest.raises(UnsafeArchiveError, match="64-bit"):
        ZipArchive(tmp_path / "a.zip")


def test_every_truncation_is_refused(make_zip: MakeZip, tmp_path: Path) -> None:
    whole = make_zip(tmp_path / "a.zip", {"name": b"a"}, {"name": b"b/c", "content": b"d" * 50}).read_bytes()
    cut = tmp_path / "cut.zip"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])

        with pytest.raises(UnsafeArchiveError):
            read_all(cut)


def test_no_damaged_byte_leads_to_other_content_or_an_unexpected_error(make_zip: MakeZip, tmp_path: Path) -> None:
    whole = make_zip(tmp_path / "a.zip", {"name": b"a"}, {"name": b"b/c", "content": b"d" * 50}).read_bytes()
    names = {b"content", b"d" * 50}
    damaged = tmp_path / "damaged.zip"
    for position in range(len(whole)):
        for bit in (1, 16, 128):
            data = bytearray(whole)
            data[position] ^= bit
            damaged.write_bytes(data)
            try:
                contents = read_all(damaged)
            except UnsafeArchiveError:
                continue
            assert set(contents.values()) <= names


def test_mode_of_members_is_read(make_zip: MakeZip, tmp_path: Path) -> None:
    make_zip(tmp_path / "a.zip", {"name": b"run", "mode": 0o100755}, {"name": b"text", "mode": 0})

    with ZipArchive(tmp_path / "a.zip") as archive:
        assert [member.mode for member in archive.members] == [0o755, 0]


def test_error_names_the_archive_as_the_caller_does(tmp_path: Path) -> None:
    (tmp_path / "scratch").write_bytes(b"no zip")

    with pytest.raises(UnsafeArchiveError, match=r"real-1\.0\.whl"):
        ZipArchive(tmp_path / "scratch", name="real-1.0.whl")
