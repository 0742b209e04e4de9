"""Who asked for a project, as names and as lines to read."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

from uvkit.resolver import ResolveRequest, solve
from uvkit.testing import MemorySource

Ask = Callable[..., ResolveRequest]


def test_chains_are_printed_with_versions_extras_and_conditions(
    ask_universal: Ask, make_member: Callable[..., Any]
) -> None:
    member = make_member("proj", "a[x]", groups={"dev": ["b ; sys_platform == 'win32'"]})
    source = MemorySource(
        {"a": {"1": {"extras": {"x": ["c"]}}}, "b": {"2": {"requires": ["c"]}}, "c": {"3": {}}},
    )

    chains = solve(ask_universal(members=(member,)), source).why("c")

    assert chains == (("proj", "a", "c"), ("proj", "b", "c"))
    assert str(chains) == (
        "proj 0.1.0 -> a[x] 1 (extra x) -> c 3\nproj 0.1.0 (group dev) -> [sys_platform == 'win32'] b 2 -> c 3"
    )


def test_links_name_the_versions_that_ask(ask_universal: Ask) -> None:
    source = MemorySource(
        {
            "a": {"1": {"requires": ["c"]}, "2": {"requires": ["c"]}},
            "c": {"3": {}},
        }
    )

    chains = solve(ask_universal("a<2 ; sys_platform == 'win32'", "a>=2 ; sys_platform != 'win32'"), source).why("c")

    assert [list(map(str, link.versions)) for link in chains.links[0]] == [["1", "2"], ["3"]]
    assert str(chains) == "a 1, 2 -> c 3"


def test_a_project_that_many_need_is_told_shortly(ask: Ask) -> None:
    universe = {f"p{number:02}": {"1": {"requires": ["base"]}} for number in range(40)}
    source = MemorySource({**universe, "base": {"1": {}}})

    chains = solve(ask(*universe), source).why("base")

    lines = str(chains).splitlines()
    assert len(chains) == 40
    assert len(lines) == 13
    assert lines[0] == "p00 1 -> base 1"
    assert lines[-1].startswith("and 28 more, through p12, p13,")


def test_chains_survive_pickling(ask: Ask) -> None:
    chains = solve(ask("a"), MemorySource({"a": {"1": {"requires": ["b"]}}, "b": {"1": {}}})).why("b")

    copy = pickle.loads(pickle.dumps(chains))

    assert copy == chains
    assert str(copy) == "a 1 -> b 1"
