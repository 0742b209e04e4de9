"""`dependency-metadata` for what comes from one place: with a version it replaces what the place says."""

from __future__ import annotations

import pytest

import uvkit

from .conftest import World

NO_BACKEND = '[build-system]\nrequires = ["there-is-no-such-thing"]\nbuild-backend = "none"\n'
STATIC = '[project]\nname = "lib"\nversion = "1"\ndependencies = ["beta"]\n'
DYNAMIC = '[project]\nname = "lib"\nversion = "1"\ndynamic = ["dependencies"]\n'
STATED = '[[tool.uv.dependency-metadata]]\nname = "lib"\n{}requires-dist = ["alpha"]\n'
SOURCE = '[tool.uv.sources]\nlib = { path = "lib" }\n'


def locked(world: World) -> dict[str, str]:
    result = uvkit.lock(session=world.session)
    return {one.project: str(one.version) for one in result.lockfile.distributions}


@pytest.mark.parametrize("tree", [STATIC, DYNAMIC])
def test_tree_is_not_asked_where_its_version_is_stated(world: World, tree: str) -> None:
    world.write("lib/pyproject.toml", tree + NO_BACKEND)
    world.project("lib", extra=SOURCE + STATED.format('version = "3"\n'))

    versions = locked(world)

    assert versions["lib"] == "3"
    assert "alpha" in versions
    assert "beta" not in versions
    assert not uvkit.lock(session=world.session, check=True).changed


def test_tree_is_asked_where_no_version_is_stated(world: World) -> None:
    world.write("lib/pyproject.toml", STATIC + NO_BACKEND)
    world.project("lib", extra=SOURCE + STATED.format(""))

    versions = locked(world)

    assert versions["lib"] == "1"
    assert "beta" in versions


def test_tree_is_asked_where_two_versions_are_stated(world: World) -> None:
    world.write("lib/pyproject.toml", STATIC + NO_BACKEND)
    both = STATED.format('version = "3"\n') + STATED.format('version = "4"\n')
    world.project("lib", extra=SOURCE + both)

    assert locked(world)["lib"] == "1"


def test_member_of_a_workspace_requires_what_is_stated(world: World) -> None:
    world.write("lib/pyproject.toml", DYNAMIC + NO_BACKEND + '[dependency-groups]\ndev = ["beta"]\n')
    workspace = '[tool.uv.workspace]\nmembers = ["lib"]\n[tool.uv.sources]\nlib = { workspace = true }\n'
    world.project("lib", extra=workspace + STATED.format('version = "3"\n'))

    result = uvkit.lock(session=world.session)

    found = {one.project: one for one in result.lockfile.distributions}
    assert str(found["lib"].version) == "3"
    assert {"alpha", "beta"} <= found.keys()


def test_extras_are_stated_too(world: World) -> None:
    world.write("lib/pyproject.toml", STATIC + NO_BACKEND)
    stated = '[[tool.uv.dependency-metadata]]\nname = "lib"\nversion = "1"\nprovides-extra = ["x"]\n'
    extra = "requires-dist = [\"alpha ; extra == 'x'\"]\n"
    world.project("lib[x]", extra=SOURCE + stated + extra)

    versions = locked(world)

    assert "alpha" in versions
    assert "beta" not in versions
