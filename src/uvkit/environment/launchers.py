"""Scripts: the texts behind entry points on POSIX, the launchers in front of them on Windows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from uvkit.errors import InvalidMetadataError

if TYPE_CHECKING:
    from installer.scripts import LauncherKind

# Linux reads this much of a script's first line, end of line included; older kernels cut a longer one silently.
MAX_SHEBANG = 127

# A script of such a name would replace the interpreter of its own environment.
_RESERVED = re.compile(r"(?:pythonw?|pypyw?|graalpy(?:thon)?)(?:\d+(?:\.\d+)?t?)?(?:\.exe)?", re.IGNORECASE)
_OBJECT = re.compile(r"\s*([^\s:\[]+)\s*:\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*(?:\[[^\]]*\])?\s*")
_PYTHON_LINE = re.compile(rb"#!pythonw?\b[^\r\n]*(?:\r\n|\r|\n|\Z)")

# The text that uv writes, so that an environment made by either tool holds the same files.
_TEMPLATE = """\
# -*- coding: utf-8 -*-
import sys
from {module} import {first}
if __name__ == "__main__":
    if sys.argv[0].endswith("-script.pyw"):
        sys.argv[0] = sys.argv[0][:-11]
    elif sys.argv[0].endswith(".exe"):
        sys.argv[0] = sys.argv[0][:-4]
    sys.exit({attribute}())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptStyle:
    """How the scripts of one environment start.

    ``python`` is the environment's interpreter as scripts name it. ``machine`` is the machine a Windows launcher is for
    (``win-amd64``, ``win-arm64``, ``win-ia32``, ``win-arm``), none on POSIX. Scripts of a ``relocatable`` environment
    find the interpreter beside themselves.
    """

    python: str
    relocatable: bool = False
    machine: LauncherKind | None = None

    def shebang(self) -> bytes:
        """Return the first line, or lines, of a POSIX script.

        A path that the kernel would cut or split is handed to the shell, in lines that Python reads as a string.
        """
        if self.relocatable:
            name = _file_name(self.python)
            return _through_shell(f'"$(dirname -- "$(realpath -- "$0")")"/\'{name}\'')
        if " " not in self.python and len(self.python.encode("utf-8", "surrogateescape")) + 3 <= MAX_SHEBANG:
            return b"#!" + self.python.encode("utf-8", "surrogateescape") + b"\n"
        quoted = self.python.replace("'", "'\"'\"'")
        return _through_shell(f"'{quoted}'")


def check_script_name(name: str, *, origin: str) -> None:
    """Refuse the name of a script that would leave the scripts folder or replace the interpreter.

    Raises:
        InvalidMetadataError: the name is not allowed; ``origin`` names the distribution.
    """
    if not name or name in {".", ".."} or any(character in name for character in "/\\\0\r\n"):
        raise InvalidMetadataError(filename=origin, problems=(f"`{name}` is no name for a script",))
    if is_interpreter_name(name):
        raise InvalidMetadataError(
            filename=origin, problems=(f"a script named `{name}` would replace the interpreter",)
        )


def is_interpreter_name(name: str) -> bool:
    """Tell whether a file of this name among the scripts is an interpreter, or would be taken for one."""
    return _RESERVED.fullmatch(name) is not None


def entry_point_script(
    name: str, target: str, *, kind: Literal["console", "gui"], style: ScriptStyle
) -> tuple[str, bytes]:
    """Return file name and content of the script for an entry point ``module:attribute``.

    Raises:
        InvalidMetadataError: the target names no object.
    """
    match = _OBJECT.fullmatch(target)
    if match is None:
        raise InvalidMetadataError(filename=name, problems=(f"`{target}` names no object for a script",))
    module, attribute = match.groups()
    code = _TEMPLATE.format(module=module, first=attribute.partition(".")[0], attribute=attribute).encode()
    if style.machine is None:
        return name, style.shebang() + code
    return f"{name}.exe", _launcher(code, windowed=kind == "gui", style=style)


def rewritten_script(name: str, body: bytes, *, style: ScriptStyle) -> tuple[str, bytes]:
    """Return file name and content of a script that a wheel ships, its ``#!python`` line replaced (wheel format).

    Other scripts come back unchanged.
    """
    line = _PYTHON_LINE.match(body)
    if line is None:
        return name, body
    rest = body[line.end() :]
    if style.machine is None:
        return name, style.shebang() + rest
    stem = name[:-3] if name.lower().endswith(".py") else name
    return f"{stem}.exe", _launcher(rest, windowed=body.startswith(b"#!pythonw"), style=style)


def _launcher(code: bytes, *, windowed: bool, style: ScriptStyle) -> bytes:
    """Return a Windows program that runs the script appended to it; the programs are the installer library's."""
    import io
    import zipfile
    from importlib.resources import files

    section = "w" if windowed else "t"
    suffix = {"win-ia32": "32", "win-amd64": "64", "win-arm": "_arm", "win-arm64": "64-arm"}[style.machine or ""]
    program = (files("installer") / "_scripts" / f"{section}{suffix}.exe").read_bytes()
    python = _windowed(style.python) if windowed else style.python
    if style.relocatable:
        # The launchers resolve a relative name against their own folder when it starts so.
        python = f"<launcher_dir>\\{_file_name(python)}"
    quoted = f'"{python}"' if " " in python else python
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        # A fixed time makes reinstalling write the same bytes.
        archive.writestr(zipfile.ZipInfo("__main__.py", (1980, 1, 1, 0, 0, 0)), code)
    return b"".join((program, b"#!", quoted.encode(), b"\r\n", stream.getvalue()))


def _windowed(python: str) -> str:
    folder, separator, name = python.rpartition("\\" if "\\" in python else "/")
    return f"{folder}{separator}{re.sub('python', 'pythonw', name, count=1, flags=re.IGNORECASE)}"


def _file_name(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


def _through_shell(command: str) -> bytes:
    text = f"#!/bin/sh\n'''exec' {command} \"$0\" \"$@\"\n' '''\n"
    return text.encode("utf-8", "surrogateescape")
