from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from uvkit.errors import IncompatiblePythonError, NoCompatibleFileError, SelectionError, UnsupportedEnvironmentError
from uvkit.markers import MarkerSet, RequiresPython, extra_item
from uvkit.model import (
    ConflictItem,
    DirectorySource,
    IndexSource,
    InstallSet,
    LocalMetadata,
    ResolvedDependency,
    ResolvedDistribution,
    Selection,
    Target,
    extra_name,
    group_name,
    project_name,
)
from uvkit.resolver import Member, Resolution, ResolveRequest, select_distributions, solve
from uvkit.testing import MemorySource

Ask = Callable[..., ResolveRequest]
MakeMember = Callable[..., Member]


@pytest.fixture
def resolution(ask_universal: Ask, make_member: MakeMember) -> Resolution:
    """Return a workspace: the project, a member in a folder, extras, groups and markers."""
    members = (
        make_member(
            "proj",
            "a",
            "sub",
            extras={"x": ["b"], "y": []},
            groups={"dev": ["c"], "docs": ["d[fast]"], "self": ["proj"]},
            metadata=LocalMetadata(
                provides_extras=(extra_name("x"), extra_name("y")),
                requires_dev={group_name("dev"): (), group_name("docs"): (), group_name("self"): ()},
            ),
        ),
        make_member("sub", "e ; sys_platform == 'win32'", path="libs/sub"),
    )
    packages: dict[str, Any] = {name: {"1": {}} for name in "abce"}
    packages["d"] = {"1": {"extras": {"fast": ["f"]}}}
    packages["f"] = {"1": {}}
    return solve(ask_universal(members=members), MemorySource(packages))


def names(chosen: InstallSet) -> set[str]:
    return {pin.project for pin in chosen}


def test_the_project_comes_with_its_dependencies_and_the_dev_group(resolution: Resolution, linux: Target) -> None:
    chosen = resolution.select(linux)

    assert [pin.project for pin in chosen] == ["a", "c", "proj", "sub"]
    assert chosen["proj"].editable


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection.of(extras=["x"]), {"proj", "sub", "a", "b", "c"}),
        (Selection.of(extras="all", groups=[]), {"proj", "sub", "a", "b"}),
        (Selection.of(groups=["docs"]), {"proj", "sub", "a", "d", "f"}),
        (Selection(extra_groups=frozenset({group_name("docs")})), {"proj", "sub", "a", "c", "d", "f"}),
        (Selection(groups="all", exclude_groups=frozenset({group_name("dev")})), {"proj", "sub", "a", "d", "f"}),
        (Selection(groups=frozenset({group_name("docs")}), parts="groups"), {"d", "f"}),
        (Selection(groups=frozenset({group_name("self")}), parts="groups"), {"proj", "sub", "a"}),
        (Selection(parts="dependencies"), {"proj", "sub", "a"}),
        (Selection.of(members=["sub"]), {"sub"}),
        (Selection.of(members="all"), {"proj", "sub", "a", "c"}),
        (Selection.of(exclude=["a"]), {"proj", "sub", "c"}),
        (Selection(exclude_members="project"), {"sub", "a", "c"}),
        (Selection(exclude_members="workspace"), {"a", "c"}),
        (Selection(exclude_members="local"), {"a", "c"}),
    ],
)
def test_a_selection_chooses_what_it_says(
    resolution: Resolution, linux: Target, selection: Selection, expected: set[str]
) -> None:
    assert names(resolution.select(linux, selection)) == expected


def test_edges_for_other_environments_are_not_followed(resolution: Resolution) -> None:
    windows = Target.for_platform("windows", python="3.12.4")

    assert "e" in names(resolution.select(windows))


