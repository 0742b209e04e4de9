from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from uvkit.errors import (
    BuildNotAllowedError,
    CancelledError,
    InvalidMetadataError,
    NetworkError,
    ResolutionImpossibleError,
    ResolutionLimitError,
)
from uvkit.events import Backtracked, CancelToken, CandidatePinned, Event, ForkOpened
from uvkit.markers import MarkerSet
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    GitSource,
    IndexSource,
    ProjectName,
    Requirement,
    extra_name,
    group_name,
    project_name,
)
from uvkit.resolver import (
    Exclusion,
    Member,
    Override,
    Preference,
    Resolution,
    ResolveRequest,
    ResolverOptions,
    Scope,
    StaticMetadata,
    solve,
)
from uvkit.testing import MemorySource

pytestmark = pytest.mark.usefixtures("each_engine")

Ask = Callable[..., ResolveRequest]
MakeMember = Callable[..., Member]


def pins(resolution: Resolution) -> dict[str, str]:
    return {one.project: str(one.version) for one in resolution.distributions}


def requirements(*texts: str) -> tuple[Requirement, ...]:
    return tuple(map(Requirement.parse, texts))


# -- requirements of members, groups and lists -------------------------------------------------------------------------


def test_member_is_solved_with_all_its_extras_and_groups(ask_universal: Ask, make_member: MakeMember) -> None:
    member = make_member("proj", "a", extras={"x": ["b"]}, groups={"dev": ["c"]})
    source = MemorySource({"a": {"1": {}}, "b": {"1": {}}, "c": {"1": {}}})

    resolution = solve(ask_universal(members=(member,)), source)

    edges = {(edge.project, edge.extra, edge.group) for edge in resolution.distributions[3].dependencies}
    assert edges == {("a", None, None), ("b", "x", None), ("c", None, "dev")}
    assert resolution.roots == ()
    assert resolution.members == ("proj",)


def test_self_references_are_expanded_in_extras_and_kept_in_groups(ask_universal: Ask, make_member: MakeMember) -> None:
    member = make_member("proj", extras={"a": ["b"], "all": ["proj[a]"]}, groups={"dev": ["proj[a]"]})

    resolution = solve(ask_universal(members=(member,)), MemorySource({"b": {"1": {}}}))

    edges = {(edge.project, edge.extra, edge.group): edge.extras for edge in resolution.distributions[1].dependencies}
    assert edges == {
        ("b", "a", None): frozenset(),
        ("b", "all", None): frozenset(),
        ("proj", None, "dev"): {"a"},
    }


def test_member_that_another_member_requires_is_not_looked_up(ask_universal: Ask, make_member: MakeMember) -> None:
    source = MemorySource({"two": {"9.0": {}}})
    members = (make_member("one", "two"), make_member("two", path="two"))

    resolution = solve(ask_universal(members=members), source)

    assert pins(resolution) == {"one": "0.1.0", "two": "0.1.0"}
    assert source.asked == []


def test_edges_of_loose_groups_and_lists_are_roots(ask_universal: Ask) -> None:
    request = ask_universal("a", groups={group_name("dev"): requirements("b")})

    resolution = solve(request, MemorySource({"a": {"1": {}}, "b": {"1": {}}}))

    assert {(edge.project, edge.group) for edge in resolution.roots} == {("a", None), ("b", "dev")}
    assert resolution.root_groups == ("dev",)


def test_edges_name_extras_once_per_marker(ask_universal: Ask) -> None:
    source = MemorySource({"a": {"1": {"extras": {"x": [], "y": []}}}})

    resolution = solve(ask_universal("a[x]", "a[y] ; sys_platform == 'linux'"), source)

    edges = {(str(edge.marker), edge.extras) for edge in resolution.roots}
    assert edges == {("", frozenset({"x"})), ("sys_platform == 'linux'", frozenset({"y"}))}


# -- overrides, exclusions, constraints, given metadata ----------------------------------------------------------------


def test_override_replaces_all_requirements_of_its_name(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {"requires": ["b<2"]}}, "b": {"1": {}, "2": {}}})

    resolution = solve(ask("a", overrides=(Override(requirements=requirements("b>=2")),)), source)

    assert pins(resolution) == {"a": "1", "b": "2"}


