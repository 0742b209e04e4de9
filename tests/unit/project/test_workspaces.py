"""Finding the workspace of a project, and its members; checked against what uv 0.13.9 does."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.errors import InvalidTableError, ProjectNotFoundError
from uvkit.project import Project

from .conftest import Make, project_text

WORKSPACE = "[tool.uv.workspace]"


def names(project: Project) -> list[str | None]:
    return [member.name for member in project.members]


def reasons(root: Path) -> str:
    with pytest.raises(InvalidTableError) as caught:
        Project.open(root)
    return str(caught.value)


def test_project_without_workspace_is_its_own_only_member(make: Make) -> None:
    root = make({"pyproject.toml": project_text("a")})

    project = Project.open(root)

    assert (project.root, project.name, names(project)) == (root, "a", ["a"])
    assert project.lockfile_path == root / "uv.lock"
    assert project.environment_path == root / ".venv"


def test_workspace_is_declared_by_its_table_alone(make: Make) -> None:
    alone = make({"pyproject.toml": project_text("a")}, "alone")
    declared = make({"pyproject.toml": project_text("a", WORKSPACE, "members = []")}, "declared")

    assert not Project.open(alone).workspace.is_declared
    assert Project.open(declared).workspace.is_declared


def test_project_opens_by_its_file(make: Make) -> None:
    root = make({"pyproject.toml": project_text("a")})

    assert Project.open(root / "pyproject.toml").root == root


def test_folder_without_a_project_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFoundError):
        Project.open(tmp_path)


def test_project_is_discovered_from_below(make: Make) -> None:
    root = make({"pyproject.toml": project_text("a"), "src/deep/x.txt": ""})

    assert Project.discover(root / "src" / "deep").root == root


def test_nothing_is_discovered_where_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFoundError) as caught:
        Project.discover(tmp_path)

    assert caught.value.start == tmp_path


def test_members_are_sorted_and_share_the_lock(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m/*"]'),
            "m/z/pyproject.toml": project_text("alpha"),
            "m/a/pyproject.toml": project_text("zeta"),
            "other/pyproject.toml": project_text("other"),
        }
    )

    project = Project.open(root)

    assert names(project) == ["alpha", "root", "zeta"]
    assert {member.lockfile_path for member in project.members} == {root / "uv.lock"}


def test_root_is_found_from_a_member(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m/*"]'),
            "m/a/pyproject.toml": project_text("a"),
        }
    )

    project = Project.open(root / "m" / "a")

    assert project.name == "a"
    assert project.root == root / "m" / "a"
    assert names(project) == ["a", "root"]
    assert project.lockfile_path == root / "uv.lock"


@pytest.mark.parametrize("folder", ["m/x", "other", "m/a/deep"])
def test_project_that_is_no_member_stands_alone(make: Make, folder: str) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m/*"]', 'exclude = ["m/x"]'),
            "m/a/pyproject.toml": project_text("a"),
            "m/x/pyproject.toml": project_text("x"),
            "other/pyproject.toml": project_text("other"),
            "m/a/deep/pyproject.toml": project_text("deep"),
        }
    )

    assert Project.open(root / folder).lockfile_path == root / folder / "uv.lock"


@pytest.mark.parametrize("between", [project_text("mid"), "[tool.other]\nx = 1\n"])
def test_closest_file_above_decides_alone(make: Make, between: str) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["mid/leaf"]'),
            "mid/pyproject.toml": between,
            "mid/leaf/pyproject.toml": project_text("leaf"),
        }
    )

    assert Project.open(root / "mid" / "leaf").lockfile_path == root / "mid" / "leaf" / "uv.lock"


def test_hidden_folders_are_members_but_files_and_empty_folders_are_not(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m/*"]'),
            "m/.hidden/pyproject.toml": project_text("hidden"),
            "m/file.txt": "",
        }
    )
    (root / "m" / "empty").mkdir()
    (root / "m" / ".also").mkdir()

    assert names(Project.open(root)) == ["hidden", "root"]


def test_patterns_may_match_nothing_and_lead_outside(make: Make) -> None:
    make({"pyproject.toml": project_text("aside")}, "aside")
    root = make({"pyproject.toml": project_text("root", WORKSPACE, 'members = ["nope", "no*", "../aside"]')})

    assert names(Project.open(root)) == ["aside", "root"]


def test_unmanaged_member_is_left_out(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m/*"]'),
            "m/a/pyproject.toml": project_text("a", "[tool.uv]", "managed = false"),
        }
    )

    assert names(Project.open(root)) == ["root"]
    assert "marked as unmanaged" in reasons(root / "m" / "a")


def test_everything_wrong_with_members_is_listed(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m/*"]'),
            "m/a/readme.txt": "",
            "m/b/pyproject.toml": "[tool.x]\n",
            "m/c/pyproject.toml": project_text("Root"),
            "m/d/pyproject.toml": project_text("d", WORKSPACE),
        }
    )

    text = reasons(root)

    assert "has no `pyproject.toml` (it matches `m/*`)" in text
    assert "has no `[project]` table" in text
    assert "two members are named `root`" in text
    assert "is itself the root of a workspace" in text


def test_root_without_a_project_is_no_member(make: Make) -> None:
    root = make({"pyproject.toml": f'{WORKSPACE}\nmembers = ["a"]\n', "a/pyproject.toml": project_text("a")})

    project = Project.open(root)

    assert (project.name, project.version, names(project)) == (None, None, ["a"])


def test_broken_member_is_named_by_its_file(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m/*"]'),
            "m/a/pyproject.toml": "[project]\nname = 3\n",
        }
    )

    assert str(root / "m" / "a" / "pyproject.toml") in reasons(root)


def test_file_that_is_no_text_is_named(make: Make) -> None:
    root = make({"pyproject.toml": ""})
    (root / "pyproject.toml").write_bytes(b"a = '\xff'")

    assert "not UTF-8 at byte 5" in reasons(root)


def test_mark_at_the_begin_of_a_file_is_passed_over(make: Make) -> None:
    root = make({"pyproject.toml": "\ufeff" + project_text("a")})

    assert Project.open(root).name == "a"


# -- requires-python ---------------------------------------------------------------------------------------------------


def test_python_versions_of_all_members_are_joined(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m/*"]', python=">=3.10,<3.15"),
            "m/a/pyproject.toml": project_text("a"),
            "m/b/pyproject.toml": project_text("b", python=""),
        }
    )

    assert str(Project.open(root).requires_python) == ">=3.11, <3.15"


def test_python_versions_that_exclude_each_other_are_named(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m"]', python="<3.12"),
            "m/pyproject.toml": project_text("m", python=">=3.12"),
        }
    )

    with pytest.raises(InvalidTableError, match=r"no Python version satisfies all members: `m` >=3.12, `root` <3.12"):
        Project.open(root).request()


# -- what is remembered ------------------------------------------------------------------------------------------------


def test_digest_changes_with_every_file_that_counts(make: Make) -> None:
    files = {
        "pyproject.toml": project_text(
            "root",
            'dependencies = ["lib"]',
            WORKSPACE,
            'members = ["m"]',
            "[tool.uv.sources]",
            'lib = { path = "lib" }',
        ),
        "m/pyproject.toml": project_text("m"),
        "lib/pyproject.toml": project_text("lib"),
    }
    root = make(files)
    digests = [Project.open(root).digest()]

    for name, text in files.items():
        (root / name).write_text(text + "# changed\n")
        digests.append(Project.open(root).digest())
    (root / ".python-version").write_text("3.12")
    digests.append(Project.open(root).digest())
    (root / "uv.toml").write_text("offline = true")
    digests.append(Project.open(root).digest())

    assert len(set(digests)) == 6


def test_digest_does_not_depend_on_the_place(make: Make) -> None:
    one = make({"pyproject.toml": project_text("a")}, "one")
    two = make({"pyproject.toml": project_text("a")}, "two")

    assert Project.open(one).digest() == Project.open(two).digest()


def test_digest_notices_what_appears_at_the_path_of_a_source(make: Make) -> None:
    root = make(
        {"pyproject.toml": project_text("a", 'dependencies = ["b"]', "[tool.uv.sources]", 'b = { path = "b" }')}
    )
    before = Project.open(root).digest()

    (root / "b").mkdir()

    assert Project.open(root).digest() != before


@pytest.mark.parametrize(
    ("place", "text", "request_text"),
    [
        (".python-version", "3.12\n", "3.12"),
        (".python-version", "# why\n\npypy@3.11  # because\n3.10\n", "pypy@3.11"),
        (".python-versions", "3.13\n3.12\n", "3.13"),
        ("m/.python-version", "3.14", "3.14"),
        (".python-version", "\n", None),
        ("../.python-version", "3.9", None),
    ],
)
def test_python_version_files_are_read_up_to_the_root(
    make: Make, place: str, text: str, request_text: str | None
) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", WORKSPACE, 'members = ["m"]'),
            "m/pyproject.toml": project_text("m"),
            place: text,
        }
    )

    assert Project.open(root / "m").python_request == request_text
