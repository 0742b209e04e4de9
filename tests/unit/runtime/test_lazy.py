"""Values made when first asked for: no thread waits for another object, and all see one value."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

import uvkit
from uvkit.runtime import lazy_property

THREADS = 16


@pytest.fixture
def switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


class Thing:
    """A thing whose value takes the presence of another maker."""

    def __init__(self, makers: Barrier) -> None:
        self._makers = makers
        self.made = 0

    @lazy_property
    def value(self) -> object:
        """Return the value."""
        self._makers.wait(timeout=10)
        self.made += 1
        return object()


def test_two_objects_make_their_values_at_the_same_time() -> None:
    makers = Barrier(2)
    things = [Thing(makers), Thing(makers)]

    with ThreadPoolExecutor(2) as pool:
        values = list(pool.map(lambda thing: thing.value, things))

    assert values == [thing.value for thing in things]


def test_threads_that_make_a_value_in_the_same_moment_get_one() -> None:
    thing = Thing(Barrier(2))

    with ThreadPoolExecutor(2) as pool:
        values = list(pool.map(lambda one: one.value, [thing, thing]))

    assert thing.made == 2
    assert values == [thing.value] * 2


def test_the_class_shows_what_its_value_is() -> None:
    assert Thing.value.__doc__ == "Return the value."


@pytest.mark.usefixtures("switching_often")
@pytest.mark.parametrize("name", ["cache", "http", "memory", "pythons", "_parts"])
def test_threads_that_use_a_new_session_get_the_same_parts(name: str, tmp_path: Path) -> None:
    start = Barrier(THREADS)

    def look(session: uvkit.Session) -> object:
        start.wait()
        return getattr(session, name)

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(20):
            with uvkit.Session(cache=tmp_path) as session:
                found = list(pool.map(look, [session] * THREADS))
                assert len({id(one) for one in found}) == 1


@pytest.mark.usefixtures("switching_often")
def test_threads_that_use_a_new_cache_get_one_scratch_space(tmp_path: Path) -> None:
    start = Barrier(THREADS)

    def put(cache: uvkit.Cache) -> object:
        start.wait()
        return cache.staging

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(40):
            cache = uvkit.Cache(tmp_path)
            assert len(set(pool.map(put, [cache] * THREADS))) == 1
