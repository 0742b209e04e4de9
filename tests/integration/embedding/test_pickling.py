"""Values, results and errors cross to other processes; what holds connections says that it does not."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import uvkit

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported

# Another process has other hash values, which would show where one was kept inside a value.
READ = """
import pickle
values = pickle.load(open(sys.argv[1], "rb"))
root = sys.argv[2]
assert values["lockfile"] == uvkit.Lockfile.read(f"{root}/uv.lock")
assert values["lock"].lockfile == values["lockfile"]
assert values["sync"].environment == uvkit.Environment(f"{root}/.venv", cache=values["cache"])
assert values["sync"].plan.wanted == values["lock"].lockfile.select(values["sync"].environment.target)
assert values["settings"] == uvkit.Settings.discover(uvkit.Project.open(root))
for name, fresh in {
    "marker": uvkit.MarkerSet.parse("os_name == 'posix' and python_version < '3.20'"),
    "selection": uvkit.Selection.of(extras=["more"]),
}.items():
    assert values[name] == fresh
    assert len({values[name], fresh}) == 1
assert (values["error"].step, values["error"].__notes__) == ("trying", ["a note"])
with uvkit.Session(values["settings"], cache=values["cache"]) as session:
    result = uvkit.sync(values["lockfile"], sys.argv[3], selection=values["selection"], session=session)
    print(len(result.environment.installed()))
"""


def test_another_process_works_with_what_was_pickled(world: World, tmp_path: Path) -> None:
    root = world.project()
    error = uvkit.errors.TransactionError(path=root, step="trying", rolled_back=True)
    error.add_note("a note")
    with world.session() as session:
        result = uvkit.sync(root, session=session)
        values = {
            "lock": result.lock,
            "lockfile": uvkit.Lockfile.read(root / "uv.lock"),
            "sync": result,
            "settings": uvkit.Settings.discover(uvkit.Project.open(root)),
            "marker": uvkit.MarkerSet.parse("os_name == 'posix' and python_version < '3.20'"),
            "selection": uvkit.Selection.of(extras=["more"]),
            "cache": session.cache,
            "error": error,
        }
    (tmp_path / "values").write_bytes(pickle.dumps(values))

    ends = world.together(world.python(READ, tmp_path / "values", root, tmp_path / "env"))

    assert ends == [(0, "32\n")]


def test_a_view_of_a_cache_stays_one(tmp_path: Path) -> None:
    view = uvkit.Cache(tmp_path / "cache").refreshing("proj-1")

    copy = pickle.loads(pickle.dumps(view))

    assert type(copy) is type(view)
    assert copy.root == view.root


def test_a_session_says_that_it_cannot_be_pickled(world: World) -> None:
    with world.session() as session, pytest.raises(TypeError, match="each process makes its own"):
        pickle.dumps(session)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_forked_after_threads_used_a_session_makes_one_of_its_own(world: World) -> None:
    roots = [world.project(f"demo-{number}", f"proj-{number}") for number in range(4)]
    forked = world.project("forked", "proj-1")
    context = multiprocessing.get_context("fork")

    def child() -> None:
        with world.session() as own:
            uvkit.sync(forked, session=own)

    with world.session() as session, ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda root: uvkit.sync(root, session=session), roots))
        process = context.Process(target=child)
        process.start()
        process.join(20)
        hung = process.is_alive()
        if hung:
            process.kill()
            process.join()

    assert not hung
    assert process.exitcode == 0
    assert world.installed(forked) == world.below(1)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_forked_during_a_change_does_not_keep_the_environment_locked(world: World) -> None:
    root = world.project()
    context = multiprocessing.get_context("fork")
    with world.session() as session:
        environment = uvkit.sync(root, session=session).environment
        world.project("demo", "proj-1")
        ended = context.Event()
        with environment.locked():
            process = context.Process(target=ended.wait)
            process.start()
        token = uvkit.CancelToken()
        with ThreadPoolExecutor(1) as thread:
            future = thread.submit(uvkit.sync, root, session=session, cancel=token)
            try:
                future.result(10)
            finally:
                token.cancel()
                ended.set()
                process.join()

    assert world.installed(root) == world.below(1)
