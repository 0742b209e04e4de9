from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.builder import read_build_system
from uvkit.errors import InvalidTableError

LEGACY = "setuptools.build_meta:__legacy__"


@pytest.mark.parametrize("text", [None, "", "[project]\nname = 'x'\n", "[tool.other]\nx = 1\n"])
def test_tree_without_the_table_is_built_by_setuptools(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)

    system = read_build_system(tmp_path)

    assert system.backend == LEGACY
    assert [str(requirement.project) for requirement in system.requires] == ["setuptools"]


def test_table_without_a_backend_means_the_legacy_one_with_its_own_requirements(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[build-system]\nrequires = ['setuptools<60', 'cython']\n")

    system = read_build_system(tmp_path)

    assert system.backend == LEGACY
    assert [str(requirement.project) for requirement in system.requires] == ["setuptools", "cython"]


def test_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.', 'tools']\n"
    )

    system = read_build_system(tmp_path)

    assert (system.requires, system.backend, system.backend_path) == ((), "backend", (".", "tools"))


def test_mistakes_in_other_tables_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[build-system]\nrequires = []\nbuild-backend = 'b'\n[project]\nname = 3\n[tool.uv]\nindex = 1\n"
    )

    assert read_build_system(tmp_path).backend == "b"


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("build-backend = 'b'", ["build-system.requires"]),
        ("requires = 'x'", ["build-system.requires"]),
        ("requires = ['not a requirement!', 'x']", ["build-system.requires"]),
        ("requires = []\nbuild-backend = 1", ["build-system.build-backend"]),
        (
            "requires = [1]\nbuild-backend = []\nbackend-path = 'x'",
            ["build-system.build-backend", "build-system.backend-path", "build-system.requires"],
        ),
    ],
)
def test_every_mistake_in_the_table_is_named(tmp_path: Path, table: str, keys: list[str]) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[build-system]\n{table}\n")

    with pytest.raises(InvalidTableError) as caught:
        read_build_system(tmp_path)

    assert [key for key, _ in caught.value.problems] == keys


@pytest.mark.parametrize("content", [b"[build-system\n", b"\xff\xfe", b"build-system = 1\n"])
def test_file_that_is_not_what_it_should_be_is_a_typed_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)

    with pytest.raises(InvalidTableError):
        read_build_system(tmp_path)
