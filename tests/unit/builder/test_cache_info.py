"""The record of a source tree's state."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from uvkit.builder import archive_cache_info, tree_cache_info


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\n')
    return tmp_path


def test_the_record_of_a_plain_tree_has_the_newest_change_and_the_source_folder(tree: Path) -> None:
    changed = (tree / "pyproject.toml").stat().st_ctime_ns

    record = tree_cache_info(tree, {})

    assert record["timestamp"] == {
        "secs_since_epoch": changed // 10**9,
        "nanos_since_epoch": changed % 10**9,
    }
    assert list(record) == ["timestamp", "commit", "tags", "env", "directories"]
    assert record["directories"]["src"] is not None


def test_a_module_does_not_change_the_record_and_a_project_file_does(tree: Path) -> None:
    before = tree_cache_info(tree, {})

    (tree / "src" / "module.py").write_text("x = 1\n")
    after_module = tree_cache_info(tree, {})
    (tree / "setup.cfg").write_text("[metadata]\n")
    after_file = tree_cache_info(tree, {})

    assert after_module == before
    assert after_file != before


def test_a_missing_source_folder_is_recorded_as_missing(tmp_path: Path) -> None:
    assert tree_cache_info(tmp_path, {})["directories"] == {"src": None}
    assert tree_cache_info(tmp_path, {})["timestamp"] is None


def test_cache_keys_replace_what_counts(tree: Path) -> None:
    (tree / "pyproject.toml").write_text(
        '[tool.uv]\ncache-keys = ["a.txt", { file = "data/*.in" }, { dir = "lib" }, { env = "FLAVOUR" }]\n'
    )
    (tree / "data").mkdir()
    (tree / "data" / "one.in").write_text("1")
    changed = (tree / "data" / "one.in").stat().st_ctime_ns

    record = tree_cache_info(tree, {"FLAVOUR": "mint"})

    assert record["timestamp"]["secs_since_epoch"] * 10**9 + record["timestamp"]["nanos_since_epoch"] == changed
    assert record["env"] == {"FLAVOUR": "mint"}
    assert record["directories"] == {"lib": None}


def test_the_commit_counts_where_it_is_asked_for(tree: Path) -> None:
    (tree / "pyproject.toml").write_text("[tool.uv]\ncache-keys = [{ git = true }]\n")
    (tree / ".git").mkdir()
    (tree / ".git" / "HEAD").write_text("a" * 40 + "\n")

    assert tree_cache_info(tree, {})["commit"] == "a" * 40


def test_an_archive_is_recorded_by_its_change(tmp_path: Path) -> None:
    archive = tmp_path / "a-1.tar.gz"
    archive.write_bytes(b"x")
    before = archive_cache_info(archive)

    os.utime(archive, ns=(1, 1))

    assert archive_cache_info(archive) != before
    assert archive_cache_info(tmp_path / "missing")["timestamp"] is None


def test_branches_lead_to_a_commit_without_the_end_of_its_line(tree: Path) -> None:
    (tree / "pyproject.toml").write_text("[tool.uv]\ncache-keys = [{ git = true }]\n")
    (tree / ".git" / "refs" / "heads").mkdir(parents=True)
    (tree / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (tree / ".git" / "refs" / "heads" / "main").write_text("b" * 40 + "\n")

    assert tree_cache_info(tree, {})["commit"] == "b" * 40


def test_tags_are_recorded_where_they_are_asked_for(tree: Path) -> None:
    (tree / "pyproject.toml").write_text("[tool.uv]\ncache-keys = [{ git = { tags = true } }]\n")
    (tree / ".git" / "refs" / "tags" / "rel").mkdir(parents=True)
    (tree / ".git" / "HEAD").write_text("a" * 40 + "\n")
    (tree / ".git" / "refs" / "tags" / "rel" / "v2").write_text("b" * 40 + "\n")
    (tree / ".git" / "packed-refs").write_text(f"# pack-refs\n{'c' * 40} refs/tags/v1\n^{'d' * 40}\n")

    record = tree_cache_info(tree, {})

    assert record["tags"] == {"rel/v2": "b" * 40, "v1": "c" * 40}
    assert record["commit"] is None


def test_repository_without_tags_is_recorded_as_one_without_any(tree: Path) -> None:
    (tree / "pyproject.toml").write_text("[tool.uv]\ncache-keys = [{ git = { tags = true } }]\n")
    without = tree_cache_info(tree, {})
    (tree / ".git").mkdir(exist_ok=True)
    (tree / ".git" / "HEAD").write_text("a" * 40 + "\n")

    within = tree_cache_info(tree, {})

    assert (without["tags"], within["tags"]) == (None, {})