def test_override_of_the_version_wins_over_that_of_the_project(ask: Ask) -> None:
    a = project_name("a")
    overrides = (
        Override(requirements=requirements("b==1"), scope=Scope(project=a)),
        Override(requirements=requirements("b==2", "c"), scope=Scope(project=a, version=Version("1"))),
    )
    source = MemorySource({"a": {"1": {"requires": ["b"]}}, "b": {"1": {}, "2": {}}, "c": {"1": {}}})

    resolution = solve(ask("a", overrides=overrides), source)

    assert pins(resolution) == {"a": "1", "b": "2", "c": "1"}


def test_scoped_override_does_not_touch_others(ask: Ask) -> None:
    overrides = (Override(requirements=requirements("b==1"), scope=Scope(project=project_name("other"))),)
    source = MemorySource({"a": {"1": {"requires": ["b"]}}, "b": {"1": {}, "2": {}}})

    resolution = solve(ask("a", overrides=overrides), source)

    assert pins(resolution)["b"] == "2"


@pytest.mark.parametrize("scope", [None, Scope(project=project_name("a"))])
def test_excluded_project_is_not_required(ask: Ask, scope: Scope | None) -> None:
    source = MemorySource({"a": {"1": {"requires": ["nosuch", "b"]}}, "b": {"1": {}}})

    resolution = solve(ask("a", excludes=(Exclusion(projects=(project_name("nosuch"),), scope=scope),)), source)

    assert pins(resolution) == {"a": "1", "b": "1"}


def test_constraint_of_this_run_limits_too(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {}, "2": {}}})

    resolution = solve(ask("a", run_constraints=requirements("a<2")), source)

    assert pins(resolution) == {"a": "1"}


def test_given_metadata_replaces_that_of_the_files(ask: Ask) -> None:
    given = StaticMetadata(
        project=project_name("a"),
        version=Version("1"),
        requires_dist=requirements("b", "c ; extra == 'x'"),
        provides_extra=(extra_name("x"),),
    )
    source = MemorySource({"a": {"1": {"requires": ["nosuch"]}}, "b": {"1": {}}, "c": {"1": {}}})

    resolution = solve(ask("a[x]", dependency_metadata=(given,)), source)

    assert pins(resolution) == {"a": "1", "b": "1", "c": "1"}
    assert "a==1" not in source.asked
    assert resolution.notices == ()


# -- direct sources and indexes ----------------------------------------------------------------------------------------


def test_direct_source_is_asked_once_and_checked_against_bounds(ask: Ask) -> None:
    tree = Requirement(project=project_name("a"), source=DirectorySource(path=Path("libs/a")))
    source = MemorySource({"b": {"1": {"requires": ["a>=1"]}}}, direct={"a": {"version": "1.5", "requires": ["b"]}})

    resolution = solve(ask(roots=(tree,)), source)

    assert pins(resolution) == {"a": "1.5", "b": "1"}
    assert source.asked.count("a @ source") == 1
    assert resolution.distributions[0].metadata is not None
    assert [one.requirement.project for one in resolution.distributions[0].metadata.requires_dist] == ["b"]


def test_computed_version_of_a_source_tree_is_not_recorded(ask: Ask) -> None:
    class Computed(MemorySource):
        def source_metadata(self, project: ProjectName, source: Any) -> Any:
            rows, exact = super().source_metadata(project, source)
            return replace(rows, dynamic_version=True), exact

    tree = Requirement(project=project_name("a"), source=DirectorySource(path=Path("libs/a")))

    resolution = solve(ask(roots=(tree,)), Computed({}, direct={"a": {"version": "1.5"}}))

    assert resolution.distributions[0].version is None
    assert resolution.roots[0].version is None


def test_direct_source_out_of_range_fails_with_its_version(ask: Ask) -> None:
    tree = Requirement(project=project_name("a"), source=DirectorySource(path=Path("libs/a")))
    source = MemorySource({"b": {"1": {"requires": ["a>=2"]}}}, direct={"a": {"version": "1.5"}})

    with pytest.raises(
        ResolutionImpossibleError, match=r"`b` 1 requires `a>=2`, but the source of `a` has version 1.5"
    ):
        solve(ask("b", roots=(tree, Requirement.parse("b"))), source)


