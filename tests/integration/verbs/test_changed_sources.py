"""Sources on this machine that change after they were locked: noticed where uv notices, and nothing else is built."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import HashMismatchError, MetadataMismatchError, PrepareError
from uvkit.testing import Distribution, make_sdist, make_wheel

from .conftest import World
from .test_local_trees import tree

SOURCE = '[tool.uv.sources]\nlib = {{ path = "{}" }}\n'


def requirements(world: World) -> set[str]:
    result = uvkit.lock(session=world.session)
    return {one.project for one in result.lockfile.distributions}


def test_tree_whose_backend_tells_more_outdates_the_lock_when_touched(world: World) -> None:
    tree(world, "lib", "lib", dynamic=True)
    world.write("lib/REQUIRES", "")
    world.project("lib", extra=SOURCE.format("lib"))
    before = requirements(world)

    world.write("lib/REQUIRES", "alpha")
    os.utime(world.root / "lib/pyproject.toml")

    assert "alpha" not in before
    assert "alpha" in requirements(world)


def test_tree_that_a_requirement_itself_names_outdates_the_lock(world: World) -> None:
    tree(world, "lib", "lib")
    world.project(f"lib @ {(world.root / 'lib').as_uri()}")
    before = requirements(world)

    tree(world, "lib", "lib", requires='["alpha"]')

    assert "alpha" not in before
    assert "alpha" in requirements(world)


@pytest.mark.parametrize("make", [make_wheel, make_sdist])
def test_archive_that_was_replaced_is_not_what_was_locked(world: World, tmp_path: Path, make: object) -> None:
    archive: Path = make(tmp_path / "files", Distribution(name="lib", version="1"))  # type: ignore[operator]
    world.project("lib", extra=SOURCE.format(archive))
    uvkit.sync(session=world.session)
    make(tmp_path / "files", Distribution(name="lib", version="1", requires_python=">=3.8"))  # type: ignore[operator]

    with pytest.raises(PrepareError, match=archive.name) as caught:
        uvkit.sync(session=world.session)

    assert [type(one) for one in caught.value.failures] == [HashMismatchError]


def test_archive_of_another_version_than_its_name_says_is_refused(world: World, tmp_path: Path) -> None:
    archive = make_sdist(tmp_path / "files", Distribution(name="lib", version="2"))
    renamed = archive.rename(archive.with_name("lib-1.tar.gz"))
    world.project("lib", extra=SOURCE.format(renamed))

    with pytest.raises(MetadataMismatchError, match="version"):
        uvkit.lock(session=world.session)


def test_repositories_come_with_large_files_where_settings_say_so(world: World) -> None:
    world.project("lib", extra='[tool.uv.sources]\nlib = { git = "https://git.example/lib.git" }\n')
    project = uvkit.Project.open(world.root)

    [member] = project.request(large_files=True).members

    assert getattr(member.dependencies[0].requirement.source, "lfs", None) is True
