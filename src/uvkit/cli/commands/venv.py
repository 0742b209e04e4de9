"""`uvkit venv`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import uvkit
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.render import show_notices, show_plan
from uvkit.cli.session import is_on, opened, shown
from uvkit.errors import InvalidTableError, ProjectNotFoundError


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Create a virtual environment."""
    without_project = is_on(arguments.no_project, "UV_NO_PROJECT", variables)
    project = None if without_project else _project(arguments, printer)
    path = Path(arguments.path or ".venv")
    seed = is_on(arguments.seed, "UV_VENV_SEED", variables)
    with opened(arguments, printer, variables) as session:
        request = session.settings.python or (None if project is None else project.python_request)
        requires = None if project is None or request else project.requires_python
        interpreter = session.pythons.find(request, requires, environments="never")
        printer.info(
            f"Using {interpreter.implementation_title} {interpreter.full_version} interpreter at: "
            f"{interpreter.executable}"
        )
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
        return str(scripts / "activate")
    endings = {"fish": "activate.fish", "csh": "activate.csh", "tcsh": "activate.csh", "nu": "activate.nu"}
    if shell == "pwsh":
        return str(scripts / "activate.ps1")
    return f"source {scripts / endings.get(shell, 'activate')}"


def _existing(arguments: argparse.Namespace, variables: Mapping[str, str]) -> Literal["error", "replace", "allow"]:
    if arguments.allow_existing:
        return "allow"
    return "replace" if is_on(arguments.clear, "UV_VENV_CLEAR", variables) else "error"


def _project(arguments: argparse.Namespace, printer: Printer) -> uvkit.Project | None:
    """Return the project around, whose Python the environment is to have."""
    try:
        return uvkit.Project.discover(arguments.project or Path.cwd())
    except ProjectNotFoundError:
        return None
    except InvalidTableError as error:
        printer.warn(f"the project is ignored: {error}")
        return None
