"""Several users of one environment at once, and a program that changes its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import uvkit
from uvkit.cache import Cache
from uvkit.environment import Transaction
from uvkit.environment.journal import FOLDER, Journal, Move
from uvkit.errors import CancelledError
from uvkit.events import CancelToken
from uvkit.testing import Distribution, make_wheel

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported

OWN_PACKAGES = Path(uvkit.__file__).parent.parent


class Waiting(CancelToken):
    """A token that tells when somebody waits and looks at it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = threading.Event()

    def check(self) -> None:
        self.seen.set()
        super().check()


def test_second_transaction_waits_for_the_first(world: World) -> None:
    order: list[str] = []
    first_is_in, second = threading.Event(), Waiting()

    def until_the_second_waits(step: str) -> None:
        if step == "open":
            first_is_in.set()
            second.seen.wait()
        order.append(f"first {step}")

    def note(step: str) -> None:
        order.append(f"second {step}")

    one = Transaction(world.environment, on_step=until_the_second_waits)
    one.install(world.image("a", "1"))
    other = Transaction(world.environment, cancel=second, on_step=note)
    other.install(world.image("a", "2"))
    thread = threading.Thread(target=one.commit)
    thread.start()
    first_is_in.wait()

    other.commit()

    thread.join()
    assert order.index("first cleared") < order.index("second open")
    assert world.installed() == ["a==2"]


def test_waiting_for_another_transaction_can_be_cancelled(world: World) -> None:
    inside, leave = threading.Event(), threading.Event()
    cancel = CancelToken()

    def hold(step: str) -> None:
        if step == "open":
            inside.set()
            leave.wait()

    first = Transaction(world.environment, on_step=hold)
    first.install(world.image("a", "1"))
    thread = threading.Thread(target=first.commit)
    thread.start()
    inside.wait()
    second = Transaction(world.environment, cancel=cancel)
    second.install(world.image("a", "2"))
    cancel.cancel()

    try:
        with pytest.raises(CancelledError):
            second.commit()
    finally:
        leave.set()
        thread.join()

    assert world.installed() == ["a==1"]


def test_reading_an_environment_repairs_it_first(world: World) -> None:
    world.install(world.image("a", "1"))
    site = world.site.relative_to(world.root).as_posix()
    (world.root / FOLDER / "old").mkdir(parents=True)
    Journal(os.fspath(world.root), [Move("out", f"{site}/a-1.dist-info", 0)]).write()
    (world.site / "a-1.dist-info").rename(world.root / FOLDER / "old/0")

    assert world.installed() == ["a==1"]
    assert not (world.root / FOLDER).exists()


PROGRAM = """
import sys
from pathlib import Path
import mine
from uvkit.cache import Cache
from uvkit.environment import Environment, apply, plan
from uvkit.model import IndexSource, InstallSet, PinnedDistribution, project_name
from packaging.version import Version

environment = Environment.current()
names = ("mine", "other", "removed-soon")
pins = [
    PinnedDistribution(project=project_name(name), version=Version("2"), source=IndexSource(index="x"))
    for name in names[:2]
]
wanted = InstallSet(tuple(pins), environment.target)
cache = Cache(sys.argv[1])
images = {project_name(Path(wheel).name.split("-")[0]): cache.wheels.add(wheel) for wheel in sys.argv[2:]}
applied = apply(environment, plan(environment.installed(), wanted), images)
print(sorted(applied.restart_needed), mine.VERSION)
"""


def test_program_that_changes_its_own_environment_learns_what_it_had_imported(world: World) -> None:
    def versions(version: str) -> list[Any]:
        files = {"mine/__init__.py": f"VERSION = {version}\n".encode()}
        return [world.image("mine", version, files), world.image("other", version)]

    world.install(*versions("1"), world.image("removed-soon", "1"))
    versions("2")
    wheels = sorted(str(wheel) for wheel in (world.path / "wheels").glob("*-2-*.whl"))
    libraries = [str(OWN_PACKAGES), str(Path(pytest.__file__).parent.parent)]

    done = subprocess.run(
        [world.environment.python, "-c", PROGRAM, world.path / "cache", *wheels],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(libraries)},
    )

    assert done.stderr == ""
    assert done.stdout == "['mine'] 1\n"
    assert world.installed() == ["mine==2", "other==2"]


@pytest.mark.skipif(not os.path.ismount("/dev/shm"), reason="needs a second file system")
def test_a_cache_on_another_file_system_is_copied_from(world: World, tmp_path: Path) -> None:
    files = {f"far/{number}.py": b"x" * number for number in range(9)}
    wheel = make_wheel(tmp_path, Distribution(name="far", version="1", files=files))
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        image = Cache(elsewhere).wheels.add(wheel)

        world.install(image)

    # The cache is gone, the environment whole.
    assert [(world.site / path).read_bytes() for path in files] == list(files.values())
    assert {(world.site / path).stat().st_nlink for path in files} == {1}
