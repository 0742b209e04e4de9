"""Releases of a Python that starts, on loopback: this one's own, packed as python-build-standalone packs it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from uvkit.cache import Cache
from uvkit.python import Pythons, PythonSources
from uvkit.python.keys import Host, PythonKey, this_host

PAIR = f"{sys.version_info[0]}.{sys.version_info[1]}"
VERSION = "{}.{}.{}".format(*sys.version_info[:3])
BUILD = "20240107"
_TIME = re.compile(r"\bin \d+(?:\.\d+)?m?s\b")
# What a Python needs to start and to say what it is.
_LEFT_OUT = {
    "__pycache__", "asyncio", "concurrent", "ctypes", "curses", "dbm", "distutils", "email", "ensurepip", "html",
    "http", "idlelib", "lib-dynload", "lib2to3", "logging", "multiprocessing", "pydoc_data", "site-packages",
    "dist-packages", "sqlite3", "test", "tkinter", "turtledemo", "unittest", "venv", "wsgiref", "xml", "xmlrpc",
    "zoneinfo",
}  # fmt: skip
_NEEDED_EXTENSIONS = ("_struct", "math", "zlib", "_posixsubprocess", "select", "fcntl", "_json", "binascii")


def host() -> Host:
    return this_host()


def key_of(version: str, *, variant: str = "", implementation: str = "cpython") -> PythonKey:
    """Return the key of a version for this machine."""
    mine = host()
    release = tuple(map(int, version.split(".")))
    return PythonKey(
        implementation=implementation,
        release=release,
        variant=variant,
        system=mine.system,
        machine=mine.machine,
        libc=mine.libc,
    )


_ASK = """
import json, sys, sysconfig
shared = sysconfig.get_config_var("Py_ENABLE_SHARED")
print(json.dumps({
    "pair": "%d.%d" % sys.version_info[:2],
    "base": getattr(sys, "_base_executable", sys.executable),
    "stdlib": sysconfig.get_paths()["stdlib"],
    "library": sysconfig.get_config_var("LIBDIR") + "/" + sysconfig.get_config_var("INSTSONAME") if shared else None,
}))
"""


def pack(archive: Path, python: str = sys.executable) -> None:
    """Write an interpreter into an archive, as python-build-standalone lays out what it calls `install_only`."""
    facts = json.loads(subprocess.run([python, "-c", _ASK], check=True, capture_output=True, text=True).stdout)
    pair, stdlib = facts["pair"], Path(facts["stdlib"])
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(Path(facts["base"]).resolve(), f"python/bin/python{pair}", recursive=False)
        for name in ("python", "python3"):
            link = tarfile.TarInfo(f"python/bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, f"python{pair}"
            tar.addfile(link)
        if facts["library"]:
            library = Path(facts["library"])
            tar.add(library, f"python/lib/{library.name}", recursive=False)
        for folder, folders, files in os.walk(stdlib):
            folders[:] = [name for name in folders if name not in _LEFT_OUT and not name.startswith("config-")]
            place = Path(folder).relative_to(stdlib)
            for name in files:
                tar.add(Path(folder, name).resolve(), f"python/lib/python{pair}/{place / name}", recursive=False)
        for path in sorted((stdlib / "lib-dynload").glob("*.so")):
            if path.name.split(".")[0] in _NEEDED_EXTENSIONS:
                tar.add(path, f"python/lib/python{pair}/lib-dynload/{path.name}", recursive=False)


class QuietHandler(SimpleHTTPRequestHandler):
    requested: list[str]

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.requested.append(self.path)
        super().do_GET()


@dataclass
class Releases:
    """A server of releases, and lists of them in uv's format."""

    folder: Path
    url: str
    archive: Path
    requested: list[str]
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, version: str, *, digest: str | None = None, missing: bool = False, content: bytes | None = None,
            variant: str | None = None, build: str = BUILD, prerelease: str = "") -> PythonKey:  # fmt: skip
        """Release a version; what is in it is always the Python that runs the tests."""
        key = key_of(version, variant=variant or "")
        name = f"cpython-{version}+{build}-{variant or 'plain'}-install_only.tar.gz"
        place = self.folder / "releases" / "download" / build
        place.mkdir(parents=True, exist_ok=True)
        if content is not None:
            (place / name).write_bytes(content)
        elif not missing and not (place / name).exists():
            os.link(self.archive, place / name)
        actual = "00" * 32 if missing else hashlib.sha256((place / name).read_bytes()).hexdigest()
        major, minor, patch = key.release
        text = f"cpython-{version}{prerelease}{f'+{variant}' if variant else ''}-{key.system}-{key.machine}-{key.libc}"
        self.entries[text] = {
            "name": "cpython",
            "arch": {"family": key.machine, "variant": None},
            "os": key.system,
            "libc": key.libc,
            "major": major,
            "minor": minor,
            "patch": patch,
            "prerelease": prerelease,
            "url": f"{self.url}/releases/download/{build}/{name.replace('+', '%2B')}",
            "sha256": digest or actual,
            "variant": variant,
            "build": build,
        }
        self.write()
        return key

    def write(self) -> Path:
        path = self.folder / "downloads.json"
        path.write_text(json.dumps(self.entries), encoding="utf-8")
        return path

    @property
    def catalog(self) -> str:
        """Return the address of the list."""
        return f"{self.url}/downloads.json"


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if os.name == "nt":
        pytest.skip("the archive is made of a Python for Unix")
    path = tmp_path_factory.mktemp("archive") / "python.tar.gz"
    pack(path)
    return path


