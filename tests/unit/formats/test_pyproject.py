"""`pyproject.toml`: what is read, and that everything wrong is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from uvkit.errors import InvalidTableError
from uvkit.formats import GroupInclude, Pyproject, expand_group, included_groups, parse_pyproject
from uvkit.model import DirectorySource, Requirement, extra_name, group_name

PATH = Path("pyproject.toml")


def parse(text: str) -> Pyproject:
    return parse_pyproject(text, PATH)


def problems(text: str) -> dict[str, str]:
    with pytest.raises(InvalidTableError) as caught:
        parse(text)
    return dict(caught.value.problems)


def test_project_table_is_read() -> None:
    text = """
    [project]
    name = "My.Project"
    version = "1.0rc1"
    requires-python = ">=3.11"
    dependencies = ["Alpha>=1 ; sys_platform == 'linux'"]
    scripts = { run = "my:main" }
    [project.optional-dependencies]
    Zz_z = ["beta"]
    a = []
    [build-system]
    requires = ["hatchling"]
    build-backend = "hatchling.build"
    backend-path = ["."]
    """

    result = parse(text)

    project = result.project
    assert project is not None
    assert (project.name, project.version) == ("my-project", Version("1.0rc1"))
    assert project.requires_python == ">=3.11"
    assert [str(one) for one in project.dependencies] == ["alpha>=1 ; sys_platform == 'linux'"]
    assert list(project.optional_dependencies) == ["zz-z", "a"]
    assert project.has_scripts
    assert project.has_static_requirements
    assert result.build_system is not None
    assert result.build_system.backend == "hatchling.build"
    assert result.build_system.backend_path == (".",)
    assert result.notices == ()


def test_empty_file_has_no_tables() -> None:
    result = parse("")

    assert (result.project, result.build_system, result.tool) == (None, None, None)
    assert result.groups == {}
    assert result.settings == {}


def test_empty_tool_table_counts_as_present() -> None:
    assert parse("[tool.uv]").tool == {}


def test_version_may_be_dynamic() -> None:
    project = parse('[project]\nname = "a"\ndynamic = ["version", "dependencies"]').project

    assert project is not None
    assert project.version is None
    assert not project.has_static_requirements


def test_requirement_remembers_where_it_was_written() -> None:
    project = parse('[project]\nname = "a"\nversion = "1"\ndependencies = ["b", "c"]').project

    assert project is not None
    assert project.dependencies[1].origin == "`project.dependencies[1]` of `pyproject.toml`"


@pytest.mark.parametrize(
    "written",
    ["file:///${PROJECT_ROOT}/lib", "file://${PROJECT_ROOT}/lib", "file:${PROJECT_ROOT}/lib", "${PROJECT_ROOT}/lib"],
)
def test_project_root_is_a_path_in_every_spelling(written: str) -> None:
    project = parse(f'[project]\nname = "a"\nversion = "1"\ndependencies = ["lib @ {written}"]').project

    assert project is not None
    assert project.dependencies[0].source == DirectorySource(path=Path("/${PROJECT_ROOT}/lib"))


def test_every_wrong_key_of_a_project_is_named() -> None:
    text = """
    [project]
    name = "not a name"
    version = "one"
    requires-python = "three"
    dynamic = "version"
    dependencies = ["good", "bad >", 3]
    [project.optional-dependencies]
    x = ["also bad >="]
    y = "z"
    "b d" = []
    [dependency-groups]
    g = ["worse =", { include-group = "nope" }, { include = "g" }, 4, { include-group = 3 }]
    h = "x"
    [build-system]
    requires = ["x <"]
    build-backend = 1
    [tool.uv]
    resolution = "lowst"
    """

    found = problems(text)

    assert list(found) == [
        "project.dynamic",
        "project.name",
        "project.version",
        "project.requires-python",
        "project.dependencies[2]",
        "project.dependencies[1]",
        "project.optional-dependencies.x[0]",
        "project.optional-dependencies.y",
        'project.optional-dependencies."b d"',
        "dependency-groups.g[0]",
        "dependency-groups.g[2]",
        "dependency-groups.g[3]",
        "dependency-groups.g[4].include-group",
        "dependency-groups.h",
        "build-system.requires[0]",
        "build-system.build-backend",
        "tool.uv.resolution",
        "dependency-groups.g[1].include-group",
    ]
    assert found["project.dependencies[2]"] == "expected a string, got an integer"
    assert found["tool.uv.resolution"].endswith("did you mean `lowest`?")


@pytest.mark.parametrize("table", ["project", "dependency-groups", "build-system", "tool", "tool.uv"])
def test_table_that_is_no_table_is_named(table: str) -> None:
    head, _, key = table.rpartition(".")
    text = f"[{head}]\n{key} = 3" if head else f"{key} = 3"

    assert "expected a table, got an integer" in problems(text)[table]


def test_missing_name_and_version_are_named_with_what_was_probably_meant() -> None:
    found = problems('[project]\nnaem = "a"\nversoin = "1"')

    assert found["project.name"] == "is required; is `naem` meant to be `name`?"
    assert found["project.version"].endswith("is `versoin` meant to be `version`?")


def test_misspelt_key_is_a_notice_with_a_suggestion() -> None:
    result = parse('[project]\nname = "a"\nversion = "1"\ndependancies = ["b"]')

    [notice] = result.notices
    assert notice.code == "unknown-key"
    assert "project.dependancies" in notice.message
    assert notice.hint == "did you mean `dependencies`?"


def test_unknown_key_of_another_tool_is_no_problem() -> None:
    result = parse('[project]\nname = "a"\nversion = "1"\nlicense = 3\n[tool.other]\nx = 1')

    assert result.notices == ()


def test_names_that_differ_only_in_spelling_are_defined_twice() -> None:
    found = problems("""
    [project]
    name = "a"
    version = "1"
    [project.optional-dependencies]
    x_y = []
    x-y = []
    [dependency-groups]
    "g.h" = []
    "g-h" = []
    """)

    assert found["dependency-groups.g-h"] == "the group `g-h` is defined twice"
    assert found["project.optional-dependencies.x-y"] == "the extra `x-y` is defined twice"


def test_syntax_error_has_line_and_column() -> None:
    found = problems('[project]\nname = "a"\nversion == "1"\n')

    assert found[""].startswith("TOML syntax, line 3, column 10: ")


def test_text_that_ends_too_early_says_so() -> None:
    assert problems('name = "a')[""].startswith("TOML syntax")


# -- groups ------------------------------------------------------------------------------------------------------------


def test_includes_are_expanded_in_place() -> None:
    groups = parse("""
    [dependency-groups]
    dev = ["alpha", { include-group = "Lint" }, "beta"]
    lint = ["gamma"]
    """).groups

    expanded = expand_group(groups, group_name("dev"), limit=lambda _, requirement: requirement)

    assert [one.project for one in expanded] == ["alpha", "gamma", "beta"]
    assert groups[group_name("dev")][1] == GroupInclude(group_name("lint"), "dependency-groups.dev[1]")


def test_limit_is_applied_by_every_group_on_the_way() -> None:
    groups = parse('[dependency-groups]\na = [{ include-group = "b" }]\nb = ["x"]').groups
    seen: list[tuple[str, str]] = []

    def limit(group: str, requirement: Requirement) -> Requirement:
        seen.append((group, requirement.project))
        return requirement

    expand_group(groups, group_name("a"), limit=limit)

    assert seen == [("b", "x"), ("a", "x")]


def test_included_groups_are_followed_to_the_end() -> None:
    groups = parse("""
    [dependency-groups]
    a = [{ include-group = "b" }, { include-group = "c" }]
    b = [{ include-group = "c" }]
    c = []
    """).groups

    assert included_groups(groups, group_name("a")) == {"b", "c"}
    assert included_groups(groups, group_name("c")) == frozenset()


def test_groups_may_meet_again_without_being_a_cycle() -> None:
    text = """
    [dependency-groups]
    top = [{ include-group = "left" }, { include-group = "right" }]
    left = [{ include-group = "base" }]
    right = [{ include-group = "base" }]
    base = ["alpha"]
    """

    groups = parse(text).groups

    assert len(expand_group(groups, group_name("top"), limit=lambda _, one: one)) == 2


def test_cycle_is_named_once_with_its_members() -> None:
    found = problems("""
    [dependency-groups]
    a = [{ include-group = "b" }]
    b = ["x", { include-group = "c" }]
    c = [{ include-group = "a" }]
    """)

    assert found == {"dependency-groups.c[0].include-group": "the groups include each other: `a` → `b` → `c` → `a`"}


def test_group_that_includes_itself_is_a_cycle() -> None:
    found = problems('[dependency-groups]\na = [{ include-group = "A" }]')

    assert found == {"dependency-groups.a[0].include-group": "the groups include each other: `a` → `a`"}


def test_unknown_group_gets_a_suggestion() -> None:
    found = problems('[dependency-groups]\ndocs = []\nall = [{ include-group = "doc" }]')

    assert found["dependency-groups.all[0].include-group"] == "there is no group `doc`; did you mean `docs`?"


def test_old_dev_dependencies_cannot_be_included() -> None:
    found = problems('[dependency-groups]\nx = [{ include-group = "dev" }]\n[tool.uv]\ndev-dependencies = ["a"]')

    assert "move its entries into a group `dev`" in found["dependency-groups.x[0].include-group"]


def test_parsed_file_is_remembered_by_its_text() -> None:
    text = '[project]\nname = "remembered"\nversion = "1"'

    assert parse(text) is parse(text)
    assert parse_pyproject(text, Path("other/pyproject.toml")).path == Path("other/pyproject.toml")


def test_extra_names_keep_their_order_of_declaration() -> None:
    project = parse(
        '[project]\nname = "a"\nversion = "1"\n[project.optional-dependencies]\nz = []\na = []\nm = []'
    ).project

    assert project is not None
    assert tuple(project.optional_dependencies) == tuple(map(extra_name, "zam"))
