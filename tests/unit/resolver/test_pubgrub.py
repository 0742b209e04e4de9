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
from uvkit.resolver import Resolution, ResolveRequest, ResolverOptions, solve
from uvkit.resolver.continuum import gaps_within
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

    assert forks(resolution) == ["python_full_version >= '3.13'", "python_full_version < '3.13'"]
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
