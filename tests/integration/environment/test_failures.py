"""Failures half-way: the environment is as it was, and the error says why."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from uvkit.environment import Environment, Transaction, journal, recover
from uvkit.environment.journal import FOLDER, Journal, Move, pending
from uvkit.errors import TransactionError

World: TypeAlias = Any  # the fixture's class lives in conftest, which cannot be imported


class StopError(Exception):
    """Raised by a hook."""


def _mounted(place: Path, *options: str) -> bool:
    """Mount a file system in memory, if this user may."""
    place.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", place], capture_output=True, check=False)
    return done.returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system with room for about two megabytes."""
    place = tmp_path / "disk"
    if os.name != "posix" or not _mounted(place, "-o", "size=2m"):
        pytest.skip("needs the right to mount file systems")
    yield place
    subprocess.run(["umount", place], check=True)


def _all_steps(world: World) -> list[str]:
    """Return the steps of replacing `a`, after which it is `a` 1 again."""
    steps: list[str] = []
    for version in ("2", "1"):
        transaction = Transaction(world.environment, on_step=steps.append if version == "2" else None)
        transaction.install(_version(world, version))
        transaction.commit()
    return steps


def _version(world: World, version: str) -> Any:
    files = {"a/__init__.py": version.encode(), f"a/only{version}.py": b"", "ns/a.py": version.encode()}
    return world.image("a", version, files, {"a": "a:main"})


@pytest.mark.parametrize("error", [KeyboardInterrupt, StopError])
def test_exception_at_any_step_before_the_commit_undoes_everything(world: World, error: type[BaseException]) -> None:
    world.install(_version(world, "1"))
    before = world.picture()
    steps = _all_steps(world)
    commit = steps.index("committed")
    assert commit > 10

    for number in range(commit):
        left = iter(range(number, -1, -1))

        def fail(step: str, left: Iterator[int] = left) -> None:
            if next(left) == 0:
                raise error

        transaction = Transaction(world.environment, on_step=fail)
        transaction.install(_version(world, "2"))
        with pytest.raises(error):
            transaction.commit()
        assert world.picture() == before, steps[number]


def test_exception_after_the_commit_leaves_the_new_environment_and_rubbish_for_the_next_change(world: World) -> None:
    world.install(_version(world, "2"))
    expected = world.picture()
    world.install(_version(world, "1"))

    def fail(step: str) -> None:
        if step == "clear":
            raise KeyboardInterrupt

    transaction = Transaction(world.environment, on_step=fail)
    transaction.install(_version(world, "2"))
    with pytest.raises(KeyboardInterrupt):
        transaction.commit()

    assert pending(world.root)
    assert recover(world.environment)
    assert world.picture() == expected


def test_full_disk_while_linking_undoes_everything(world: World, small_disk: Path) -> None:
    environment = Environment.create(small_disk / "env")
    small = world.image("small", files={"small.py": b"x"})
    with environment.transaction() as transaction:
        transaction.install(small)
    before = set(small_disk.rglob("*"))
    transaction = Transaction(environment)
    transaction.install(world.image("big", files={f"big/{number}.bin": os.urandom(200_000) for number in range(20)}))

    with pytest.raises(TransactionError, match="no space left on device") as caught:
        transaction.commit()

    assert caught.value.rolled_back
    assert "linking `big`" in str(caught.value)
    assert set(small_disk.rglob("*")) == before


def test_file_that_becomes_too_large_undoes_everything(world: World) -> None:
    resource = pytest.importorskip("resource")
    world.install(world.image("a", "1", {"a.bin": b"old"}))
    before = world.picture()
    transaction = Transaction(world.environment, link_mode="copy")
    transaction.install(world.image("a", "2", {"a.bin": os.urandom(300_000), "b.bin": b""}))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(TransactionError, match="file too large") as caught:
            transaction.commit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert caught.value.rolled_back
    assert world.picture() == before


def test_read_only_file_system_is_named_and_nothing_changed(world: World, small_disk: Path) -> None:
    environment = Environment.create(small_disk / "env")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    transaction = Transaction(environment)
    transaction.install(world.image("a"))

    with pytest.raises(TransactionError, match="read-only file system; nothing was changed"):
        transaction.commit()

    assert environment.installed() == ()


