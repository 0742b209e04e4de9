"""Environments as other tools see them: pip inside, virtualenv's discovery, and the standard library's inspection."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import uvkit
from uvkit.environment import Environment
from uvkit.testing import Distribution, make_wheel

# What editors and tools look at in an environment.
_INSPECT = """
import json, site, sys, sysconfig
paths = {key: value for key, value in sysconfig.get_paths().items() if key not in ("stdlib", "platstdlib", "include",
         "platinclude")}
print(json.dumps({
    "virtual": sys.prefix != sys.base_prefix,
    "prefix": sys.prefix,
    "base": sys.base_prefix,
    "paths": paths,
    "scheme": sysconfig.get_default_scheme(),
    "site": site.getsitepackages(),
    "user": site.ENABLE_USER_SITE,
}))
"""


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Environment]:
    def made(name: str) -> Environment:
        return Environment.create(tmp_path / name)

    return made


def said(python: Path, code: str) -> dict[str, object]:
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="the paths of both are compared as texts with slashes")
def test_it_answers_as_one_of_the_standard_library(make: Callable[[str], Environment], tmp_path: Path) -> None:
    ours = make("one")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "two")], check=True)

    mine = json.dumps(said(ours.python, _INSPECT)).replace(str(ours.path), "/env")
    theirs = json.dumps(said(tmp_path / "two" / "bin" / "python", _INSPECT)).replace(str(tmp_path / "two"), "/env")

    assert mine == theirs


def test_pip_works_in_it(make: Callable[[str], Environment], tmp_path: Path) -> None:
    bundled = sorted((Path(sys.base_prefix) / "lib").glob("python3*/ensurepip/_bundled/pip-*.whl"))
    bundled = [path for path in bundled if path.parts[-4] == f"python3.{sys.version_info[1]}"]
    if not bundled:
        pytest.skip("this Python has no wheel of pip")
    environment = make("env")
    with uvkit.Session(cache=tmp_path / "cache") as session:
        uvkit.install([f"pip @ {bundled[0].as_uri()}"], environment, session=session)
    wheel = make_wheel(tmp_path, Distribution(name="demo", version="1.0"))

    def pip(*argv: str) -> str:
        command = [str(environment.python), "-m", "pip", "--disable-pip-version-check", "--isolated", *argv]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    pip("install", "--no-index", str(wheel))

    assert {one["name"] for one in json.loads(pip("list", "--format=json"))} == {"pip", "demo"}
    assert {str(one.project) for one in environment.installed()} == {"pip", "demo"}
    assert "Successfully uninstalled demo-1.0" in pip("uninstall", "-y", "demo")


def test_virtualenv_finds_the_interpreter_below_it(make: Callable[[str], Environment], tmp_path: Path) -> None:
    discovery = pytest.importorskip("python_discovery")
    environment = make("env")

    found = discovery.get_interpreter(str(environment.python), cache=discovery.DiskCache(tmp_path / "discovery"))

    assert found is not None
    assert Path(found.system_executable).samefile(environment.interpreter.base_executable)
    assert tuple(found.version_info[:3]) == environment.interpreter.version.release


def test_virtualenv_makes_another_one_of_it(make: Callable[[str], Environment], tmp_path: Path) -> None:
    pytest.importorskip("virtualenv")
    environment = make("env")
    options = ["--quiet", "--no-seed", "--no-periodic-update", "--app-data", str(tmp_path / "data")]

    subprocess.run(
        [sys.executable, "-m", "virtualenv", *options, "-p", environment.python, tmp_path / "other"], check=True
    )

    other = Environment(tmp_path / "other")
    assert other.interpreter.base_executable.samefile(environment.interpreter.base_executable)
