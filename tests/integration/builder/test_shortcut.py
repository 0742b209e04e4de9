"""uv_build's program in place of its hooks: used where it works, and nothing concluded where it does not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from uvkit.builder import BuildSettings, Frontend
from uvkit.errors import BackendError
from uvkit.model import Requirement

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the program is a script")

PROJECT = """\
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
"""
PROGRAM = """\
#!/bin/sh
echo "building $PWD"
echo "$1" > "$2/demo-1.0-py3-none-any.whl"
echo demo-1.0-py3-none-any.whl
"""
FAILS = """\
#!/bin/sh
echo "the program is of another kind" >&2
exit 2
"""
HOOKS = """\
import pathlib

def get_requires_for_build_wheel(config_settings=None):
    return []

def build_wheel(folder, config_settings=None, metadata_directory=None):
    if not config_settings and pathlib.Path("broken").exists():
        raise SystemExit("the hook says why")
    pathlib.Path(folder, "demo-1.0-py3-none-any.whl").write_text("hook\\n")
    return "demo-1.0-py3-none-any.whl"
"""


@dataclass(frozen=True)
class Environment:
    python: Path
    variables: Mapping[str, str]


class World:
    """A tree that uv_build builds, and an environment with what stands for uv_build."""

    def __init__(self, root: Path) -> None:
        self.tree = root / "tree"
        self.out = root / "out"
        self._bin, self._modules = root / "bin", root / "modules"
        for folder in (self.tree, self.out, self._bin, self._modules):
            folder.mkdir()
        (self.tree / "pyproject.toml").write_text(PROJECT)
        (self._bin / "python").symlink_to(sys.executable)
        self.lines: list[str] = []

    def program(self, text: str) -> None:
        place = self._bin / "uv-build"
        place.write_text(text)
        place.chmod(0o755)

    def hooks(self, text: str) -> None:
        (self._modules / "uv_build.py").write_text(text)

    def frontend(self, settings: BuildSettings | None = None) -> Frontend:
        return Frontend(self.tree, self._environment, settings=settings or BuildSettings(), on_line=self.lines.append)

    def _environment(self, requires: Sequence[Requirement]) -> AbstractContextManager[Environment]:
        @contextmanager
        def environment() -> Iterator[Environment]:
            assert [str(one) for one in requires] == ["uv-build"]
            yield Environment(self._bin / "python", {**os.environ, "PYTHONPATH": str(self._modules)})

        return environment()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_program_beside_the_interpreter_is_started_in_place_of_the_hooks(world: World) -> None:
    world.program(PROGRAM)

    wheel = world.frontend().wheel(world.out)

    assert wheel.read_text() == "build-wheel\n"
    assert world.lines == [f"building {world.tree}"]


def test_hooks_are_called_where_the_program_fails(world: World) -> None:
    world.program(FAILS)
    world.hooks(HOOKS)

    wheel = world.frontend().wheel(world.out)

    assert wheel.read_text() == "hook\n"
    assert not any("another kind" in line for line in world.lines)


def test_hooks_are_called_with_settings_that_the_program_would_not_see(world: World) -> None:
    world.program(PROGRAM)
    world.hooks(HOOKS)

    wheel = world.frontend(BuildSettings(config_settings={"key": "value"})).wheel(world.out)

    assert wheel.read_text() == "hook\n"


def test_failure_is_told_as_the_hook_tells_it(world: World) -> None:
    world.program(FAILS)
    world.hooks(HOOKS)
    (world.tree / "broken").touch()

    with pytest.raises(BackendError, match="the hook says why"):
        world.frontend().wheel(world.out)
