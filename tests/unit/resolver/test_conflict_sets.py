"""Extras, groups and projects of which at most one is active: how forks are divided, and what edges and locks say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from uvkit.errors import SelectionError
from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import (
    ConflictItem,
    DeclaredRequirement,
    DirectorySource,
    IndexSource,
    InstallSet,
    Requirement,
    ResolvedDependency,
    Selection,
    Target,
    extra_name,
    group_name,
    project_name,
)
from uvkit.resolver import Member, Resolution, ResolveRequest, solve
from uvkit.testing import MemorySource

Ask = Callable[..., ResolveRequest]
MakeMember = Callable[..., Member]
Solve = Callable[..., Resolution]

PACKAGES: dict[str, Any] = {
    "alpha": {"1.0": {}, "2.0": {}, "3.0": {}},
    "beta": {"1.0": {"requires": ["alpha"]}},
    "gamma": {"1.0": {}, "2.0": {"requires-python": ">=3.12"}},
}


def item(text: str) -> ConflictItem:
    """Return an item from `project`, `project[extra]` or `project:group`."""
    project, _, extra = text.rstrip("]").partition("[")
    project, _, group = project.partition(":")
    return ConflictItem(
        project=project_name(project),
        extra=extra_name(extra) if extra else None,
        group=group_name(group) if group else None,
    )


def sets(*texts: str) -> tuple[tuple[ConflictItem, ...], ...]:
    return tuple(tuple(map(item, text.split())) for text in texts)


@pytest.fixture
def solved(ask_universal: Ask, make_member: MakeMember, each_engine: str) -> Solve:
    """Return a solver of one project with conflict sets."""

    def run(
        *conflicts: str, requires: tuple[str, ...] = (), packages: dict[str, Any] = PACKAGES, **parts: Any
    ) -> Resolution:
        members = (make_member("proj", *requires, **parts),)
        return solve(ask_universal(members=members, conflicts=sets(*conflicts)), MemorySource(packages))

    return run


def edges(resolution: Resolution, project: str) -> set[tuple[str, str, str]]:
    """Return the edges to a project: who asks (and for which part), the version, and the marker."""
    return {
        (f"{one.project}{f'[{edge.extra}]' if edge.extra else ''}", str(edge.version), str(edge.marker))
        for one in resolution.distributions
        for edge in one.dependencies
        if edge.project == project
    }


def into(resolution: Resolution, project: str) -> list[ResolvedDependency]:
    return [edge for one in resolution.distributions for edge in one.dependencies if edge.project == project]


def chosen(install_set: InstallSet) -> dict[str, str]:
    return {pin.project: str(pin.version) for pin in install_set if pin.project != "proj"}


def test_each_item_of_a_set_gets_its_own_version(solved: Solve) -> None:
    resolution = solved("proj[a] proj[b]", extras={"a": ["alpha<2"], "b": ["alpha==2.0"]})

    assert list(map(str, resolution.versions("alpha"))) == ["1.0", "2.0"]


def test_last_item_is_solved_first_and_none_of_them_last(solved: Solve) -> None:
    resolution = solved("proj[a] proj[b]", extras={"a": [], "b": []})

    assert [str(fork) for fork in resolution.forks] == [
        "extra != 'extra-4-proj-a' and extra == 'extra-4-proj-b'",
        "extra == 'extra-4-proj-a' and extra != 'extra-4-proj-b'",
        "extra != 'extra-4-proj-a' and extra != 'extra-4-proj-b'",
    ]


@pytest.mark.parametrize(
    ("conflicts", "count"),
    [
        (["proj[a] proj[b]", "proj[a] proj[c]"], 3),
        (["proj[a] proj[b]", "proj[c] proj[d]"], 9),
        (["proj[a] proj[b] proj[c]", "proj[a] proj[d]"], 4),
        (["proj[a] proj[b]", "proj[b] proj[c]", "proj[a] proj[c]"], 3),
        (["proj[b] proj[c]", "proj[a] proj[b]", "proj[a] proj[d]"], 5),
        (["proj[a] proj[b]", "proj[b] proj[c] proj[d]", "proj[d] proj[e]"], 7),
    ],
)
def test_several_sets_divide_no_more_than_they_must(solved: Solve, conflicts: list[str], count: int) -> None:
    resolution = solved(*conflicts, extras={extra: [] for extra in "abcde"})

    assert len(resolution.forks) == count


def test_choice_shows_only_where_a_version_depends_on_it(solved: Solve) -> None:
    extras = {"a": ["alpha<2"], "b": ["alpha==2.0"], "c": ["beta"]}

    resolution = solved("proj[a] proj[b]", extras=extras)

    assert edges(resolution, "alpha") == {
        ("proj[a]", "1.0", ""),
        ("proj[b]", "2.0", ""),
        ("beta", "1.0", "extra == 'extra-4-proj-a'"),
        ("beta", "2.0", "extra != 'extra-4-proj-a' or extra == 'extra-4-proj-b'"),
    }


def test_what_all_ways_to_an_edge_say_is_not_repeated(solved: Solve) -> None:
    resolution = solved("proj[a] proj[b]", extras={"a": ["beta"], "b": ["beta"]})

    assert edges(resolution, "alpha") == {("beta", "3.0", "")}


def test_marker_of_a_requirement_stays_alone_without_a_choice(solved: Solve) -> None:
    resolution = solved("proj[a] proj[b]", requires=("alpha ; sys_platform == 'linux'",), extras={"a": [], "b": []})

    assert edges(resolution, "alpha") == {("proj", "3.0", "sys_platform == 'linux'")}


def test_choice_stays_where_the_ways_to_an_edge_know_different_things(solved: Solve) -> None:
    packages = PACKAGES | {"delta": {"1.0": {"requires": ["alpha ; sys_platform == 'linux'"]}}}
    extras: dict[str, list[str]] = {"a": ["delta"], "b": ["delta"], "c": [], "d": []}

    resolution = solved("proj[a] proj[c]", "proj[b] proj[d]", packages=packages, extras=extras)

    ((_, _, marker),) = edges(resolution, "alpha")
    assert marker == (
        "sys_platform == 'linux' and (extra == 'extra-4-proj-a' or extra == 'extra-4-proj-b') or "
        "extra == 'extra-4-proj-a' and extra == 'extra-4-proj-c' or "
        "extra == 'extra-4-proj-b' and extra == 'extra-4-proj-d'"
    )


def test_parts_made_by_a_requires_python_begin_where_the_project_does(solved: Solve) -> None:
    requires = ("alpha ; sys_platform == 'linux'",)

    resolution = solved("proj[a] proj[b]", requires=requires, extras={"a": ["gamma"], "b": []})

    ((_, _, marker),) = edges(resolution, "alpha")
    within = MarkerSet.parse(marker).simplify_python(PythonBounds.from_specifiers(">=3.9"))
    assert str(within) == "sys_platform == 'linux' or (extra == 'extra-4-proj-a' and extra == 'extra-4-proj-b')"


def test_group_stands_without_the_project_it_conflicts_with(solved: Solve, linux: Target) -> None:
    resolution = solved("proj:dev proj", requires=("alpha>=2",), groups={"dev": ["alpha<2"]})

    only_group = resolution.select(linux, Selection(parts="groups"))
    without = resolution.select(linux, Selection(exclude_groups=frozenset({group_name("dev")})))

    assert (chosen(only_group), chosen(without)) == ({"alpha": "1.0"}, {"alpha": "3.0"})


def test_extra_brings_in_its_project_where_that_is_left_out(solved: Solve) -> None:
    extras = {"a": ["beta"], "b": ["beta"]}

    resolution = solved("proj proj[a]", extras=extras, groups={"dev": ["proj[a]", "proj[b]"]})

    found = {(",".join(edge.extras), str(edge.marker)) for edge in into(resolution, "proj")}
    assert found == {
        ("", "extra == 'extra-4-proj-a' or extra == 'project-4-proj'"),
        ("a", "extra == 'extra-4-proj-a'"),
        ("b", "extra == 'project-4-proj'"),
    }


def test_extras_of_no_set_are_asked_for_whatever_is_left_out(solved: Solve) -> None:
    resolution = solved("proj proj[a]", extras={"a": [], "b": ["beta"]}, groups={"dev": ["proj[b]"]})

    assert {(",".join(edge.extras), str(edge.marker)) for edge in into(resolution, "proj")} == {("b", "")}


def test_extra_of_a_project_that_is_left_out_is_no_choice_of_another_set(solved: Solve) -> None:
    resolution = solved("proj:dev proj", "proj:g proj[b]", extras={"b": []}, groups={"dev": [], "g": []})

    without = [str(fork) for fork in resolution.forks if fork.is_disjoint(MarkerSet.extra("project-4-proj"))]
    assert without == [
        "extra != 'extra-4-proj-b' and extra == 'group-4-proj-dev' and extra != 'project-4-proj'",
        "extra != 'extra-4-proj-b' and extra != 'group-4-proj-dev' and extra != 'project-4-proj'",
    ]


@pytest.mark.parametrize(
    ("parts", "markers"),
    [
        ({"requires": ("proj[a]",)}, {("a", "")}),
        ({"groups": {"g": ["proj[a]"]}}, {("a", "")}),
        ({"extras": {"c": ["proj[a]"]}}, {("a", "extra == 'project-4-proj'")}),
        ({"extras": {"b": ["proj[a]"]}}, {("a", "extra == 'extra-4-proj-b'")}),
        ({"requires": ("proj",)}, {("", "")}),
        ({"groups": {"g": ["proj"]}}, {("", "extra == 'project-4-proj'")}),
    ],
    ids=str,
)
def test_what_asks_for_a_project_decides_whether_it_is_left_out(
    ask_universal: Ask, make_member: MakeMember, parts: dict[str, Any], markers: set[tuple[str, str]]
) -> None:
    proj = make_member("proj", extras={"a": ["alpha"], "b": []})
    sub = make_member("sub", *parts.pop("requires", ()), path="sub", **parts)

    resolution = solve(ask_universal(members=(proj, sub), conflicts=sets("proj proj[b]")), MemorySource(PACKAGES))

    assert {(",".join(edge.extras), str(edge.marker)) for edge in into(resolution, "proj")} == markers


def test_index_bound_to_an_extra_counts_in_the_forks_of_that_extra(ask_universal: Ask, make_member: MakeMember) -> None:
    member = make_member("proj", extras={"cpu": [], "gpu": ["alpha"]})
    pinned = DeclaredRequirement(
        requirement=replace(Requirement.parse("alpha"), source=IndexSource(index="https://index.example/cpu")),
        scope=item("proj[cpu]"),
    )
    member = replace(member, extras={**member.extras, extra_name("cpu"): (pinned,)})
    source = MemorySource(PACKAGES, indexes={"https://index.example/cpu": {"alpha": {"2.0": {}}}})

    resolution = solve(ask_universal(members=(member,), conflicts=sets("proj[cpu] proj[gpu]")), source)

    found = {edge.extra: edge for one in resolution.distributions for edge in one.dependencies}
    assert {extra: str(edge.version) for extra, edge in found.items()} == {"cpu": "2.0", "gpu": "3.0"}
    assert found[extra_name("cpu")].source == IndexSource(index="https://index.example/cpu")


def test_indexes_of_extras_do_not_meet_where_their_project_is_left_out(
    ask_universal: Ask, make_member: MakeMember
) -> None:
    pages = {name: f"https://index.example/{name}" for name in ("cpu", "gpu")}
    member = make_member("proj", extras={"cpu": [], "gpu": []}, groups={"dev": ["alpha"]})
    extras = {
        extra_name(name): (
            DeclaredRequirement(
                requirement=replace(Requirement.parse("alpha"), source=IndexSource(index=page)),
                scope=item(f"proj[{name}]"),
            ),
        )
        for name, page in pages.items()
    }
    source = MemorySource(PACKAGES, indexes={page: {"alpha": {"2.0": {}}} for page in pages.values()})
    conflicts = sets("proj:dev proj", "proj proj[cpu] proj[gpu]")

    resolution = solve(ask_universal(members=(replace(member, extras=extras),), conflicts=conflicts), source)

    (edge,) = [edge for one in resolution.distributions for edge in one.dependencies if edge.group is not None]
    assert (str(edge.version), edge.source) == ("3.0", IndexSource(index="https://index.example/simple"))


def test_forks_of_a_lock_are_taken_over_with_their_choices(ask_universal: Ask, make_member: MakeMember) -> None:
    members = (make_member("proj", extras={"a": ["gamma"], "b": ["alpha<2"]}),)
    request = ask_universal(members=members, conflicts=sets("proj[a] proj[b]"), python=">=3.11")
    before = solve(request, MemorySource(PACKAGES))

    after = solve(replace(request, fork_preferences=before.forks), MemorySource(PACKAGES))

    assert set(after.forks) == set(before.forks)
    assert edges(after, "gamma") == edges(before, "gamma")


# -- selections --------------------------------------------------------------------------------------------------------


@pytest.fixture
def workspace(ask_universal: Ask, make_member: MakeMember) -> Resolution:
    """Return a project whose extras ask for conflicting extras of another member."""
    inner = make_member("sub", "beta", path="sub", extras={"x": ["alpha<2"], "y": ["alpha==2.0"]})
    outer = make_member("proj", extras={"a": ["sub[x]"], "b": ["sub[y]"]}, source=DirectorySource(path=Path()))
    request = ask_universal(members=(outer, inner), conflicts=sets("sub[x] sub[y]"))
    return solve(request, MemorySource(PACKAGES))


@pytest.mark.parametrize(("extra", "version"), [("a", "1.0"), ("b", "2.0")])
def test_extras_found_on_the_way_decide(workspace: Resolution, linux: Target, extra: str, version: str) -> None:
    install_set = workspace.select(linux, Selection.of(extras=(extra,)))

    assert chosen(install_set)["alpha"] == version


def test_extras_that_conflict_on_the_way_are_refused(workspace: Resolution, linux: Target) -> None:
    with pytest.raises(SelectionError, match="the extra `x` of `sub` and the extra `y` of `sub` conflict"):
        workspace.select(linux, Selection.of(extras=("a", "b")))


def test_a_default_group_that_conflicts_is_named_as_such(solved: Solve, linux: Target) -> None:
    resolution = solved("proj:dev proj:old", groups={"dev": ["alpha"], "old": ["alpha<2"]})

    with pytest.raises(SelectionError, match=r"the group `dev` of `proj` \(selected by default\) and the group `old`"):
        resolution.select(linux, Selection(extra_groups=frozenset({group_name("old")})))


def test_choices_are_no_part_of_the_environments_that_forks_cover(solved: Solve) -> None:
    resolution = solved("proj[a] proj[b]", extras={"a": ["alpha<2"], "b": ["alpha"]})

    assert all(fork.without_extras() is MarkerSet.everywhere() for fork in resolution.forks)
