"""Nothing is left behind: threads, descriptors, folders, memory."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import uvkit

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts what Linux shows of descriptors")


def descriptors() -> set[str]:
    """Return what is open, other than the sockets of the index's server threads."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue  # that of the listing itself
        found.add(f"{name} {target}")
    return found


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("uvkit")]


def settled() -> set[str]:
    """Return what is open once the server's threads have seen that their clients left."""
    for thread in threading.enumerate():
        if thread.name.endswith("(process_request_thread)"):
            thread.join(10)
    return descriptors()


def test_a_session_that_is_closed_leaves_no_thread_descriptor_or_folder(world: World) -> None:
    root = world.project()
    before = settled()

    with world.session() as session:
        uvkit.sync(root, session=session)

    assert threads() == []
    assert settled() == before
    assert list((world.cache / "staging").iterdir()) == []


def test_parts_made_without_a_session_are_gone_with_the_verb(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home-cache"))
    root = world.project()
    before = settled()

    uvkit.lock(root)
    uvkit.sync(root)

    assert threads() == []
    assert settled() == before
    if sys.platform == "linux":
        assert list((tmp_path / "home-cache" / "uvkit" / "staging").iterdir()) == []


def test_a_failed_verb_leaves_no_thread_descriptor_or_folder(world: World) -> None:
    root = world.project("demo", "proj-0", "proj-3>9")
    before = settled()

    with world.session() as session, pytest.raises(uvkit.errors.ResolutionImpossibleError):
        uvkit.sync(root, session=session)

    assert threads() == []
    assert settled() == before
    assert list((world.cache / "staging").iterdir()) == []


def test_syncs_with_nothing_to_do_keep_nothing(world: World) -> None:
    root = world.project()
    with world.session() as session:
        for _ in range(5):
            uvkit.sync(root, session=session)
        gc.collect()
        objects, opened = len(gc.get_objects()), descriptors()

        for _ in range(50):
            uvkit.sync(root, session=session)

        gc.collect()
        assert descriptors() == opened
        assert len(gc.get_objects()) - objects < 50


def test_full_syncs_keep_no_descriptors(world: World) -> None:
    root = world.project()
    with world.session() as session:
        uvkit.sync(root, session=session)
        opened = settled_sockets(descriptors())

        for _ in range(5):
            shutil.rmtree(root / ".venv")
            (root / "uv.lock").unlink()
            uvkit.sync(root, session=session)

        assert settled_sockets(descriptors()) == opened


def settled_sockets(opened: set[str]) -> set[str]:
    """Return descriptors without sockets, which come and go with the idle connections of client and server."""
    return {one.partition(" ")[2] for one in opened if "socket:" not in one}


def test_a_session_that_was_closed_works_again(world: World) -> None:
    root = world.project()
    session = world.session()
    uvkit.sync(root, session=session).environment.remove()
    session.close()
    uvkit.Cache(world.cache).clean()

    uvkit.sync(root, session=session, upgrade=uvkit.Upgrade(projects="all"))

    session.close()
    assert world.installed(root) == world.below(0)


def test_a_cache_whose_folder_was_deleted_keeps_no_old_lock_open(world: World) -> None:
    root = world.project()
    with world.session() as session:
        uvkit.sync(root, session=session)
        shutil.rmtree(world.cache)
        shutil.rmtree(root / ".venv")

        uvkit.sync(root, session=session)

        assert [one for one in descriptors() if "staging" in one and "(deleted)" in one] == []


CROWD = 100
LEFT = """
import os, threading
from concurrent.futures import ThreadPoolExecutor
cache, folder, crowd = sys.argv[1], sys.argv[2], int(sys.argv[3])

def opened():
    names = os.listdir("/proc/self/fd")
    return sorted(os.readlink(f"/proc/self/fd/{name}") for name in names if os.path.lexists(f"/proc/self/fd/{name}"))

def work(number):
    root = f"{folder}/demo-{number % 20}"
    kind = (number + number // 20) % 4
    if kind == 0:
        uvkit.lock(root, session=shared)
    elif kind == 3:
        with uvkit.Session(cache=cache) as own:
            uvkit.sync(root, session=own)
    else:
        uvkit.sync(root, session=shared)

before = opened()
with uvkit.Session(cache=cache) as shared, ThreadPoolExecutor(crowd) as pool:
    list(pool.map(work, range(crowd)))
print(sorted(set(opened()) - set(before)), [one.name for one in threading.enumerate()])
"""


@pytest.mark.slow
def test_a_hundred_threads_in_each_of_three_processes_leave_nothing(world: World) -> None:
    roots = [world.project(f"demo-{number}", f"proj-{number % 7}") for number in range(20)]

    ends = world.together(*(world.python(LEFT, world.cache, world.path, CROWD) for _ in range(3)))

    assert ends == [(0, "[] ['MainThread']\n")] * 3
    assert [world.installed(root) for root in roots] == [world.below(number % 7) for number in range(20)]
    assert set(world.wheels_fetched()) == {1}
    assert list((world.cache / "staging").iterdir()) == []
    for root in roots:
        assert sorted(path.name for path in root.iterdir()) == [".venv", "pyproject.toml", "uv.lock"]
        assert not (root / ".venv" / ".uvkit-transaction").exists()
    assert {path.name for path in world.path.iterdir()} == {"cache", "index", *(root.name for root in roots)}
