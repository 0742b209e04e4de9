"""What `compile` and `freeze` write goes through pip and pip-tools, and back, unchanged."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from uvkit.testing import Distribution, IndexServer

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="pip is not installed"),
]
needs_pip_tools = pytest.mark.skipif(importlib.util.find_spec("piptools") is None, reason="pip-tools is not installed")
REQUIREMENTS = "gamma[more]\nalpha<2 ; python_version >= '3'\n"
PINS = ["alpha==1.1", "beta==2.0", "delta==1.0", "gamma==1.0"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for version in ("1.0", "1.1"):
            server.add(Distribution(name="alpha", version=version))
        server.add(Distribution(name="beta", version="2.0", requires=("alpha",)))
        server.add(Distribution(name="gamma", version="1.0", requires=("beta",), extras={"more": ("delta",)}))
        server.add(Distribution(name="delta", version="1.0"), sdist=True)
        yield server


class Folder:
    """A folder with requirements, where tools are run."""

    def __init__(self, path: Path, index: IndexServer) -> None:
        self.path = path
        self.variables = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(path),
            "UV_DEFAULT_INDEX": index.url,
            "UVKIT_CACHE_DIR": str(path / "cache"),
            "PIP_INDEX_URL": index.url,
            "PIP_CONFIG_FILE": "/dev/null",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        }
        (path / "asked.in").write_text(REQUIREMENTS)

    def run(self, *argv: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *argv],
            cwd=self.path, env=self.variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def pins(self, name: str) -> list[str]:
        lines = (self.path / name).read_text().splitlines()
        return [line.split()[0] for line in lines if line and not line.startswith((" ", "#", "-"))]


@pytest.fixture
def folder(tmp_path: Path, index: IndexServer) -> Folder:
    made = Folder(tmp_path, index)
    made.run("uvkit", "venv", "-q", "env", "-p", sys.executable)
    return made


@pytest.mark.parametrize(
    "options", [(), ("--generate-hashes",), ("--universal", "--generate-hashes"), ("--emit-index-url",)]
)
def test_pip_installs_what_was_compiled(folder: Folder, options: tuple[str, ...]) -> None:
    folder.run("uvkit", "pip", "compile", "-q", "asked.in", "-o", "pins.txt", *options)

    folder.run("pip", "--python", "env", "install", "-q", "-r", "pins.txt")

    assert folder.run("uvkit", "pip", "freeze", "-q", "-p", "env").splitlines() == PINS
    assert folder.run("pip", "--python", "env", "freeze").splitlines() == PINS


def test_what_one_froze_the_other_installs(folder: Folder) -> None:
    folder.run("uvkit", "pip", "install", "-q", "-p", "env", "-r", "asked.in")
    frozen = folder.run("pip", "--python", "env", "freeze")
    (folder.path / "frozen.txt").write_text(frozen)
    folder.run("uvkit", "venv", "-q", "other", "-p", sys.executable)

    folder.run("uvkit", "pip", "sync", "-q", "-p", "other", "frozen.txt")

    assert folder.run("uvkit", "pip", "freeze", "-q", "-p", "other") == frozen


@needs_pip_tools
def test_a_file_of_pip_tools_is_kept(folder: Folder) -> None:
    folder.run("piptools", "compile", "-q", "asked.in", "-o", "pins.txt", "--generate-hashes", "--strip-extras")
    before = folder.pins("pins.txt")

    folder.run("uvkit", "pip", "compile", "-q", "asked.in", "-o", "pins.txt", "--generate-hashes")

    assert folder.pins("pins.txt") == before == PINS


@needs_pip_tools
def test_pip_tools_keeps_what_was_compiled(folder: Folder) -> None:
    (folder.path / "limits.txt").write_text("alpha==1.0\n")
    folder.run("uvkit", "pip", "compile", "-q", "asked.in", "-c", "limits.txt", "-o", "pins.txt", "--generate-hashes")
    before = folder.pins("pins.txt")

    folder.run("piptools", "compile", "-q", "asked.in", "-o", "pins.txt", "--generate-hashes", "--strip-extras")

    assert folder.pins("pins.txt") == before
    assert "alpha==1.0" in before


def test_the_report_of_an_installation_is_pip_s(folder: Folder) -> None:
    wanted = ("gamma[more]", "alpha<2")
    theirs = json.loads(folder.run("pip", "--python", "env", "install", "-q", "--dry-run", "--report", "-", *wanted))

    ours = json.loads(folder.run("uvkit", "pip", "install", "-q", "-p", "env", "--report", "-", *wanted))

    assert ours["version"] == theirs["version"]
    assert ours["environment"].keys() == theirs["environment"].keys()
    one, other = (sorted(map(_essence, report["install"]), key=str) for report in (ours, theirs))
    assert one == other


def _essence(item: dict[str, Any]) -> dict[str, Any]:
    metadata = item["metadata"]
    return {
        "name": metadata["name"],
        "version": metadata["version"],
        "requires": metadata.get("requires_dist", []),
        "url": item["download_info"]["url"],
        "hashes": item["download_info"]["archive_info"]["hashes"],
        "keys": sorted(item.keys() - {"requested_extras"}),
        "requested": item["requested"],
        "extras": item.get("requested_extras", []),
        "direct": item["is_direct"],
        "yanked": item["is_yanked"],
    }
