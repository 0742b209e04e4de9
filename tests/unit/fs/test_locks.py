from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from uvkit.errors import StorageError
from uvkit.fs import FileLock, file_lock, try_file_lock
from uvkit.fs.locks import acquire, acquire_with_filelock

Acquire = Callable[..., FileLock | None]

HOLD = """\
import sys
from uvkit.fs.locks import {name}
lock = {name}(sys.argv[1], shared={shared}, create=True)
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""


@contextmanager
def other_process(path: Path, *, shared: bool, backend: Acquire) -> Iterator[subprocess.Popen[str]]:
    code = HOLD.format(shared=shared, name=backend.__name__)
    with subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture(params=[acquire, acquire_with_filelock], ids=["platform", "filelock"])
def backend(request: pytest.FixtureRequest) -> Acquire:
    return request.param  # type: ignore[no-any-return]


@pytest.mark.parametrize(("theirs", "ours"), [(False, False), (False, True), (True, False)])
def test_lock_of_another_process_excludes(tmp_path: Path, backend: Acquire, theirs: bool, ours: bool) -> None:
    with other_process(tmp_path / "lock", shared=theirs, backend=backend):
        assert backend(str(tmp_path / "lock"), shared=ours, create=True) is None


def test_shared_locks_do_not_exclude_each_other(tmp_path: Path, backend: Acquire) -> None:
    with other_process(tmp_path / "lock", shared=True, backend=backend):
        lock = backend(str(tmp_path / "lock"), shared=True, create=True)

        assert lock is not None
        lock.release()


def test_lock_of_a_killed_process_is_free(tmp_path: Path, backend: Acquire) -> None:
    with other_process(tmp_path / "lock", shared=False, backend=backend) as process:
        process.kill()
        process.wait()
        lock = backend(str(tmp_path / "lock"), shared=False, create=True)

        assert lock is not None
        lock.release()


def test_locks_of_one_process_exclude_each_other(tmp_path: Path, backend: Acquire) -> None:
    first = backend(str(tmp_path / "lock"), shared=False, create=True)

    assert first is not None
    assert backend(str(tmp_path / "lock"), shared=False, create=True) is None
    first.release()


def test_released_lock_can_be_taken_again_even_if_its_file_went(tmp_path: Path) -> None:
    for _ in range(2):
        with file_lock(tmp_path / "lock", remove=True):
            assert (tmp_path / "lock").exists()

    assert not (tmp_path / "lock").exists()


def test_without_create_there_is_no_lock_where_there_is_no_file(tmp_path: Path) -> None:
    assert try_file_lock(tmp_path / "lock", create=False) is None
    assert not (tmp_path / "lock").exists()


def test_waiting_can_be_stopped(tmp_path: Path) -> None:
    def stop() -> None:
        raise InterruptedError

    with file_lock(tmp_path / "lock"), pytest.raises(InterruptedError), file_lock(tmp_path / "lock", check=stop):
        pass


def test_removing_holders_never_let_two_in(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(50):
            with file_lock(tmp_path / "lock", remove=True):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(most) == {1}


def test_lock_in_a_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        try_file_lock(tmp_path / "missing" / "lock")