@pytest.fixture
def releases(archive: Path, tmp_path: Path) -> Iterator[Releases]:
    folder = tmp_path / "mirror"
    folder.mkdir()
    requested: list[str] = []
    handler = type("_Handler", (QuietHandler,), {"requested": requested})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield Releases(folder, f"http://127.0.0.1:{server.server_port}", archive, requested)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Return variables that lead nowhere but into the test's folder."""
    home = tmp_path / "home"
    return {
        "HOME": str(home),
        "PATH": str(home / ".local" / "bin"),
        "XDG_BIN_HOME": str(home / ".local" / "bin"),
        "XDG_DATA_HOME": str(home / "share"),
    }


@pytest.fixture
def pythons(tmp_path: Path, releases: Releases, variables: dict[str, str]) -> Pythons:
    """Return the managed interpreters of a machine, of which there are none yet."""
    return Pythons(
        tmp_path / "pythons",
        prefer="only-managed",  # the one that runs the tests is always there
        downloads="automatic",
        cache=Cache(tmp_path / "cache"),
        variables=variables,
        working_directory=tmp_path,
        sources=PythonSources(catalog=releases.catalog),
    )  # fmt: skip


@dataclass
class Said:
    """What a command printed, the test's folder and durations under neutral names."""

    status: int
    out: str
    err: str


@pytest.fixture
def uvkit(
    tmp_path: Path,
    releases: Releases,
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Said]:
    """Run a command in a folder of a user who has no Python but what is installed here."""
    from uvkit.cli import main

    for name in os.environ:
        monkeypatch.delenv(name)
    told = {
        **variables,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_PYTHON_INSTALL_DIR": str(tmp_path / "pythons"),
        "UV_PYTHON_DOWNLOADS_JSON_URL": releases.catalog,
        "UV_PYTHON_PREFERENCE": "only-managed",
        "UV_NO_SYSTEM_CONFIG": "1",
        "LANG": "C.UTF-8",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    work = tmp_path / "work"
    work.mkdir()

    def run(*argv: str, folder: Path = work, **more: str) -> Said:
        monkeypatch.chdir(folder)
        with monkeypatch.context() as context:
            for name, value in more.items():
                context.setenv(name, value)
            capsys.readouterr()
            status = main(list(argv))
        printed = capsys.readouterr()
        neutral = [_TIME.sub("in T", text).replace(str(tmp_path), "/ROOT") for text in (printed.out, printed.err)]
        return Said(status, *neutral)

    return run
