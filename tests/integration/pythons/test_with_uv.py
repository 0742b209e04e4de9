"""uv and uvkit beside each other: one folder of interpreters, which both read and change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import PAIR, VERSION, Releases, Said, key_of

Run = Callable[..., Said]
Uv = Callable[..., subprocess.CompletedProcess[str]]
pytestmark = pytest.mark.oracle


@pytest.fixture
def uv(uvkit: Run, tmp_path: Path) -> Uv:
    """Run the real uv in the same home; skip without it."""
    beside = Path(sys.prefix) / "bin" / "uv"
    found = str(beside) if beside.exists() else shutil.which("uv", path=os.defpath)
    if found is None:
        pytest.skip("uv is not installed")
    own = {**os.environ, "UV_CACHE_DIR": str(tmp_path / "uv-cache")}

    def run(*argv: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [found, *argv], cwd=tmp_path / "work", env=own, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_what_uvkit_installs_is_managed_for_uv(releases: Releases, uvkit: Run, uv: Uv, tmp_path: Path) -> None:
    key = releases.add(VERSION)
    uvkit("python", "install", PAIR, "--no-bin")

    listed = uv("python", "list", "--only-installed").stdout.split()
    uv("venv", "-q", "-p", PAIR, "made")

    place = tmp_path / "pythons" / str(key.minor) / "bin" / f"python{PAIR}"
    assert listed == [str(key), str(place)]
    assert f"home = {place.parent}\n" in (tmp_path / "work" / "made" / "pyvenv.cfg").read_text()


def test_what_uv_installs_is_used_upgraded_and_removed(releases: Releases, uvkit: Run, uv: Uv) -> None:
    releases.add(f"{PAIR}.0", build="20230101")
    uv("python", "install", "-q", "--no-bin", PAIR)
    releases.add(VERSION)

    again = uvkit("python", "install", PAIR, "--no-bin")
    upgraded = uvkit("python", "upgrade")
    found = uvkit("python", "find")
    removed = uvkit("python", "uninstall", "--all")

    assert again.err == f"Python {PAIR} is already installed\n"
    assert f" + {key_of(VERSION)}" in upgraded.err
    assert found.out == f"/ROOT/pythons/{key_of(VERSION).minor}/bin/python{PAIR}\n"
    assert "Uninstalled 2 versions" in removed.err
    assert uv("python", "list", "--only-installed").stdout == ""


def test_both_leave_the_same_installation(releases: Releases, uvkit: Run, uv: Uv, tmp_path: Path) -> None:
    key = releases.add(VERSION)
    place = tmp_path / "pythons" / str(key)
    uv("python", "install", "-q", "--no-bin", PAIR)
    theirs = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.suffix != ".pyc"}

    uvkit("python", "install", PAIR, "--no-bin", "--reinstall")
    ours = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.suffix != ".pyc"}

    def without_caches(names: set[str]) -> set[str]:
        return {name for name in names if "__pycache__" not in name}

    assert without_caches(ours) == without_caches(theirs)


def test_both_read_and_write_one_pin(releases: Releases, uvkit: Run, uv: Uv, tmp_path: Path) -> None:
    releases.add(VERSION)
    uvkit("python", "install", PAIR, "--no-bin")

    uvkit("python", "pin", "--global", f"cpython{PAIR}")
    theirs = uv("python", "pin", "--global").stdout
    uv("python", "pin", f">={PAIR}, <{PAIR}.99")
    ours = uvkit("python", "pin").out

    assert theirs == f"cpython@{PAIR}\n"
    assert ours == f">={PAIR}, <{PAIR}.99\n"
