"""What the search of our own does as uv does and the other does not: what it looks at, and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from uvkit.events import Backtracked, Event
from uvkit.model import Listing, project_name
from uvkit.resolver import Member, Resolution, ResolveRequest, ResolverOptions, solve
from uvkit.resolver.search.continuum import gaps_within
from uvkit.testing import MemorySource

Ask = Callable[..., ResolveRequest]
PUBGRUB = ResolverOptions(engine="pubgrub")
NEWER = {"1": {}, "2": {}, "3": {"requires-python": ">=3.13"}}
VERSIONS = [f"{major}.{minor}" for major in range(5) for minor in range(3)]


def forks(resolution: Resolution) -> list[str]:
    return [str(fork) for fork in resolution.forks]


@pytest.mark.parametrize("asked", ["a ; sys_platform == 'win32'", "a[x]", "a[x] ; sys_platform == 'win32'"])
def test_version_that_only_a_stand_in_may_have_can_fork(ask_universal: Ask, asked: str) -> None:
    newer = {version: {**spec, "extras": {"x": []}} for version, spec in NEWER.items()}
    source = MemorySource({"a": newer, "b": {"1": {"requires": [asked]}}})

    resolution = solve(ask_universal("a<=2", "b", options=PUBGRUB), source)

    assert forks(resolution) == [
        "python_full_version >= '3.13'",
        "python_full_version >= '3.9' and python_full_version < '3.13'",
    ]
    assert [str(one) for one in resolution.versions("a")] == ["2"]


def test_requirement_under_a_marker_limits_its_project_before_its_turn(ask_universal: Ask) -> None:
    source = MemorySource({"a": NEWER, "b": {"1": {"requires": ["a<=2 ; sys_platform == 'win32'"]}}})

    resolution = solve(ask_universal("b", "a ; sys_platform != 'linux'", options=PUBGRUB), source)

    assert [str(one) for one in resolution.versions("a")] == ["2"]


def test_range_without_a_version_is_found_out_in_its_turn(ask_universal: Ask) -> None:
    # The fork of `c` comes before anyone looks for `d`.
    source = MemorySource(
        {
            "a": {"1": {}, "2": {"requires": ["b", "c"]}},
            "b": {"1": {"requires": ["d<1"]}},
            "c": {"1": {"requires": ["b ; python_version >= '3.12'"]}},
            "d": {"1": {}},
        }
    )

    resolution = solve(ask_universal("a", options=PUBGRUB), source)

    assert forks(resolution) == ["python_full_version >= '3.12'", "python_full_version < '3.12'"]
    assert [str(one) for one in resolution.versions("a")] == ["1"]


def test_versions_of_an_extra_that_its_project_cannot_have_are_not_read(ask: Ask) -> None:
    versions = {str(n): {"extras": {"x": []}} for n in range(1, 30)}
    source = MemorySource({"a": versions, "b": {"1": {"requires": ["a<2"]}}})

    solve(ask("b", "a[x]", options=PUBGRUB), source)

    assert [one for one in source.asked if one.startswith("a==")] == ["a==1"]


def test_rejections_and_decisions_given_up_are_told(ask: Ask) -> None:
    events: list[Event] = []
    source = MemorySource(
        {
            "a": {"1": {}, "2": {}},
            "b": {"1": {}, "2": {"requires": ["c"]}},
            "c": {"1": {"requires": ["d"]}},
            "d": {"1": {"requires": ["a<2"]}},
        }
    )

    solve(ask("a>=2", "b", options=PUBGRUB), source, emit=events.append)

    told = {(one.project, one.rejected): one.because for one in events if isinstance(one, Backtracked)}
    assert told["b", "2"].startswith("a conflict about")


def test_later_contradictions_reject_without_deciding(ask: Ask) -> None:
    events: list[Event] = []
    newer = {str(n): {"requires": ["a<2"]} for n in range(2, 5)}
    source = MemorySource({"a": {"1": {}, "2": {}}, "b": {"1": {}, **newer}})

    solve(ask("a", "b", options=PUBGRUB), source, emit=events.append)

    told = {(one.project, one.rejected): one.because for one in events if isinstance(one, Backtracked)}
    assert told["b", "2"] == "its requirements on `a` cannot be met"


def test_answer_of_a_fork_does_not_depend_on_what_another_learned(ask_universal: Ask) -> None:
    halves = ["b<2 ; sys_platform == 'linux'", "b>=2 ; sys_platform != 'linux'"]
    source = MemorySource(
        {
            "a": {"1": {"requires": halves}},
            "b": {"1": {"requires": ["c<2"]}, "2": {"requires": ["c>=2"]}},
            "c": {"1": {}, "2": {}, "3": {}},
        }
    )

    resolution = solve(ask_universal("a", options=PUBGRUB), source)

    assert forks(resolution) == ["sys_platform == 'linux'", "sys_platform != 'linux'"]
    assert [str(one) for one in resolution.versions("c")] == ["1", "3"]


@settings(deadline=None, max_examples=200)
@given(
    known=st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=6, unique=True),
    operator=st.sampled_from([">=", ">", "<=", "<", "==", "!=", "~="]),
    bound=st.sampled_from(VERSIONS),
)
def test_gaps_are_those_in_which_a_specifier_has_versions(known: list[str], operator: str, bound: str) -> None:
    ordered = sorted(known, key=Version, reverse=True)
    listing = Listing.of(project_name("a"), "https://index.example/simple", {version: [] for version in known})
    # Between any two of these lies nothing that a bound above could tell apart.
    fine = [f"{major}.{minor}.{patch}" for major in range(6) for minor in range(4) for patch in range(3)]
    samples = [version for version in fine if not any(Version(version) == Version(one) for one in known)]

    found = gaps_within(listing, operator + bound)

    for gap in range(len(ordered) + 1):
        inside = [one for one in samples if _is_in_gap(Version(one), ordered, gap)]
        reached = any(SpecifierSet(operator + bound).contains(one) for one in inside)
        assert not reached or found >> gap & 1, (gap, operator + bound, ordered)


def _is_in_gap(version: Version, ordered: list[str], gap: int) -> bool:
    below = gap == 0 or version < Version(ordered[gap - 1])
    return below and (gap == len(ordered) or version > Version(ordered[gap]))


def pins(resolution: Resolution) -> dict[str, str]:
    return {one.project: str(one.version) for one in resolution.distributions}


def test_stand_in_of_a_marker_is_decided_before_its_project(ask_universal: Ask) -> None:
    # That the second choice for `e` fails takes back the decision on `d`, before which `e`, once pinned, then comes.
    source = MemorySource(
        {
            "a": {"6": {"requires": ["b>=9"]}},
            "b": {"5": {}, "9": {}},
            "c": {"11": {}},
            "d": {"7": {}, "8": {"requires": ["b<6"]}},
            "e": {"3": {}, "6": {"requires": ["c<=9"]}, "7": {"requires": ["a>=1"]}},
        }
    )

    resolution = solve(ask_universal("c", "d", "e>=1 ; sys_platform == 'win32'", options=PUBGRUB), source)

    assert pins(resolution) == {"a": "6", "b": "9", "c": "11", "d": "7", "e": "7"}


def test_contradictions_count_for_what_was_being_decided(ask_universal: Ask) -> None:
    # The fifth comes with the stand-in of `a`: `d` changes places with `b` although another key was affected.
    source = MemorySource(
        {
            "a": {"4": {"requires": ["d"]}},
            "b": {"1": {}, "3": {}},
            "c": {"5": {"requires": ["a<5", "b<=8"]}},
            "d": {
                "3": {},
                "4": {"requires": ["a<=2 ; sys_platform == 'linux'"]},
                "6": {"requires": ["c>=3,<5"]},
                "7": {"requires": ["a<1"]},
                "8": {"requires": ["b!=3"]},
            },
        }
    )

    resolution = solve(ask_universal("c", options=PUBGRUB), source)

    assert pins(resolution) == {"a": "4", "b": "1", "c": "5", "d": "8"}


def test_member_of_another_version_contradicts_as_a_project_of_an_index(
    ask_universal: Ask, make_member: Callable[..., Member]
) -> None:
    # The fifth contradiction lets `tool` be decided before `num`.
    late = {str(number): {"requires": ["core>=1"]} for number in range(5, 10)}
    source = MemorySource(
        {
            "num": {"1": {}, "2": {}, "3": {}},
            "tool": {"3": {"requires": ["num"]}, "4": {"requires": ["num<3"]}, **late},
        }
    )
    members = (make_member("one", "core", "num", "tool"), make_member("core", path="core"))

    resolution = solve(ask_universal(members=members, options=PUBGRUB), source)

    assert pins(resolution) == {"core": "0.1.0", "num": "2", "one": "0.1.0", "tool": "4"}


def test_version_for_newer_pythons_only_takes_back_what_was_decided_before(ask_universal: Ask) -> None:
    # Below the newest version `b` divides the fork; its second choice must come before the fork, as it does in uv.
    source = MemorySource(
        {
            "a": {"2": {"requires": ["b[y]>=4"]}},
            "b": {
                "4": {},
                "5": {"requires": ["a<=1 ; sys_platform == 'win32'", "a>=1"]},
                "6": {"requires-python": ">=3.13"},
            },
        }
    )

    resolution = solve(ask_universal("a>=1", "b", python=">=3.11,<3.13", options=PUBGRUB), source)

    assert pins(resolution) == {"a": "2", "b": "4"}


def test_lowest_prefers_the_lowest_version_of_other_forks(ask_universal: Ask) -> None:
    source = MemorySource(
        {"a": {"1": {}}, "b": {"1": {"requires": ["c"]}, "2": {}}, "c": {"1": {"requires-python": ">=3.13"}}}
    )
    options = ResolverOptions(engine="pubgrub", strategy="lowest")

    resolution = solve(ask_universal("b", "a ; python_version >= '3.14'", python=">=3.11", options=options), source)

    markers = {str(one.version): str(one.marker) for one in resolution.distributions if one.project == "b"}
    assert markers == {
        "1": "python_full_version >= '3.13'",
        "2": "python_full_version >= '3.11' and python_full_version < '3.13'",
    }