def test_not_editable_when_the_selection_says_so(resolution: Resolution, linux: Target) -> None:
    assert not resolution.select(linux, Selection(editable=False))["proj"].editable


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection.of(extras=["nosuch"]), "the extra `nosuch` is not defined"),
        (Selection.of(groups=["no", "such"]), "the groups `no` and `such` are not defined"),
        (Selection.of(members=["other"]), "`other` is no member"),
    ],
)
def test_unknown_names_are_refused_with_those_that_exist(
    resolution: Resolution, linux: Target, selection: Selection, message: str
) -> None:
    with pytest.raises(SelectionError, match=message) as caught:
        resolution.select(linux, selection)

    assert caught.value.hints


def test_default_groups_of_the_project_replace_dev(ask_universal: Ask, make_member: MakeMember, linux: Target) -> None:
    groups = {"dev": ["a"], "docs": ["b"]}
    some = make_member("proj", groups=groups, default_groups=(group_name("docs"),))
    every = make_member("proj", groups=groups, default_groups="all")
    source: dict[str, Any] = {"a": {"1": {}}, "b": {"1": {}}}

    first = solve(ask_universal(members=(some,)), MemorySource(source)).select(linux)
    second = solve(ask_universal(members=(every,)), MemorySource(source)).select(linux)

    assert (names(first), names(second)) == ({"proj", "b"}, {"proj", "a", "b"})


def test_virtual_projects_are_followed_but_not_installed(
    ask_universal: Ask, make_member: MakeMember, linux: Target
) -> None:
    member = make_member("proj", "a", source=DirectorySource(path=Path(), virtual=True))

    chosen = solve(ask_universal(members=(member,)), MemorySource({"a": {"1": {}}})).select(linux)

    assert names(chosen) == {"a"}


def test_loose_groups_need_to_be_selected(ask_universal: Ask, linux: Target) -> None:
    from uvkit.model import Requirement

    groups = {group_name("dev"): (Requirement.parse("a"),), group_name("docs"): (Requirement.parse("b"),)}
    source = MemorySource({"a": {"1": {}}, "b": {"1": {}}, "c": {"1": {}}})

    resolution = solve(ask_universal("c", groups=groups), source)

    assert names(resolution.select(linux)) == {"a", "c"}
    assert names(resolution.select(linux, Selection.of(groups=["docs"]))) == {"b", "c"}
    assert names(resolution.select(linux, Selection.of(groups=[]))) == {"c"}


def test_plain_requirements_install_without_a_member(ask: Ask, linux: Target) -> None:
    source = MemorySource({"a": {"1": {"requires": ["b[x]"]}}, "b": {"1": {"extras": {"x": ["c"]}}}, "c": {"1": {}}})

    chosen = solve(ask("a"), source).select(linux)

    assert names(chosen) == {"a", "b", "c"}
    assert chosen["a"].file is not None
    assert chosen["a"].file.filename == "a-1-py3-none-any.whl"


def test_best_wheel_wins_by_tag_then_build_number(ask: Ask, linux: Target) -> None:
    wheels = ["py3-none-any", "cp312-cp312-manylinux_2_17_x86_64", "2-cp312-cp312-manylinux_2_17_x86_64"]
    wheels += ["10-cp312-cp312-manylinux_2_17_x86_64"]

    chosen = solve(ask("a"), MemorySource({"a": {"1": {"wheels": wheels}}})).select(linux)

    assert chosen["a"].file is not None
    assert chosen["a"].file.filename == "a-1-10-cp312-cp312-manylinux_2_17_x86_64.whl"


def test_file_policy_of_the_resolution_holds_for_the_selection(ask: Ask, linux: Target) -> None:
    from uvkit.resolver import ResolverOptions

    request = ask("a", options=ResolverOptions(no_binary=frozenset({project_name("a")})))

    chosen = solve(request, MemorySource({"a": {"1": {}}})).select(linux)

    assert chosen["a"].file is not None
    assert chosen["a"].file.filename == "a-1.tar.gz"


