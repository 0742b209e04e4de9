"""Files that are not what they should be: downloads, projects, lockfiles, settings."""

from __future__ import annotations

import hashlib
import shutil

import pytest

import uvkit
from uvkit.errors import (
    HashMismatchError,
    HttpStatusError,
    InvalidLockfileError,
    InvalidResponseError,
    InvalidTableError,
    NoCompatibleFileError,
    PrepareError,
    UnsafeArchiveError,
    UnsupportedEnvironmentError,
    UnsupportedLockfileError,
    UvkitError,
)
from uvkit.testing import Distribution

from .conftest import World

WHEEL = "large-1.0-py3-none-any.whl"


def _failure(world: World) -> UvkitError:
    """Sync, and return the one failure."""
    with pytest.raises(PrepareError) as caught:
        world.sync()
    (failure,) = caught.value.failures
    return failure


@pytest.fixture
def locked(world: World) -> World:
    """Provide a project in sync, whose lock then asks for another wheel."""
    world.project("alpha==1.0")
    world.sync()
    world.project("alpha==1.0", "large")
    world.lock()
    return world


def test_a_wheel_with_another_hash_is_refused(locked: World) -> None:
    before = locked.picture()
    lock = locked.root / "uv.lock"
    good = locked.index.files["large"][WHEEL].hashes["sha256"]
    lock.write_text(lock.read_text().replace(good, "0" * 64))

    failure = _failure(locked)
    status, message = locked.cli("sync", "--frozen")

    assert isinstance(failure, HashMismatchError)
    assert (failure.expected, failure.actual) == ((f"sha256:{'0' * 64}",), f"sha256:{good}")
    assert status == 1
    assert f"`{WHEEL}` has digest sha256:{good}, expected sha256:{'0' * 64}" in message
    assert "  while preparing `large 1.0`\n" in message
    assert locked.picture() == before
    assert not list(locked.cache.glob("wheels-v*/sha256/*/*0000*"))


def test_a_download_that_is_cut_short_is_refused(locked: World) -> None:
    before = locked.picture()
    locked.index.truncated[f"/files/large/{WHEEL}"] = 1000

    failure = _failure(locked)
    status, message = locked.cli("sync")

    assert isinstance(failure, InvalidResponseError)
    assert "1000 of" in failure.reason
    assert status == 2
    assert "hint: try again; if it happens every time, something on the way cuts or changes answers" in message
    assert locked.picture() == before


def test_a_download_that_was_cut_short_succeeds_later(locked: World) -> None:
    locked.index.truncated[f"/files/large/{WHEEL}"] = 1000
    _failure(locked)
    locked.index.truncated.clear()

    status, _ = locked.cli("sync")

    assert status == 0
    assert locked.installed() == ["alpha==1.0", "large==1.0"]


def test_a_file_that_has_gone_is_refused(locked: World) -> None:
    before = locked.picture()
    locked.index.broken[f"/files/large/{WHEEL}"] = [404, 404]

    failure = _failure(locked)
    status, message = locked.cli("sync")

    assert isinstance(failure, HttpStatusError)
    assert failure.status == 404
    assert status == 1
    assert "answered with HTTP status 404" in message
    assert locked.picture() == before


def test_an_archive_that_is_damaged_is_refused(world: World) -> None:
    served = world.index.files["large"][WHEEL]
    data = served.path.read_bytes()[:-40]
    served.path.write_bytes(data)
    served.hashes["sha256"] = hashlib.sha256(data).hexdigest()
    world.project("large")

    failure = _failure(world)
    status, _ = world.cli("sync")

    assert isinstance(failure, UnsafeArchiveError)
    assert status == 1
    assert world.installed() == []


def test_every_wrong_key_of_a_project_is_named_at_once(world: World) -> None:
    world.write(
        '[project]\nname = "de mo"\nversion = "one"\nrequires-python = "3.9+"\ndependencies = ["al pha", 3]\n'
        "optional-dependencies = { x = 1 }\n"
        '[dependency-groups]\ndev = ["be ta", { include = "x" }]\n'
    )

    with pytest.raises(InvalidTableError) as caught:
        world.lock()
    status, message = world.cli("sync")

    keys = {key for key, _ in caught.value.problems}
    assert keys == {
        "project.name",
        "project.version",
        "project.requires-python",
        "project.dependencies[0]",
        "project.dependencies[1]",
        "project.optional-dependencies.x",
        "dependency-groups.dev[0]",
        "dependency-groups.dev[1]",
    }
    assert status == 2
    assert all(f"  {key}: " in message for key in keys)
    assert world.names() == ["pyproject.toml"]


