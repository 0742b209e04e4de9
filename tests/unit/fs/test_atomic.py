from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from uvkit.errors import StorageError
from uvkit.fs import write_atomic


def test_new_file_has_content_and_mode(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"content", mode=0o600)

    assert (tmp_path / "a").read_bytes() == b"content"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_old_content_is_replaced_and_nothing_else_left(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a much longer old content")

    write_atomic(tmp_path / "a", b"new", sync=True)

    assert (tmp_path / "a").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a"]


def test_reader_that_opened_the_old_file_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    with (tmp_path / "a").open("rb") as reader:
        write_atomic(tmp_path / "a", b"new")

        assert reader.read() == b"old"


def test_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")

    write_atomic(tmp_path / "link", b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        write_atomic(tmp_path / "missing" / "a", b"")

    assert caught.value.path == tmp_path / "missing" / "a"
    assert caught.value.reason == "no such file or directory"


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a POSIX feature")
def test_write_that_does_not_fit_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    code = (
        "import resource, sys\n"
        "from uvkit.errors import StorageError\n"
        "from uvkit.fs import write_atomic\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    write_atomic(sys.argv[1], bytes(5000))\n"
        "except StorageError as error:\n"
        "    print(error.reason)\n"
    )

    answer = subprocess.run([sys.executable, "-c", code, tmp_path / "a"], capture_output=True, text=True, check=True)

    assert answer.stdout == "file too large\n"
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]
