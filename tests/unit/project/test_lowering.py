"""Sources applied to requirements; checked against what uv 0.13.9 records."""

from __future__ import annotations

from pathlib import Path

import pytest

from uvkit.errors import InvalidTableError
from uvkit.model import (
    ArchiveSource,
    ConflictItem,
    DirectorySource,
    GitSource,
    IndexSource,
    Source,
    extra_name,
    group_name,
    project_name,
)
from uvkit.project import Project
from uvkit.resolver import Member

from .conftest import Make, project_text

NAME = project_name("root")
INDEX = ["[[tool.uv.index]]", 'name = "one"', 'url = "https://user:secret@index.example/simple/"', "explicit = true"]


def member(make: Make, *lines: str, **files: str) -> Member:
    root = make({"pyproject.toml": project_text("root", *lines), **files})
    return next(one for one in Project.open(root).request().members if one.project == "root")


def source_of(make: Make, source: str, *lines: str, **files: str) -> Source | None:
    declared = member(make, 'dependencies = ["a>=1"]', "[tool.uv.sources]", f"a = {source}", *lines, **files)
    [one] = declared.dependencies
    return one.requirement.source


def problems(make: Make, *lines: str, **files: str) -> dict[str, str]:
    root = make({"pyproject.toml": project_text("root", *lines), **files})
    with pytest.raises(InvalidTableError) as caught:
        Project.open(root).request()
    return dict(caught.value.problems)


# -- kinds of sources --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "source"),
    [
        (
            '{ git = "https://git.example/a" }',
            GitSource(repository="https://git.example/a"),
        ),
        (
            '{ git = "https://git.example/a", tag = "v1", subdirectory = "sub", lfs = true }',
            GitSource(
                repository="https://git.example/a",
                reference="v1",
                reference_kind="tag",
                subdirectory="sub",
                lfs=True,
            ),
        ),
        (
            '{ git = "https://git.example/a", branch = "main" }',
            GitSource(repository="https://git.example/a", reference="main", reference_kind="branch"),
        ),
        (
            '{ git = "https://git.example/a", rev = "abc" }',
            GitSource(repository="https://git.example/a", reference="abc", reference_kind="rev"),
        ),
        (
            '{ url = "https://files.example/a.zip", subdirectory = "s" }',
            ArchiveSource(url="https://files.example/a.zip", subdirectory="s"),
        ),
        ('{ path = "dl/a-1.tar.gz" }', ArchiveSource(path=Path("dl/a-1.tar.gz"))),
        ('{ path = "./lib/" }', DirectorySource(path=Path("lib"))),
        ('{ path = "lib", editable = true }', DirectorySource(path=Path("lib"), editable=True)),
        ('{ path = "lib", package = false }', DirectorySource(path=Path("lib"), virtual=True)),
        ('{ path = "virtual" }', DirectorySource(path=Path("virtual"), virtual=True)),
        ('{ path = "virtual", package = true }', DirectorySource(path=Path("virtual"))),
        ('{ path = "virtual", editable = true }', DirectorySource(path=Path("virtual"), editable=True)),
        ('{ path = "bare" }', DirectorySource(path=Path("bare"))),
    ],
)
def test_source_is_read(make: Make, written: str, source: Source) -> None:
    files = {
        "dl/a-1.tar.gz": "",
        "lib/pyproject.toml": project_text("a"),
        "virtual/pyproject.toml": project_text("a", "[tool.uv]", "package = false"),
        "bare/setup.py": "",
    }

    assert source_of(make, written, **files) == source


def test_index_is_named_without_its_credentials(make: Make) -> None:
    assert source_of(make, '{ index = "one" }', *INDEX) == IndexSource(index="https://index.example/simple/")


def test_only_an_index_keeps_the_specifier(make: Make) -> None:
    pinned = member(make, 'dependencies = ["a>=1"]', "[tool.uv.sources]", 'a = { index = "one" }', *INDEX)
    direct = member(make, 'dependencies = ["a>=1"]', "[tool.uv.sources]", 'a = { url = "https://files.example/a.zip" }')

    assert str(pinned.dependencies[0].requirement.specifier) == ">=1"
    assert str(direct.dependencies[0].requirement.specifier) == ""