def test_read_only_site_packages_is_found_when_moving_and_everything_undone(world: World) -> None:
    world.install(world.image("a", "1", scripts={"a": "a:main"}))
    before = world.picture()
    mount = ["mount", "--bind", world.site, world.site]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount file systems")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", world.site], check=True)
        transaction = Transaction(world.environment)
        transaction.install(world.image("a", "2", scripts={"other": "a:main"}))
        with pytest.raises(TransactionError) as caught:
            transaction.commit()
    finally:
        subprocess.run(["umount", world.site], check=True)

    assert caught.value.rolled_back
    assert world.picture() == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_folder_without_write_permission_is_named_and_nothing_changed(world: World) -> None:
    world.install(world.image("a", "1"))
    before = world.picture()
    world.site.chmod(0o555)
    try:
        with pytest.raises(TransactionError, match="permission denied") as caught:
            world.install(world.image("a", "2"))
    finally:
        world.site.chmod(0o755)

    assert caught.value.rolled_back
    assert world.picture() == before


def test_folder_that_cannot_be_renamed_is_moved_piece_by_piece(world: World) -> None:
    """On an overlay, as in containers, folders of the lower layer cannot be renamed."""
    world.install(_version(world, "1"), world.image("keep", files={"keep.py": b""}))
    merged, upper = world.path / "merged", world.path / "upper"
    for folder in (merged, upper, upper / "up", upper / "work"):
        folder.mkdir()
    layers = f"lowerdir={world.root},upperdir={upper / 'up'},workdir={upper / 'work'},redirect_dir=off"
    if os.name != "posix" or not _overlay(layers, merged):
        pytest.skip("needs the right to mount file systems, and overlays")
    try:
        environment = Environment(merged)
        with environment.transaction() as transaction:
            transaction.install(_version(world, "2"))
            transaction.remove("keep")
        names = {path.relative_to(merged).as_posix() for path in merged.rglob("*")}
    finally:
        subprocess.run(["umount", merged], check=True)

    site = world.environment.site_packages.relative_to(world.root).as_posix()
    assert {f"{site}/a/only2.py", f"{site}/ns/a.py", "bin/a"} <= names
    assert not {f"{site}/a/only1.py", f"{site}/keep.py", f"{site}/a-1.dist-info", FOLDER} & names


def _overlay(layers: str, place: Path) -> bool:
    done = subprocess.run(["mount", "-t", "overlay", "-o", layers, "overlay", place], capture_output=True, check=False)
    return done.returncode == 0


def test_half_moved_folder_is_put_together_again(world: World) -> None:
    world.install(_version(world, "1"))
    before = world.picture()
    folder, site = world.root / FOLDER, world.site.relative_to(world.root).as_posix()
    for name in ("old/0", "new"):
        (folder / name).mkdir(parents=True)
    Journal(os.fspath(world.root), [Move("out", f"{site}/a", 0)]).write()
    (world.site / "a/only1.py").rename(folder / "old/0/only1.py")

    assert recover(world.environment)

    assert world.picture() == before


def test_journal_of_a_later_version_is_left_alone(world: World) -> None:
    (world.root / FOLDER).mkdir()
    (world.root / FOLDER / "journal").write_bytes(b"uvkit transaction 9\0x")

    with pytest.raises(TransactionError, match="is not a journal that this version understands") as caught:
        world.install(world.image("a"))

    assert not caught.value.rolled_back
    assert (world.root / FOLDER / "journal").exists()


def test_repair_that_is_blocked_says_so_and_can_be_tried_again(world: World) -> None:
    world.install(_version(world, "1"))
    before = world.picture()
    site = world.site.relative_to(world.root).as_posix()
    (world.root / FOLDER / "old").mkdir(parents=True)
    (world.root / FOLDER / "new").mkdir()
    Journal(os.fspath(world.root), [Move("out", f"{site}/a", 0)]).write()
    (world.site / "a").rename(world.root / FOLDER / "old/0")
    (world.site / "a").write_text("in the way")

    with pytest.raises(TransactionError, match="the next sync will repair it"):
        recover(world.environment)
    (world.site / "a").unlink()

    assert recover(world.environment)
    assert world.picture() == before


def test_nothing_to_recover_is_said(world: World) -> None:
    assert not recover(world.environment)


def test_repair_forgets_the_journal_before_it_deletes_what_the_journal_speaks_of(world: World) -> None:
    """Read again beside a half-deleted tree, it would take restored files for new ones."""
    world.install(_version(world, "1"))
    site = world.site.relative_to(world.root).as_posix()
    (world.root / FOLDER / "old").mkdir(parents=True)
    (world.root / FOLDER / "new" / site).mkdir(parents=True)
    moves = [Move("out", f"{site}/a", 0), Move("in", f"{site}/a")]
    Journal(os.fspath(world.root), moves).write()
    (world.site / "a").rename(world.root / FOLDER / "old/0")
    (world.site / "a").mkdir()
    seen: dict[str, bool] = {}

    def look(step: str) -> None:
        seen[step] = (world.root / FOLDER / "journal").exists()

    assert journal.recover(world.root, on_step=look)

    assert seen["forget"]
    assert not seen["clear"]
    assert (world.site / "a/only1.py").exists()