def test_git_reference_becomes_exact(ask: Ask) -> None:
    class Exact(MemorySource):
        def source_metadata(self, project: ProjectName, source: Any) -> Any:
            rows, _ = super().source_metadata(project, source)
            return rows, GitSource(repository=source.repository, commit="0" * 40)

    wanted = Requirement(project=project_name("a"), source=GitSource(repository="https://git.example/a"))

    resolution = solve(ask(roots=(wanted,)), Exact({}, direct={"a": {}}))

    assert resolution.distributions[0].source == GitSource(repository="https://git.example/a", commit="0" * 40)


def test_url_of_an_index_project_is_refused(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {"requires": ["b @ https://elsewhere.example/b-1.whl"]}}})

    with pytest.raises(ResolutionImpossibleError, match="only your own requirements may do"):
        solve(ask("a"), source)


def test_url_of_a_direct_source_is_followed(ask: Ask) -> None:
    tree = Requirement(project=project_name("a"), source=DirectorySource(path=Path("a")))
    direct: dict[str, dict[str, Any]] = {
        "a": {"requires": ["b @ https://elsewhere.example/b-1-py3-none-any.whl"]},
        "b": {"version": "1"},
    }

    resolution = solve(ask(roots=(tree,)), MemorySource({}, direct=direct))

    assert pins(resolution) == {"a": "1.0", "b": "1"}
    assert isinstance(resolution.distributions[1].source, ArchiveSource)


def test_pinned_index_is_used_for_every_requirement_of_the_project(ask: Ask) -> None:
    other = "https://other.example/simple"
    pinned = Requirement(project=project_name("b"), source=IndexSource(index=other))
    source = MemorySource({"a": {"1": {"requires": ["b"]}}, "b": {"9": {}}}, indexes={other: {"b": {"1": {}}}})

    resolution = solve(ask(roots=(Requirement.parse("a"), pinned)), source)

    assert pins(resolution) == {"a": "1", "b": "1"}
    assert resolution.distributions[1].source == IndexSource(index=other)


def test_two_places_for_one_project_are_refused(ask: Ask) -> None:
    roots = tuple(
        Requirement(project=project_name("a"), source=DirectorySource(path=Path(path))) for path in ("one", "two")
    )

    with pytest.raises(ResolutionImpossibleError, match="`a` is required from `one` and `two`"):
        solve(ask(roots=roots), MemorySource({}, direct={"a": {}}))


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("first-index", "1"), ("unsafe-first-match", "1"), ("unsafe-best-match", "3")],
)
def test_index_strategy_orders_the_versions_of_several_indexes(ask: Ask, strategy: Any, expected: str) -> None:
    source = MemorySource({"a": {"1": {}}}, indexes={"https://other.example/simple": {"a": {"2": {}, "3": {}}}})

    resolution = solve(ask("a", options=ResolverOptions(index_strategy=strategy)), source)

    assert pins(resolution) == {"a": expected}


def test_second_index_serves_what_the_first_cannot_under_first_match(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {}}}, indexes={"https://other.example/simple": {"a": {"2": {}, "3": {}}}})

    resolution = solve(ask("a>=2", options=ResolverOptions(index_strategy="unsafe-first-match")), source)

    assert pins(resolution) == {"a": "3"}


# -- preferences -------------------------------------------------------------------------------------------------------


def test_local_variant_of_a_locked_version_is_preferred_to_it(ask: Ask) -> None:
    preference = Preference(project=project_name("a"), version=Version("1"))
    source = MemorySource({"a": {"1": {}, "1+cpu": {}, "2": {}}})

    resolution = solve(ask("a", preferences=(preference,)), source)

    assert pins(resolution) == {"a": "1+cpu"}


def test_locked_prerelease_stays_unless_disallowed(ask: Ask) -> None:
    preference = Preference(project=project_name("a"), version=Version("2a1"))
    source = MemorySource({"a": {"1": {}, "2a1": {}}})

    kept = solve(ask("a", preferences=(preference,)), source)
    left = solve(ask("a", preferences=(preference,), options=ResolverOptions(prerelease="disallow")), source)

    assert (pins(kept), pins(left)) == ({"a": "2a1"}, {"a": "1"})


