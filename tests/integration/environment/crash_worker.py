"""Run by the crash tests: changes an environment in child processes that die, and looks at what results.

    crash_worker.py steps FOLDER            a child dies at every step of a change, and at every step of undoing one
    crash_worker.py kills FOLDER COUNT SEED children change the environment over and over and are killed at random
    crash_worker.py interrupts FOLDER COUNT SEED likewise, by Ctrl-C, after which nobody repairs anything

Forking costs a millisecond where starting an interpreter costs hundreds, which is what makes many kills affordable.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import stat
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

from uvkit.cache import Cache, WheelImage
from uvkit.environment import Environment, Transaction
from uvkit.environment.journal import FOLDER, recover
from uvkit.testing import Distribution, make_wheel

Picture: TypeAlias = dict[str, tuple[str, int, bytes]]
Dies: TypeAlias = Callable[[str], None]
DIED = 77


class World:
    """An environment that alternates between two sets of distributions."""

    def __init__(self, folder: Path, *, modules: int) -> None:
        self.cache = Cache(folder / "cache")
        self.wheels = folder / "wheels"
        self.environment = Environment.create(folder / "env")
        self.root = os.fspath(self.environment.path)
        bulk = {f"bulk/part{number % 7}/module{number}.py": b"x" * number for number in range(modules)}
        plain = self.image("same", "1", {"same.py": b"same"})
        self.sets = {
            "old": [
                self.image("app", "1", {"app/__init__.py": b"1", "app/gone.py": b"", "top.py": b"1"}, "app"),
                self.image("space", "1", {"ns/space/x.py": b"1", "space-1.data/data/share/s/x": b"1"}, "space"),
                self.image("leaves", "1", {"ns/leaves.py": b"", "leaves/a.py": b""}, "leaves"),
                self.image("bulk", "1", bulk),
                plain,
            ],
            "new": [
                self.image("app", "2", {"app/__init__.py": b"2", "app/sub/new.py": b"", "top.py": b"2"}, "app2"),
                self.image("space", "2", {"ns/space/y.py": b"2", "space-2.data/data/share/s/y": b"2"}, "space"),
                self.image("comes", "1", {"ns/comes.py": b"", "comes/a.py": b""}, "leaves"),
                self.image("bulk", "2", {**bulk, "bulk/extra.py": b""}),
                plain,
            ],
        }
        mine = self.environment.site_packages / "app/mine.txt"
        self.change("old")
        # A file of the user's within a package keeps its folder from being moved whole.
        mine.write_text("precious")
        self.change("new")
        self.change("old")
        self.pictures = {"old": picture(self.root)}
        self.change("new")
        self.pictures["new"] = picture(self.root)
        self.change("old")
        assert self.state() == "old", "going there and back is not exact"
        assert mine.read_text() == "precious"

    def image(self, name: str, version: str, files: dict[str, bytes], script: str = "") -> WheelImage:
        scripts = {"console_scripts": {script: f"{name}:main"}} if script else {}
        made = Distribution(name=name, version=version, files=files, entry_points=scripts)
        return self.cache.wheels.add(make_wheel(self.wheels, made))

    def change(self, to: str, on_step: Dies | None = None) -> None:
        transaction = Transaction(self.environment, link_mode="hardlink", on_step=on_step)
        wanted = self.sets[to]
        for image in wanted:
            transaction.install(image)
        for one in self.environment.installed():
            if one.project not in {image.manifest.name for image in wanted}:
                transaction.remove(one)
        transaction.commit()

    def state(self) -> str:
        """Return which of the two sets is installed, exactly, or what differs from both."""
        now = picture(self.root)
        for name, expected in self.pictures.items():
            if now == expected:
                return name
        differing = {
            name: sorted(path for path in now.keys() | wanted.keys() if now.get(path) != wanted.get(path))[:10]
            for name, wanted in self.pictures.items()
        }
        return json.dumps(differing)


def picture(root: str) -> Picture:
    found: Picture = {}
    for folder, folders, files in os.walk(root):
        for name in [*folders, *files]:
            path = os.path.join(folder, name)
            state = os.lstat(path)
            if stat.S_ISLNK(state.st_mode):
                row = ("link", 0, os.readlink(path).encode())
            elif stat.S_ISDIR(state.st_mode):
                row = ("folder", stat.S_IMODE(state.st_mode), b"")
            else:
                row = ("file", stat.S_IMODE(state.st_mode), Path(path).read_bytes())
            found[os.path.relpath(path, root)] = row
    found.pop(".lock", None)
    return found


def in_child(work: Callable[[], object]) -> int:
    """Start a child process that does ``work``, and return its number."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001  # the process ends here in any case
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def dying_at(number: int) -> Dies:
    """Return a hook that ends the process at the step with this number."""
    left = [number]

    def on_step(name: str) -> None:
        if left[0] == 0:
            os._exit(DIED)
        left[0] -= 1

    return on_step


