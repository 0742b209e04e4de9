"""uv and uvkit see the same interpreters and understand each other's environments."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from uvkit.cache import Cache
from uvkit.environment import Environment
from uvkit.errors import PythonNotFoundError
from uvkit.formats import parse_pyvenv_cfg
from uvkit.python import Pythons

pytestmark = pytest.mark.oracle

Uv = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(
    "request_text",
    ["", "3", "3.11", "3.12", "3.11.2", ">=3.12", "python3.11", "python", "cpython@3.11", "any", "x86_64", "3.13t"],
)
def test_the_same_interpreter_is_found(request_text: str, uv: Uv, cache: Cache, tmp_path: Path) -> None:
    theirs = uv("python", "find", *([request_text] if request_text else []))
    if theirs.returncode != 0:
        # uv also gives up at the first shim that fails, which uvkit passes over.
        pytest.skip("uv finds none")
    pythons = Pythons(cache=cache, variables=dict(os.environ), working_directory=tmp_path)

    ours = pythons.find(request_text)

    assert str(ours.executable) == theirs.stdout.strip()


@pytest.mark.parametrize("version", ["3.12.1", "3.13.0", "3.9.18"])
def test_the_version_that_pyenv_selects_is_found(version: str, uv: Uv, cache: Cache, tmp_path: Path) -> None:
    theirs = uv("python", "find", version, PYENV_VERSION=version)
    if theirs.returncode != 0:
        pytest.skip("pyenv does not have this version")
    variables = {**os.environ, "PYENV_VERSION": version}

    ours = Pythons(cache=cache, variables=variables, working_directory=tmp_path).find(version)

    assert str(ours.executable) == theirs.stdout.strip()


def test_what_uv_does_not_have_is_not_found(uv: Uv, cache: Cache, tmp_path: Path) -> None:
    pythons = Pythons(cache=cache, variables=dict(os.environ), working_directory=tmp_path)

    theirs = uv("python", "find", "3.77")

    assert theirs.returncode != 0
    with pytest.raises(PythonNotFoundError):
        pythons.find("3.77")


def test_the_environment_that_uv_finds_is_found(uv: Uv, cache: Cache, tmp_path: Path) -> None:
    Environment.create(tmp_path / ".venv", cache=cache)
    variables = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}

    ours = Pythons(cache=cache, variables=variables, working_directory=tmp_path).find()

    assert str(ours.executable.parent) == str(Path(uv("python", "find").stdout.strip()).parent)


def test_uv_lists_what_is_in_our_environment(uv: Uv, cache: Cache, tmp_path: Path) -> None:
    environment = Environment.create(tmp_path / "env", cache=cache)
    folder = environment.site_packages / "alpha-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\n", encoding="utf-8")

    listed = uv("pip", "list", "--format", "json", "--python", str(tmp_path / "env"))

    assert json.loads(listed.stdout) == [{"name": "alpha", "version": "1.0"}]


def test_uv_replaces_our_environment_only_when_told_to(uv: Uv, cache: Cache, tmp_path: Path) -> None:
    Environment.create(tmp_path / "env", cache=cache)

    refused = uv("venv", "./env")
    replaced = uv("venv", "--clear", "./env")

    assert refused.returncode == 2
    assert "already exists" in refused.stderr
    assert replaced.returncode == 0
    assert "uv" in Environment(tmp_path / "env", cache=cache).config


def test_uv_takes_our_environment_for_the_project_s(uv: Uv, cache: Cache, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text(
        '[project]\nname = "project"\nversion = "1"\nrequires-python = ">=3.8"\n', encoding="utf-8"
    )
    environment = Environment.create(project / ".venv", cache=cache)
    marker = environment.site_packages / "kept.py"
    marker.touch()

    checked = uv("sync", "--check", directory=project)
    synced = uv("sync", directory=project)

    assert checked.returncode == 0, checked.stderr
    assert synced.returncode == 0, synced.stderr
    assert "Creating virtual environment" not in synced.stderr
    assert marker.exists()


def test_our_environment_looks_like_uv_s(uv: Uv, cache: Cache, tmp_path: Path) -> None:
    theirs = uv("venv", "./theirs", "--prompt", "it's", "--system-site-packages", "--relocatable")
    assert theirs.returncode == 0, theirs.stderr
    python = Environment(tmp_path / "theirs", cache=cache).interpreter

    Environment.create(
        tmp_path / "ours",
        python=python,
        prompt="it's",
        system_site_packages=True,
        relocatable=True,
        cache=cache,
    )

    def tree(name: str) -> list[str]:
        return sorted(str(path.relative_to(tmp_path / name)) for path in (tmp_path / name).rglob("*"))

    def config(name: str) -> dict[str, str]:
        return parse_pyvenv_cfg((tmp_path / name / "pyvenv.cfg").read_text(encoding="utf-8"))

    assert tree("ours") == tree("theirs")
    own, others = config("ours"), config("theirs")
    assert own.pop("uvkit")
    assert others.pop("uv")
    assert own == others


def test_an_environment_of_uv_is_understood(uv: Uv, cache: Cache, tmp_path: Path) -> None:
    uv("venv", "./env", "--prompt", "shown")

    environment = Environment(tmp_path / "env", cache=cache)

    assert environment.is_virtual
    assert environment.prompt == "shown"
    assert environment.site_packages.is_dir()
