"""Which Python and which default groups a selection means."""

from __future__ import annotations

import pytest

from uvkit.errors import InvalidTableError
from uvkit.model import GroupName, Selection
from uvkit.project import Project

from .conftest import Make, project_text

GROUPS = '[dependency-groups]\ndev = []\nnew = []\n[tool.uv.dependency-groups]\nnew = { requires-python = ">=3.13" }\n'
NEW = frozenset({GroupName("new")})


@pytest.mark.parametrize(
    ("selection", "shown"),
    [
        (Selection(), ">=3.11"),
        (Selection(extra_groups=NEW), ">=3.13"),
        (Selection(groups="all"), ">=3.13"),
        (Selection(groups="all", exclude_groups=NEW), ">=3.11"),
        (Selection(groups=NEW, parts="groups"), ">=3.13"),
        (Selection(extra_groups=NEW, parts="dependencies"), ">=3.11"),
    ],
)
def test_bounds_of_selected_groups_count(make: Make, selection: Selection, shown: str) -> None:
    project = Project.open(make({"pyproject.toml": project_text("a") + GROUPS}))

    assert str(project.python_for(selection)) == shown


def test_groups_may_be_the_only_ones_with_bounds(make: Make) -> None:
    project = Project.open(make({"pyproject.toml": project_text("a", python="") + GROUPS}))

    assert str(project.python_for(Selection(extra_groups=NEW))) == ">=3.13"
    assert project.python_for(Selection()) is None


def test_default_groups_are_those_of_the_one_member_that_is_meant(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("a") + '[tool.uv.workspace]\nmembers = ["b"]\n',
            "b/pyproject.toml": project_text("b") + '[dependency-groups]\nx = []\n[tool.uv]\ndefault-groups = ["x"]\n',
        }
    )
    project = Project.open(root)

    assert project.default_groups(Selection()) == {"dev"}
    assert project.default_groups(Selection.of(members=["b"])) == {"x"}
    assert project.default_groups(Selection(members="all")) == {"dev"}


def test_default_group_must_exist(make: Make) -> None:
    project = Project.open(make({"pyproject.toml": project_text("a") + '[tool.uv]\ndefault-groups = ["dev"]\n'}))

    with pytest.raises(InvalidTableError, match="no group `dev`"):
        project.request()


def test_last_member_decides_whether_one_is_editable(make: Make) -> None:
    source = "[tool.uv.sources]\na = {{ workspace = true{} }}\n"
    build = '[build-system]\nrequires = []\nbuild-backend = "x"\n'
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["*"]\n',
        "a/pyproject.toml": project_text("a") + build,
        "b/pyproject.toml": project_text("b", 'dependencies = ["a"]') + source.format(", editable = false"),
        "c/pyproject.toml": project_text("c", 'dependencies = ["a"]') + source.format(""),
    }

    editable = next(one for one in Project.open(make(files)).request().members if one.project == "a").source
    files["b/pyproject.toml"], files["c/pyproject.toml"] = (
        files["b/pyproject.toml"].replace(", editable = false", ""),
        files["c/pyproject.toml"].replace("true }", "true, editable = false }"),
    )
    plain = next(one for one in Project.open(make(files)).request().members if one.project == "a").source

    assert editable.editable
    assert not plain.editable


def test_environment_that_no_admitted_python_can_be_is_refused(make: Make) -> None:
    text = project_text("a") + "[tool.uv]\nenvironments = [\"python_version < '3.9'\"]\n"

    with pytest.raises(InvalidTableError, match="does not overlap with the Python versions"):
        Project.open(make({"pyproject.toml": text})).request()


@pytest.mark.parametrize("kind", ["extra", "group"])
def test_source_for_an_extra_or_group_that_does_not_exist_is_named(make: Make, kind: str) -> None:
    text = project_text("a", 'dependencies = ["b"]') + f'[tool.uv.sources]\nb = {{ git = "x", {kind} = "zz" }}\n'

    with pytest.raises(InvalidTableError, match=f"there is no {kind} `zz`"):
        Project.open(make({"pyproject.toml": text})).request()


@pytest.mark.parametrize(
    ("python", "code"), [("<4", "requires-python-open"), ("~=3.11", "requires-python-tilde"), ("~=3.11.1", "")]
)
def test_bound_that_says_something_else_than_it_seems_is_noticed(make: Make, python: str, code: str) -> None:
    project = Project.open(make({"pyproject.toml": project_text("a", python=python)}))

    assert [notice.code for notice in project.notices()] == ([code] if code else [])


@pytest.mark.parametrize(
    ("key", "value"),
    [("cache-keys", '["[*"]'), ("cache-keys", '[{ file = "x[" }]'), ("workspace", '{ members = ["a/[b"] }')],
)
def test_pattern_that_is_none_is_named(make: Make, key: str, value: str) -> None:
    root = make({"pyproject.toml": project_text("a") + f"[tool.uv]\n{key} = {value}\n"})

    with pytest.raises(InvalidTableError, match="is not closed"):
        Project.open(root)


def test_indexes_of_files_beside_the_project_cannot_be_pinned(make: Make) -> None:
    text = project_text("a", 'dependencies = ["b"]') + '[tool.uv.sources]\nb = { index = "x" }\n'
    root = make({"pyproject.toml": text, "uv.toml": '[[index]]\nname = "x"\nurl = "https://index.example/simple"\n'})

    with pytest.raises(InvalidTableError, match="no index is named `x`"):
        Project.open(root).request()