def test_source_wins_over_a_url_in_the_requirement(make: Make) -> None:
    declared = member(
        make,
        'dependencies = ["a @ https://files.example/other.zip"]',
        "[tool.uv.sources]",
        'a = { index = "one" }',
        *INDEX,
    )

    assert declared.dependencies[0].requirement.source == IndexSource(index="https://index.example/simple/")


def test_absolute_path_stays_absolute(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere"
    path.mkdir()

    assert source_of(make, f'{{ path = "{path.as_posix()}/../elsewhere" }}') == DirectorySource(path=path)


def test_path_may_lead_out_of_the_project(make: Make) -> None:
    make({"pyproject.toml": project_text("a")}, "aside")

    assert source_of(make, '{ path = "../aside" }') == DirectorySource(path=Path("../aside"))


def test_path_below_the_project_root_variable_is_relative(make: Make) -> None:
    declared = member(make, 'dependencies = ["a @ file:///${PROJECT_ROOT}/dl/a-1-py3-none-any.whl"]')

    assert declared.dependencies[0].requirement.source == ArchiveSource(path=Path("dl/a-1-py3-none-any.whl"))


def test_file_url_stays_absolute(make: Make) -> None:
    declared = member(make, 'dependencies = ["a @ file:///somewhere/lib"]')

    assert declared.dependencies[0].requirement.source == DirectorySource(path=Path("/somewhere/lib"))


# -- several sources ---------------------------------------------------------------------------------------------------


def test_uncovered_environments_keep_the_plain_requirement(make: Make) -> None:
    declared = member(
        make,
        "dependencies = [\"a<2 ; python_version >= '3.12'\"]",
        "[tool.uv.sources]",
        'a = [{ index = "one", marker = "sys_platform == \'linux\'" },',
        '  { url = "https://files.example/a.zip", marker = "sys_platform == \'darwin\'" }]',
        *INDEX,
    )

    assert [(str(one.requirement), one.requirement.source) for one in declared.dependencies] == [
        (
            "a<2 ; python_full_version >= '3.12' and sys_platform == 'linux'",
            IndexSource(index="https://index.example/simple/"),
        ),
        (
            "a @ https://files.example/a.zip ; python_full_version >= '3.12' and sys_platform == 'darwin'",
            ArchiveSource(url="https://files.example/a.zip"),
        ),
        (
            "a<2 ; python_full_version >= '3.12' and sys_platform != 'darwin' and sys_platform != 'linux'",
            None,
        ),
    ]


def test_source_that_never_applies_leaves_the_requirement_as_it_is(make: Make) -> None:
    declared = member(
        make,
        "dependencies = [\"a ; sys_platform == 'win32'\"]",
        "[tool.uv.sources]",
        'a = { index = "one", marker = "sys_platform == \'linux\'" }',
        *INDEX,
    )

    assert [str(one.requirement) for one in declared.dependencies] == ["a ; sys_platform == 'win32'"]
    assert declared.dependencies[0].requirement.source is None


def test_source_of_an_extra_applies_there_alone(make: Make) -> None:
    declared = member(
        make,
        'dependencies = ["a"]',
        "[project.optional-dependencies]",
        'cpu = ["a"]',
        'gpu = ["a"]',
        "[tool.uv.sources]",
        'a = [{ index = "one", extra = "cpu" }]',
        *INDEX,
    )

    [cpu] = declared.extras[extra_name("cpu")]
    [gpu] = declared.extras[extra_name("gpu")]
    assert declared.dependencies[0].requirement.source is None
    assert (gpu.requirement.source, gpu.scope) == (None, None)
    assert cpu.requirement.source == IndexSource(index="https://index.example/simple/")
    assert cpu.scope == ConflictItem(project=NAME, extra=extra_name("cpu"))


def test_source_of_a_group_follows_the_group_that_includes(make: Make) -> None:
    declared = member(
        make,
        "[dependency-groups]",
        'g = ["a"]',
        'h = [{ include-group = "g" }]',
        "[tool.uv.sources]",
        'a = { index = "one", group = "g" }',
        *INDEX,
    )

    [own] = declared.groups[group_name("g")]
    [included] = declared.groups[group_name("h")]
    assert own.scope == ConflictItem(project=NAME, group=group_name("g"))
    assert (included.requirement.source, included.scope) == (None, None)


# -- workspaces --------------------------------------------------------------------------------------------------------


def workspace(*lines: str) -> str:
    return project_text("root", *lines, "[tool.uv.workspace]", 'members = ["m/*"]')


@pytest.mark.parametrize(
    ("source", "member_lines", "expected"),
    [
        ("{ workspace = true }", (), DirectorySource(path=Path("m/one"), editable=True)),
        ("{ workspace = true, editable = false }", (), DirectorySource(path=Path("m/one"))),
        (
            "{ workspace = true }",
            ("[tool.uv]", "package = false"),
            DirectorySource(path=Path("m/one"), virtual=True),
        ),
    ],
)
def test_member_that_is_required_is_a_package(
    make: Make, source: str, member_lines: tuple[str, ...], expected: DirectorySource
) -> None:
    root = make(
        {
            "pyproject.toml": workspace('dependencies = ["one"]', "[tool.uv.sources]", f"one = {source}"),
            "m/one/pyproject.toml": project_text("one", *member_lines),
        }
    )

    one, declared = Project.open(root).request().members

    assert one.source == expected
    assert declared.dependencies[0].requirement.source == expected


def test_source_alone_makes_a_member_a_package(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": workspace("[tool.uv.sources]", "one = { workspace = true }"),
            "m/one/pyproject.toml": project_text("one"),
        }
    )

    assert Project.open(root).request().members[0].source.editable


