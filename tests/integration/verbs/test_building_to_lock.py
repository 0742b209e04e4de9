"""Archives that must be built before they tell what they require."""

from __future__ import annotations

import io
import tarfile

import pytest

import uvkit
from uvkit.errors import BuildError
from uvkit.testing import Distribution

from .conftest import World

BUILD = '[build-system]\nrequires = [{requires}]\nbuild-backend = "bk"\nbackend-path = ["."]\n'
# Requires exactly the version of the tool that builds it.
TELLING = """\
import importlib.metadata, pathlib

def prepare_metadata_for_build_wheel(directory, config_settings=None):
    info = pathlib.Path(directory) / "odd-1.0.dist-info"
    info.mkdir()
    rows = ["Metadata-Version: 2.1", "Name: odd", "Version: 1.0"]
    rows.append("Requires-Dist: alpha==" + importlib.metadata.version("alpha"))
    (info / "METADATA").write_text("\\n".join(rows) + "\\n")
    return info.name
"""
FAILING = 'raise SystemExit("cannot be built")\n'
LINKED = '[tool.uv]\nfind-links = ["links"]\nresolution = "{resolution}"\n'


def archive(world: World, version: str, backend: str, requires: str = "") -> None:
    """Put an archive into the folder of links that tells nothing without a build."""
    stem = f"odd-{version}"
    files = {
        "PKG-INFO": f"Metadata-Version: 1.0\nName: odd\nVersion: {version}\n",
        "pyproject.toml": BUILD.format(requires=requires),
        "bk.py": backend,
    }
    folder = world.root / "links"
    folder.mkdir(exist_ok=True)
    with tarfile.open(folder / f"{stem}.tar.gz", "w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(f"{stem}/{name}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))


def test_failing_build_ends_the_resolution_instead_of_choosing_another_version(world: World) -> None:
    archive(world, "1.0", TELLING, '"alpha"')
    archive(world, "2.0", FAILING)
    world.project("odd", extra=LINKED.format(resolution="highest"))

    with pytest.raises(BuildError, match="odd"):
        uvkit.lock(session=world.session)


def test_oldest_versions_are_not_chosen_for_the_tools_that_build(world: World) -> None:
    archive(world, "1.0", TELLING, '"alpha>=1"')
    world.project("odd", extra=LINKED.format(resolution="lowest-direct"))

    result = uvkit.lock(session=world.session)

    assert {one.project: str(one.version) for one in result.lockfile.distributions}["alpha"] == "2.0"


def test_requirements_of_a_named_tree_are_direct(world: World) -> None:
    world.write(
        "lib/pyproject.toml", '[project]\nname = "lib"\nversion = "1"\ndependencies = ["alpha>=1", "beta==2.0"]\n'
    )
    world.project("lib", extra='[tool.uv]\nresolution = "lowest-direct"\n[tool.uv.sources]\nlib = { path = "lib" }\n')

    result = uvkit.lock(session=world.session)

    assert {one.project: str(one.version) for one in result.lockfile.distributions}["alpha"] == "1.0"


def test_archive_that_was_read_to_resolve_is_not_fetched_again_to_build(world: World) -> None:
    world.index.add(Distribution(name="packed", version="1.0"), sdist=True, wheel=False)

    world.install(["packed"])

    assert world.index.requests["/files/packed/packed-1.0.tar.gz"] == 1