def test_no_fitting_file_names_what_the_files_are_for(ask_universal: Ask, linux: Target) -> None:
    wheels = ["cp312-cp312-win_amd64", "cp313-cp313-manylinux_2_17_x86_64", "cp312-cp39-manylinux_2_17_x86_64"]
    resolution = solve(ask_universal("a"), MemorySource({"a": {"1": {"wheels": wheels, "sdist": False}}}))

    with pytest.raises(NoCompatibleFileError) as caught:
        resolution.select(linux)

    assert dict(caught.value.rejected) == {
        "a-1-cp312-cp312-win_amd64.whl": "it is for `win_amd64`",
        "a-1-cp313-cp313-manylinux_2_17_x86_64.whl": "it is for Python `cp313`",
        "a-1-cp312-cp39-manylinux_2_17_x86_64.whl": "its ABI `cp39` does not match",
    }


def test_python_outside_the_resolution_is_refused(resolution: Resolution) -> None:
    with pytest.raises(IncompatiblePythonError, match=r"Python 3\.8\.1, but the project requires `>=3\.9`"):
        resolution.select(Target.for_platform("linux", python="3.8.1"))


def test_gaps_of_requires_python_count(linux: Target) -> None:
    python = RequiresPython.parse(">=3.9, !=3.12.*")

    with pytest.raises(IncompatiblePythonError):
        select_distributions((), linux, Selection(), requires_python=python)


def test_environment_outside_the_resolution_is_refused(linux: Target) -> None:
    windows = MarkerSet.parse("sys_platform == 'win32'")

    with pytest.raises(UnsupportedEnvironmentError, match="win32"):
        select_distributions((), linux, Selection(), environments=(windows,))


# -- conflicts, as locks have them -------------------------------------------------------------------------------------


def conflicting() -> dict[str, Any]:
    index = IndexSource(index="https://index.example/simple")
    proj, lib = project_name("proj"), project_name("lib")
    one, two = extra_name("one"), extra_name("two")
    active = MarkerSet.extra(extra_item("proj", "one"))

    def edge(version: str, **fields: Any) -> ResolvedDependency:
        return ResolvedDependency(project=lib, version=Version(version), source=index, **fields)

    tree = DirectorySource(path=Path(), virtual=True)
    user = ResolvedDistribution(
        project=project_name("user"),
        version=Version("1"),
        source=tree,
        dependencies=(edge("1", marker=active), edge("2", marker=~active)),
    )
    root = ResolvedDistribution(
        project=proj,
        version=Version("1"),
        source=tree,
        dependencies=(
            edge("1", extra=one),
            edge("2", extra=two),
            ResolvedDependency(project=user.project, version=user.version),
        ),
    )
    libs = tuple(ResolvedDistribution(project=lib, version=Version(text), source=index) for text in ("1", "2"))
    rows = MemorySource({"lib": {"1": {}, "2": {}}}).listings(lib)[0]
    libs = tuple(
        ResolvedDistribution(project=lib, version=one.version, source=index, rows=rows.rows(position))
        for one, position in zip(libs, (1, 0), strict=True)
    )
    items = (ConflictItem(project=proj, extra=one), ConflictItem(project=proj, extra=two))
    return {"distributions": (*libs, root, user), "members": (proj,), "conflicts": (items,)}


@pytest.mark.parametrize(("extras", "version"), [(["one"], "1"), (["two"], "2"), ([], "2")])
def test_edges_that_depend_on_a_conflicting_extra_follow_the_selection(
    linux: Target, extras: list[str], version: str
) -> None:
    fields = conflicting()

    chosen = select_distributions(fields.pop("distributions"), linux, Selection.of(extras=extras), **fields)

    assert str(chosen["lib"].version) == version


def test_two_conflicting_items_are_refused(linux: Target) -> None:
    fields = conflicting()

    with pytest.raises(SelectionError, match="the extra `one` of `proj` and the extra `two` of `proj` conflict"):
        select_distributions(fields.pop("distributions"), linux, Selection.of(extras="all"), **fields)
