"""The search finds an answer exactly when there is one, and what it finds is one."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement as Parsed
from packaging.version import Version

from uvkit.errors import ResolutionImpossibleError
from uvkit.model import Requirement, Target, Universal
from uvkit.resolver import Engine, ResolveRequest, ResolverOptions, solve
from uvkit.testing import MemorySource

NAMES = ["a", "b", "c", "d", "e"]
VERSIONS = ["1", "2", "3", "4"]
ENGINES: tuple[Engine, ...] = ("resolvelib", "pubgrub")
LINUX = Target.for_platform("linux", python="3.12.1")
Universe = dict[str, dict[str, dict[str, Any]]]


@st.composite
def requirements(draw: st.DrawFn, *, extras: bool = True) -> str:
    name = draw(st.sampled_from(NAMES))
    extra = draw(st.sampled_from(["", "", "", "[x]"])) if extras else ""
    operator = draw(st.sampled_from(["", "==", "!=", "<", ">=", "<=", ">"]))
    return name + extra + (operator + draw(st.sampled_from(VERSIONS)) if operator else "")


@st.composite
def universes(draw: st.DrawFn) -> Universe:
    universe: Universe = {}
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=5, unique=True)):
        universe[name] = {
            version: {
                "requires": draw(st.lists(requirements(), max_size=3)),
                "extras": {"x": draw(st.lists(requirements(extras=False), max_size=2))},
            }
            for version in draw(st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=4, unique=True))
        }
    return universe


def is_answer(universe: Universe, roots: list[str], pins: dict[str, str]) -> bool:
    """Tell whether the pins meet the roots and everything that the pinned versions ask for in turn."""
    waiting = [Parsed(text) for text in roots]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        pin = pins.get(wanted.name)
        if pin is None or not wanted.specifier.contains(pin, prereleases=True):
            return False
        spec = universe[wanted.name][pin]
        for part in ("", *wanted.extras):
            if (wanted.name, part) not in seen:
                seen.add((wanted.name, part))
                waiting += map(Parsed, spec["extras"].get(part, []) if part else spec["requires"])
    return True


def has_answer(universe: Universe, roots: list[str]) -> bool:
    choices = itertools.product(*([(name, version) for version in versions] for name, versions in universe.items()))
    return any(is_answer(universe, roots, dict(choice)) for choice in choices)


@pytest.mark.parametrize("engine", ENGINES)
@settings(deadline=None, max_examples=150)
@given(universe=universes(), roots=st.lists(requirements(), min_size=1, max_size=3))
def test_an_answer_is_found_exactly_if_there_is_one(universe: Universe, roots: list[str], engine: Engine) -> None:
    request = ResolveRequest(
        target=LINUX,
        roots=tuple(Requirement.parse(text) for text in roots),
        options=ResolverOptions(engine=engine),
    )

    if has_answer(universe, roots):
        resolution = solve(request, MemorySource(universe))
        pins: dict[str, str] = {one.project: str(one.version) for one in resolution.distributions}
        assert is_answer(universe, roots, pins)
    else:
        with pytest.raises(ResolutionImpossibleError) as caught:
            solve(request, MemorySource(universe))
        assert caught.value.causes
        assert caught.value.explanation


@pytest.mark.parametrize("engine", ENGINES)
@settings(deadline=None, max_examples=60)
@given(universe=universes(), roots=st.lists(requirements(), min_size=1, max_size=3), dice=st.randoms())
def test_for_all_environments_the_order_of_declaration_decides_nothing(
    universe: Universe, roots: list[str], dice: Any, engine: Engine
) -> None:
    shuffled = {
        name: {
            version: {**spec, "requires": dice.sample(spec["requires"], len(spec["requires"]))}
            for version, spec in versions.items()
        }
        for name, versions in universe.items()
    }

    assert answer(universe, roots, engine) == answer(shuffled, roots[::-1], engine)


@settings(deadline=None, max_examples=150)
@given(universes(), st.lists(requirements(), min_size=1, max_size=3))
def test_engines_agree_on_whether_there_is_an_answer(universe: Universe, roots: list[str]) -> None:
    one, other = (answer(universe, roots, engine) for engine in ENGINES)

    assert (one is None) == (other is None)


def answer(universe: Universe, roots: list[str], engine: Engine) -> dict[str, Version | None] | None:
    request = ResolveRequest(
        target=Universal(),
        roots=tuple(Requirement.parse(text) for text in roots),
        options=ResolverOptions(engine=engine),
    )
    try:
        return {one.project: one.version for one in solve(request, MemorySource(universe)).distributions}
    except ResolutionImpossibleError:
        return None