def status_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def ended(child: int, seconds: float) -> int | None:
    """Return a child's exit status, or none (the child killed) if it does not end in time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    status_of(child)
    return None


def steps(folder: Path) -> dict[str, object]:
    """Let a child die at every step, and then let the repair die at every step."""
    world = World(folder, modules=12)
    outcomes: list[str] = []
    number = 0
    while status_of(in_child(partial(world.change, "new", dying_at(number)))) == DIED:
        recover(world.root)
        outcomes.append(world.state())
        if outcomes[-1] == "new":
            world.change("old")
        number += 1
    assert world.state() == "new"
    world.change("old")
    last_undone = max(place for place, state in enumerate(outcomes) if state == "old")
    repairs: list[str] = []
    for dies_at in (last_undone, last_undone // 2):
        repair = 0
        while True:
            status_of(in_child(partial(world.change, "new", dying_at(dies_at))))
            died = status_of(in_child(partial(recover, world.root, on_step=dying_at(repair)))) == DIED
            recover(world.root)
            repairs.append(world.state())
            repair += 1
            if not died:
                break
    return {"outcomes": outcomes, "repairs": repairs}


def kills(folder: Path, count: int, seed: int) -> dict[str, object]:
    """Kill a changing process at random instants; now and then kill the repair as well."""
    chance = random.Random(seed)
    world = World(folder, modules=400)
    began = time.perf_counter()
    world.change("new")
    world.change("old")
    longest = (time.perf_counter() - began) * 1.5
    report = {"old": 0, "new": 0, "interrupted": 0, "repairs": 0}
    wrong: list[str] = []

    def change_forever() -> None:
        while True:
            world.change("new")
            world.change("old")

    def kill_within(work: Callable[[], object], seconds: float) -> None:
        child = in_child(work)
        time.sleep(chance.uniform(0, seconds))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    for _ in range(count):
        kill_within(change_forever, longest)
        report["interrupted"] += os.path.lexists(os.path.join(world.root, FOLDER))
        if chance.random() < 0.3:
            kill_within(lambda: recover(world.root), longest / 10)
            report["repairs"] += 1
        recover(world.root)
        state = world.state()
        if state not in {"old", "new"}:
            wrong.append(state)
            break
        report[state] += 1
        if chance.random() < 0.3:
            world.change("new" if state == "old" else "old")
    world.change("new")
    return {**report, "wrong": wrong, "last": world.state()}


def interrupts(folder: Path, count: int, seed: int) -> dict[str, object]:
    """Interrupt a change at random instants and look at once."""
    chance = random.Random(seed)
    world = World(folder, modules=400)
    began = time.perf_counter()
    world.change("new")
    world.change("old")
    longest = time.perf_counter() - began
    report = {"old": 0, "new": 0}
    wrong: list[str] = []

    reading, writing = os.pipe()

    def change_forever() -> None:
        try:
            os.write(writing, b"!")
            while True:
                world.change("new")
                world.change("old")
        except KeyboardInterrupt:
            os._exit(DIED)

    missed = 0
    while report["old"] + report["new"] < count:
        child = in_child(change_forever)
        os.read(reading, 1)  # a signal before the child's own `try` would prove nothing
        time.sleep(chance.uniform(0, longest))
        os.kill(child, signal.SIGINT)
        status = ended(child, 5 + 20 * longest)
        if status is None and missed < 3:
            # Python drops an interrupt that arrives inside a destructor or a weak reference's callback.
            missed += 1
            recover(world.root)
            continue
        # After the commit only rubbish can be left, which the next change removes.
        left_over = os.path.lexists(os.path.join(world.root, FOLDER, "journal"))
        shutil.rmtree(os.path.join(world.root, FOLDER), ignore_errors=True)
        state = world.state()
        if status != DIED or left_over or state not in report:
            wrong.append(f"status {status}, journal left: {left_over}, {state}")
            break
        report[state] += 1
    return {**report, "wrong": wrong}


if __name__ == "__main__":
    place, numbers = Path(sys.argv[2]), [int(number) for number in sys.argv[3:]]
    match sys.argv[1]:
        case "steps":
            result = steps(place)
        case "kills":
            result = kills(place, *numbers)
        case _:
            result = interrupts(place, *numbers)
    json.dump(result, sys.stdout)