def test_forks_of_the_lock_are_kept(ask_universal: Ask) -> None:
    linux = MarkerSet.parse("sys_platform == 'linux'")
    preferences = (
        Preference(project=project_name("a"), version=Version("1"), markers=(linux,)),
        Preference(project=project_name("a"), version=Version("2"), markers=(~linux,)),
    )
    source = MemorySource({"a": {"1": {}, "2": {}, "3": {}}})

    resolution = solve(ask_universal("a", preferences=preferences, fork_preferences=(linux, ~linux)), source)

    assert {(str(one.version), one.fork_markers) for one in resolution.distributions} == {
        ("1", (linux,)),
        ("2", (~linux,)),
    }


# -- what the source is asked ------------------------------------------------------------------------------------------


def test_everything_required_is_hinted_before_anything_is_asked(ask: Ask) -> None:
    class Strict(MemorySource):
        def listings(self, project: ProjectName, *, index: str | None = None) -> Any:
            assert project in {one.project for one in self.expected}
            return super().listings(project, index=index)

    source = Strict({"a": {"1": {"requires": ["c>=1", "d"]}}, "b": {"1": {}}, "c": {"1": {}}, "d": {"1": {}}})

    solve(ask("a", "b<2"), source)

    assert [(one.project, one.specifier) for one in source.expected] == [
        ("a", ""),
        ("b", "<2"),
        ("c", ">=1"),
        ("d", ""),
    ]


def test_no_index_learns_of_what_comes_from_elsewhere(ask: Ask) -> None:
    tree = Requirement(project=project_name("a"), source=DirectorySource(path=Path("a")))
    source = MemorySource({"b": {"1": {"requires": ["a"]}}}, direct={"a": {}})

    solve(ask(roots=(Requirement.parse("b"), tree)), source)

    assert [one.project for one in source.expected] == ["b"]
    assert "a" not in source.asked


def test_hint_names_the_pinned_index(ask: Ask) -> None:
    other = "https://other.example/simple"
    pinned = Requirement(project=project_name("b"), source=IndexSource(index=other))
    source = MemorySource({"a": {"1": {"requires": ["b"]}}}, indexes={other: {"b": {"1": {}}}})

    solve(ask(roots=(Requirement.parse("a"), pinned)), source)

    assert [(one.project, one.index) for one in source.expected] == [("a", None), ("b", other)]


def test_hint_names_the_locked_version(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {}, "2": {}}})

    solve(ask("a", preferences=(Preference(project=project_name("a"), version=Version("1")),)), source)

    assert [one.specifier for one in source.expected] == ["==1"]


def test_older_versions_are_hinted_after_many_rejections(ask: Ask) -> None:
    versions = {f"{number}": {"requires": ["b<1"]} for number in range(1, 12)}
    source = MemorySource({"a": {"0": {}, **versions}, "b": {"1": {}}})

    solve(ask("b", "a"), source)

    assert "<7" in [one.specifier for one in source.expected if one.project == "a"]


def test_only_versions_that_are_tried_are_read(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {}, "2": {}, "3": {}}})

    solve(ask("a<3"), source)

    assert source.asked == ["a", "a==2"]


def test_failing_index_ends_the_resolution(ask: Ask) -> None:
    error = NetworkError(url="https://index.example/simple/a/", attempts=3, reason="timed out")
    source = MemorySource({"a": {"1": {"error": error}}})

    with pytest.raises(NetworkError):
        solve(ask("a"), source)


def test_version_with_broken_metadata_is_passed_over_with_a_notice(ask: Ask) -> None:
    error = InvalidMetadataError(filename="a-2.whl", problems=("no name",))
    source = MemorySource({"a": {"1": {}, "2": {"error": error}}})

    resolution = solve(ask("a"), source)

    assert pins(resolution) == {"a": "1"}
    assert [(one.code, "no name" in one.message) for one in resolution.notices] == [("unusable-metadata", True)]


def test_version_that_may_not_be_built_fails_with_a_hint(ask: Ask) -> None:
    error = BuildNotAllowedError(project="a", policy="no builder")
    source = MemorySource({"a": {"1": {"error": error, "wheels": []}}})

    with pytest.raises(ResolutionImpossibleError, match="building it is not allowed") as caught:
        solve(ask("a"), source)

    assert any("allow `a` to be built" in hint for hint in caught.value.hints)


