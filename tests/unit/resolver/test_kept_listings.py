"""What one resolution found out about a listing must not decide the next that is asked otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from uvkit.model import Listing, ProjectName, Target, project_name
from uvkit.resolver import CutOff, Preference, ResolveRequest, ResolverOptions, solve
from uvkit.testing import MemorySource

pytestmark = pytest.mark.usefixtures("each_engine")

Ask = Callable[..., ResolveRequest]


class KeptSource(MemorySource):
    """A source that gives the same listings to every resolution, as a session does."""

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        kept: dict[str, tuple[Listing, ...]] = self.__dict__.setdefault("kept", {})
        if project not in kept:
            kept[project] = super().listings(project, index=index)
        return kept[project]


def _chosen(source: KeptSource, request: ResolveRequest) -> tuple[list[str], list[str]]:
    (one,) = solve(request, source).distributions
    return [str(one.version)], [row.filename for row in one.rows]


def test_rules_that_change_are_heeded(ask: Ask) -> None:
    source = KeptSource(
        {
            "a": {
                "1": {"uploaded": "2024-01-01T00:00:00Z"},
                "2": {"uploaded": "2025-01-01T00:00:00Z", "sdist": False},
            }
        }
    )
    before_2025 = ResolverOptions(exclude_newer=CutOff(datetime(2024, 6, 1, tzinfo=UTC)))

    found = [
        _chosen(source, ask("a", options=options))[0]
        for options in (
            ResolverOptions(),
            before_2025,
            ResolverOptions(no_binary=frozenset([project_name("a")])),
            ResolverOptions(),
        )
    ]

    assert found == [["2"], ["1"], ["1"], ["2"]]


def test_what_is_said_of_one_project_holds_for_no_other(ask: Ask) -> None:
    files: dict[str, dict[str, Any]] = {"1": {}, "2": {"sdist": False}, "3": {"yanked": "broken"}}
    source = MemorySource({"a": files, "b": files, "c": files})
    options = ResolverOptions(no_binary=frozenset([project_name("b")]))

    found = solve(ask("a", "b", "c==3", options=options), source).distributions

    assert [(one.project, str(one.version)) for one in found] == [("a", "2"), ("b", "1"), ("c", "3")]


def test_a_yanked_version_is_allowed_only_to_who_asks_for_it(ask: Ask) -> None:
    source = KeptSource({"a": {"1": {}, "2": {"yanked": "broken"}}})

    found = [_chosen(source, ask(text))[0] for text in ("a", "a==2", "a")]

    assert found == [["1"], ["2"], ["1"]]


def test_machines_that_change_are_heeded(ask: Ask) -> None:
    tags = ["cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-win_amd64"]
    source = KeptSource(
        {"a": {"1": {}, "2": {"wheels": tags[:1], "sdist": False}, "3": {"wheels": tags[1:], "sdist": False}}}
    )
    linux, windows = (Target.for_platform(name, python="3.12") for name in ("linux", "windows"))

    found = [_chosen(source, ask("a", target=target))[0] for target in (linux, windows, linux)]

    assert found == [["2"], ["3"], ["2"]]


def test_files_are_kept_for_the_pythons_and_places_of_each_project(ask_universal: Ask) -> None:
    wheels = ["cp39-cp39-manylinux_2_17_x86_64", "cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-win_amd64"]
    source = KeptSource({"a": {"1": {"wheels": wheels, "sdist": False}}})
    names = [f"a-1-{tag}.whl" for tag in wheels]

    found = [
        _chosen(source, ask_universal(text, python=python))[1]
        for text, python in (
            ("a", ">=3.9"),
            ("a", ">=3.12"),
            ("a; sys_platform == 'win32'", ">=3.12"),
            ("a", ">=3.9"),
        )
    ]

    assert found == [sorted(names), sorted(names[1:]), names[2:], sorted(names)]


def test_a_preference_of_one_call_is_none_of_the_next(ask: Ask) -> None:
    source = KeptSource({"a": {"1": {}, "2": {}}})
    preferred = Preference(project=project_name("a"), version=source.listings(project_name("a"))[0].version(1))

    found = [_chosen(source, ask("a", preferences=kept))[0] for kept in ((preferred,), ())]

    assert found == [["1"], ["2"]]
