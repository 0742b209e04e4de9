"""Many that make one environment at the same time get one, whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

import uvkit
from uvkit.environment import creating
from uvkit.environment.leftovers import sweep

THREADS = 8
ROUNDS = 12


@pytest.fixture(autouse=True)
def switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("state", ["missing", "empty", "broken"])
def test_threads_that_reuse_an_environment_get_the_same(tmp_path: Path, state: str) -> None:
    start = Barrier(THREADS)

    def make(place: Path) -> tuple[int, Path]:
        start.wait()
        made = uvkit.Environment.create(place, existing="reuse", cache=cache)
        assert made.python.exists()
        return (made.path / "pyvenv.cfg").stat().st_ino, made.path

    cache = uvkit.Cache(tmp_path / "cache")
    found = []
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(ROUNDS):
            place = tmp_path / f"p{number}" / ".venv"
            place.parent.mkdir()
            if state != "missing":
                place.mkdir()
            if state == "broken":
                (place / "pyvenv.cfg").write_text("home = /nowhere\n")
            found.append(set(pool.map(make, [place] * THREADS)))
            assert [path.name for path in place.parent.iterdir()] == [".venv"]

    assert [len(one) for one in found] == [1] * ROUNDS


def test_threads_that_install_into_one_new_environment_share_it(tmp_path: Path) -> None:
    start = Barrier(THREADS)

    def fill(place: Path) -> Path:
        start.wait()
        return uvkit.install([], place, session=session).environment.path

    with uvkit.Session(cache=tmp_path / "cache") as session, ThreadPoolExecutor(THREADS) as pool:
        found = []
        for number in range(ROUNDS):
            place = tmp_path / str(number)
            if number % 2:
                place.mkdir()
            found.append(list(pool.map(fill, [place] * THREADS)))

    assert [set(one) for one in found] == [{tmp_path / str(number)} for number in range(ROUNDS)]


def test_a_sweeper_leaves_environments_under_way(tmp_path: Path) -> None:
    place = tmp_path / ".venv"
    done = False

    def sweeping() -> int:
        rounds = 0
        while not done:
            sweep(str(place))
            rounds += 1
        return rounds

    with ThreadPoolExecutor(2) as pool:
        sweepers = [pool.submit(sweeping) for _ in range(2)]
        try:
            for _ in range(60):
                uvkit.Environment.create(place, existing="replace")
        finally:
            done = True

    assert all(one.result() > 0 for one in sweepers)


def test_the_right_to_make_an_environment_is_the_thread_s(tmp_path: Path) -> None:
    place = tmp_path / "new" / ".venv"

    with creating(place), creating(place):
        beside = [path.name for path in place.parent.iterdir()]

    assert beside == ["..venv.lock"]
    assert list(place.parent.iterdir()) == []


def test_waiting_for_another_maker_can_be_given_up(tmp_path: Path) -> None:
    class GaveUpError(Exception):
        pass

    def give_up() -> None:
        raise GaveUpError

    def wait() -> None:
        with creating(tmp_path / ".venv", check=give_up):
            raise AssertionError("nobody else may make it now")

    with creating(tmp_path / ".venv"), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait)
        failure = waiting.exception()

    assert isinstance(failure, GaveUpError)
