"""How settings reach a build, and what changes when they do: what is built otherwise is built again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import InvalidOptionError, NoCompatibleFileError, RuntimeVersionError

from .conftest import World

# Writes what it was built with into its module; `beta` and `alpha` are distributions without code of their own.
BACKEND = """\
import importlib.metadata, json, os, pathlib, zipfile


def _version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def build_wheel(folder, settings=None, metadata=None):
    seen = {"settings": settings, "alpha": _version("alpha"), "variable": os.environ.get("SPECIAL")}
    info = "lib-1.dist-info"
    files = {"lib.json": json.dumps(seen), f"{info}/METADATA": "Metadata-Version: 2.1\\nName: lib\\nVersion: 1\\n"}
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files[f"{info}/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(pathlib.Path(folder) / "lib-1-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return "lib-1-py3-none-any.whl"


build_editable = build_wheel
"""
BUILD = '[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n'
SOURCES = '[tool.uv.sources]\nlib = { path = "lib" }\n'


def library(world: World, *, static: bool = True) -> None:
    """Write the tree that records its build."""
    said = '[project]\nname = "lib"\nversion = "1"\n' if static else ""
    world.write("lib/pyproject.toml", said + BUILD)
    world.write("lib/bk.py", BACKEND)


def built(result: uvkit.SyncResult) -> dict[str, object]:
    """Return what the installed library says of its build."""
    seen: dict[str, object] = json.loads((_site(result) / "lib.json").read_text())
    return seen


def record(result: uvkit.SyncResult) -> object:
    return json.loads((_site(result) / "lib-1.dist-info/uv_build.json").read_text())


def _site(result: uvkit.SyncResult) -> Path:
    return Path(result.environment.interpreter.site_folders[0])


def test_settings_reach_the_build_and_are_recorded(world: World) -> None:
    library(world)
    settings = (
        '[tool.uv]\nconfig-settings = { a = "1", c = ["x", "y"] }\nconfig-settings-package = { lib = { b = "2" } }\n'
        'extra-build-variables = { lib = { SPECIAL = "yes" } }\n'
    )
    world.project("lib", extra=SOURCES + settings)

    result = uvkit.sync(session=world.session)

    expected = {"a": "1", "b": "2", "c": ["x", "y"]}
    assert built(result) == {"settings": expected, "alpha": None, "variable": "yes"}
    assert record(result) == {"config_settings": expected, "extra_build_variables": {"SPECIAL": "yes"}}


def test_other_settings_build_again_and_the_same_do_not(world: World) -> None:
    library(world)
    line = '[tool.uv]\nextra-build-variables = {{ lib = {{ SPECIAL = "{}" }} }}\n'
    world.project("lib", extra=SOURCES + line.format("one"))
    uvkit.sync(session=world.session)

    same = uvkit.sync(session=world.session)
    world.project("lib", extra=SOURCES + line.format("two"))
    other = uvkit.sync(session=world.session)

    assert not same.changed
    assert other.changed
    assert built(other)["variable"] == "two"


def test_build_requirement_can_have_the_version_that_is_installed(world: World) -> None:
    library(world)
    matched = '[tool.uv.extra-build-dependencies]\nlib = [{ requirement = "alpha", match-runtime = true }]\n'
    world.project("lib", "alpha==1.0", extra=SOURCES + matched)

    result = uvkit.sync(session=world.session)

    assert built(result)["alpha"] == "1.0"
    assert record(result) == {
        "extra_build_requires": [
            {
                "requirement": {
                    "name": "alpha",
                    "specifier": "==1.0",
                    "index": world.index.url,
                    "conflict": None,
                },
                "match_runtime": True,
            }
        ]
    }


def test_other_version_at_runtime_builds_again(world: World) -> None:
    library(world)
    matched = '[tool.uv.extra-build-dependencies]\nlib = [{ requirement = "alpha", match-runtime = true }]\n'
    world.project("lib", "alpha==1.0", extra=SOURCES + matched)
    uvkit.sync(session=world.session)
    world.project("lib", "alpha==1.1", extra=SOURCES + matched)

    result = uvkit.sync(session=world.session)

    assert built(result)["alpha"] == "1.1"


@pytest.mark.parametrize(("static", "resolved"), [(True, True), (False, False)])
def test_version_that_cannot_be_matched_is_an_error(world: World, static: bool, resolved: bool) -> None:
    library(world, static=static)
    matched = '[tool.uv.extra-build-dependencies]\nlib = [{ requirement = "alpha", match-runtime = true }]\n'
    world.project("lib", extra=SOURCES + matched)

    with pytest.raises(RuntimeVersionError) as caught:
        uvkit.sync(session=world.session)

    assert (caught.value.requirement, caught.value.resolved) == ("alpha", resolved)


def test_matched_requirement_may_not_name_versions(world: World) -> None:
    library(world)
    matched = '[tool.uv.extra-build-dependencies]\nlib = [{ requirement = "alpha>1", match-runtime = true }]\n'
    world.project("lib", "alpha", extra=SOURCES + matched)

    with pytest.raises(InvalidOptionError, match="alpha"):
        uvkit.sync(session=world.session)


def test_extra_build_requirement_has_the_source_of_the_project(world: World) -> None:
    library(world)
    world.write("mine/pyproject.toml", '[project]\nname = "alpha"\nversion = "7"\n' + BUILD)
    backend = BACKEND.replace("lib-1", "alpha-7").replace("Name: lib\\nVersion: 1", "Name: alpha\\nVersion: 7")
    world.write("mine/bk.py", backend)
    extra = SOURCES + 'alpha = { path = "mine" }\n[tool.uv.extra-build-dependencies]\nlib = ["alpha"]\n'
    world.project("lib", extra=extra)

    result = uvkit.sync(session=world.session)

    assert built(result)["alpha"] == "7"


def test_editable_tree_is_built_where_nothing_else_may_be(world: World) -> None:
    library(world)
    world.project("lib", extra=SOURCES.replace('"lib" }', '"lib", editable = true }') + "[tool.uv]\nno-build = true\n")

    result = uvkit.sync(session=world.session)

    assert built(result)["alpha"] is None


def test_plain_tree_is_not_built_where_nothing_may_be(world: World) -> None:
    library(world)
    world.project("lib", extra=SOURCES + "[tool.uv]\nno-build = true\n")

    with pytest.raises(NoCompatibleFileError, match="lib"):
        uvkit.sync(session=world.session)


def test_project_built_without_isolation_finds_what_is_installed_beside_it(world: World) -> None:
    library(world)
    world.project("lib", "alpha==1.1", extra=SOURCES + '[tool.uv]\nno-build-isolation-package = ["lib"]\n')

    result = uvkit.sync(session=world.session)

    assert built(result)["alpha"] == "1.1"
    assert {step.project for step in result.plan.steps} == {"alpha", "lib"}
    assert not uvkit.sync(session=world.session).changed
