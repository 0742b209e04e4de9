"""What an explanation names is enough to contradict itself, none of it can be left out, and the text holds it all."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement as Parsed

from uvkit.errors import Cause, ResolutionImpossibleError, UnusableVersions
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
                **draw(st.sampled_from([{}, {}, {}, {}, {"yanked": "broken"}])),
            }
            for version in draw(st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=4, unique=True))
        }
    return universe


def is_answer(facts: tuple[Iterable[Cause], Iterable[UnusableVersions]], pins: dict[str, str]) -> bool:
    """Tell whether the pins meet all requirements that follow from what was asked, going by the facts alone."""
    causes, unusable = facts
    waiting: list[tuple[str, str]] = [("", "")]
    seen = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        dependent = f"{name}[{extra}]" if extra else name
        for cause in causes:
            if cause.dependent != dependent or (name and pins[name] not in cause.versions):
                continue
            wanted = Parsed(cause.requirement)
            pin = pins.get(wanted.name)
            if pin is None or not wanted.specifier.contains(pin, prereleases=True):
                return False
            if any(one.project == wanted.name and pin in one.versions for one in unusable):
                return False
            for part in [(wanted.name, ""), *((wanted.name, one) for one in wanted.extras)]:
                if part not in seen:
                    seen.add(part)
                    waiting.append(part)
    return True


def has_answer(universe: Universe, causes: Iterable[Cause], unusable: Iterable[UnusableVersions]) -> bool:
    choices = itertools.product(*([(name, version) for version in versions] for name, versions in universe.items()))
    return any(is_answer((causes, unusable), dict(choice)) for choice in choices)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("target", [LINUX, Universal()], ids=["machine", "universal"])
@settings(deadline=None, max_examples=25)
@given(universe=universes(), roots=st.lists(requirements(), min_size=1, max_size=3))
def test_an_explanation_is_a_smallest_proof_and_tells_all_of_it(
    universe: Universe, roots: list[str], engine: Engine, target: Target | Universal
) -> None:
    request = ResolveRequest(
        target=target,
        roots=tuple(Requirement.parse(text) for text in roots),
        options=ResolverOptions(engine=engine),
    )
    try:
        solve(request, MemorySource(universe))
    except ResolutionImpossibleError as caught:
        error = caught
    else:
        return

    causes, unusable = error.causes, error.unusable

    assert not has_answer(universe, causes, unusable), str(error)
    missing = {cause.project for cause in causes} - universe.keys()
    for cause in causes:
        # Of a project that does not exist every requirement is told.
        fewer = [one for one in causes if one is not cause]
        assert cause.project in missing or has_answer(universe, fewer, unusable), f"{cause} is too much: {error}"
        assert f"`{cause.project}" in str(error)
    for one in unusable:
        others = [other for other in unusable if other is not one]
        assert has_answer(universe, causes, others), f"{one} is too much: {error}"
        assert one.versions[0] in str(error) or f"all versions of `{one.project}`" in str(error)
