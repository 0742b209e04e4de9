"""Environments of builds: lent to one at a time, used again as long as nobody changed them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from uvkit import Cache, Environment
from uvkit.operations.build_environments import EnvironmentPool


@pytest.fixture
def pool(tmp_path: Path) -> EnvironmentPool:
    return EnvironmentPool(Cache(tmp_path / "cache"))


def make(folder: Path) -> Environment:
    return Environment.create(folder / "environment")


def test_environment_serves_again_for_the_same_key_only(pool: EnvironmentPool) -> None:
    with pool.lend("one", make) as first:
        pass

    with pool.lend("one", make) as again, pool.lend("other", make) as other:
        assert again is first
        assert other is not first


def test_two_builds_at_once_have_one_each(pool: EnvironmentPool) -> None:
    with pool.lend("one", make) as first, pool.lend("one", make) as second:
        assert first.path != second.path


def test_changed_environment_does_not_serve_again_and_is_gone(pool: EnvironmentPool) -> None:
    with pool.lend("one", make) as first:
        (first.path / "lib/left-behind.py").write_text("x = 1")

    with pool.lend("one", make) as second:
        assert second.path != first.path
        assert not first.path.exists()


def test_bytecode_that_running_leaves_is_no_change(pool: EnvironmentPool) -> None:
    with pool.lend("one", make) as first:
        (first.path / "lib/__pycache__").mkdir()
        (first.path / "lib/__pycache__/x.pyc").write_bytes(b"")

    with pool.lend("one", make) as second:
        assert second is first


def test_environment_that_cannot_be_made_leaves_nothing(pool: EnvironmentPool, tmp_path: Path) -> None:
    def failing(folder: Path) -> Environment:
        (folder / "half").write_text("")
        raise RuntimeError(folder)

    with pytest.raises(RuntimeError) as caught, pool.lend("one", failing):
        pass

    assert not Path(str(caught.value)).exists()


def test_environment_deleted_by_others_is_made_anew(pool: EnvironmentPool) -> None:
    with pool.lend("one", make) as first:
        pass
    shutil.rmtree(first.path.parent)

    with pool.lend("one", make) as second:
        assert second.path.exists()
