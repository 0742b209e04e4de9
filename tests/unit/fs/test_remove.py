from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from uvkit.fs import remove_tree


def test_folder_goes_with_everything_in_it(tmp_path: Path) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/b/c/file").write_text("x")

    remove_tree(tmp_path / "a")

    assert os.listdir(tmp_path) == []


def test_nothing_happens_where_nothing_is(tmp_path: Path) -> None:
    remove_tree(tmp_path / "missing")

    assert os.listdir(tmp_path) == []


def test_links_are_removed_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file").write_text("x")
    (tmp_path / "a").mkdir()
    (tmp_path / "a/link").symlink_to(tmp_path / "kept")
    (tmp_path / "link").symlink_to(tmp_path / "kept")

    remove_tree(tmp_path / "a")
    remove_tree(tmp_path / "link")

    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept/file").exists()


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="needs root to become somebody else")
def test_read_only_folders_go_for_a_user_who_owns_them(tmp_path: Path) -> None:
    top = tmp_path / "a"
    (top / "b/c").mkdir(parents=True)
    (top / "b/c/file").write_text("x")
    for path in (tmp_path, top, top / "b", top / "b/c", top / "b/c/file"):
        os.chown(path, 65534, 65534)
    for path in (top / "b/c/file", top / "b/c", top / "b"):
        path.chmod(0o400)
    code = "import os, sys\nfrom uvkit.fs import remove_tree\nos.chdir(sys.argv[1]); os.setuid(65534); remove_tree('a')"

    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)

    assert not top.exists()
