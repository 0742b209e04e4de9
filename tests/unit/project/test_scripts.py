"""Scripts as something to lock (PEP 723)."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from uvkit.errors import InvalidTableError
from uvkit.model import DirectorySource, IndexSource
from uvkit.project import Script

from .conftest import Make, project_text


def script(*lines: str) -> str:
    return "\n".join(["# /// script", *(f"# {line}" for line in lines), "# ///", "print()", ""])


def test_requirements_of_a_script_are_roots(make: Make) -> None:
    root = make(
        {
            "s.py": script(
                'requires-python = ">=3.11"',
                'dependencies = ["a", "lib", "b>=1"]',
                "[tool.uv]",
                'resolution = "lowest"',
                'constraint-dependencies = ["z<1"]',
                "[tool.uv.sources]",
                'lib = { path = "lib" }',
                'a = { index = "i" }',
                "[[tool.uv.index]]",
                'name = "i"',
                'url = "https://index.example/simple/"',
            ),
            "lib/pyproject.toml": project_text("lib"),
        }
    )

    read = Script.read(root / "s.py")
    request = read.request()

    assert [(one.project, one.source) for one in request.roots] == [
        ("a", IndexSource(index="https://index.example/simple/")),
        ("lib", DirectorySource(path=Path("lib"))),
        ("b", None),
    ]
    assert request.members == ()
    assert request.root == root
    assert str(request.requires_python) == ">=3.11"
    assert [str(one) for one in request.constraints] == ["z<1"]
    assert request.options.strategy == "lowest"
    assert read.lockfile_path == root / "s.py.lock"
    assert read.notices() == ()


def test_missing_python_bound_comes_from_the_interpreter(make: Make) -> None:
    read = Script.read(make({"s.py": script('dependencies = ["a"]')}) / "s.py")

    assert str(read.request(python=Version("3.13.1")).requires_python) == ">=3.13"
    assert "Defaulting to `>=3.13`" in read.notices(python=Version("3.13.1"))[0].message


def test_settings_of_the_folder_stand_behind_those_of_the_script(make: Make) -> None:
    root = make(
        {
            "uv.toml": 'prerelease = "allow"\nresolution = "lowest"\nindex = [{ url = "https://two.example" }]',
            "s.py": script("[tool.uv]", 'resolution = "highest"', 'index = [{ url = "https://one.example" }]'),
        }
    )

    read = Script.read(root / "s.py")

    assert read.request().options.prerelease == "allow"
    assert read.request().options.strategy == "highest"
    assert [index["url"] for index in read.settings["index"]] == ["https://one.example", "https://two.example"]


def test_source_that_cannot_serve_is_named(make: Make) -> None:
    root = make({"s.py": script('dependencies = ["a"]', "[tool.uv.sources]", 'a = { path = "no" }')})

    with pytest.raises(InvalidTableError, match="there is nothing at `no`"):
        Script.read(root / "s.py").request()


def test_script_that_does_not_exist_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Script.read(tmp_path / "s.py")


def test_digest_changes_with_the_script(make: Make) -> None:
    root = make({"s.py": script('dependencies = ["a"]')})
    before = Script.read(root / "s.py").digest()

    make({"s.py": script('dependencies = ["b"]')})

    assert Script.read(root / "s.py").digest() != before
