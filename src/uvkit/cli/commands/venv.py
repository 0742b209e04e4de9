"""`uvkit venv`."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import uvkit
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.pythons import project_around
from uvkit.cli.render import show_notices, show_plan, using
from uvkit.cli.session import is_on, opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Create a virtual environment."""
    without_project = is_on(arguments.no_project, "UV_NO_PROJECT", variables)
    project = None if without_project else project_around(arguments, printer)
    path = Path(arguments.path or ".venv")
    seed = is_on(arguments.seed, "UV_VENV_SEED", variables)
    with opened(arguments, printer, variables) as session:
        source = project or arguments.project or Path.cwd()
        wanted = uvkit.wanted_python(source, session.settings.python, variables=variables)
        with shown(printer, session.settings) as events:
            interpreter = session.pythons.find(wanted.request, wanted.range, environments="never", events=events)
        printer.info(using(interpreter))
        show_notices(printer, wanted.notices(interpreter))
        printer.info(f"Creating virtual environment {'with seed packages ' if seed else ''}at: {shown_path(path)}")
        environment = uvkit.Environment.create(
            path,
            python=interpreter,
            prompt=arguments.prompt,
            system_site_packages=bool(arguments.system_site_packages),
            relocatable=is_on(arguments.relocatable, "UV_VENV_RELOCATABLE", variables),
            seed=seed,
            existing=_existing(arguments, variables),
            force=bool(arguments.force),
            cache=session.cache,
        )
        if seed:
            with shown(printer, session.settings) as events:
                names = ["pip"] if interpreter.pair >= (3, 12) else ["pip", "setuptools", "wheel"]
                result = uvkit.install(names, environment, session=session, events=events)
            show_notices(printer, result.notices)
            show_plan(printer, result.plan, dry_run=False)
    if arguments.json:
        printer.json({"environment": str(environment.path), "python": str(environment.interpreter.version)})
    else:
        printer.info(f"Activate with: {printer.style(activation(path, variables), 'green')}")
    return 0


def activation(path: Path, variables: Mapping[str, str]) -> str:
    """Return the line that activates an environment in the user's shell."""
    shell = Path(variables.get("SHELL", "")).name
    windows = variables.get("OS") == "Windows_NT"
    scripts = Path(shown_path(path)) / ("Scripts" if windows else "bin")
    if windows and not shell:
        return _quoted(scripts / "activate")
    endings = {"fish": "activate.fish", "csh": "activate.csh", "tcsh": "activate.csh", "nu": "activate.nu"}
    if shell == "pwsh":
        return _quoted(scripts / "activate.ps1")
    return f"source {shlex.quote(str(scripts / endings.get(shell, 'activate')))}"


def _quoted(path: Path) -> str:
    """Return a path as a word of PowerShell and of `cmd`."""
    return f'"{path}"' if " " in str(path) else str(path)


def _existing(arguments: argparse.Namespace, variables: Mapping[str, str]) -> Literal["error", "replace", "allow"]:
    if arguments.allow_existing:
        return "allow"
    return "replace" if is_on(arguments.clear, "UV_VENV_CLEAR", variables) else "error"
