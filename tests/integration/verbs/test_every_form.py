"""One project that needs something of every form of source: when one changes, that one alone is built again."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import uvkit
from uvkit.events import Event, TaskStarted

from .conftest import World
from .test_local_trees import BACKEND, BUILD

UV = Path(sys.executable).with_name("uv")
FORMS = ("tree", "linked", "member", "archive", "url", "repository", "packed")
IDENTITY = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull} | {
    f"GIT_{who}_{what}": f"someone{'@git.example' if what == 'EMAIL' else ''}"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Forms:
    """The project, and its sources in versions that can be raised one by one."""

    def __init__(self, world: World, address: str) -> None:
        self.world = world
        self.address = address
        self.versions = dict.fromkeys(FORMS, 1)
        for repository in ("repository", "packed"):
            world.write(f"{repository}/README", "")
            self.git(repository, "init", "--quiet", "--initial-branch", "main")
        for form in FORMS:
            self.make(form)
        self.project()

    def git(self, folder: str, *argv: str) -> None:
        subprocess.run(["git", *argv], cwd=self.world.root / folder, env={**os.environ, **IDENTITY}, check=True)

    def files(self, form: str) -> dict[str, str]:
        head = f'[project]\nname = "{form}"\nversion = "{self.versions[form]}"\n'
        return {"pyproject.toml": head + BUILD, "bk.py": BACKEND}

    def make(self, form: str) -> None:
        """Write the source as it is in its version."""
        folder = self.world.root / form
        if form in {"archive", "url"}:
            self.pack(self.world.root / f"files/{form}-{self.versions[form]}.tar.gz", form)
        elif form == "packed":
            self.pack(folder / "dist/packed.tar.gz", form)
        else:
            for name, text in self.files(form).items():
                self.world.write(f"{form}/{name}", text)
        if form in {"packed", "repository"}:
            self.git(form, "add", "--all")
            self.git(form, "commit", "--quiet", "--message", "change")

    def pack(self, path: Path, form: str) -> None:
        path.parent.mkdir(exist_ok=True)
        with tarfile.open(path, "w:gz") as archive:
            for name, text in self.files(form).items():
                member = tarfile.TarInfo(f"{form}-{self.versions[form]}/{name}")
                member.size = len(text)
                archive.addfile(member, io.BytesIO(text.encode()))

    def project(self) -> None:
        root = self.world.root
        places = {
            "tree": 'path = "tree"',
            "linked": 'path = "linked", editable = true',
            "member": "workspace = true",
            "archive": f'path = "files/archive-{self.versions["archive"]}.tar.gz"',
            "url": f'url = "{self.address}/url-{self.versions["url"]}.tar.gz"',
            "repository": f'git = "{(root / "repository").as_uri()}"',
            "packed": f'git = "{(root / "packed").as_uri()}", path = "dist/packed.tar.gz"',
        }
        rows = "".join(f"{form} = {{ {place} }}\n" for form, place in places.items())
        self.world.project(*FORMS, extra=f'[tool.uv.workspace]\nmembers = ["member"]\n[tool.uv.sources]\n{rows}')

    def sync(self, *upgraded: str) -> list[str]:
        """Lock and sync, and return what was built."""
        events: list[Event] = []
        uvkit.lock(session=self.world.session, upgrade=uvkit.Upgrade.only(*upgraded))
        uvkit.sync(session=self.world.session, events=events.append)
        return sorted(one.subject.split()[0] for one in events if isinstance(one, TaskStarted) and one.kind == "build")

    def change(self, form: str) -> list[str]:
        """Raise the version of a source, lock and sync, and return what was built."""
        self.versions[form] += 1
        self.make(form)
        self.project()
        return self.sync(form)


@pytest.fixture
def forms(world: World) -> Iterator[Forms]:
    (world.root / "files").mkdir()
    handler = partial(Quiet, directory=str(world.root / "files"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Forms(world, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_what_changed_is_built_again_and_nothing_else(forms: Forms) -> None:
    first = forms.sync()
    again = forms.sync()

    changes = {form: forms.change(form) for form in FORMS}

    assert first == sorted(FORMS)
    assert again == []
    assert changes == {form: [form] for form in FORMS}
    installed = uvkit.Environment(forms.world.root / ".venv").installed()
    assert {one.version_text for one in installed if one.project in FORMS} == {"2"}


@pytest.mark.oracle
@pytest.mark.skipif(not UV.exists(), reason="uv is not installed")
def test_uv_finds_lock_and_environment_up_to_date_after_every_change(forms: Forms) -> None:
    forms.sync()
    environment = {
        "PATH": os.environ["PATH"],
        "UV_CACHE_DIR": str(forms.world.root / "cache-uv"),
        "UV_PYTHON_DOWNLOADS": "never",
    }

    def complaints() -> list[str]:
        found = []
        for verb in ("lock", "sync"):
            command = [str(UV), verb, "--check", "--default-index", forms.world.index.url]
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            found += [done.stderr] if done.returncode else []
        return found

    told = {"at first": complaints()}
    for form in FORMS:
        forms.change(form)
        told[form] = complaints()

    assert {form: texts for form, texts in told.items() if texts} == {}
