"""Which missing lower bounds are told where the lowest versions are chosen (the same as uv's)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from uvkit.model import Requirement
from uvkit.resolver import ResolveRequest, ResolverOptions, Strategy, solve
from uvkit.testing import MemorySource

Ask = Callable[..., ResolveRequest]


def told(request: ResolveRequest, source: MemorySource) -> list[str]:
    notices = solve(request, source).notices
    kinds = {"unpinned": "direct", "unpinned-transitive": "transitive"}
    return [f"{kinds[one.code]} {one.message.split('`')[1]}" for one in notices if one.code in kinds]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("highest", []),
        ("lowest-direct", ["direct a", "direct b", "direct c"]),
        (
            "lowest",
            ["direct a", "direct b", "direct c", "transitive a", "transitive b", "transitive c", "transitive g"],
        ),
    ],
)
def test_requirements_without_a_lower_bound_are_told(
    ask_universal: Ask, make_member: Callable[..., Any], strategy: Strategy, expected: list[str]
) -> None:
    member = make_member("proj", "a", "b<2", "c!=3", "d>=1", "e==1.*", "f~=1.0")
    universe = {name: {"1.0": {"requires": ["g"] if name == "f" else []}} for name in "abcdefg"}

    found = told(ask_universal(members=(member,), options=ResolverOptions(strategy=strategy)), MemorySource(universe))

    assert found == expected


def test_a_bound_of_another_requirement_or_a_constraint_counts(
    ask_universal: Ask, make_member: Callable[..., Any]
) -> None:
    member = make_member("proj", "a", "b", "b>=1", "c")
    universe = {"a": {"1.0": {"requires": ["c>=1"]}}, "b": {"1.0": {}}, "c": {"1.0": {}}}
    request = ask_universal(
        members=(member,),
        constraints=(Requirement.parse("a>=1"),),
        options=ResolverOptions(strategy="lowest"),
    )

    assert told(request, MemorySource(universe)) == ["direct c"]


def test_what_a_plain_list_asks_for_is_told_once(ask: Ask) -> None:
    universe = {"a": {"1.0": {"requires": ["b"]}}, "b": {"1.0": {}}}

    found = told(ask("a", options=ResolverOptions(strategy="lowest")), MemorySource(universe))

    assert found == ["direct a", "transitive b"]
