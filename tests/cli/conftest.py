"""The command line in this process, with a real index, a home of its own and no other variables."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from uvkit.cli import main
from uvkit.testing import Distribution, IndexServer

# A backend that needs nothing; its project says what it is in its own file.
BACKEND = """\
import pathlib, tomllib, zipfile

PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
STEM = f"{PROJECT['name']}-{PROJECT['version']}"


def _wheel(folder, files):
    needs = "".join(f"Requires-Dist: {one}\\n" for one in PROJECT.get("dependencies", ()))
    info = {
        "METADATA": f"Metadata-Version: 2.1\\nName: {PROJECT['name']}\\nVersion: {PROJECT['version']}\\n{needs}",
        "WHEEL": "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files |= {f"{STEM}.dist-info/{name}": text for name, text in info.items()}
    files[f"{STEM}.dist-info/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{STEM}.dist-info/RECORD"])
    name = f"{STEM}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name


def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, {f"{PROJECT['name']}.py": pathlib.Path("module.py").read_text()})


def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, {f"{PROJECT['name']}.pth": str(pathlib.Path.cwd())})
"""

_DURATION = re.compile(r"\bin \d+(?:\.\d+)?m?s\b")


@dataclass(frozen=True)
class Output:
    """What a command printed; durations, versions of Python and the test's folder have neutral names."""

    status: int
    out: str
    err: str


class Cli:
    """Runs commands as a user in `folder` would."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.folder = root / "work"
        self.folder.mkdir()
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *argv: str, status: int = 0, folder: Path | None = None) -> Output:
        """Run a command and return what it printed; any other status than the one expected is an error."""
        done = self.run(*argv, folder=folder)
        assert done.status == status, done.err
        return done

    def run(self, *argv: str, folder: Path | None = None) -> Output:
        """Run a command and return what it printed, however it ended."""
        self._monkeypatch.chdir(folder or self.folder)
        self._capsys.readouterr()
        ended = main(list(argv))
        captured = self._capsys.readouterr()
        return Output(ended, self._neutral(captured.out), self._neutral(captured.err))

    def _neutral(self, text: str) -> str:
        text = _DURATION.sub("in T", text).replace(str(self.root), "/ROOT")
        text = text.replace(f"{sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}", "3.X.Y")
        return re.sub(r"interpreter at: .*", "interpreter at: PYTHON", text)

    def set(self, **variables: str) -> None:
        """Set variables for what is run from now on."""
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)

    def unset(self, *names: str) -> None:
        for name in names:
            self._monkeypatch.delenv(name)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def project(self, *dependencies: str, extra: str = "", name: str = "demo") -> Path:
        """Write a project's file in the folder."""
        rows = ", ".join(f'"{one}"' for one in dependencies)
        return self.write(
            "pyproject.toml",
            f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [{rows}]\n{extra}',
        )


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    """Serve a few projects; tests only read."""
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for version in ("1.0", "1.1", "2.0a1"):
            server.add(Distribution(name="alpha", version=version))
        server.add(Distribution(name="beta", version="1.0", requires=("alpha<1.1",)))
        server.add(Distribution(name="beta", version="2.0", requires=("alpha",)))
        server.add(Distribution(name="gamma", version="1.0", requires=("beta",), extras={"more": ("delta",)}))
        server.add(Distribution(name="delta", version="1.0"), sdist=True)
        server.add(Distribution(name="broken", version="1.0", requires=("alpha>=2",)))
        for name in ("pip", "setuptools", "wheel"):
            server.add(Distribution(name=name, version="1.0"))
        yield server


@pytest.fixture
def cli(tmp_path: Path, index: IndexServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    for name in os.environ:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    made = Cli(tmp_path, monkeypatch, capsys)
    # No variable names an interpreter: the pip commands would take that for an environment to change.
    made.set(
        HOME=str(home),
        PATH=os.pathsep.join((os.path.join(sys.base_prefix, "bin"), "/usr/bin", "/bin")),
        UV_DEFAULT_INDEX=index.url,
        UVKIT_CACHE_DIR=str(tmp_path / "cache"),
        NO_COLOR="1",
        COLUMNS="100",
    )
    return made
