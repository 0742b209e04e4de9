"""What listeners are promised: order, thread, an end for everything that begins."""

from __future__ import annotations

import threading
from typing import Any, TypeAlias

import pytest

import uvkit
from uvkit.events import Event, PhaseFinished, PhaseStarted, TaskAdvanced, TaskFinished, TaskStarted

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported


class Listener:
    """Notes events and the threads that they come on."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.threads: set[int] = set()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self.threads.add(threading.get_ident())

    @property
    def phases(self) -> list[str]:
        """Return the phases in their order, each begin followed by its end."""
        rows = [one for one in self.events if isinstance(one, PhaseStarted | PhaseFinished)]
        assert all(isinstance(one, PhaseStarted) == (place % 2 == 0) for place, one in enumerate(rows))
        assert all(first.phase == last.phase for first, last in zip(rows[::2], rows[1::2], strict=True))
        return [one.phase for one in rows[::2]]

    def check_tasks(self) -> dict[str, list[str]]:
        """Hold the events to the order promised, and return the outcomes of the tasks of each kind."""
        running: dict[int, str] = {}
        ended: set[int] = set()
        outcomes: dict[str, list[str]] = {}
        for event in self.events:
            match event:
                case TaskStarted(task=task, kind=kind):
                    assert task not in running
                    assert task not in ended
                    running[task] = kind
                case TaskAdvanced(task=task):
                    assert task in running
                case TaskFinished(task=task, outcome=outcome):
                    outcomes.setdefault(running.pop(task), []).append(outcome)
                    ended.add(task)
        assert running == {}
        return outcomes


def test_every_task_of_a_sync_from_nothing_begins_and_ends_once_on_the_callers_thread(world: World) -> None:
    root, listener = world.project(), Listener()

    with world.session() as session:
        uvkit.sync(root, session=session, events=listener)

    outcomes = listener.check_tasks()
    assert outcomes["download"] == ["done"] * 31
    assert outcomes["link"] == ["done"] * 31
    assert set(outcomes["listing"]) == {"done"}
    assert listener.phases == ["resolve", "fetch", "install"]
    assert listener.threads == {threading.get_ident()}


def test_phases_are_announced_when_everything_is_in_the_cache(world: World) -> None:
    root, listener = world.project(), Listener()
    with world.session() as session:
        uvkit.sync(root, session=session).environment.remove()
        (root / "uv.lock").unlink()

        uvkit.sync(root, session=session, events=listener)

    assert listener.check_tasks() == {"download": ["cached"] * 31, "link": ["done"] * 31}
    assert listener.phases == ["resolve", "fetch", "install"]


def test_a_failed_fetch_ends_what_it_began(world: World) -> None:
    root, listener = world.project(), Listener()
    with world.session() as session:
        uvkit.lock(root, session=session)
        world.index.broken["/files/proj-5/proj_5-1.0-py3-none-any.whl"] = [404] * 9

        with pytest.raises(uvkit.errors.PrepareError):
            uvkit.sync(root, session=session, events=listener)

    assert "failed" in listener.check_tasks()["download"]
    assert listener.phases == ["fetch"]


def test_a_sync_with_nothing_to_do_says_nothing(world: World) -> None:
    root, listener = world.project(), Listener()
    with world.session() as session:
        uvkit.sync(root, session=session)

        uvkit.sync(root, session=session, events=listener)

    assert listener.events == []


@pytest.mark.parametrize("phase", ["resolve", "fetch", "install"])
@pytest.mark.parametrize("kind", [PhaseStarted, TaskStarted, TaskFinished])
def test_a_listener_that_raises_stops_the_verb_and_leaves_the_environment_alone(
    world: World, kind: type, phase: str
) -> None:
    root = world.project("demo", "proj-3")
    with world.session("first") as session:
        uvkit.sync(root, session=session)
    world.project("demo", "proj-4")
    current = ""

    def sink(event: Event) -> None:
        nonlocal current
        if isinstance(event, PhaseStarted):
            current = event.phase
        if isinstance(event, kind) and current == phase:
            raise LookupError(phase)

    with world.session() as session:
        with pytest.raises(LookupError, match=phase):
            uvkit.sync(root, session=session, events=sink)

        assert world.installed(root) == world.below(3)
        assert not (root / ".venv" / ".uvkit-transaction").exists()
        uvkit.sync(root, session=session)
    assert world.installed(root) == world.below(4)


def test_one_listener_can_serve_several_verbs_at_once(world: World) -> None:
    roots = [world.project(f"demo-{number}", "proj-1") for number in range(4)]
    tasks: list[int] = []

    def sink(event: Event) -> None:
        if isinstance(event, TaskStarted):
            tasks.append(event.task)

    with world.session() as session:
        verbs = [
            threading.Thread(target=uvkit.sync, args=(root,), kwargs={"session": session, "events": sink})
            for root in roots
        ]
        for verb in verbs:
            verb.start()
        for verb in verbs:
            verb.join()

    assert len(set(tasks)) == len(tasks) > 0
