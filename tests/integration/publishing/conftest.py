"""A session with an index on loopback, and projects whose backend needs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from uvkit import Session, Settings
from uvkit.settings import IndexConfig
from uvkit.testing import Distribution, IndexServer

from .servers import PypiServer, UploadServer, pypiserver

BACKEND = """\
import os, pathlib, sys, tarfile, io, tomllib, zipfile

PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
STEM = f"{PROJECT['name']}-{PROJECT['version']}"
INFO = f"Metadata-Version: 2.1\\nName: {PROJECT['name']}\\nVersion: {PROJECT['version']}\\n"


def build_sdist(folder, settings=None):
    print("packing", STEM)
    name = f"{STEM}.tar.gz"
    with tarfile.open(pathlib.Path(folder) / name, "w:gz") as archive:
        files = {p.name: p.read_bytes() for p in pathlib.Path().glob("*") if p.is_file()}
        for path, data in {**files, "PKG-INFO": INFO.encode()}.items():
            member = tarfile.TarInfo(f"{STEM}/{path}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        if (settings or {}).get("fail"):
            archive.fileobj.flush()
            sys.exit("asked to fail")
    return name


def build_wheel(folder, settings=None, metadata=None):
    print("building in", os.path.basename(os.getcwd()))
    name = f"{STEM}-py3-none-any.whl"
    wheel = "Wheel-Version: 1.0\\nGenerator: tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files = {f"{STEM}.dist-info/METADATA": INFO, f"{STEM}.dist-info/WHEEL": wheel}
    if os.path.exists("module.py"):
        files[f"{PROJECT['name']}.py"] = pathlib.Path("module.py").read_text()
    files[f"{STEM}.dist-info/RECORD"] = "".join(f"{one},,\\n" for one in [*files, f"{STEM}.dist-info/RECORD"])
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name
"""
BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
MakeProject = Callable[..., Path]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Return what writes a project that can be built, in a folder of its name."""

    def make(name: str = "demo", *, version: str = "1.0", extra: str = "", folder: Path | None = None) -> Path:
        root = folder or tmp_path / name
        root.mkdir(parents=True, exist_ok=True)
        project = f'[project]\nname = "{name}"\nversion = "{version}"\nrequires-python = ">=3.9"\n'
        (root / "pyproject.toml").write_text(f"{project}{BUILD_SYSTEM}{extra}")
        (root / "backend.py").write_text(BACKEND)
        (root / "module.py").write_text("VALUE = 1\n")
        return root

    return make


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IndexServer]:
    with IndexServer(tmp_path_factory.mktemp("index")) as server:
        for version in ("1.0", "2.0"):
            server.add(Distribution(name="helper", version=version))
        yield server


@pytest.fixture
def session(tmp_path: Path, index: IndexServer) -> Iterator[Session]:
    settings = Settings(indexes=(IndexConfig(url=index.url, default=True),))
    with Session(settings, cache=tmp_path / "cache", variables={"PATH": "/usr/bin"}) as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PypiServer]:
    """Serve a real pypiserver; tests publish projects of their own names."""
    with pypiserver(tmp_path_factory.mktemp("pypiserver")) as running:
        yield running


@pytest.fixture
def uploads() -> Iterator[UploadServer]:
    with UploadServer() as running:
        yield running
