"""The asyncio front: inside running loops, with cancelled tasks and typed failures."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any, TypeAlias

import pytest

import uvkit
from uvkit import aio
from uvkit.errors import CancelledError, ResolutionImpossibleError

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported


def test_verbs_run_beside_each_other_in_one_loop(world: World) -> None:
    roots = [world.project(f"demo-{number}", f"proj-{number}") for number in range(4)]

    async def main() -> list[uvkit.SyncResult]:
        with world.session() as session:
            return await asyncio.gather(*(aio.sync(root, session=session) for root in roots))

    results = asyncio.run(main())

    assert [len(result.environment.installed()) for result in results] == [
        len(world.below(number)) for number in range(4)
    ]


def test_plain_verbs_work_where_a_loop_runs_already(world: World) -> None:
    root = world.project()

    async def cell() -> uvkit.SyncResult:
        with world.session() as session:
            return uvkit.sync(root, session=session)

    assert asyncio.run(cell()).changed


def test_failures_keep_their_type_and_fields(world: World) -> None:
    root = world.project("demo", "proj-3>9")

    async def main() -> None:
        with world.session() as session:
            await aio.lock(root, session=session)

    with pytest.raises(ResolutionImpossibleError) as caught:
        asyncio.run(main())

    assert caught.value.hints is not None


def test_a_cancelled_task_waits_until_the_verb_has_ended(world: World) -> None:
    root = world.project()
    with world.session() as session:
        uvkit.lock(root, session=session)
        world.index.stalling = {"/files/proj-5/proj_5-1.0-py3-none-any.whl": 300}

        async def main() -> list[str]:
            task = asyncio.create_task(aio.sync(root, session=session))
            await asyncio.to_thread(world.index.reached.wait, 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return [thread.name for thread in threading.enumerate() if thread.name.startswith("uvkit")]

        started = time.monotonic()
        left = asyncio.run(main())

        assert time.monotonic() - started < 5
        assert left == []
        assert world.installed(root) == set()


def test_a_task_that_is_cancelled_twice_still_waits(world: World) -> None:
    root = world.project()
    ended = threading.Event()

    def verb(*, cancel: uvkit.CancelToken) -> None:
        while not cancel.cancelled:
            ended.wait(0.001)
        ended.wait(0.2)  # undoing takes its time
        ended.set()
        raise CancelledError

    async def main() -> bool:
        task = asyncio.create_task(aio.run_in_thread(verb))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return ended.is_set()

    assert asyncio.run(main())
    assert root.exists()


def test_a_task_that_is_cancelled_before_it_begins_does_nothing(world: World) -> None:
    root = world.project()

    async def main() -> None:
        with world.session() as session:
            task = asyncio.create_task(aio.sync(root, session=session))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())

    assert sorted(path.name for path in root.iterdir()) == ["pyproject.toml"]


def test_a_token_of_the_callers_own_raises_uvkits_error(world: World) -> None:
    root = world.project()
    token = uvkit.CancelToken()
    token.cancel()

    async def main() -> None:
        with world.session() as session:
            await aio.sync(root, session=session, cancel=token)

    with pytest.raises(CancelledError):
        asyncio.run(main())
