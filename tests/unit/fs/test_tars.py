from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from uvkit.errors import StorageError, UnsafeArchiveError
from uvkit.fs import ZipLimits, extract_archive


def make_tar(path: Path, *members: tarfile.TarInfo | tuple[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for member in members:
            if isinstance(member, tuple):
                entry = tarfile.TarInfo(member[0])
                entry.size = len(member[1])
                archive.addfile(entry, io.BytesIO(member[1]))
            else:
                archive.addfile(member)
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    entry.linkname = target
    return entry


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(("suffix", "mode"), [("gz", "w:gz"), ("bz2", "w:bz2"), ("xz", "w:xz"), ("tar", "w")])
def test_tar_is_unpacked(tmp_path: Path, target: Path, suffix: str, mode: str) -> None:
    path = make_tar(tmp_path / f"a.{suffix}", ("a-1.0/setup.py", b"x"), ("./a-1.0/src/a.py", b"y"), mode=mode)

    extract_archive(path, target)

    assert (target / "a-1.0/setup.py").read_bytes() == b"x"
    assert (target / "a-1.0/src/a.py").read_bytes() == b"y"


def test_zip_is_unpacked_with_executable_bits(tmp_path: Path, target: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a-1.0/setup.py", b"x")
        script = zipfile.ZipInfo("a-1.0/run")
        script.external_attr = 0o100755 << 16
        archive.writestr(script, b"#!/bin/sh\n")

    extract_archive(tmp_path / "a.zip", target)

    assert (target / "a-1.0/setup.py").read_bytes() == b"x"
    assert (target / "a-1.0/run").stat().st_mode & 0o111


@pytest.mark.parametrize("time", [0, 1_000_000_000])
def test_no_file_is_older_than_a_wheel_can_say(tmp_path: Path, target: Path, time: int) -> None:
    old = tarfile.TarInfo("a-1.0/setup.py")
    old.mtime = time
    path = make_tar(tmp_path / "a.tar.gz", old)

    extract_archive(path, target)

    changed = (target / "a-1.0/setup.py").stat().st_mtime
    assert changed == time if time else changed > 1_000_000_000


def test_link_inside_the_folder_is_made(tmp_path: Path, target: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", ("a/real", b"x"), special("a/link", tarfile.SYMTYPE, "real"))

    extract_archive(path, target)

    assert (target / "a/link").read_bytes() == b"x"


@pytest.mark.parametrize(
    "member",
    [
        ("../evil", b""),
        ("/evil", b""),
        ("a/../../evil", b""),
        ("a\\evil", b""),
        special("a/link", tarfile.SYMTYPE, "../../outside"),
        special("a/link", tarfile.SYMTYPE, "/etc/passwd"),
        special("a/link", tarfile.LNKTYPE, "../../outside"),
        special("a/device", tarfile.CHRTYPE),
        special("a/device", tarfile.BLKTYPE),
        special("a/pipe", tarfile.FIFOTYPE),
    ],
    ids=range(10),
)
def test_member_that_leaves_the_folder_or_is_special_is_refused(
    tmp_path: Path, target: Path, member: tarfile.TarInfo | tuple[str, bytes]
) -> None:
    path = make_tar(tmp_path / "a.tar.gz", member)

    with pytest.raises(UnsafeArchiveError):
        extract_archive(path, target)

    assert [entry.name for entry in tmp_path.iterdir() if entry.name not in {"a.tar.gz", "target"}] == []


def test_member_behind_a_link_is_refused(tmp_path: Path, target: Path) -> None:
    path = make_tar(
        tmp_path / "a.tar.gz", ("a/real/x", b""), special("a/link", tarfile.SYMTYPE, "real"), ("a/link/y", b"evil")
    )

    with pytest.raises(UnsafeArchiveError, match="through a link"):
        extract_archive(path, target)


def test_damaged_archive_is_refused(tmp_path: Path, target: Path) -> None:
    whole = make_tar(tmp_path / "whole.tar.gz", *((f"a/{n}", bytes(1000) + bytes([n])) for n in range(50))).read_bytes()
    for length in (0, 5, 20, len(whole) // 2, len(whole) - 9):
        (tmp_path / "cut.tar.gz").write_bytes(whole[:length])

        with pytest.raises(UnsafeArchiveError):
            extract_archive(tmp_path / "cut.tar.gz", target)


def test_flipped_byte_is_refused_or_harmless(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = make_tar(tmp_path / "whole.tar.gz", ("a/x", b"hello")).read_bytes()
    for position in range(len(whole)):
        data = bytearray(whole)
        data[position] ^= 0x40
        (tmp_path / "damaged.tar.gz").write_bytes(data)
        target = tmp_path_factory.mktemp("target")
        try:
            extract_archive(tmp_path / "damaged.tar.gz", target)
        except UnsafeArchiveError:
            continue
        assert [path.read_bytes() for path in target.rglob("x")] == [b"hello"]


def test_bomb_is_refused(tmp_path: Path, target: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", ("a/zeros", bytes(5 << 20)))

    with pytest.raises(UnsafeArchiveError, match="unpacks to more"):
        extract_archive(path, target, limits=ZipLimits(free_size=1 << 20, ratio=10))


def test_zip_with_a_file_where_a_folder_is_needed_is_refused(
    tmp_path: Path, target: Path, make_zip: Callable[..., Path]
) -> None:
    path = make_zip(tmp_path / "a.zip", {"name": b"a/b"}, {"name": b"a/b/c"})

    with pytest.raises(UnsafeArchiveError):
        extract_archive(path, target)


def test_missing_target_is_a_storage_error(tmp_path: Path) -> None:
    path = make_tar(tmp_path / "a.tar.gz", ("a/x", b""))
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError):
        extract_archive(path, tmp_path / "file")