# -- notices, events, limits -------------------------------------------------------------------------------------------


def test_missing_extra_is_a_notice_not_a_failure(ask: Ask) -> None:
    resolution = solve(ask("a[nosuch]"), MemorySource({"a": {"1": {}}}))

    assert [(one.code, one.message) for one in resolution.notices] == [
        ("missing-extra", "`a==1` does not have an extra named `nosuch`")
    ]


def test_chosen_yanked_version_is_a_notice_with_the_reason(ask: Ask) -> None:
    resolution = solve(ask("a==1"), MemorySource({"a": {"1": {"yanked": "leaks"}}}))

    assert [(one.code, one.message) for one in resolution.notices] == [("yanked", "`a==1` is yanked (reason: leaks)")]


def test_decisions_rejections_and_forks_are_told(ask_universal: Ask) -> None:
    events: list[Event] = []
    source = MemorySource({"a": {"1": {}, "2": {}}, "b": {"1": {}, "2": {"requires": ["a<1"]}}})

    solve(
        ask_universal("a<2 ; sys_platform == 'linux'", "a>=2 ; sys_platform != 'linux'", "b"),
        source,
        emit=events.append,
    )

    assert [one.marker for one in events if isinstance(one, ForkOpened)] == [
        "sys_platform == 'linux'",
        "sys_platform != 'linux'",
    ]
    assert {(one.project, one.version) for one in events if isinstance(one, CandidatePinned)} >= {
        ("a", "1"),
        ("a", "2"),
        ("b", "1"),
    }
    assert ("b", "2") in {(one.project, one.rejected) for one in events if isinstance(one, Backtracked)}


def test_cancelled_token_stops_the_search(ask: Ask) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(CancelledError):
        solve(ask("a"), MemorySource({"a": {"1": {}}}), cancel=token)


def test_time_limit_stops_the_search(ask: Ask) -> None:
    options = ResolverOptions(time_limit=timedelta(seconds=-1))

    with pytest.raises(ResolutionLimitError) as caught:
        solve(ask("a", options=options), MemorySource({"a": {"1": {}}}))

    assert caught.value.rounds == 1


def test_engine_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no engine `other`"):
        ResolverOptions(engine="other")  # type: ignore[arg-type]


# -- the answer --------------------------------------------------------------------------------------------------------


def test_all_rows_that_the_cut_off_leaves_are_kept(ask: Ask) -> None:
    wheels = ["cp312-cp312-win_amd64", "cp312-cp312-manylinux_2_17_x86_64"]

    resolution = solve(ask("a"), MemorySource({"a": {"1": {"wheels": wheels}}}))

    assert [row.filename for row in resolution.distributions[0].rows] == [
        "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
        "a-1-cp312-cp312-win_amd64.whl",
        "a-1.tar.gz",
    ]


def test_rows_of_a_universal_answer_fit_the_marker_of_the_node(ask_universal: Ask) -> None:
    wheels = ["cp312-cp312-win_amd64", "cp312-cp312-manylinux_2_17_x86_64", "cp38-cp38-manylinux_2_17_x86_64"]
    source = MemorySource({"a": {"1": {"wheels": wheels, "sdist": False}}})

    resolution = solve(ask_universal("a ; sys_platform == 'linux'"), source)

    assert [row.filename for row in resolution.distributions[0].rows] == ["a-1-cp312-cp312-manylinux_2_17_x86_64.whl"]
    assert str(resolution.distributions[0].marker) == "sys_platform == 'linux'"


def test_why_gives_the_shortest_chain_for_each_dependent(ask: Ask) -> None:
    source = MemorySource(
        {
            "a": {"1": {"requires": ["c"]}},
            "b": {"1": {"requires": ["a", "d"]}},
            "c": {"1": {}},
            "d": {"1": {"requires": ["c"]}},
        }
    )

    resolution = solve(ask("a", "b"), source)

    assert resolution.why("c") == (("a", "c"), ("b", "d", "c"))
    assert resolution.why("a") == (("a",), ("b", "a"))
