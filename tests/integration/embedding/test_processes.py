"""Many processes with one cache."""

from __future__ import annotations

from typing import Any, TypeAlias

import uvkit

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported

SYNC = """
with uvkit.Session(cache=sys.argv[1]) as session:
    result = uvkit.sync(sys.argv[2], selection=uvkit.Selection.of(extras=sys.argv[3:]), session=session)
print(len(result.environment.installed()))
"""
SYNC_AGAIN = """
with uvkit.Session(cache=sys.argv[1]) as session:
    for _ in range(5):
        result = uvkit.sync(sys.argv[2], session=session)
        assert len(result.environment.installed()) == 31
        result.environment.remove()
"""
CLEAN = """
import datetime
cache = uvkit.Cache(sys.argv[1])
for number in range(15):
    cache.clean("proj-3")
    cache.prune(unused_for=datetime.timedelta(0))
    cache.clean()
"""


def test_processes_that_fill_environments_from_an_empty_cache_fetch_each_wheel_once(world: World) -> None:
    roots = [world.project(f"demo-{number}") for number in range(5)]

    ends = world.together(*(world.python(SYNC, world.cache, root) for root in roots))

    assert ends == [(0, "31\n")] * 5
    assert set(world.wheels_fetched()) == {1}
    assert list((world.cache / "staging").iterdir()) == []


def test_processes_with_different_selections_of_one_environment_leave_one_of_them(world: World) -> None:
    root = world.project()

    ends = world.together(
        *(world.python(SYNC, world.cache, root, *extras) for extras in ((), ("more",), (), ("more",)))
    )

    assert [status for status, _ in ends] == [0, 0, 0, 0], ends
    assert world.installed(root) in (world.below(0), world.below(0) | {"extra-one"})
    assert sorted(path.name for path in root.iterdir()) == [".venv", "pyproject.toml", "uv.lock"]


def test_a_cache_that_is_cleaned_all_the_time_delays_syncs_and_breaks_none(world: World) -> None:
    roots = [world.project(f"demo-{number}") for number in range(2)]

    ends = world.together(
        *(world.python(SYNC_AGAIN, world.cache, root) for root in roots), world.python(CLEAN, world.cache)
    )

    assert ends == [(0, "")] * 3


def test_a_cache_object_outlives_what_another_process_cleans(world: World) -> None:
    root = world.project()
    with world.session() as session:
        uvkit.sync(root, session=session).environment.remove()
        (root / "uv.lock").unlink()
        world.together(world.python("uvkit.Cache(sys.argv[1]).clean()", world.cache))

        uvkit.sync(root, session=session)

    assert world.installed(root) == world.below(0)
