"""Every `*.toml` here is a set of little worlds, each with a question and the answer it must get.

A file is a list of `[[scenario]]` tables: `name`, `why`, `requires` (or `extras`/`groups` of a member), `packages` as
`uvkit.testing.MemorySource` takes them, and `expect` (pins by project; a list where forks choose several) or `fails`
(texts that the message must hold). `universal` with an optional `requires-python` asks for all environments; then
`forks` are the markers in the order solved. `options` are those of `ResolverOptions`.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from uvkit.errors import ResolutionImpossibleError
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import Requirement, Target, Universal, project_name
from uvkit.resolver import CutOff, Engine, Preference, ResolveRequest, ResolverOptions, solve
from uvkit.testing import MemorySource

HERE = Path(__file__).parent
SCENARIOS = [
    pytest.param(scenario, id=f"{file.stem}-{scenario['name']}")
    for file in sorted(HERE.glob("*.toml"))
    for scenario in tomllib.loads(file.read_text())["scenario"]
]


def requirements(texts: list[str]) -> tuple[Requirement, ...]:
    return tuple(Requirement.parse(text) for text in texts)


def options(table: dict[str, Any]) -> ResolverOptions:
    found: dict[str, Any] = dict(table)
    for key in ("no_binary", "no_build"):
        if isinstance(found.get(key), list):
            found[key] = frozenset(map(project_name, found[key]))
    if "exclude_newer" in found:
        found["exclude_newer"] = CutOff.at(datetime.fromisoformat(found["exclude_newer"]))
    return ResolverOptions(**found)


def request_of(scenario: dict[str, Any]) -> ResolveRequest:
    target: Target | Universal = Target.for_platform("linux", python=scenario.get("python", "3.12.4"))
    if scenario.get("universal"):
        target = Universal(
            environments=tuple(map(MarkerSet.parse, scenario.get("environments", []))),
            required_environments=tuple(map(MarkerSet.parse, scenario.get("required-environments", []))),
        )
    python = scenario.get("requires-python")
    return ResolveRequest(
        target=target,
        roots=requirements(scenario["requires"]),
        requires_python=None if python is None else RequiresPython.parse(python),
        constraints=requirements(scenario.get("constraints", [])),
        preferences=tuple(
            Preference(project=project_name(name), version=Version(version))
            for name, version in scenario.get("locked", {}).items()
        ),
        options=options(scenario.get("options", {})),
    )


@pytest.mark.parametrize("engine", ["resolvelib", "pubgrub"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario: dict[str, Any], engine: Engine) -> None:
    request, source = request_of(scenario), MemorySource(scenario.get("packages", {}))
    request = replace(request, options=replace(request.options, engine=engine))

    if "fails" in scenario:
        with pytest.raises(ResolutionImpossibleError) as caught:
            solve(request, source)
        told = "\n".join([str(caught.value), *caught.value.hints])
        assert [text for text in scenario["fails"] if text not in told] == [], told
        return
    resolution = solve(request, source)

    pins: dict[str, Any] = {}
    for one in resolution.distributions:
        pins.setdefault(one.project, []).append(str(one.version))
    assert pins == {
        name: versions if isinstance(versions, list) else [versions] for name, versions in scenario["expect"].items()
    }
    assert [str(fork) for fork in resolution.forks] == scenario.get("forks", [])
