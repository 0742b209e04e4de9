"""A plan that another change of the environment overtook."""

from __future__ import annotations

import threading
from typing import Any, TypeAlias

import uvkit
from uvkit.events import Event, PhaseStarted

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported


def test_what_is_installed_while_a_sync_waits_for_its_turn_goes_too(world: World) -> None:
    root = world.project()
    with world.session() as session:
        environment = uvkit.sync(root, session=session).environment
        world.project("demo", "proj-1")
        more = uvkit.sync(root, selection=uvkit.Selection.of(extras=("more",)), session=session, dry_run=True)
        # The sync plans when proj-0 is installed and extra-one is not, and must wait for the lock.
        with environment.locked():
            thread = threading.Thread(target=lambda: uvkit.sync(root, session=session))
            thread.start()
            thread.join(0.3)
            assert thread.is_alive()
            settings = uvkit.Settings.discover(uvkit.Project.open(root))
            with uvkit.Session(settings, cache=session.cache) as given:
                uvkit.install(["extra-one"], environment, session=given)
        thread.join()

    assert "extra-one" in {step.project for step in more.plan.steps}
    assert world.installed(root) == world.below(1)


def test_a_sync_that_waits_for_another_can_be_cancelled(world: World) -> None:
    root = world.project()
    with world.session() as session:
        environment = uvkit.sync(root, session=session).environment
        world.project("demo", "proj-1")
        token = uvkit.CancelToken()
        caught: list[BaseException] = []

        def sync() -> None:
            try:
                uvkit.sync(root, session=session, cancel=token)
            except uvkit.errors.CancelledError as error:
                caught.append(error)

        with environment.locked():
            thread = threading.Thread(target=sync)
            thread.start()
            thread.join(0.2)
            token.cancel()
            thread.join(5)

    assert len(caught) == 1
    assert world.installed(root) == world.below(0)


def test_a_listener_may_look_at_the_environment_that_is_being_changed(world: World) -> None:
    root = world.project()
    seen: list[int] = []

    def sink(_: Event) -> None:
        if (root / ".venv" / ".uvkit-transaction").exists():
            seen.append(len(world.installed(root)))

    with world.session() as session:
        uvkit.sync(root, session=session, events=sink)

    assert seen
    assert set(seen) == {0}
    assert world.installed(root) == world.below(0)


def test_a_listener_that_changes_the_environment_being_changed_is_refused(world: World) -> None:
    root = world.project()
    refused: list[str] = []
    with world.session() as session:

        def sink(_: Event) -> None:
            if (root / ".venv" / ".uvkit-transaction").exists() and not refused:
                try:
                    uvkit.sync(root, session=session)
                except uvkit.errors.TransactionError as error:
                    refused.append(str(error))

        uvkit.sync(root, session=session, events=sink)

    assert "this thread is in the middle of another change of it" in refused[0]
    assert world.installed(root) == world.below(0)


def test_a_listener_may_sync_another_environment(world: World) -> None:
    root, other = world.project(), world.project("other", "proj-3")
    with world.session() as session:

        def sink(event: Event) -> None:
            if isinstance(event, PhaseStarted) and event.phase == "install":
                uvkit.sync(other, session=session)

        uvkit.sync(root, session=session, events=sink)

    assert world.installed(root) == world.below(0)
    assert world.installed(other) == world.below(3)


def test_what_another_installed_between_two_looks_is_not_remembered_as_there(world: World) -> None:
    root = world.project("demo", "proj-30")
    settings = uvkit.Settings.discover(uvkit.Project.open(root))

    class Busy(uvkit.Environment):
        """An environment that another thread fills just before it is read."""

        def installed(self) -> tuple[uvkit.InstalledDistribution, ...]:
            if not others:
                others.append(uvkit.install(["proj-30"], str(self.path), session=given))
            return super().installed()

    others: list[uvkit.SyncResult] = []
    uvkit.Environment.create(root / ".venv")
    with world.session() as session, uvkit.Session(settings, cache=session.cache) as given:
        environment = Busy(root / ".venv")
        uvkit.lock(root, session=session)
        first = uvkit.sync(root, environment, session=session)
        uvkit.uninstall(["proj-30"], str(environment.path), session=given)
        second = uvkit.sync(root, environment, session=session)

    assert [first.changed, second.changed] == [False, True]
    assert world.installed(root) == {"proj-30"}