def test_source_of_a_project_for_itself_does_not_make_it_a_package(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": workspace("[tool.uv.sources]", "root = { workspace = true }"),
            "m/one/pyproject.toml": project_text("one", 'dependencies = ["root"]'),
        }
    )

    one, own = Project.open(root).request().members

    assert own.source.virtual
    assert one.dependencies[0].requirement.source == DirectorySource(path=Path(), virtual=True)


def test_member_that_is_required_needs_a_source(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": workspace('dependencies = ["one"]'),
            "m/one/pyproject.toml": project_text("one"),
        }
    )

    with pytest.raises(InvalidTableError, match=r"`one = \{ workspace = true \}`"):
        Project.open(root).request()


def test_sources_that_disagree_about_editing_are_named(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": workspace("[tool.uv.sources]", "one = { workspace = true, editable = true }"),
            "m/one/pyproject.toml": project_text("one"),
            "m/two/pyproject.toml": project_text(
                "two", "[tool.uv.sources]", "one = { workspace = true, editable = false }"
            ),
        }
    )

    with pytest.raises(InvalidTableError, match="another source of `one` says the opposite"):
        Project.open(root).request()


def test_sources_and_indexes_of_the_root_hold_for_members(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": workspace(
                "[tool.uv.sources]", 'a = { path = "dl/a-1.zip" }', 'b = { index = "one" }', *INDEX
            ),
            "dl/a-1.zip": "",
            "m/one/pyproject.toml": project_text("one", 'dependencies = ["a", "b"]'),
        }
    )

    a, b = Project.open(root).request().members[0].dependencies

    assert a.requirement.source == ArchiveSource(path=Path("dl/a-1.zip"))
    assert b.requirement.source == IndexSource(index="https://index.example/simple/")


def test_own_sources_and_indexes_of_a_member_win(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": workspace("[tool.uv.sources]", 'a = { path = "dl/a-1.zip" }', *INDEX),
            "dl/a-1.zip": "",
            "m/one/pyproject.toml": project_text(
                "one",
                'dependencies = ["a"]',
                "[tool.uv.sources]",
                'a = { index = "one" }',
                "[[tool.uv.index]]",
                'name = "one"',
                'url = "../../flat"',
                'format = "flat"',
            ),
        }
    )

    [a] = Project.open(root).request().members[0].dependencies

    assert a.requirement.source == IndexSource(index="flat")


