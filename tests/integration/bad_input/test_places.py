"""Places that cannot be used: interpreters, folders that may not be written, disks that are full."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import uvkit
from uvkit.errors import (
    BrokenInterpreterError,
    InvalidEnvironmentError,
    PrepareError,
    PythonNotFoundError,
    StorageError,
    TransactionError,
)

from .conftest import World


def _mounted(*arguments: str) -> bool:
    mount = shutil.which("mount", path="/usr/bin:/bin:/sbin")
    return mount is not None and subprocess.run([mount, *arguments], capture_output=True, check=False).returncode == 0


def _unmount(folder: str) -> None:
    # Lazily: this process still holds locks in the folder.
    subprocess.run([shutil.which("umount", path="/usr/bin:/bin:/sbin") or "umount", "-l", folder], check=True)


@pytest.fixture
def frozen(world: World) -> Iterator[World]:
    """Provide a project with a lock and an environment, on a file system that nobody may write to."""
    world.project("alpha==1.0")
    world.sync()
    world.project("alpha==1.0")
    folder = str(world.root)
    if not _mounted("--bind", folder, folder):
        pytest.skip("file systems may not be mounted here")
    try:
        assert _mounted("-o", "remount,bind,ro", folder)
        # The working directory still is the folder that was mounted over.
        os.chdir("/")
        os.chdir(folder)
        yield world
    finally:
        os.chdir("/")
        _unmount(folder)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Provide an empty file system with room for little."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not _mounted("-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)):
        pytest.skip("file systems may not be mounted here")
    try:
        yield folder
    finally:
        os.chdir("/")
        _unmount(str(folder))


# -- interpreters ------------------------------------------------------------------------------------------------------


def _broken(world: World, body: str = "#!/bin/sh\necho oops >&2\nexit 3\n") -> Path:
    path = world.write(body, "python")
    path.chmod(0o755)
    return path


def test_an_interpreter_that_does_not_work_is_named_with_what_it_said(world: World) -> None:
    world.project("alpha")
    python = _broken(world)

    with world.session() as session, pytest.raises(BrokenInterpreterError) as caught:
        uvkit.sync(world.root, python=str(python), session=session)
    status, message = world.cli("sync", "-p", str(python))

    assert caught.value.executable == python
    assert caught.value.reason == "it ended with status 3: oops"
    assert status == 2
    assert "hint: remove the environment or repair the installation it points to" in message
    assert not world.env.exists()


def test_an_interpreter_that_is_no_program_is_refused(world: World) -> None:
    world.project("alpha")
    python = _broken(world, "nothing")

    status, message = world.cli("venv", "-p", str(python))

    assert status == 2
    assert message.startswith(f"error: the interpreter `{python}` does not work: ")
    assert not world.env.exists()


def test_an_interpreter_that_is_not_there_is_refused(world: World) -> None:
    world.project("alpha")

    with world.session() as session, pytest.raises(PythonNotFoundError):
        uvkit.sync(world.root, python="/nowhere/python", session=session)
    status, message = world.cli("sync", "-p", "/nowhere/python")

    assert status == 2
    assert message.startswith("error: no interpreter found for `/nowhere/python")


@pytest.mark.parametrize("damage", ["a dangling link", "a program that fails", "no interpreter at all"])
def test_an_environment_with_a_broken_interpreter_is_made_anew(world: World, damage: str) -> None:
    world.project("alpha")
    world.sync()
    for name in ("python", "python3", f"python3.{sys.version_info[1]}"):
        (world.env / "bin" / name).unlink()
    if damage == "a dangling link":
        (world.env / "bin" / "python").symlink_to("/nowhere/python")
    elif damage == "a program that fails":
        (world.env / "bin" / "python").write_text("#!/bin/sh\nexit 3\n")
        (world.env / "bin" / "python").chmod(0o755)
        config = world.env / "pyvenv.cfg"
        config.write_text("home = /nowhere\n")

    result = world.sync()

    assert result.place == "replaced"
    assert world.installed() == ["alpha==2.0"]


def test_a_broken_environment_that_was_named_is_refused(world: World) -> None:
    uvkit.Environment.create(world.env)
    (world.env / "bin" / "python").unlink()
    (world.env / "bin" / "python").symlink_to("/nowhere/python")

    status, message = world.cli("pip", "install", "-p", ".venv", "alpha")

    assert status == 2
    assert "does not work" in message


# -- folders -----------------------------------------------------------------------------------------------------------


def test_a_lock_in_a_read_only_folder_fails_whole(frozen: World) -> None:
    lock = (frozen.root / "uv.lock").read_bytes()

    with frozen.session() as session, pytest.raises(StorageError) as caught:
        uvkit.lock(frozen.root, upgrade=uvkit.Upgrade.everything(), resolver=_lowest(session), session=session)
    status, message = frozen.cli("lock", "--resolution", "lowest")

    assert caught.value.path == frozen.root / "uv.lock"
    assert status == 2
    assert message.startswith(f"error: could not write `{frozen.root / 'uv.lock'}`: read-only file system\n")
    assert (frozen.root / "uv.lock").read_bytes() == lock


def _lowest(session: uvkit.Session) -> uvkit.Resolver:
    indexes = session.indexes_for(session.settings, None)
    return uvkit.Resolver(
        indexes, cache=session.cache, http=session.http, options=uvkit.ResolverOptions(strategy="lowest")
    )


def test_what_is_in_sync_may_be_read_only(frozen: World) -> None:
    status, message = frozen.cli("sync")

    assert status == 0
    assert message.endswith("ms\n")


def test_an_environment_in_a_read_only_folder_is_left_alone(frozen: World) -> None:
    before = frozen.picture()

    status, message = frozen.cli("pip", "install", "beta")

    assert status == 2
    assert message.startswith(f"error: changing `{frozen.env}` failed while ")
    assert message.endswith("read-only file system; nothing was changed\n")
    assert frozen.picture() == before


def test_an_environment_cannot_be_made_in_a_read_only_folder(frozen: World) -> None:
    status, message = frozen.cli("venv", "other")

    assert status == 2
    assert message.lower().endswith("read-only file system; nothing was changed\n")
    assert "other" not in frozen.names()


@pytest.mark.parametrize("where", ["cache", "cache/below"])
def test_a_file_in_place_of_the_cache_is_named(world: World, where: str) -> None:
    (world.root / "cache").write_text("mine")
    world.project("alpha")

    status, message = world.cli("sync", "--cache-dir", where)

    assert status == 2
    assert message.startswith(f"error: could not write `{world.root / where}/")
    assert "hint: check free space and permissions; `UVKIT_CACHE_DIR` moves the cache to another disk" in message
    assert (world.root / "cache").read_text() == "mine"


def test_a_file_in_place_of_the_environment_is_left_alone(world: World) -> None:
    world.project("alpha")
    world.env.write_text("mine")

    with pytest.raises(InvalidEnvironmentError):
        world.sync()
    status, message = world.cli("sync")

    assert status == 2
    assert message.startswith(f"error: `{world.env}` is not a usable environment: it is a file")
    assert world.env.read_text() == "mine"


def test_a_file_above_the_environment_is_an_error(world: World) -> None:
    world.write("", "file")

    status, message = world.cli("venv", "file/env")

    assert status == 2
    assert message.endswith("; nothing was changed\n")
    assert world.names() == ["file"]


def test_a_folder_in_place_of_the_lockfile_is_an_error(world: World) -> None:
    world.project("alpha")
    (world.root / "uv.lock").mkdir()

    status, message = world.cli("lock")

    assert status == 2
    assert message == f"error: is a directory: `{world.root / 'uv.lock'}`\n"


# -- disks -------------------------------------------------------------------------------------------------------------


def _fill(disk: Path) -> None:
    with (disk / "filling").open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def test_a_full_disk_keeps_the_old_lock(world: World, tiny_disk: Path) -> None:
    world.project("alpha==1.0")
    world.lock()
    old = (world.root / "uv.lock").read_bytes()
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy2(world.root / name, tiny_disk)
    text = (tiny_disk / "pyproject.toml").read_text().replace("alpha==1.0", "alpha==2.0")
    (tiny_disk / "pyproject.toml").write_text(text)
    _fill(tiny_disk)

    with world.session() as session, pytest.raises(StorageError) as caught:
        uvkit.lock(tiny_disk, session=session)
    status, message = world.cli("lock", "--project", str(tiny_disk))

    assert caught.value.reason == "no space left on device"
    assert status == 2
    assert "no space left on device" in message
    assert (tiny_disk / "uv.lock").read_bytes() == old
    assert sorted(path.name for path in tiny_disk.iterdir()) == ["filling", "pyproject.toml", "uv.lock"]


def test_a_full_disk_leaves_no_part_of_an_environment(world: World, tiny_disk: Path) -> None:
    _fill(tiny_disk)

    with pytest.raises(TransactionError) as caught:
        uvkit.Environment.create(tiny_disk / "env")
    status, message = world.cli("venv", str(tiny_disk / "env"))

    assert caught.value.rolled_back
    assert status == 2
    assert message.endswith("No space left on device; nothing was changed\n")
    assert [path.name for path in tiny_disk.iterdir()] == ["filling"]


def test_a_full_disk_rolls_an_installation_back(world: World, tiny_disk: Path) -> None:
    env = tiny_disk / "env"
    uvkit.Environment.create(env)
    with world.session() as session:
        uvkit.install(["alpha"], env, session=session)
        before = {path for path in env.rglob("*") if path.name != ".lock"}
        _fill(tiny_disk)
        with pytest.raises(TransactionError) as caught:
            uvkit.install(["large", "alpha<2"], env, session=session)
    status, message = world.cli("pip", "install", "-p", str(env), "large")

    assert caught.value.rolled_back
    assert status == 2
    assert "no space left on device" in message.lower()
    assert [one.project for one in uvkit.Environment(env).installed()] == ["alpha"]
    assert {path for path in env.rglob("*") if path.name != ".lock"} == before


def test_a_full_cache_leaves_the_environment_alone(world: World, tiny_disk: Path) -> None:
    world.project("alpha==1.0")
    world.sync()
    before = world.picture()
    world.project("large")
    world.lock()
    _fill(tiny_disk)

    status, message = world.cli("sync", "--cache-dir", str(tiny_disk / "cache"))

    assert status == 2
    assert "no space left on device" in message.lower()
    assert world.picture() == before


def test_a_limit_on_file_sizes_counts_as_a_full_disk(world: World) -> None:
    world.project("alpha==1.0")
    world.sync()
    before = world.picture()
    world.project("large")
    world.lock()
    shutil.rmtree(world.cache)

    done = subprocess.run(
        [sys.executable, "-m", "uvkit", "sync"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "file too large" in done.stderr.lower()
    assert world.picture() == before


def test_the_next_run_has_nothing_left_to_clean(world: World, tiny_disk: Path) -> None:
    cache = tiny_disk / "cache"
    world.project("large", "alpha")
    world.lock()
    settings = uvkit.Settings().with_arguments({"default-index": world.index.url})
    with uvkit.Session(settings, cache=cache) as session:
        _fill(tiny_disk)
        with pytest.raises((PrepareError, StorageError)):
            uvkit.sync(world.root, session=session)
    (tiny_disk / "filling").unlink()
    left = [path for path in cache.rglob("*") if path.is_file() and path.stat().st_size]

    with uvkit.Session(settings, cache=world.cache) as session:
        uvkit.sync(world.root, session=session)

    assert left == []
    assert world.installed() == ["alpha==2.0", "large==1.0"]
