"""Many threads of one process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Barrier
from typing import Any, TypeAlias

import uvkit

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported

THREADS = 32


def test_many_projects_locked_with_one_session_get_the_locks_they_get_alone(world: World) -> None:
    roots = [world.project(f"demo-{number}", f"proj-{number % 5}") for number in range(THREADS)]
    alone = world.project("alone", "proj-3")

    with world.session() as session, ThreadPoolExecutor(THREADS) as threads:
        results = list(threads.map(lambda root: uvkit.lock(root, session=session), roots))
    with world.session("other-cache") as session:
        uvkit.lock(alone, session=session)

    assert all(result.written for result in results)
    assert (roots[3] / "uv.lock").read_text().replace("demo-3", "alone") == (alone / "uv.lock").read_text()


def test_many_environments_filled_from_an_empty_cache_fetch_each_wheel_once(world: World) -> None:
    roots = [world.project(f"demo-{number}", f"proj-{number % 3}") for number in range(THREADS)]

    with world.session() as session, ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda root: uvkit.sync(root, session=session), roots))

    assert set(world.wheels_fetched()) == {1}
    assert [world.installed(root) for root in roots] == [world.below(number % 3) for number in range(THREADS)]


def test_one_environment_made_and_filled_by_many_threads_is_made_once(world: World) -> None:
    root = world.project()

    with world.session() as session, ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: uvkit.sync(root, session=session), range(8)))

    assert [result.changed for result in results].count(True) == 1
    assert [result.place for result in results].count("created") == 1
    assert world.installed(root) == world.below(0)
    assert sorted(path.name for path in root.iterdir()) == [".venv", "pyproject.toml", "uv.lock"]


def test_threads_with_sessions_of_their_own_share_an_environment(world: World) -> None:
    root = world.project()

    def sync(_: int) -> uvkit.SyncResult:
        with world.session() as session:
            return uvkit.sync(root, session=session)

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(sync, range(8)))

    assert [result.changed for result in results].count(True) == 1
    assert world.installed(root) == world.below(0)


def test_an_environment_that_does_not_suit_is_replaced_by_one_thread(world: World) -> None:
    root = world.project()
    with world.session() as session:
        uvkit.sync(root, session=session)
        config = root / ".venv" / "pyvenv.cfg"
        config.write_text(config.read_text().replace("version_info = 3.", "version_info = 2."))

        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(lambda _: uvkit.sync(root, session=session), range(8)))

    assert [result.place for result in results].count("replaced") == 1
    assert world.installed(root) == world.below(0)
    assert sorted(path.name for path in root.iterdir()) == [".venv", "pyproject.toml", "uv.lock"]


def test_a_bare_lock_brought_to_one_path_by_many_threads_makes_one_environment(world: World, tmp_path: Path) -> None:
    root = world.project()
    with world.session() as session:
        lockfile = uvkit.lock(root, session=session).lockfile
        settings = uvkit.Settings.discover(uvkit.Project.open(root))

        with uvkit.Session(settings, cache=session.cache) as given, ThreadPoolExecutor(6) as threads:
            results = list(
                threads.map(lambda _: uvkit.sync(lockfile, tmp_path / "one", session=given), range(6)),
            )

    assert [result.changed for result in results].count(True) == 1
    assert {one.project for one in results[0].environment.installed()} == world.below(0)


def test_the_last_of_two_syncs_with_different_selections_leaves_exactly_its_own(world: World) -> None:
    root = world.project()
    more = uvkit.Selection.of(extras=("more",))
    with world.session() as session:
        uvkit.lock(root, session=session)
        for _ in range(6):
            with ThreadPoolExecutor(2) as threads:
                futures = [
                    threads.submit(uvkit.sync, root, selection=chosen, session=session)
                    for chosen in (more, uvkit.Selection())
                ]
                results = [future.result() for future in futures]

            assert world.installed(root) in (world.below(0), world.below(0) | {"extra-one"})
            assert len(results[0].plan.wanted) == len(world.below(0)) + 1


BACKEND = """\
import socket

def build_wheel(directory, config_settings=None, metadata_directory=None):
    raise SystemExit("not asked for")

def prepare_metadata_for_build_wheel(directory, config_settings=None):
    import pathlib
    with socket.create_connection(("127.0.0.1", {port})) as meeting:
        assert meeting.recv(2) == b"ok"
    info = pathlib.Path(directory) / "{name}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: {name}\\nVersion: 1\\n")
    return info.name
"""


def test_projects_that_are_built_to_be_locked_are_built_at_the_same_time(tmp_path: Path) -> None:
    both = Barrier(2)

    class Meeting(BaseRequestHandler):
        def handle(self) -> None:
            both.wait(timeout=20)
            self.request.sendall(b"ok")

    with ThreadingTCPServer(("127.0.0.1", 0), Meeting) as server, ThreadPoolExecutor(3) as threads:
        threads.submit(server.serve_forever, 0.01)
        roots = [tmp_path / name for name in ("one", "two")]
        for root in roots:
            root.mkdir()
            (root / "backend.py").write_text(BACKEND.format(port=server.server_address[1], name=root.name))
            (root / "pyproject.toml").write_text(
                f'[project]\nname = "{root.name}"\nversion = "1"\nrequires-python = ">=3.9"\n'
                'dynamic = ["dependencies"]\n'
                '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            )

        def lock(root: Path) -> uvkit.LockResult:
            with uvkit.Session(cache=tmp_path / "cache") as session:
                return uvkit.lock(root, session=session)

        try:
            results = list(threads.map(lock, roots))
        finally:
            server.shutdown()

    assert [result.written for result in results] == [True, True]


FAMILIAR = """\
import pathlib, time, zipfile

WHEEL = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"

def _alone(answer):
    # As setuptools does: a folder in the tree, and a name that is always the same.
    folder = pathlib.Path("build")
    folder.mkdir()
    time.sleep(0.1)
    folder.rmdir()
    return answer

def prepare_metadata_for_build_wheel(directory, config_settings=None):
    info = pathlib.Path(directory) / "familiar-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: familiar\\nVersion: 1\\n")
    return _alone(info.name)

def build_wheel(directory, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(pathlib.Path(directory) / "familiar-1-py3-none-any.whl", "w") as archive:
        archive.writestr("familiar.py", "")
        archive.writestr("familiar-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: familiar\\nVersion: 1\\n")
        archive.writestr("familiar-1.dist-info/WHEEL", WHEEL)
        rows = [f"{name},,\\n" for name in (*archive.namelist(), "familiar-1.dist-info/RECORD")]
        archive.writestr("familiar-1.dist-info/RECORD", "".join(rows))
    return _alone("familiar-1-py3-none-any.whl")
"""


def test_one_source_tree_is_built_by_one_at_a_time(tmp_path: Path) -> None:
    tree = tmp_path / "familiar"
    tree.mkdir()
    (tree / "backend.py").write_text(FAMILIAR)
    (tree / "pyproject.toml").write_text(
        '[project]\nname = "familiar"\ndynamic = ["version"]\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )

    def install(number: int) -> bool:
        with uvkit.Session(cache=tmp_path / "cache") as session:
            return uvkit.install([f"familiar @ {tree.as_uri()}"], tmp_path / f"env-{number}", session=session).changed

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(install, range(4)))

    assert results == [True] * 4
    assert sorted(path.name for path in tree.iterdir()) == ["__pycache__", "backend.py", "pyproject.toml"]
    assert list((tmp_path / "cache").glob("tree-*.lock")) == []
