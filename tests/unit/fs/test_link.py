from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from uvkit.errors import StorageError
from uvkit.fs import Linker, LinkMode, link_tree, place_file

FOLDERS = [("", ["top.py"]), ("pkg", ["__init__.py"]), ("pkg/many", [f"{n}.py" for n in range(8)]), ("pkg/none", [])]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    for path, names in FOLDERS:
        (folder / path).mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / path / name).write_text(f"{path}/{name}")
    (folder / "top.py").chmod(0o755)
    return folder


@pytest.mark.parametrize("mode", ["clone", "hardlink", "copy", "symlink"])
def test_tree_arrives_with_folders_content_and_modes(tmp_path: Path, source: Path, mode: LinkMode) -> None:
    target = tmp_path / "target"
    target.mkdir()

    link_tree(source, target, FOLDERS, mode=mode)

    assert (target / "pkg/none").is_dir()
    assert {str(path.relative_to(target)) for path in target.rglob("*.py")} == {
        f"{path}/{name}" if path else name for path, names in FOLDERS for name in names
    }
    assert (target / "pkg/many/5.py").read_text() == "pkg/many/5.py"
    assert os.access(target / "top.py", os.X_OK)
    assert not os.access(target / "pkg/many/5.py", os.X_OK)


def test_hard_links_share_the_file_and_copies_do_not(tmp_path: Path, source: Path) -> None:
    for mode in ("hardlink", "copy"):
        (tmp_path / mode).mkdir()
        link_tree(source, tmp_path / mode, FOLDERS, mode=mode)

    assert (tmp_path / "hardlink/top.py").samefile(source / "top.py")
    assert not (tmp_path / "copy/top.py").samefile(source / "top.py")


def test_relative_source_is_linked_absolutely(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("deep/target").mkdir(parents=True)

    link_tree("source", "deep/target", FOLDERS, mode="symlink")
    place_file("source/top.py", "deep/one.py", mode="symlink")

    assert (tmp_path / "deep/target/pkg/__init__.py").read_text() == "pkg/__init__.py"
    assert Path("deep/one.py").read_text() == "/top.py"


@pytest.mark.parametrize("mode", ["clone", "hardlink", "copy", "symlink"])
def test_file_in_the_way_is_kept(tmp_path: Path, source: Path, mode: LinkMode) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target/top.py").write_text("mine")

    (tmp_path / "target/pkg/many").mkdir(parents=True)
    (tmp_path / "target/pkg/many/3.py").write_text("mine")

    in_the_way = link_tree(source, tmp_path / "target", FOLDERS, mode=mode)

    assert in_the_way == ["top.py", "pkg/many/3.py"]
    assert (tmp_path / "target/top.py").read_text() == "mine"
    assert (tmp_path / "target/pkg/many/3.py").read_text() == "mine"
    assert (tmp_path / "target/pkg/many/4.py").read_text() == "pkg/many/4.py"


def test_file_that_must_not_be_linked_is_copied(tmp_path: Path, source: Path) -> None:
    fixed = source / "pkg/many/2.py"
    if shutil.which("chattr") is None or subprocess.run(["chattr", "+i", fixed], capture_output=True).returncode:
        pytest.skip("needs a file system with immutable files, and the right to make one")
    (tmp_path / "target").mkdir()

    try:
        assert link_tree(source, tmp_path / "target", FOLDERS, mode="hardlink") == []
    finally:
        subprocess.run(["chattr", "-i", fixed], check=True)

    assert (tmp_path / "target/pkg/many/2.py").read_text() == "pkg/many/2.py"
    assert not (tmp_path / "target/pkg/many/2.py").samefile(fixed)
    assert (tmp_path / "target/pkg/many/3.py").samefile(source / "pkg/many/3.py")


def test_file_where_a_folder_has_to_go_is_an_error(tmp_path: Path, source: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target/pkg").write_text("mine")

    for mode in ("hardlink", "copy"):
        with pytest.raises(NotADirectoryError):
            link_tree(source, tmp_path / "target", FOLDERS, mode=mode)  # type: ignore[arg-type]


def test_folders_that_exist_are_shared(tmp_path: Path, source: Path) -> None:
    (tmp_path / "target/pkg").mkdir(parents=True)
    (tmp_path / "target/pkg/other.py").write_text("other")

    link_tree(source, tmp_path / "target", FOLDERS, mode="hardlink")

    assert (tmp_path / "target/pkg/other.py").exists()
    assert (tmp_path / "target/pkg/__init__.py").exists()


def test_large_file_is_copied_whole(tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    (tmp_path / "a").write_bytes(content)

    place_file(tmp_path / "a", tmp_path / "b", mode="copy")

    assert (tmp_path / "b").read_bytes() == content


def test_missing_source_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        place_file(tmp_path / "missing", tmp_path / "b", mode="copy")

    assert not (tmp_path / "b").exists()


def test_automatic_mode_shares_where_one_file_system_allows_it(tmp_path: Path, source: Path) -> None:
    (tmp_path / "target").mkdir()

    mode = Linker().mode(source / "top.py", tmp_path / "target")

    assert mode in {"clone", "hardlink"}
    assert os.listdir(tmp_path / "target") == []


def test_means_are_tried_once_per_pair_of_devices(tmp_path: Path, source: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    linker = Linker("hardlink")
    linker.mode(source / "top.py", tmp_path / "one")
    (tmp_path / "two").rmdir()
    (tmp_path / "two").mkdir(mode=0o500)

    assert linker.mode(source / "top.py", tmp_path / "two") == "hardlink"


@pytest.mark.skipif(not os.path.ismount("/dev/shm"), reason="needs a second file system")
@pytest.mark.parametrize("choice", ["auto", "clone", "hardlink"])
def test_across_file_systems_files_are_copied(source: Path, choice: str, tmp_path: Path) -> None:
    target = Path("/dev/shm") / f"uvkit-test-{tmp_path.name}-{os.getpid()}"
    target.mkdir()
    try:
        assert Linker(choice).mode(source / "top.py", target) == "copy"  # type: ignore[arg-type]
        place_file(source / "top.py", target / "b", mode="hardlink")
        assert (target / "b").read_text() == "/top.py"
    finally:
        (target / "b").unlink(missing_ok=True)
        target.rmdir()


def test_target_that_is_no_folder_is_a_storage_error(tmp_path: Path, source: Path) -> None:
    with pytest.raises(StorageError):
        Linker().mode(source / "top.py", tmp_path / "missing")
