from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.builder import archive_metadata, tree_metadata

PROJECT = """\
[project]
name = "Demo.Project"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["other>=2 ; sys_platform == 'linux'"]
[project.optional-dependencies]
more = ["third"]
"""
INFO = "Metadata-Version: {version}\nName: demo\nVersion: 2.0\nRequires-Dist: other\n{more}\n"


def test_static_project_table_is_enough(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)

    rows = tree_metadata(tmp_path)

    assert rows is not None
    assert (rows.project, rows.version, rows.requires_python) == ("demo-project", "1.0", ">=3.11")
    assert [(row.project, row.specifier, row.marker) for row in rows.requires] == [
        ("other", ">=2", "sys_platform == 'linux'")
    ]
    assert [row.project for row in rows.extras["more"]] == ["third"]


@pytest.mark.parametrize("field", ["version", "dependencies", "optional-dependencies", "requires-python"])
def test_dynamic_field_needs_the_backend(tmp_path: Path, field: str) -> None:
    lines = [line for line in PROJECT.splitlines() if not line.startswith((field, f"[project.{field}"))]
    lines = [line for line in lines if field != "optional-dependencies" or not line.startswith("more")]
    lines.insert(2, f'dynamic = ["{field}"]')
    (tmp_path / "pyproject.toml").write_text("\n".join(lines))

    assert tree_metadata(tmp_path) is None


def test_dynamic_field_that_does_not_matter_is_fine(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT.replace("version =", 'dynamic = ["readme"]\nversion ='))

    assert tree_metadata(tmp_path) is not None


@pytest.mark.parametrize("text", [None, "", "[project]\nname = 1\n", "not toml"])
def test_tree_that_says_nothing_needs_the_backend(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)

    assert tree_metadata(tmp_path) is None
    assert archive_metadata(tmp_path) is None


def test_modern_archive_speaks_for_itself(tmp_path: Path) -> None:
    (tmp_path / "PKG-INFO").write_text(INFO.format(version="2.2", more="Dynamic: Description"))
    (tmp_path / "pyproject.toml").write_text(PROJECT)

    rows = archive_metadata(tmp_path)

    assert rows is not None
    assert rows.version == "2.0"


@pytest.mark.parametrize(
    ("version", "more"),
    [("1.0", ""), ("2.1", ""), ("x.y", ""), ("2.3", "Dynamic: Requires-Dist"), ("2.4", "Dynamic: requires-python"),
     ("2.2", "Dynamic: Provides-Extra"), ("2.2", "Dynamic: Version"), ("2.2", "Requires-Dist: ???")],
)  # fmt: skip
def test_archive_that_does_not_speak_for_certain_needs_more(tmp_path: Path, version: str, more: str) -> None:
    (tmp_path / "PKG-INFO").write_text(INFO.format(version=version, more=more))

    assert archive_metadata(tmp_path) is None
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    rows = archive_metadata(tmp_path)
    assert rows is not None
    assert rows.version == "1.0"
