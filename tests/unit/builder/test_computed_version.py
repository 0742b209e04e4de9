"""Which trees leave their version to the backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.builder import has_computed_version


@pytest.mark.parametrize(
    ("text", "computed"),
    [
        ('[project]\nname = "a"\ndynamic = ["version"]\n', True),
        ('[project]\nname = "a"\nversion = "1"\ndynamic = ["dependencies"]\n', False),
        ('[build-system]\nrequires = ["setuptools"]\n', False),
        ("not = toml = at all", False),
    ],
)
def test_a_computed_version_is_declared_as_dynamic(tmp_path: Path, text: str, computed: bool) -> None:
    (tmp_path / "pyproject.toml").write_text(text)

    assert has_computed_version(tmp_path) is computed


def test_a_tree_without_a_project_file_keeps_the_version_it_builds(tmp_path: Path) -> None:
    assert not has_computed_version(tmp_path)
