"""Tokens and Ctrl-C end a verb at once, whatever it waits for, and leave the environment as it was."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import uvkit
from uvkit.errors import CancelledError
from uvkit.events import Event, PhaseStarted, TaskFinished, TaskStarted

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported

# What a server says nothing on, and how much it sends before.
PAGE = ("/simple/proj-0/", None)
LATER_PAGE = ("/simple/proj-11/", None)
METADATA = ("/files/proj-5/proj_5-1.0-py3-none-any.whl.metadata", None)
WHEEL = ("/files/proj-5/proj_5-1.0-py3-none-any.whl", None)
HALF_A_WHEEL = ("/files/proj-5/proj_5-1.0-py3-none-any.whl", 300)

# Far below the half minute after which a silent server is given up, and far above what a loaded machine needs.
PATIENCE = 5.0


def prepared(world: World, session: uvkit.Session, stalling: tuple[str, int | None]) -> Path:
    """Return a project whose sync will wait for a silent server for ever."""
    root: Path = world.project()
    if stalling in (WHEEL, HALF_A_WHEEL):
        uvkit.lock(root, session=session)
    world.index.stalling = dict([stalling])
    return root


def check_and_finish(world: World, root: Path, session: uvkit.Session) -> None:
    """Hold the environment to be as before, and the next call to work."""
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("uvkit")] == []
    assert not (root / ".venv").exists() or world.installed(root) == set()
    world.index.stalling = {}
    uvkit.sync(root, session=session)
    assert world.installed(root) == world.below(0)


def once_reached(world: World, act: Callable[[], object]) -> threading.Thread:
    def wait() -> None:
        if world.index.reached.wait(PATIENCE):
            act()

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


@pytest.mark.parametrize("stalling", [PAGE, LATER_PAGE, METADATA, WHEEL, HALF_A_WHEEL])
@pytest.mark.parametrize("listens", [False, True])
def test_a_token_ends_the_wait_for_a_silent_server(
    world: World, stalling: tuple[str, int | None], listens: bool
) -> None:
    events: list[Event] = []
    token = uvkit.CancelToken()
    with world.session() as session:
        root = prepared(world, session, stalling)
        thread = once_reached(world, token.cancel)
        started = time.monotonic()

        with pytest.raises(CancelledError):
            uvkit.sync(root, session=session, cancel=token, events=events.append if listens else None)

        assert time.monotonic() - started < PATIENCE
        thread.join()
        check_and_finish(world, root, session)
    begun = {event.task for event in events if isinstance(event, TaskStarted)}
    assert begun == {event.task for event in events if isinstance(event, TaskFinished)}


@pytest.mark.skipif(os.name == "nt", reason="sends itself a signal")
@pytest.mark.parametrize("stalling", [PAGE, LATER_PAGE, METADATA, WHEEL, HALF_A_WHEEL])
def test_ctrl_c_ends_the_wait_for_a_silent_server(world: World, stalling: tuple[str, int | None]) -> None:
    main = threading.main_thread().ident
    assert main is not None
    with world.session() as session:
        root = prepared(world, session, stalling)
        thread = once_reached(world, lambda: signal.pthread_kill(main, signal.SIGINT))
        started = time.monotonic()

        with pytest.raises(KeyboardInterrupt):
            uvkit.sync(root, session=session)

        assert time.monotonic() - started < PATIENCE
        thread.join()
        check_and_finish(world, root, session)


@pytest.mark.parametrize("synced", [False, True])
def test_a_token_that_is_set_before_keeps_a_verb_from_doing_anything(world: World, synced: bool) -> None:
    root = world.project()
    token = uvkit.CancelToken()
    token.cancel()
    with world.session() as session:
        if synced:
            uvkit.sync(root, session=session)
        before = sorted(path.name for path in root.iterdir())
        asked = world.index.requests.total()

        for verb in (uvkit.lock, uvkit.sync):
            with pytest.raises(CancelledError):
                verb(root, session=session, cancel=token)

    assert sorted(path.name for path in root.iterdir()) == before
    assert world.index.requests.total() == asked


@pytest.mark.parametrize("count", [1, 3, 17, 40, 61])
def test_a_token_set_while_linking_leaves_the_old_environment(world: World, count: int) -> None:
    token = uvkit.CancelToken()
    seen = 0
    installing = False

    def sink(event: Event) -> None:
        nonlocal seen, installing
        installing = installing or (isinstance(event, PhaseStarted) and event.phase == "install")
        seen += installing
        if seen == count:
            token.cancel()

    root = world.project("demo", "extra-one")
    with world.session() as session:
        uvkit.sync(root, session=session)
        world.project()

        with pytest.raises(CancelledError):
            uvkit.sync(root, session=session, cancel=token, events=sink)

        assert world.installed(root) == {"extra-one"}
        assert not (root / ".venv" / ".uvkit-transaction").exists()
        uvkit.sync(root, session=session)
    assert world.installed(root) == world.below(0)
