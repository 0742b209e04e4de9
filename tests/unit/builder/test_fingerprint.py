from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from uvkit.builder import tree_fingerprint


def fingerprint(tree: Path, **variables: str) -> str:
    return tree_fingerprint(tree, variables)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "src/demo").mkdir(parents=True)
    (tmp_path / "src/demo/__init__.py").write_text("")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'demo'\n")
    return tmp_path


def keyed(tree: Path, keys: str) -> Path:
    (tree / "pyproject.toml").write_text(f"[tool.uv]\ncache-keys = {keys}\n")
    return tree


def write(name: str) -> Callable[[Path], object]:
    def change(tree: Path) -> None:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("changed")

    return change


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.py", "setup.cfg", "src/new/__init__.py"])
def test_changes_by_what_decides_the_build(tree: Path, name: str) -> None:
    before = fingerprint(tree)

    write(name)(tree)

    assert fingerprint(tree) != before


@pytest.mark.parametrize(
    "name", ["src/demo/__init__.py", "README.md", "build/x", "src/demo.egg-info/x", "src/__pycache__/x"]
)
def test_stays_by_what_does_not(tree: Path, name: str) -> None:
    before = fingerprint(tree)

    write(name)(tree)

    assert fingerprint(tree) == before


@pytest.mark.parametrize(
    ("keys", "name", "changes"),
    [
        ("['VERSION']", "VERSION", True),
        ("[{file = 'VERSION'}]", "VERSION", True),
        ("[{file = 'VERSION'}]", "setup.py", False),
        ("[{file = '**/*.toml'}]", "deep/down/x.toml", True),
        ("[{file = '**/*.toml'}]", "deep/down/x.txt", False),
        ("[{dir = 'lib'}]", "lib/new/x", True),
        ("[]", "setup.py", False),
    ],
)
def test_cache_keys_replace_the_default(tree: Path, keys: str, name: str, changes: bool) -> None:
    keyed(tree, keys)
    before = fingerprint(tree)

    write(name)(tree)

    assert (fingerprint(tree) != before) is changes


def test_variables_count_where_cache_keys_name_them(tree: Path) -> None:
    keyed(tree, "[{env = 'FLAVOUR'}]")

    assert fingerprint(tree, FLAVOUR="a") == fingerprint(tree, FLAVOUR="a", OTHER="x")
    assert fingerprint(tree, FLAVOUR="a") != fingerprint(tree, FLAVOUR="b")
    assert fingerprint(tree) != fingerprint(tree, FLAVOUR="a")


def test_commit_counts_where_cache_keys_name_it(tree: Path) -> None:
    keyed(tree, "[{git = {commit = true}}]")
    (tree / ".git/refs/heads").mkdir(parents=True)
    (tree / ".git/HEAD").write_text("ref: refs/heads/main\n")
    states = []

    for content in ("a" * 40, "b" * 40):
        (tree / ".git/refs/heads/main").write_text(content)
        states.append(fingerprint(tree))
    (tree / ".git/refs/heads/main").unlink()
    (tree / ".git/packed-refs").write_text(f"# pack-refs\n{'c' * 40} refs/heads/main\n")
    states.append(fingerprint(tree))
    (tree / ".git/HEAD").write_text("d" * 40)
    states.append(fingerprint(tree))

    assert len(set(states)) == 4


@pytest.mark.parametrize("keys", ["'x'", "[1]", "[{later = 'x'}]"])
def test_keys_of_another_kind_do_no_harm(tree: Path, keys: str) -> None:
    assert fingerprint(keyed(tree, keys)) == fingerprint(tree)


def test_tree_that_is_not_there_has_one_too(tmp_path: Path) -> None:
    assert fingerprint(tmp_path / "missing")


def test_touching_a_file_that_counts_is_a_change(tree: Path) -> None:
    before = fingerprint(tree)

    os.utime(tree / "pyproject.toml", ns=(1, 1))

    assert fingerprint(tree) != before
