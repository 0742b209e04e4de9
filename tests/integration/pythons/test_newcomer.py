"""The walk of a newcomer who reads guides to uv: every command they teach, in a shell, `uv` being uvkit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from uvkit.testing import Distribution, IndexServer

from .conftest import PAIR, VERSION, Releases

_WALK = Path(__file__).parent / "walk.sh"
# Files that a person sees and keeps; what lies in environments and caches is compared by what it makes programs say.
_HIDDEN = {".venv", "named", "__pycache__"}

pytestmark = [
    pytest.mark.skipif(os.name == "nt" or shutil.which("bash") is None, reason="the walk is for bash"),
    pytest.mark.timeout(600),  # some seventy commands, twice
]


@dataclass
class Walked:
    """What a walk left and printed, its own folders under neutral names."""

    files: dict[str, str]
    printed: dict[str, str]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for version in ("1.0", "1.1"):
            server.add(Distribution(name="alpha", version=version))
        server.add(Distribution(name="beta", version="1.0", requires=("alpha",)))
        server.add(Distribution(name="gamma", version="2.0", requires=("delta",)))
        server.add(Distribution(name="delta", version="1.0"))
        for version in ("1.0", "1.1"):
            server.add(
                Distribution(
                    name="hello",
                    version=version,
                    requires=("alpha",),
                    files={"hello.py": f"def main():\n    print('hello {version}')\n".encode()},
                    entry_points={"console_scripts": {"hello": "hello:main"}},
                )
            )
        yield server


@pytest.fixture
def walk(releases: Releases, index: IndexServer, tmp_path: Path) -> Callable[..., Walked]:
    """Walk in a home of its own, with commands of the given bodies called `uv` and `uvx`."""
    releases.add(VERSION)

    def go(uv: str, uvx: str) -> Walked:
        home = tmp_path / "walker"
        shutil.rmtree(home, ignore_errors=True)
        commands, work, out = home / "commands", home / "work", home / "out"
        for folder in (commands, work, out):
            folder.mkdir(parents=True)
        for name, body in (("uv", uv), ("uvx", uvx)):
            (commands / name).write_text(f'#!/bin/sh\nexec {body} "$@"\n')
            (commands / name).chmod(0o755)
        variables = {
            "HOME": str(home),
            "PATH": os.pathsep.join((str(commands), str(home / "bin"), "/usr/bin", "/bin")),
            "XDG_BIN_HOME": str(home / "bin"),
            "XDG_DATA_HOME": str(home / "share"),
            "UV_CACHE_DIR": str(home / "cache"),
            "UV_DEFAULT_INDEX": index.url,
            "UV_PYTHON_DOWNLOADS_JSON_URL": releases.catalog,
            "UV_PYTHON_INSTALL_DIR": str(home / "pythons"),
            "UV_PYTHON_PREFERENCE": "only-managed",
            "UV_NO_PROGRESS": "1",
            "UV_NO_SYSTEM_CONFIG": "1",
            "LANG": "C.UTF-8",
            "OUT": str(out),
            "PAIR": PAIR,
        }
        done = subprocess.run(
            ["bash", str(_WALK)], cwd=work, env=variables, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        places = {
            str(home): "/HOME",
            index.url: "INDEX",
            index.url.removesuffix("/simple"): "HOST",
            "#    uvkit ": "#    uv ",  # in the headers of requirements
        }
        return Walked(_texts(work, places), _texts(out, places))

    return go


def _texts(folder: Path, places: dict[str, str]) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _HIDDEN.intersection(path.relative_to(folder).parts):
            text = path.read_text()
            for place, name in places.items():
                text = text.replace(place, name)
            found[str(path.relative_to(folder))] = text
    return found


def _uvkit() -> tuple[str, str]:
    return f"{sys.executable} -m uvkit", f"{sys.executable} -m uvkit tool run"


def test_every_command_of_the_guides_does_what_they_say(walk: Callable[..., Walked]) -> None:
    walked = walk(*_uvkit())

    said = {name: text.strip() for name, text in walked.printed.items()}
    assert said["venv-python"] == f"True {PAIR}"
    assert said["pip-freeze"].split() == ["alpha==1.1", "hello==1.1"]
    assert said["pip-freeze-synced"].split() == ["alpha==1.0", "beta==1.0"]
    assert said["hello-is-gone"] == "None"
    assert [said[name] for name in ("tool-hello", "tool-run", "tool-from", "uvx", "run-command")] == [
        "hello 1.1",
        "hello 1.0",
        "hello 1.1",
        "hello 1.1",
        "hello 1.1",
    ]
    assert said["synced"].split() == ["alpha==1.1", "hello==1.1"]
    assert said["synced-extras"].split() == ["alpha==1.1", "delta==1.0", "gamma==2.0", "hello==1.1"]
    assert said["no-dev"].split() == ["alpha==1.1"]
    assert (said["version"], said["run-python"], said["run-with"]) == ("0.2.0", "found", "both")
    assert said["script"] == "script alpha"
    assert (said["tool-list-empty"], said["python-list-empty"]) == ("", "")


@pytest.mark.oracle
def test_the_walk_leaves_and_prints_what_it_does_with_uv(walk: Callable[..., Walked]) -> None:
    beside = Path(sys.prefix) / "bin" / "uv"
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not installed")

    theirs = walk(uv, f"{uv} tool run")
    ours = walk(*_uvkit())

    assert ours.files == theirs.files
    assert ours.printed == theirs.printed
