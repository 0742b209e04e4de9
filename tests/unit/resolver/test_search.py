"""What the search learns, seen from what it does not ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from uvkit.errors import ResolutionImpossibleError
from uvkit.resolver import ResolveRequest, ResolverOptions, solve
from uvkit.testing import MemorySource

pytestmark = pytest.mark.usefixtures("each_engine")

Ask = Callable[..., ResolveRequest]


def test_versions_that_nobody_accepts_are_left_out_at_once(ask: Ask) -> None:
    source = MemorySource({"a": {str(n): {} for n in range(1, 9)}, "b": {"1": {"requires": ["a<2"]}}})

    resolution = solve(ask("a", "b"), source)

    assert [str(one.version) for one in resolution.distributions] == ["1", "1"]
    assert [asked for asked in source.asked if asked.startswith("a==")] == ["a==8", "a==1"]


def test_versions_with_the_same_demand_do_not_repeat_a_dead_end(ask: Ask) -> None:
    demanding = {str(n): {"requires": ["c>=2"]} for n in range(2, 40)}
    filler: dict[str, Any] = {f"x{n}": {str(v): {} for v in range(1, 4)} for n in range(20)}
    source = MemorySource(
        {"a": {"1": {}, **demanding}, "b": {"1": {"requires": ["c<2"]}}, "c": {"1": {}, "2": {}}, **filler}
    )
    rounds: list[int] = []

    resolution = solve(ask("a", *filler, "b"), source, emit=lambda event: rounds.append(1))

    assert [str(one) for one in resolution.versions("a")] == ["1"]
    assert len(rounds) < 150  # 38 versions of `a` times 20 others, were each tried to the end


def test_search_space_without_an_answer_is_given_up_quickly(ask: Ask) -> None:
    universe: dict[str, Any] = {
        f"p{n}": {str(v): {"requires": [f"q{n}=={v}"]} for v in range(1, 30)} for n in range(12)
    }
    universe |= {f"q{n}": {str(v): {"requires": ["end==9"]} for v in range(1, 30)} for n in range(12)}
    universe["end"] = {"1": {}}
    options = ResolverOptions(time_limit=timedelta(seconds=30))

    with pytest.raises(ResolutionImpossibleError, match="require `end==9`, but the only version of `end` is 1"):
        solve(ask(*(f"p{n}" for n in range(12)), options=options), MemorySource(universe))


def test_extra_follows_the_version_its_project_is_limited_to(ask: Ask) -> None:
    versions = {str(n): {"extras": {"x": ["b"]}} for n in range(1, 5)}
    source = MemorySource({"a": versions, "b": {"1": {"requires": ["a<3"]}}})

    resolution = solve(ask("b", "a[x]"), source)

    assert [str(one.version) for one in resolution.distributions] == ["2", "1"]


def test_extra_without_a_possible_version_goes_back_over_its_project(ask: Ask) -> None:
    source = MemorySource(
        {
            "a": {"1": {"extras": {"x": ["b<2"]}}, "2": {"extras": {"x": ["b>=2"]}}},
            "b": {"1": {}},
            "c": {"1": {"requires": ["a[x]"]}},
        }
    )

    resolution = solve(ask("a", "c"), source)

    assert [str(one.version) for one in resolution.distributions] == ["1", "1", "1"]


def test_long_explanations_are_cut(ask: Ask) -> None:
    universe: dict[str, Any] = {
        "a": {str(n): {"requires": [f"gone{n}"]} for n in range(1, 12)},
        "b": {"1": {"requires": ["c==9"]}},
        "c": {str(n): {} for n in range(1, 8)},
    }

    with pytest.raises(ResolutionImpossibleError) as caught:
        solve(ask("a"), MemorySource(universe))
    assert "and there are more contradictions, about" in str(caught.value)
    assert len(str(caught.value).splitlines()) < 12

    with pytest.raises(ResolutionImpossibleError, match="`c==9`, but the newest version of `c` is 7"):
        solve(ask("b"), MemorySource(universe))


def test_causes_name_what_each_requirement_rules_out(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {"requires": ["b>=2"]}}, "b": {"1": {}, "2": {}}})

    with pytest.raises(ResolutionImpossibleError) as caught:
        solve(ask("a", "b<2"), source)

    assert {(one.requirement, one.required_by, one.rejected) for one in caught.value.causes} == {
        ("b>=2", "a 1", ("1",)),
        ("b<2", "you", ("2",)),
        ("a", "you", ()),
    }


def test_member_group_and_extra_are_named_in_explanations(ask_universal: Ask, make_member: Callable[..., Any]) -> None:
    member = make_member("proj", extras={"x": ["a>=2"]}, groups={"dev": ["a<2"]})

    with pytest.raises(ResolutionImpossibleError) as caught:
        solve(ask_universal(members=(member,)), MemorySource({"a": {"1": {}, "2": {}}}))

    assert "`proj[x]` requires `a>=2`" in str(caught.value)
    assert "the group `dev` of `proj` requires `a<2`" in str(caught.value)


def test_python_bound_that_no_fork_can_serve_asks_for_a_higher_requires_python(ask_universal: Ask) -> None:
    source = MemorySource({"a": {"1": {"requires-python": ">=3.13"}}})
    options = ResolverOptions(fork_strategy="fewest")

    with pytest.raises(ResolutionImpossibleError, match=r"`a` 1 requires Python >=3\.13") as caught:
        solve(ask_universal("a", options=options), source)

    assert caught.value.hints == ("narrow `requires-python` (such as >=3.13): `a` 1 supports only >=3.13",)
