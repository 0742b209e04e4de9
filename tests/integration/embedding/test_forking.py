"""A process that used a session and forks, as orchestrators do."""

from __future__ import annotations

import os
from typing import Any, TypeAlias

import pytest

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")

# Every child asks for what nobody has asked for yet, so it needs connections.
CHILDREN = """
import os, threading
cache, roots = sys.argv[1], sys.argv[2:]
session = uvkit.Session(cache=cache)
uvkit.lock(roots[0], session=session)

def child(root):
    if number := os.fork():
        return number
    status = 1
    try:
        uvkit.sync(root, session=session)
        status = 0
    finally:
        os._exit(status)

numbers = [child(root) for root in roots[1:]]
uvkit.sync(roots[0], session=session)
print([os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) for number in numbers])
session.close()
"""
LOCKS = """
import os, threading
from uvkit.builder.state import BuildState
from uvkit.markers import diagram
from uvkit.runtime import OnceMap, new_lock
mine, state, once = new_lock(), BuildState(1), OnceMap()
held, done = threading.Barrier(2), threading.Event()

def hold():
    with mine, state.slot(), diagram._table_lock:
        once.get("a", lambda: held.wait() and done.wait())

thread = threading.Thread(target=hold)
thread.start()
held.wait()
number = os.fork()
if number == 0:
    import faulthandler
    faulthandler.dump_traceback_later(10, exit=True)
    with mine, state.slot():
        uvkit.MarkerSet.parse("os_name == 'never seen before'")
        os._exit(0 if once.get("a", lambda: 7) == 7 else 1)
status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
done.set()
thread.join()
print(status)
"""


def test_children_and_parent_go_on_with_a_session_at_the_same_time(world: World) -> None:
    roots = [world.project(f"demo-{number}", f"proj-{number}") for number in (30, 3, 4, 5, 6)]

    ends = world.together(world.python(CHILDREN, world.cache, *roots))

    assert ends == [(0, "[0, 0, 0, 0]\n")]
    assert [world.installed(root) for root in roots] == [world.below(number) for number in (30, 3, 4, 5, 6)]
    assert list((world.cache / "staging").iterdir()) == []


def test_what_the_parents_threads_hold_is_free_in_a_child(world: World) -> None:
    # Newer versions warn of the fork itself, which is the point here.
    ends = world.together(world.python("import warnings; warnings.simplefilter('ignore')\n" + LOCKS))

    assert ends == [(0, "0\n")]
