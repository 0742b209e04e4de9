"""What a creation that was killed leaves beside an environment goes with the next one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from uvkit.environment import Environment
from uvkit.environment.leftovers import claimed, sibling, sweep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be renamed there")


@pytest.fixture
def env(tmp_path: Path) -> Path:
    return tmp_path / ".venv"


@pytest.fixture
def dead() -> int:
    """Return the number of a process that is no more."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


def beside(env: Path, kind: str, owner: int) -> Path:
    folder = env.parent / f"..venv.{kind}-{owner}-0123abcd"
    (folder / "lib").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("kind", ["new", "old"])
def test_a_dead_process_s_folder_goes_when_an_environment_is_created(env: Path, dead: int, kind: str) -> None:
    (beside(env, kind, dead) / ".lock").touch()
    similar = env.with_name("..venv.new-1-short")
    similar.mkdir()

    Environment.create(env)

    assert {path.name for path in env.parent.iterdir()} == {".venv", similar.name}


def test_a_dead_process_s_folder_without_a_lock_goes_too(env: Path, dead: int) -> None:
    beside(env, "new", dead)

    sweep(str(env))

    assert list(env.parent.iterdir()) == []


def test_a_living_process_s_folder_stays(env: Path) -> None:
    before_its_lock = beside(env, "new", os.getpid())

    sweep(str(env))

    assert before_its_lock.is_dir()


def test_a_folder_whose_lock_is_held_stays_wherever_it_was_renamed_to(env: Path, dead: int) -> None:
    env.mkdir()
    moved = env.parent / f"..venv.old-{dead}-0123abcd"

    with claimed(str(env)):
        env.rename(moved)
        sweep(str(env))
        assert moved.is_dir()
    sweep(str(env))

    assert not moved.exists()


def test_folders_of_other_environments_stay(env: Path, dead: int) -> None:
    other = env.parent / f".other.new-{dead}-0123abcd"
    other.mkdir()

    sweep(str(env))

    assert other.is_dir()


def test_the_next_change_removes_what_a_killed_replacement_put_aside(env: Path, dead: int) -> None:
    environment = Environment.create(env)
    put_aside = beside(env, "old", dead)

    transaction = environment.transaction()
    transaction.remove("not-there")
    transaction.commit()

    assert not put_aside.exists()


def test_a_new_environment_holds_no_lock_file(env: Path) -> None:
    Environment.create(env)
    Environment.create(env, existing="replace")

    assert not (env / ".lock").exists()
    assert [path.name for path in env.parent.iterdir()] == [".venv"]


def test_siblings_are_beside_and_hidden(env: Path) -> None:
    made = Path(sibling(str(env), "new"))

    assert made.parent == env.parent
    assert made.name.startswith("..venv.new-")
