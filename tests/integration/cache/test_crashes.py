"""Processes that die or race while they write; what a later one finds."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from uvkit.cache import Cache, PageEntry, WheelImage
from uvkit.errors import StorageError
from uvkit.testing import Distribution, make_wheel

INDEX = "https://index.example/simple/"
PAGE = PageEntry(digest=b"page", etag=None, last_modified=None, fresh_until=0.0, fetched=0.0, final_url=INDEX)
FILES = {f"demo/{folder}/{number}.py": f"{number}\n".encode() for folder in "ab" for number in range(4)}
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and signals")


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path / "wheels", Distribution(name="demo", version="1.0", files=FILES))


def key_of(wheel: Path) -> str:
    return f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


def assert_whole(image: WheelImage) -> None:
    on_disk = {path.relative_to(image.path).as_posix() for path in image.path.rglob("*") if path.is_file()}
    assert on_disk == {f"{tree}/{path}" for tree, path in image.paths()} | {"image"}
    for path, content in FILES.items():
        assert (image.root("site") / path).read_bytes() == content


def die_at(step: int, work: Callable[[], object]) -> bool:
    """Run ``work`` in a child that is killed before its ``step``-th system event; tell whether it was."""
    child = os.fork()
    if child == 0:
        left = [step]

        def count(event: str, _: object) -> None:
            if event in {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "fcntl.flock", "os.utime"}:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@posix
def test_adding_a_wheel_may_be_killed_at_any_instant(tmp_path: Path, wheel: Path) -> None:
    step = 1
    while True:
        root = tmp_path / f"cache-{step}"

        killed = die_at(step, lambda: Cache(root).wheels.add(wheel, keys=["sha512:ab"]))  # noqa: B023  # runs at once

        cache = Cache(root)
        for key in (key_of(wheel), "sha512:ab"):
            found = cache.wheels.find(key)
            if found is not None:
                assert_whole(found)
        assert_whole(cache.wheels.add(wheel))
        cache.memo.store("kind", "key", b"")
        assert len(os.listdir(root / "staging")) == 2, "the space of the dead process is gone"
        assert cache.usage().entries == 2
        if not killed:
            break
        step += 1
    assert step > 30


@posix
def test_replacing_an_entry_may_be_killed_at_any_instant(tmp_path: Path) -> None:
    root = tmp_path / "cache"
    Cache(root).pages.store(INDEX, "demo", PAGE)
    step = 1
    while die_at(step, lambda: Cache(root).pages.store(INDEX, "demo", PAGE._replace(digest=b"new"))):
        found = Cache(root).pages.load(INDEX, "demo")
        assert found is not None
        assert found.digest in {b"page", b"new"}
        step += 1
    assert step > 3
    assert Cache(root).pages.load(INDEX, "demo") == PAGE._replace(digest=b"new")


@posix
def test_cleaning_may_be_killed_at_any_instant(tmp_path: Path, wheel: Path) -> None:
    step = 1
    while True:
        root = tmp_path / f"cache-{step}"
        Cache(root).wheels.add(wheel)

        killed = die_at(step, Cache(root).clean)

        found = Cache(root).wheels.find(key_of(wheel))
        if found is not None:
            assert_whole(found)
        assert_whole(Cache(root).wheels.add(wheel))
        if not killed:
            break
        step += 1
    assert step > 5


ADD = """\
import sys
from uvkit.cache import Cache
sys.stdin.readline()
image = Cache(sys.argv[1]).wheels.add(sys.argv[2], keys=["sha512:ab"])
print(image.manifest.files, image.path)
"""


def test_many_processes_add_one_wheel_at_once(tmp_path: Path, wheel: Path) -> None:
    command = [sys.executable, "-c", ADD, str(tmp_path / "cache"), str(wheel)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(8)
    ]

    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in processes]

    assert {error for _, error in answers} == {""}
    assert len({output for output, _ in answers}) == 1
    image = Cache(tmp_path / "cache").wheels.find(key_of(wheel))
    assert image is not None
    assert_whole(image)
    assert os.listdir(tmp_path / "cache/staging") == []


@posix
@pytest.mark.parametrize("limit", [0, 100, 4000, 40_000])
def test_disk_that_is_full_is_a_storage_error_and_leaves_nothing(tmp_path: Path, limit: int) -> None:
    import resource

    content = os.urandom(30_000)
    wheel = make_wheel(tmp_path / "wheels", Distribution(name="demo", version="1.0", files={"demo/x": content * 3}))
    cache = Cache(tmp_path / "cache")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(StorageError) as caught:
            cache.wheels.add(wheel)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert caught.value.reason == "file too large"
    assert cache.usage().entries == 0
    assert cache.wheels.add(wheel).manifest.name == "demo"
    assert len([path for path in (tmp_path / "cache").rglob("x") if path.is_file()]) == 1