def test_every_wrong_setting_of_a_project_is_named_at_once(world: World) -> None:
    world.project(
        extra='[tool.uv]\nresolution = "best"\ndefault-groups = 3\n[tool.uv.sources]\nalpha = { path = 1, git = "x" }\n'
        '[[tool.uv.index]]\nname = "a b"\n'
    )

    with pytest.raises(InvalidTableError) as caught:
        world.lock()
    status, _ = world.cli("lock")

    keys = " ".join(key for key, _ in caught.value.problems)
    assert status == 2
    for key in ("tool.uv.resolution", "tool.uv.default-groups", "tool.uv.sources.alpha", "tool.uv.index[0]"):
        assert key in keys


def test_a_project_that_is_no_toml_is_shown_with_the_place(world: World) -> None:
    world.write("[project\n")

    status, message = world.cli("lock")

    assert status == 2
    assert message.startswith(f"error: `{world.root / 'pyproject.toml'}` is not valid:\n")
    assert "line 1" in message


@pytest.mark.parametrize("argv", [("lock",), ("sync",), ("sync", "--frozen"), ("lock", "--check")])
def test_a_lockfile_of_a_later_format_is_left_alone(world: World, argv: tuple[str, ...]) -> None:
    world.project("alpha")
    lock = world.write('version = 2\nrequires-python = ">=3.9"\n', "uv.lock")
    text = lock.read_bytes()

    with pytest.raises(UnsupportedLockfileError):
        world.lock()
    status, message = world.cli(*argv)

    assert status == 2
    assert message == (
        f"error: `{lock}` has format version 2; supported: 1\n\n"
        "hint: upgrade uvkit, or delete the lockfile and lock again with this release\n"
    )
    assert lock.read_bytes() == text
    assert world.names() == ["pyproject.toml", "uv.lock"]


def test_a_later_revision_of_the_format_is_read(world: World) -> None:
    world.project("alpha")
    world.lock()
    lock = world.root / "uv.lock"
    lock.write_text(lock.read_text().replace("revision = 5", "revision = 99"))

    status, _ = world.cli("sync", "--frozen")

    assert status == 0
    assert world.installed() == ["alpha==2.0"]


@pytest.mark.parametrize("argv", [("lock",), ("sync", "--frozen"), ("sync", "--locked")])
def test_a_lockfile_that_is_damaged_is_left_alone(world: World, argv: tuple[str, ...]) -> None:
    world.project("alpha")
    lock = world.write('version = 1\nrequires-python = ">=3.9"\n[[package]\n', "uv.lock")
    text = lock.read_bytes()

    with pytest.raises(InvalidLockfileError):
        world.lock()
    status, message = world.cli(*argv)

    assert status == 2
    assert "line 3" in message
    assert "hint: restore it from version control, or delete it and lock again" in message
    assert lock.read_bytes() == text


def test_a_project_without_a_wheel_for_this_machine_is_refused(world: World) -> None:
    world.index.add(Distribution(name="elsewhere", version="1.0", tag="py3-none-win_amd64"))
    world.project("elsewhere")

    with pytest.raises(NoCompatibleFileError) as caught:
        world.sync()
    status, message = world.cli("sync")

    assert caught.value.rejected == (("elsewhere-1.0-py3-none-win_amd64.whl", "it is for `win_amd64`"),)
    assert status == 2
    assert "no file of `elsewhere` 1.0 fits this interpreter" in message
    assert world.installed() == []


def test_a_lock_for_other_machines_is_refused(world: World) -> None:
    world.project("alpha", extra="[tool.uv]\nenvironments = [\"sys_platform == 'os2'\"]\n")

    with pytest.raises(UnsupportedEnvironmentError):
        world.sync()
    status, message = world.cli("sync")

    assert status == 2
    assert "hint: add this environment to `environments` in `[tool.uv]` and lock again" in message


def test_requirements_files_list_every_wrong_line(world: World) -> None:
    uvkit.Environment.create(world.env)
    world.write("alpha\nbe ta\n-r other.txt\n--no-such-option\n", "r.txt")
    world.write("gam ma\n", "other.txt")

    status, message = world.cli("pip", "install", "-r", "r.txt")

    assert status == 2
    assert [line.partition(":")[0].strip() for line in message.splitlines()[1:4]] == ["r.txt", "other.txt", "r.txt"]
    assert world.installed() == []


def test_a_cache_entry_that_is_damaged_is_fetched_again(world: World) -> None:
    world.project("alpha")
    world.sync()
    for path in world.cache.rglob("*"):
        if path.is_file() and "pages-v" in str(path):
            path.write_bytes(b"damaged")
    shutil.rmtree(world.env)
    (world.root / "uv.lock").unlink()

    status, _ = world.cli("sync")

    assert status == 0
    assert world.installed() == ["alpha==2.0"]