# -- what cannot serve -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "key", "reason"),
    [
        ('{ index = "on" }', ".index", "no index is named `on`; declare it in `[[tool.uv.index]]` of the project; did"),
        ('{ path = "nope" }', ".path", "there is nothing at `nope`"),
        ('{ path = "x.txt" }', ".path", "neither a folder nor a wheel or source archive"),
        ('{ path = "x.txt", editable = true }', ".editable", "only a folder can be editable"),
        ('{ url = "https://files.example/a.zip#sha256=0" }', ".url", "a URL with a fragment"),
        ("{ workspace = true }", ".workspace", "`a` is not a member of the workspace"),
        ("{ workspace = false }", ".workspace", "expected `true` or the path"),
    ],
)
def test_source_that_cannot_serve_is_named(make: Make, source: str, key: str, reason: str) -> None:
    found = problems(make, 'dependencies = ["a"]', "[tool.uv.sources]", f"a = {source}", *INDEX, **{"x.txt": ""})

    assert reason in found[f"tool.uv.sources.a{key}"]


def test_everything_that_cannot_serve_is_listed_at_once(make: Make) -> None:
    found = problems(
        make,
        'dependencies = ["a", "b"]',
        "[dependency-groups]",
        'g = ["c", "a"]',
        "[tool.uv.sources]",
        'a = { path = "a" }',
        'b = [{ index = "x", marker = "os_name == \'nt\'" }]',
        'c = { path = "c" }',
    )

    assert list(found) == ["tool.uv.sources.a.path", "tool.uv.sources.b[0].index", "tool.uv.sources.c.path"]


def test_source_that_nothing_requires_may_be_wrong(make: Make) -> None:
    declared = member(make, 'dependencies = ["a"]', "[tool.uv.sources]", 'b = { path = "nope" }')

    assert [str(one.requirement) for one in declared.dependencies] == ["a"]


@pytest.mark.parametrize("switch", ["no-sources = true", 'no-sources-package = ["A"]'])
def test_sources_can_be_switched_off(make: Make, switch: str) -> None:
    declared = member(make, 'dependencies = ["a"]', "[tool.uv]", switch, "[tool.uv.sources]", 'a = { path = "nope" }')

    assert declared.dependencies[0].requirement.source is None


def test_caller_may_switch_sources_off_and_add_indexes(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text(
                "root", 'dependencies = ["a", "b"]', "[tool.uv.sources]", 'a = { path = "no" }', 'b = { index = "i" }'
            )
        }
    )

    request = Project.open(root).request(
        no_sources=frozenset({project_name("a")}), indexes={"i": "https://given.example/simple"}
    )

    a, b = request.members[0].dependencies
    assert a.requirement.source is None
    assert b.requirement.source == IndexSource(index="https://given.example/simple")


def test_constraints_and_overrides_have_the_sources_of_the_root(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text(
                "root",
                "[tool.uv]",
                'constraint-dependencies = ["a<2"]',
                'override-dependencies = ["a"]',
                'build-constraint-dependencies = ["a"]',
                "[tool.uv.sources]",
                'a = { index = "one" }',
                *INDEX,
            )
        }
    )

    request = Project.open(root).request()

    for [requirement] in (request.constraints, request.overrides[0].requirements, request.build_constraints):
        assert requirement.source == IndexSource(index="https://index.example/simple/")


# -- trees that are no members -----------------------------------------------------------------------------------------


def test_tree_at_a_path_is_read_like_a_member(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root"),
            "libs/a/pyproject.toml": project_text(
                "a",
                'dependencies = ["b", "c"]',
                "[tool.uv.sources]",
                'b = { path = "../b" }',
                "c = { workspace = true }",
                "[tool.uv.workspace]",
                'members = ["c"]',
            ),
            "libs/a/c/pyproject.toml": project_text("c"),
            "libs/b/pyproject.toml": project_text("b"),
        }
    )
    source = DirectorySource(path=Path("libs/a"))

    found = Project.open(root).local_member(source)

    assert found is not None
    assert found.source == source
    assert [one.requirement.source for one in found.dependencies] == [
        DirectorySource(path=Path("libs/b")),
        DirectorySource(path=Path("libs/a/c"), editable=True),
    ]


@pytest.mark.parametrize(
    "text", [None, "[tool.x]\n", '[project]\nname = "a"\nversion = "1"\ndynamic = ["dependencies"]\n']
)
def test_tree_that_only_a_build_can_tell_about_is_none(make: Make, text: str | None) -> None:
    root = make({"pyproject.toml": project_text("root"), "a/x.txt": ""})
    if text is not None:
        (root / "a" / "pyproject.toml").write_text(text)

    assert Project.open(root).local_member(DirectorySource(path=Path("a"))) is None
