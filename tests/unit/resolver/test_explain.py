"""What an impossible resolution says beyond the scenarios: its values, who asked when an index fails, and advice."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from uvkit.errors import Cause, OfflineError, ResolutionImpossibleError, UnusableVersions
from uvkit.model import ConflictItem, Listing, ProjectName, Requirement, extra_name, project_name
from uvkit.resolver import Engine, Override, ResolveRequest, ResolverOptions, solve
from uvkit.testing import MemorySource

Ask = Callable[..., ResolveRequest]
ENGINES: tuple[Engine, ...] = ("resolvelib", "pubgrub")


def refused(request: ResolveRequest, source: MemorySource) -> ResolutionImpossibleError:
    with pytest.raises(ResolutionImpossibleError) as caught:
        solve(request, source)
    return caught.value


# -- values ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_causes_and_unusable_versions_are_values(ask_universal: Ask, engine: Engine) -> None:
    source = MemorySource(
        {
            "a": {"1": {"requires": ["b>=2"]}, "2": {"requires": ["b>=2"]}},
            "b": {"1": {}, "2": {"yanked": "leaks"}, "3": {"yanked": "leaks"}},
        }
    )

    error = refused(ask_universal("a ; os_name == 'nt'", options=ResolverOptions(engine=engine)), source)

    assert error.causes == (
        Cause(
            requirement="b>=2",
            required_by="all versions of a",
            project="b",
            dependent="a",
            versions=("2", "1"),
            rejected=("1",),
        ),
        Cause(requirement="a", required_by="you", project="a", marker="os_name == 'nt'"),
    )
    assert error.unusable == (UnusableVersions(project="b", versions=("3", "2"), reason="yanked", detail="leaks"),)


def test_the_error_is_json_and_can_be_pickled(ask: Ask) -> None:
    error = refused(ask("a>=2"), MemorySource({"a": {"1": {}}}))

    told = json.loads(json.dumps(error.to_dict()))
    copy = pickle.loads(pickle.dumps(error))

    assert told["code"] == "resolution-impossible"
    assert told["message"] == "no solution found: you require `a>=2`, but the only version of `a` is 1"
    assert told["causes"][0]["rejected"] == ["1"]
    assert copy.to_dict() == error.to_dict()


def test_a_fork_for_conflicting_extras_is_named(ask_universal: Ask, make_member: Callable[..., Any]) -> None:
    member = make_member("proj", extras={"more": ["a>=2"], "less": ["a<2", "gone"]})
    proj = project_name("proj")
    items = tuple(ConflictItem(project=proj, extra=extra_name(extra)) for extra in ("more", "less"))

    error = refused(ask_universal(members=(member,), conflicts=(items,)), MemorySource({"a": {"1": {}, "2": {}}}))

    assert (error.included, error.excluded) == (("proj[less]",), ("proj[more]",))
    assert str(error) == (
        "no solution found with `proj[less]`, without `proj[more]`: "
        "`proj[less]` requires `gone`, but `gone` is on none of the indexes"
    )


# -- who asked ---------------------------------------------------------------------------------------------------------


class WithoutNetwork(MemorySource):
    """A source of which one project was never fetched."""

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        if project == "c":
            raise OfflineError(wanted="https://index.example/simple/c/")
        return super().listings(project, index=index)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_index_that_fails_says_who_asked(
    ask_universal: Ask, make_member: Callable[..., Any], engine: Engine
) -> None:
    member = make_member("proj", "a")
    source = WithoutNetwork({"a": {"1": {"requires": ["b"]}}, "b": {"2": {"requires": ["c"]}}})

    with pytest.raises(OfflineError) as caught:
        solve(ask_universal(members=(member,), options=ResolverOptions(engine=engine)), source)

    assert caught.value.__notes__ == [
        "`c` is required by `b` 2, which is required by `a` 1, which is required by `proj`"
    ]


def test_nothing_is_fetched_for_an_explanation(ask: Ask) -> None:
    source = MemorySource({"later": {"1": {}}})

    refused(ask("gone", "later", options=ResolverOptions(engine="resolvelib")), source)

    assert source.asked == ["gone"]


# -- roles and advice --------------------------------------------------------------------------------------------------


def test_an_override_is_told_as_one(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {"requires": ["b"]}}, "b": {"1": {}}})
    override = Override(requirements=(Requirement.parse("b>=3"),))

    error = refused(ask("a", overrides=(override,)), source)

    assert "your overrides make `a` 1 require `b>=3`, but the only version of `b` is 1" in str(error)
    assert error.causes[0].role == "override"


def test_a_constraint_is_told_once_however_many_it_limits(ask: Ask) -> None:
    source = MemorySource({"a": {"1": {"requires": ["b"]}}, "b": {"1": {}, "2": {}}})

    error = refused(ask("a", "b>=2", constraints=(Requirement.parse("b<2"),)), source)

    assert str(error) == "no solution found: you require `b>=2`, but your constraints ask for `b<2`"


def test_parts_of_a_project_that_exclude_each_other_can_be_declared(
    ask_universal: Ask, make_member: Callable[..., Any]
) -> None:
    member = make_member("proj", extras={"x": ["a>=2"]}, groups={"dev": ["a<2"]})

    error = refused(ask_universal(members=(member,)), MemorySource({"a": {"1": {}, "2": {}}}))

    assert error.hints == (
        "if `proj:dev` and `proj[x]` are never wanted together, declare them as `conflicts` in `[tool.uv]`",
    )


def test_a_published_project_of_the_same_name_is_hidden(ask_universal: Ask, make_member: Callable[..., Any]) -> None:
    member = make_member("proj", "tool")
    source = MemorySource({"tool": {"1": {"requires": ["proj>=7"]}}, "proj": {"7": {}}})

    error = refused(ask_universal(members=(member,)), source)

    assert "`tool` 1 requires `proj>=7`, but your `proj` has version 0.1.0" in str(error)
    assert error.hints == (
        "`tool` means the published project `proj`, which yours of the same name hides: rename yours",
    )


def test_another_index_may_have_the_version(ask: Ask) -> None:
    other = "https://other.example/simple"
    source = MemorySource({"a": {"1": {}}}, indexes={other: {"b": {"1": {}}}})

    error = refused(ask("a>=2"), source)

    assert len(error.hints) == 1
    assert f"another may have the version (`{other}`)" in error.hints[0]


def test_without_any_index_spelling_is_no_advice(ask: Ask) -> None:
    class NoIndex(MemorySource):
        def index_names(self) -> tuple[str, ...]:
            return ()

    error = refused(ask("a"), NoIndex({}))

    assert error.hints == ("there is no index to look in: allow indexes, or name a folder of files (`find-links`)",)


@pytest.mark.parametrize(
    ("marker", "advice"),
    [
        ("python_full_version >= '3.12'", "if you do not need these Python versions, narrow `requires-python`"),
        (
            "sys_platform == 'win32'",
            "if you do not need that environment, name those you need in `environments` of `[tool.uv]`",
        ),
    ],
)
def test_environments_that_are_not_needed_can_be_left_out(ask_universal: Ask, marker: str, advice: str) -> None:
    source = MemorySource({"a": {"1": {"requires": ["gone"]}, "2": {}}})
    other = marker.replace(">=", "<").replace("==", "!=")

    error = refused(ask_universal(f"a<2 ; {marker}", f"a>=2 ; {other}"), source)

    assert error.marker == marker
    assert error.hints[-1] == advice
