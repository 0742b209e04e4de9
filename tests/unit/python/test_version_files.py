from __future__ import annotations

from pathlib import Path

from uvkit.python import find_version_file, read_version_file


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

    assert [request.text for request in read_version_file(path)] == ["3.12", "pypy3.10", ">=3.9"]
