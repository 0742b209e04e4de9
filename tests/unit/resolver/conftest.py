from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from uvkit.markers import RequiresPython
from uvkit.model import (
    DeclaredRequirement,
    DirectorySource,
    Requirement,
    Target,
    Universal,
    extra_name,
    group_name,
    project_name,
)
from uvkit.resolver import Member, ResolveRequest


def _declared(texts: list[str]) -> tuple[DeclaredRequirement, ...]:
    return tuple(DeclaredRequirement(requirement=Requirement.parse(text)) for text in texts)


@pytest.fixture(params=["resolvelib", "pubgrub"])
def each_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let every request that does not choose an engine be answered by each."""
    monkeypatch.setattr("uvkit.resolver.driver.AUTO_ENGINE", request.param)
    return str(request.param)


@pytest.fixture
def linux() -> Target:
    return Target.for_platform("linux", python="3.12.4")


@pytest.fixture
def ask(linux: Target) -> Callable[..., ResolveRequest]:
    """Return a maker of requests for one Linux machine."""

    def make(*requires: str, **fields: Any) -> ResolveRequest:
        return ResolveRequest(**{"target": linux, "roots": tuple(map(Requirement.parse, requires)), **fields})

    return make


@pytest.fixture
def ask_universal() -> Callable[..., ResolveRequest]:
    """Return a maker of requests for all environments."""

    def make(*requires: str, python: str = ">=3.9", **fields: Any) -> ResolveRequest:
        return ResolveRequest(
            **{
                "target": Universal(),
                "roots": tuple(map(Requirement.parse, requires)),
                "requires_python": RequiresPython.parse(python),
                **fields,
            }
        )

    return make


@pytest.fixture
def make_member() -> Callable[..., Member]:
    """Return a maker of members."""

    def make(
        name: str,
        *requires: str,
        path: str = ".",
        extras: Mapping[str, list[str]] = {},  # never changed
        groups: Mapping[str, list[str]] = {},
        **fields: Any,
    ) -> Member:
        return Member(
            **{
                "project": project_name(name),
                "version": Version("0.1.0"),
                "source": DirectorySource(path=Path(path), editable=True),
                "dependencies": _declared(list(requires)),
                "extras": {extra_name(key): _declared(texts) for key, texts in extras.items()},
                "groups": {group_name(key): _declared(texts) for key, texts in groups.items()},
                **fields,
            }
        )

    return make
