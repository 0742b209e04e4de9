"""A backend whose hooks only start a program of its own: here the program is started at once.

Two starts of Python and an import are most of what a build with uv_build takes. Its hooks hand their arguments to the
program `uv-build` beside the interpreter, whose last line is the name of what it made. That is between the two of them,
so whenever it turns out otherwise, nothing is concluded from it: the hooks are called as for every other backend, and
what they say counts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvkit.formats import BuildSystem

    from .isolation import BuildEnvironment, BuildSettings

_BACKEND = "uv_build"
_PROGRAM = "uv-build.exe" if os.name == "nt" else "uv-build"
# It is given the folder for what it makes; none of these asks for anything in addition.
_COMMANDS: Mapping[str, str] = {
    "build_wheel": "build-wheel",
    "build_editable": "build-editable",
    "build_sdist": "build-sdist",
    "prepare_metadata_for_build_wheel": "prepare-metadata-for-build-wheel",
    "prepare_metadata_for_build_editable": "prepare-metadata-for-build-editable",
}


class Shortcut:
    """Makes what a hook would make, by the program behind it.

    ``run`` returns what that printed, or none if it failed.
    """

    def __init__(self, program: Path, run: Callable[[Sequence[str]], str | None]) -> None:
        self._program = program
        self._run = run

    def make(self, hook: str, directory: Path, *more: str) -> str | None:
        """Return the name of what was made in a folder, or none: the hook has to be called."""
        output = self._run([str(self._program), _COMMANDS[hook], str(directory), *more])
        name = (output or "").rstrip().rpartition("\n")[2].strip()
        return name if name and Path(name).name == name and (directory / name).exists() else None


def program_of(system: BuildSystem, environment: BuildEnvironment, settings: BuildSettings) -> Path | None:
    """Return the program behind a backend's hooks, or none: they have to be called."""
    if system.backend != _BACKEND or system.backend_path or settings.config_settings:
        return None
    program = environment.python.with_name(_PROGRAM)
    return program if program.is_file() else None
