"""An environment filled by uvkit holds the files that uv would have put there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from uvkit.cache import Cache
from uvkit.environment import Environment
from uvkit.formats import DirectUrl
from uvkit.testing import Distribution, make_wheel

Picture: TypeAlias = dict[str, tuple[str, int, bytes]]
UV = Path(sys.executable).with_name("uv")

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not UV.exists(), reason="uv is not installed beside this interpreter"),
]

DATA = "Full_Pkg-1.0.data"
DISTRIBUTIONS = [
    Distribution(
        name="Full.Pkg",
        version="1.0",
        files={
            "full_pkg/__init__.py": b"x = 1\n",
            "full_pkg/sub/deep/a.py": b"a = 1\n",
            "full_pkg/run.sh": b"#!/bin/sh\n",
            f"{DATA}/scripts/tool": b"#!python\nprint('tool')\n",
            f"{DATA}/scripts/window": b"#!pythonw -E\nprint('tool')\n",
            f"{DATA}/scripts/other": b"#!/usr/bin/python\n",
            f"{DATA}/scripts/shell": b"#!/bin/sh\n",
            f"{DATA}/scripts/program": b"\x7fELF\0",
            f"{DATA}/data/share/full/x.txt": b"data",
            f"{DATA}/data/bin/program2": b"data",
            f"{DATA}/headers/full.h": b"h",
            f"{DATA}/headers/sub/full.h": b"h",
            f"{DATA}/purelib/pure.py": b"p",
            f"{DATA}/platlib/plat.py": b"p",
        },
        entry_points={
            "console_scripts": {"console": "full_pkg:main", "con-x": "full_pkg.sub.a:A.run [extra]"},
            "gui_scripts": {"gui": "full_pkg:main"},
        },
        executable=frozenset({"full_pkg/run.sh", f"{DATA}/data/bin/program2"}),
    ),
    Distribution(name="plain", version="1.0", files={"plain.py": b"", "ns/plain.py": b""}),
    Distribution(name="other", version="2.0", files={"other/sp ace.txt": b"", "ns/other.py": b""}),
    Distribution(name="native", version="3.0", files={"native.py": b""}, tag="cp311.py3-none-any"),
]


def _installed_files(root: Path, before: Picture, take_picture: Callable[[Path], Picture]) -> dict[str, Any]:
    """Return what an installation added, freed of what must differ: the place, the installer's name, uv's own files."""
    found: dict[str, Any] = {}
    for path, (kind, mode, content) in take_picture(root).items():
        if path in before or path.endswith(("/INSTALLER", "/uv_cache.json")):
            continue
        text = content.replace(os.fsencode(root), b"<root>")
        if path.endswith("/RECORD"):
            rows = [line.split(b",") for line in text.splitlines()]
            kept = [row for row in rows if not row[0].endswith((b"/INSTALLER", b"/uv_cache.json"))]
            # Scripts name the interpreter, so their digests and sizes differ with the environment's path.
            text = b"\n".join(row[0] if row[0].startswith(b"../") else b",".join(row) for row in kept)
        found[path] = (kind, mode, text)
    return found


@pytest.mark.parametrize("folder", ["plain", "with space", "long" * 40])
@pytest.mark.parametrize("relocatable", [False, True])
def test_files_modes_and_contents_are_those_of_uv(
    tmp_path: Path, take_picture: Callable[[Path], Picture], folder: str, relocatable: bool
) -> None:
    wheels = [make_wheel(tmp_path / "wheels", one) for one in DISTRIBUTIONS]
    cache = Cache(tmp_path / "cache")
    environment = Environment.create(tmp_path / "ours" / folder, relocatable=relocatable)
    before = take_picture(environment.path)
    with environment.transaction() as transaction:
        for wheel in wheels:
            url = DirectUrl(url=wheel.as_uri(), kind="archive")
            transaction.install(cache.wheels.add(wheel), direct_url=url)

    theirs = tmp_path / "uvs" / folder
    variables = {**os.environ, "UV_CACHE_DIR": str(tmp_path / "uv-cache")}
    options = ["--relocatable"] if relocatable else []
    subprocess.run([UV, "venv", "-q", "-p", sys.executable, *options, theirs], check=True, env=variables)
    before_theirs = take_picture(theirs)
    command: list[str | Path] = [
        UV,
        "pip",
        "install",
        "-q",
        "--offline",
        "--no-deps",
        "-p",
        theirs / "bin/python",
        *wheels,
    ]
    subprocess.run(command, check=True, env=variables)

    ours = _installed_files(environment.path, before, take_picture)
    assert ours == _installed_files(theirs, before_theirs, take_picture)
    assert len(ours) > 40


def test_uv_sees_nothing_to_do_after_uvkit(tmp_path: Path) -> None:
    wheels = [make_wheel(tmp_path / "wheels", one) for one in DISTRIBUTIONS]
    cache = Cache(tmp_path / "cache")
    environment = Environment.create(tmp_path / "env")
    with environment.transaction() as transaction:
        for wheel in wheels:
            transaction.install(cache.wheels.add(wheel))
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("full-pkg==1.0\nplain==1.0\nother==2.0\nnative==3.0\n")

    command: list[str | Path] = [UV, "pip", "sync", "--offline", "--no-index", "--find-links", tmp_path / "wheels"]
    done = subprocess.run(
        [*command, "-p", environment.python, requirements],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "UV_CACHE_DIR": str(tmp_path / "uv-cache")},
    )

    assert "Checked 4 packages" in done.stderr or "Audited 4 packages" in done.stderr
    assert "nstalled" not in done.stderr.replace("Using", "")


def test_uv_removes_what_uvkit_installed(tmp_path: Path, take_picture: Callable[[Path], Picture]) -> None:
    wheel = make_wheel(tmp_path / "wheels", DISTRIBUTIONS[1])
    environment = Environment.create(tmp_path / "env")
    before = take_picture(environment.path)
    with environment.transaction() as transaction:
        transaction.install(Cache(tmp_path / "cache").wheels.add(wheel))

    subprocess.run(
        [UV, "pip", "uninstall", "-q", "-p", environment.python, "plain"],
        check=True,
        env={**os.environ, "UV_CACHE_DIR": str(tmp_path / "uv-cache")},
    )

    assert take_picture(environment.path) == before
