"""The question that a project asks: members, groups, manifest, conflicts and options."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from uvkit.errors import InvalidTableError
from uvkit.markers import MarkerSet
from uvkit.model import ConflictItem, DirectorySource, LocalMetadata, extra_name, group_name, project_name
from uvkit.project import Project
from uvkit.resolver import CutOff, Member, ResolveRequest, ResolverOptions, Scope

from .conftest import Make, project_text

NAME = project_name("root")


def ask(make: Make, *lines: str, **files: str) -> ResolveRequest:
    return Project.open(make({"pyproject.toml": project_text("root", *lines), **files})).request()


def only(request: ResolveRequest) -> Member:
    [member] = request.members
    return member


def texts(items: Any) -> list[str]:
    return [str(item.requirement) for item in items]


def problems(make: Make, *lines: str) -> dict[str, str]:
    root = make({"pyproject.toml": project_text("root", *lines)})
    with pytest.raises(InvalidTableError) as caught:
        Project.open(root).request()
    return dict(caught.value.problems)


# -- members -----------------------------------------------------------------------------------------------------------


def test_plain_project_is_a_virtual_member(make: Make) -> None:
    request = ask(make, 'dependencies = ["b", "A>=1"]')

    member = only(request)
    assert (member.project, member.version) == ("root", Version("1"))
    assert member.source == DirectorySource(path=Path(), virtual=True)
    assert texts(member.dependencies) == ["b", "a>=1"]
    assert str(request.requires_python) == ">=3.11"
    assert request.root is not None
    assert not request.is_workspace
    assert request.options == ResolverOptions()


@pytest.mark.parametrize(
    ("lines", "editable"),
    [
        (["[build-system]", "requires = []"], True),
        (["[tool.uv]", "package = true"], True),
        (["[build-system]", "requires = []", "[tool.uv]", "package = false"], False),
    ],
)
def test_package_is_editable_and_anything_else_virtual(make: Make, lines: list[str], editable: bool) -> None:
    source = only(ask(make, *lines)).source

    assert source == DirectorySource(path=Path(), editable=editable, virtual=not editable)


def test_extras_lose_their_marker_for_the_resolver_and_keep_it_for_the_lock(make: Make) -> None:
    member = only(
        ask(make, 'dependencies = ["a"]', "[project.optional-dependencies]", "z = [\"b ; os_name == 'nt'\"]", "a = []")
    )

    assert texts(member.extras[extra_name("z")]) == ["b ; os_name == 'nt'"]
    assert texts(member.metadata.requires_dist) == ["a", "b ; os_name == 'nt' and extra == 'z'"]
    assert member.metadata.provides_extras == ("z", "a")


def test_references_to_own_extras_stay_as_declared(make: Make) -> None:
    member = only(ask(make, "[project.optional-dependencies]", 'a = ["x"]', 'all = ["root[a]"]'))

    assert texts(member.extras[extra_name("all")]) == ["root[a]"]


def test_dynamic_version_is_none(make: Make) -> None:
    root = make({"pyproject.toml": '[project]\nname = "a"\ndynamic = ["version"]\n'})

    assert only(Project.open(root).request()).version is None


def test_empty_project_has_no_metadata(make: Make) -> None:
    assert only(ask(make)).metadata == LocalMetadata()


# -- groups ------------------------------------------------------------------------------------------------------------


def test_groups_are_expanded_and_empty_ones_kept(make: Make) -> None:
    member = only(
        ask(make, "[dependency-groups]", 'dev = [{ include-group = "lint" }, "a"]', 'lint = ["b"]', "no = []")
    )

    assert {name: texts(items) for name, items in member.groups.items()} == {"dev": ["b", "a"], "lint": ["b"], "no": []}
    assert member.metadata.requires_dev == member.groups
    assert member.default_groups is None


def test_python_bounds_of_groups_become_markers(make: Make) -> None:
    member = only(
        ask(
            make,
            "[dependency-groups]",
            'dev = ["a"]',
            'lint = ["b", { include-group = "dev" }]',
            "[tool.uv.dependency-groups]",
            'lint = { requires-python = ">=3.12" }',
            'dev = { requires-python = ">=3.11,<4" }',
        )
    )

    assert texts(member.groups[group_name("dev")]) == [
        "a ; python_full_version >= '3.11' and python_full_version < '4'"
    ]
    assert texts(member.groups[group_name("lint")]) == [
        "b ; python_full_version >= '3.12'",
        "a ; python_full_version >= '3.12' and python_full_version < '4'",
    ]
    assert member.group_requires_python == {"dev": ">=3.11,<4", "lint": ">=3.11,>=3.12,<4"}


def test_specifiers_of_groups_are_sorted_and_nothing_is_lost(make: Make) -> None:
    member = only(
        ask(
            make,
            "[dependency-groups]",
            "a = []",
            'b = [{ include-group = "a" }]',
            "[tool.uv.dependency-groups]",
            'a = { requires-python = "!=3.13.*, >=3.11, !=3.11" }',
            'b = { requires-python = ">=3.11,<3.15" }',
        )
    )

    assert member.group_requires_python == {
        "a": "!=3.11,>=3.11,!=3.13.*",
        "b": "!=3.11,>=3.11,>=3.11,!=3.13.*,<3.15",
    }


def test_gaps_of_a_group_do_not_show_in_markers(make: Make) -> None:
    member = only(
        ask(
            make,
            "[dependency-groups]",
            'a = ["x"]',
            "[tool.uv.dependency-groups]",
            'a = { requires-python = "!=3.13.*,>=3.11" }',
        )
    )

    assert texts(member.groups[group_name("a")]) == ["x ; python_full_version >= '3.11'"]


def test_old_dev_dependencies_join_the_group_without_its_bounds(make: Make) -> None:
    member = only(
        ask(
            make,
            "[dependency-groups]",
            'Dev = ["a"]',
            "[tool.uv]",
            'dev-dependencies = ["b"]',
            'dependency-groups = { dev = { requires-python = ">=3.12" } }',
        )
    )

    assert texts(member.groups[group_name("dev")]) == ["a ; python_full_version >= '3.12'", "b"]


def test_empty_old_dev_dependencies_make_an_empty_group(make: Make) -> None:
    assert only(ask(make, "[tool.uv]", "dev-dependencies = []")).groups == {"dev": ()}


@pytest.mark.parametrize(("written", "groups"), [('"all"', "all"), ("[]", ()), ('["Dev", "x"]', ("dev", "x"))])
def test_default_groups_are_taken_as_configured(make: Make, written: str, groups: object) -> None:
    member = only(ask(make, "[dependency-groups]", "dev = []", "x = []", "[tool.uv]", f"default-groups = {written}"))

    assert member.default_groups == groups


def test_settings_of_groups_that_do_not_exist_are_named(make: Make) -> None:
    assert problems(make, "[tool.uv]", 'default-groups = ["nope"]') == {
        "tool.uv.default-groups[0]": "there is no group `nope`"
    }
    assert problems(make, "[tool.uv.dependency-groups]", 'nope = { requires-python = ">=3" }') == {
        "tool.uv.dependency-groups.nope": "there is no group `nope` in `[dependency-groups]`"
    }


def test_root_without_a_project_asks_for_its_groups(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": """
            [dependency-groups]
            dev = ["a"]
            lint = ["b<2"]
            none = []
            [tool.uv]
            default-groups = ["lint"]
            dependency-groups = { lint = { requires-python = ">=3.10,<4" } }
            workspace = { members = ["m"] }
            """,
            "m/pyproject.toml": project_text("m", "[tool.uv]", 'default-groups = "all"'),
        }
    )

    request = Project.open(root).request()

    assert {name: [str(one) for one in items] for name, items in request.groups.items()} == {
        "dev": ["a"],
        "lint": ["b<2 ; python_full_version >= '3.10' and python_full_version < '4'"],
        "none": [],
    }
    assert request.group_requires_python == {"lint": ">=3.10,<4"}
    assert request.default_groups == ("lint",)
    assert request.is_workspace
    assert only(request).default_groups == "all"
    assert only(request).source == DirectorySource(path=Path("m"), virtual=True)


# -- Python ------------------------------------------------------------------------------------------------------------


def test_missing_python_bound_comes_from_the_interpreter_with_a_notice(make: Make) -> None:
    project = Project.open(make({"pyproject.toml": project_text("a", python="")}))

    request = project.request(python=Version("3.12.4"))
    [notice] = project.notices(python=Version("3.12.4"))

    assert str(request.requires_python) == ">=3.12"
    assert "Defaulting to `>=3.12`" in notice.message
    assert project.requires_python is None


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("!=3.12.*,>=3.9.0,<4.0", ">=3.9.0, !=3.12.*, <4.0"),
        ("~=3.11", ">=3.11, <4"),
        ("==3.11.*", "==3.11.*"),
        (">=3.11,<3.12", "==3.11.*"),
    ],
)
def test_python_bound_is_shown_as_locks_do(make: Make, declared: str, shown: str) -> None:
    root = make({"pyproject.toml": project_text("a", python=declared)})

    assert str(Project.open(root).request().requires_python) == shown


def test_environments_are_taken_in_their_order(make: Make) -> None:
    target = ask(
        make,
        "[tool.uv]",
        "environments = [\"sys_platform == 'win32'\", \"sys_platform == 'linux'\"]",
        "required-environments = \"platform_machine == 'arm64'\"",
    ).target

    assert target.environments == (  # type: ignore[union-attr]  # projects ask for every machine
        MarkerSet.parse("sys_platform == 'win32'"),
        MarkerSet.parse("sys_platform == 'linux'"),
    )
    assert target.required_environments == (MarkerSet.parse("platform_machine == 'arm64'"),)  # type: ignore[union-attr]


def test_environments_must_exclude_each_other(make: Make) -> None:
    found = problems(make, "[tool.uv]", "environments = [\"sys_platform == 'linux'\", \"python_version >= '3'\"]")

    assert found == {
        "tool.uv.environments[1]": "overlaps with `sys_platform == 'linux'`; the markers must exclude each other"
    }


# -- the manifest ------------------------------------------------------------------------------------------------------


def test_manifest_is_read(make: Make) -> None:
    request = ask(
        make,
        "[tool.uv]",
        "constraint-dependencies = [\"a<2 ; python_version>='3.8'\"]",
        'override-dependencies = ["b>=2", "c", { package = { name = "D", version = "2.0" }, dependencies = ["e"] }]',
        'exclude-dependencies = ["F", { package = { name = "g" }, dependencies = ["h"] }]',
        'build-constraint-dependencies = ["setuptools<80"]',
        'dependency-metadata = [{ name = "X", version = "1", requires-dist = ["y ; extra == \'z\'"], '
        'requires-python = ">=3.8", provides-extras = ["z"] }]',
    )

    assert [str(one) for one in request.constraints] == ["a<2 ; python_full_version >= '3.8'"]
    assert [(one.scope, [str(r) for r in one.requirements]) for one in request.overrides] == [
        (Scope(project=project_name("d"), version=Version("2.0")), ["e"]),
        (None, ["b>=2", "c"]),
    ]
    assert [(one.scope, one.projects) for one in request.excludes] == [
        (Scope(project=project_name("g")), ("h",)),
        (None, ("f",)),
    ]
    assert [str(one) for one in request.build_constraints] == ["setuptools<80"]
    [static] = request.dependency_metadata
    assert (static.project, static.version, static.requires_python) == ("x", Version("1"), ">=3.8")
    assert static.provides_extra == ("z",)
    assert [str(one) for one in static.requires_dist] == ["y ; extra == 'z'"]


def test_manifest_of_a_member_has_no_effect(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text("root", "[tool.uv.workspace]", 'members = ["m"]'),
            "m/pyproject.toml": project_text("m", "[tool.uv]", 'constraint-dependencies = ["a<2"]'),
        }
    )

    assert Project.open(root / "m").request().constraints == ()


# -- conflicts ---------------------------------------------------------------------------------------------------------


def item(text: str, project: str = "root") -> ConflictItem:
    kind, _, name = text.partition(":")
    return ConflictItem(
        project=project_name(project),
        extra=extra_name(name) if kind == "extra" else None,
        group=group_name(name) if kind == "group" else None,
    )


def test_conflicts_are_sorted_within_and_kept_in_order(make: Make) -> None:
    request = ask(
        make,
        "[tool.uv]",
        'conflicts = [[{ group = "x" }, { extra = "z" }], [{ package = "other" }, { extra = "b" }, { extra = "a" }]]',
    )

    assert request.conflicts == (
        (item("extra:z"), item("group:x")),
        (item("", "other"), item("extra:a"), item("extra:b")),
    )


def test_conflicts_of_all_members_are_taken_by_name(make: Make) -> None:
    conflict = ["[tool.uv]", 'conflicts = [[{ extra = "a" }, { extra = "b" }]]']
    root = make(
        {
            "pyproject.toml": project_text("root", *conflict, 'workspace = { members = ["m/*"] }'),
            "m/z/pyproject.toml": project_text("aaa", *conflict),
        }
    )

    found = Project.open(root).request().conflicts

    assert [conflict_set[0].project for conflict_set in found] == ["aaa", "root"]


def test_group_that_includes_a_conflicting_one_conflicts_too(make: Make) -> None:
    request = ask(
        make,
        "[dependency-groups]",
        "a = []",
        "b = []",
        'c = [{ include-group = "a" }]',
        'd = [{ include-group = "c" }]',
        'e = [{ include-group = "b" }]',
        "[tool.uv]",
        'conflicts = [[{ group = "b" }, { group = "a" }]]',
    )

    assert request.conflicts[0] == (item("group:a"), item("group:b"))
    assert set(request.conflicts[1:]) == {
        (item(f"group:{one}"), item(f"group:{two}"))
        for one, two in [("a", "e"), ("b", "c"), ("b", "d"), ("c", "e"), ("d", "e")]
    }


def test_only_groups_of_the_root_stand_for_what_they_include(make: Make) -> None:
    groups = ["[dependency-groups]", "dev = []", 'all = [{ include-group = "dev" }]']
    conflict = ["[tool.uv]", 'conflicts = [[{ extra = "x" }, { group = "dev" }]]']
    root = make(
        {
            "pyproject.toml": project_text("root", *groups, "[tool.uv.workspace]", 'members = ["sub"]'),
            "sub/pyproject.toml": project_text("sub", *groups, *conflict),
        }
    )

    found = Project.open(root).request().conflicts

    assert found == (
        (item("extra:x", "sub"), item("group:dev", "sub")),
        (item("group:all"), item("extra:x", "sub")),
    )


def test_conflict_without_a_project_needs_a_package(make: Make) -> None:
    root = make({"pyproject.toml": '[tool.uv]\nconflicts = [[{ group = "a" }, { group = "b" }]]'})

    with pytest.raises(InvalidTableError, match="needs `package`, as there is no project"):
        Project.open(root).request()


# -- options -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "field", "value"),
    [
        ('resolution = "lowest"', "strategy", "lowest"),
        ('prerelease = "allow"', "prerelease", "allow"),
        ('prerelease = "if-necessary-or-explicit"', "prerelease", "if-necessary"),
        ('prerelease-package = { A = "allow" }', "prerelease_by_project", {"a": "allow"}),
        ('fork-strategy = "fewest"', "fork_strategy", "fewest"),
        ('index-strategy = "unsafe-any-match"', "index_strategy", "unsafe-first-match"),
        ('index-strategy = "unsafe-best-match"', "index_strategy", "unsafe-best-match"),
        ('minimum-libc-version = { glibc = "2.28" }', "minimum_libc", {"glibc": "2.28"}),
        ("no-build = true", "no_build", "all"),
        ('no-build-package = ["A"]', "no_build", frozenset({"a"})),
        ("no-binary = true", "no_binary", "all"),
        ('no-binary-package = ["A"]', "no_binary", frozenset({"a"})),
        ("exclude-newer = false", "exclude_newer", None),
        (
            'exclude-newer = "2024-03-04T05:06:07Z"',
            "exclude_newer",
            CutOff(timestamp=datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC)),
        ),
        ('exclude-newer = "2 weeks"', "exclude_newer", CutOff(span="P2W", length=timedelta(days=14))),
        (
            'exclude-newer-package = { A = "P3D", b = false }',
            "exclude_newer_by_project",
            {"a": CutOff(span="P3D", length=timedelta(days=3)), "b": False},
        ),
    ],
)
def test_setting_becomes_an_option(make: Make, setting: str, field: str, value: object) -> None:
    assert getattr(ask(make, "[tool.uv]", setting).options, field) == value


def test_given_options_replace_those_of_the_tables(make: Make) -> None:
    root = make({"pyproject.toml": project_text("a", "[tool.uv]", 'resolution = "lowest"')})

    assert Project.open(root).request(ResolverOptions()).options == ResolverOptions()


def test_uv_toml_wins_over_the_table_but_not_for_the_manifest(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text(
                "a", "[tool.uv]", 'resolution = "lowest"', 'constraint-dependencies = ["x<1"]'
            ),
            "uv.toml": 'prerelease = "allow"\nconstraint-dependencies = ["y<1"]\n',
        }
    )

    request = Project.open(root).request()

    assert request.options == ResolverOptions(prerelease="allow")
    assert [str(one) for one in request.constraints] == ["x<1"]


def test_settings_are_inherited_from_a_folder_above(make: Make) -> None:
    root = make({"uv.toml": 'prerelease = "allow"', "a/pyproject.toml": project_text("a")})

    project = Project.open(root / "a")

    assert project.request().options.prerelease == "allow"
    assert project.settings_path == root / "uv.toml"


def test_own_table_ends_the_search_for_settings(make: Make) -> None:
    root = make({"uv.toml": 'prerelease = "allow"', "a/pyproject.toml": project_text("a", "[tool.uv]")})

    assert Project.open(root / "a").request().options.prerelease == "if-necessary"


# -- notices -----------------------------------------------------------------------------------------------------------


def test_notices_name_what_has_no_effect(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": project_text(
                "a",
                'dependencies = ["used"]',
                "[tool.uv]",
                "resolutoin = 1",
                'dev-dependencies = ["dev"]',
                "[tool.uv.sources]",
                'used = { url = "https://index.example/used.zip" }',
                'dev = { url = "https://index.example/dev.zip" }',
                'unused = { url = "https://index.example/unused.zip" }',
            )
        }
    )

    notices = Project.open(root).notices()

    assert [(notice.code, notice.message.split("`")[1]) for notice in notices] == [
        ("unknown-key", "tool.uv.resolutoin"),
        ("deprecated-setting", "tool.uv.dev-dependencies"),
        ("unused-source", "tool.uv.sources.unused"),
    ]


@pytest.mark.parametrize(("wanted", "codes"), [(">=0.13", []), ("<0.13", ["required-version"]), ("==0.13.9", [])])
def test_project_that_asks_for_another_tool_is_told(make: Make, wanted: str, codes: list[str]) -> None:
    root = make({"pyproject.toml": project_text("a", "[tool.uv]", f'required-version = "{wanted}"')})

    assert [notice.code for notice in Project.open(root).notices()] == codes


def test_request_of_a_plain_project_loads_neither_pydantic_nor_settings(make: Make) -> None:
    import subprocess
    import sys

    root = make({"pyproject.toml": project_text("a", 'dependencies = ["b>=1"]')})
    code = (
        "import sys; from uvkit.project import Project; Project.open(sys.argv[1]).request();"
        "print([m for m in ('pydantic', 'httpx', 'tomlkit', 'uvkit.formats.tool_tables') if m in sys.modules])"
    )

    answer = subprocess.run([sys.executable, "-c", code, root], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
