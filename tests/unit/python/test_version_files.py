from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.python import PythonRequest, VersionFile, find_version_file, pinned_version, read_version_file


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    (tmp_path / ".python-version").write_text("3.11\n", encoding="utf-8")
    nearer = tmp_path / "project"
    (nearer / "src").mkdir(parents=True)
    (nearer / ".python-versions").write_text("3.12\n3.11\n", encoding="utf-8")

    assert find_version_file(nearer / "src") == nearer / ".python-versions"


def test_the_single_version_comes_before_the_list(tmp_path: Path) -> None:
    (tmp_path / ".python-version").touch()
    (tmp_path / ".python-versions").touch()

    assert find_version_file(tmp_path) == tmp_path / ".python-version"


def test_looking_ends_where_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / ".python-version").touch()
    (tmp_path / "workspace" / "member").mkdir(parents=True)

    assert find_version_file(tmp_path / "workspace" / "member", stop=tmp_path / "workspace") is None
    assert find_version_file(tmp_path / "workspace" / "member", stop=tmp_path) == tmp_path / ".python-version"


def test_comments_blank_lines_and_names_of_other_tools_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / ".python-versions"
    path.write_text("# favourite\n3.12  # because\n\nmy-virtualenv\n./local\npypy3.10\n>=3.9\n", encoding="utf-8")

    assert [request.text for request in read_version_file(path)] == ["3.12", "./local", "pypy3.10", ">=3.9"]


def test_lines_that_are_no_requests_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / ".python-version"
    path.write_text("my-virtualenv\n3.12\n", encoding="utf-8")

    file = VersionFile.read(path)

    assert file.ignored == ("my-virtualenv",)
    assert file.request == PythonRequest.parse("3.12")


def test_the_users_own_file_holds_where_no_folder_has_one(tmp_path: Path) -> None:
    own = tmp_path / "config" / "uv" / ".python-version"
    own.parent.mkdir(parents=True)
    own.write_text("3.11\n", encoding="utf-8")
    project = tmp_path / "project"
    project.mkdir()
    variables = {"XDG_CONFIG_HOME": str(tmp_path / "config")}

    before = pinned_version(project, variables, stop=project)
    (project / ".python-version").write_text("3.12\n", encoding="utf-8")
    after = pinned_version(project, variables, stop=project)

    assert before is not None
    assert before.path == own
    assert after is not None
    assert after.path == project / ".python-version"
    assert pinned_version(tmp_path, {}, stop=tmp_path) is None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("312", "3.12"),
        ("python3.12", "3.12"),
        ("cp312", "cpython@3.12"),
        ("cpython3.12", "cpython@3.12"),
        ("cpython-3.12", "cpython-3.12-any-any-any"),
        ("3.12-linux", "any-3.12-linux-any-any"),
        ("pypy3.10", "pypy@3.10"),
        ("pypy", "pypy"),
        ("3.13t", "3.13+freethreaded"),
        ("3.13td", "3.13+freethreaded+debug"),
        ("3.13+gil", "3.13+gil"),
        ("3.14rc1", "3.14rc1"),
        (">=3.11,<3.13", ">=3.11, <3.13"),
        ("cpython>=3.10", "cpython@>=3.10"),
        ("any", "any"),
        ("./python", "./python"),
    ],
)
def test_requests_are_written_as_uv_writes_them(text: str, canonical: str) -> None:
    assert PythonRequest.parse(text).canonical == canonical
