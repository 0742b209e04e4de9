"""From arguments to what `run` and `tool run` run, and from there to the end of this process."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.session import is_on

_RunAs = Literal["auto", "module", "script", "gui-script"]
# Options that mean nothing to a script, which has an environment of its own, and how uv says so.
_NO_EFFECT = ("isolated", "no_sync", "package", "all_packages")


def run_as(arguments: argparse.Namespace) -> _RunAs:
    """Return what the command line is to be taken for."""
    if arguments.run_module:
        return "module"
    if arguments.run_script:
        return "script"
    return "gui-script" if arguments.run_gui_script else "auto"


def script_of(
    arguments: argparse.Namespace, line: Sequence[str], *, contents: Mapping[str, bytes], printer: Printer
) -> uvkit.Script | None:
    """Return the script with a block of requirements that a command line names, whose settings count then."""
    if not line or arguments.run_module:
        return None
    if line[0] in contents:
        script = uvkit.Script.parse(contents[line[0]].decode("utf-8", "replace"), path=Path.cwd() / "-")
    else:
        named = arguments.run_script or arguments.run_gui_script or line[0].lower().endswith((".py", ".pyw"))
        if not named or not Path(line[0]).is_file():
            return None
        script = uvkit.Script.read(line[0])
    if not script.has_block:
        return None
    _refuse_parts(arguments, printer, is_locked=script.lockfile_path.exists())
    for name in _NO_EFFECT:
        if getattr(arguments, f"run_{name}", None) or getattr(arguments, name, None):
            printer.warn(
                f"`--{name.replace('_', '-')}` is a no-op for Python scripts with inline metadata, which always run in "
                "isolation"
            )
    return script


def _refuse_parts(arguments: argparse.Namespace, printer: Printer, *, is_locked: bool) -> None:
    """Refuse extras and groups, which a script does not have; without a lock uv only says so."""
    for kind, option, names in (
        ("optional dependencies", "extra", arguments.extra),
        ("dependency groups", "group", arguments.group),
        ("dependency groups", "only-group", arguments.only_group),
    ):
        if not names:
            continue
        if is_locked:
            word = option.removeprefix("only-")
            raise ValueError(f"PEP 723 scripts do not support {kind}, but {word} `{names[0]}` was specified")
        what = "Extras are" if option == "extra" else f"`--{option} {names[0]}` is"
        printer.warn(f"{what} not supported for Python scripts with inline metadata")
    if arguments.all_extras:
        printer.warn("Extras are not supported for Python scripts with inline metadata")
    for option in ("no_dev", "only_dev", "all_groups", "no_default_groups", "no_group"):
        if getattr(arguments, option):
            printer.warn(f"`--{option.replace('_', '-')}` is not supported for Python scripts with inline metadata")


def active_environment(arguments: argparse.Namespace, variables: Mapping[str, str]) -> Path | None:
    """Return the environment that is active, if that is the one to use."""
    active = variables.get("VIRTUAL_ENV")
    return Path(active) if arguments.active and active else None


def extra_requirements(arguments: argparse.Namespace, session: uvkit.Session) -> uvkit.RequirementSet:
    """Return what is to be there besides; names may be joined by commas, as uv allows.

    Raises:
        UvkitError: as `read_requirements`.
    """
    files = arguments.run_with_requirements or ()
    return uvkit.read_requirements(
        [one for text in arguments.run_with or () for one in split_requirements(text)],
        files=files,
        editable=[one for text in arguments.run_with_editable or () for one in split_requirements(text)],
        contents={"-": sys.stdin.buffer.read()} if "-" in files else {},
        session=session,
    )


def split_requirements(text: str) -> list[str]:
    """Return the requirements of a text that joins them by commas, of which those of versions and extras are none."""
    parts: list[str] = []
    for part in text.split(","):
        inside = bool(parts) and parts[-1].count("[") > parts[-1].count("]")
        if parts and (inside or part.lstrip()[:1] in {"<", ">", "=", "!", "~"}):
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    return [part.strip() for part in parts if part.strip()]


def env_files(arguments: argparse.Namespace, variables: Mapping[str, str]) -> Sequence[str]:
    """Return the files of variables to read: those named here, else those of `UV_ENV_FILE`."""
    if is_on(arguments.run_no_env_file, "UV_NO_ENV_FILE", variables):
        return ()
    if arguments.run_env_file is not None:
        files: list[str] = arguments.run_env_file
        return files
    return _words(variables.get("UV_ENV_FILE", ""))


def _words(text: str) -> list[str]:
    """Return the words of a text; a backslash keeps a space within one."""
    words = text.replace("\\ ", "\0").split()
    return [word.replace("\0", " ") for word in words]


def child_base(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of this process for a program, which learns from `UV` who runs it."""
    own = os.path.abspath(sys.argv[0]) if os.path.basename(sys.argv[0]).startswith("uvkit") else None
    return dict(variables) if own is None else {"UV": own, **variables}


def finish(prepared: uvkit.PreparedRun, arguments: argparse.Namespace, printer: Printer, *, command: str) -> int:
    """Run what is prepared, in the place of this process where that is possible, and return the exit status."""
    if not prepared.argv:
        _list_programs(prepared, printer, command)
        return 2
    sys.stdout.flush()
    if arguments.run_replaceable and os.name == "posix":
        prepared.replace_process()
    status = prepared.start(forward_signals=True).returncode
    return status if status >= 0 else 128 - status


def _list_programs(prepared: uvkit.PreparedRun, printer: Printer, command: str) -> None:
    printer.out(
        f"Provide a command or script to invoke with `uvkit {command} <command>` or `uvkit {command} <script>.py`.\n"
    )
    programs = prepared.programs()
    if programs:
        printer.out("The following commands are available in the environment:\n")
        printer.out("".join(f"- {name}\n" for name in programs))
    printer.out(f"See `uvkit {command} --help` for more information.")
