"""`uvkit venv`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened, shown
from uvkit.errors import ProjectNotFoundError


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Create a virtual environment."""
    project = None if arguments.no_project else _project(arguments)
    existing: Literal["error", "replace", "allow"] = "error"
    if arguments.clear:
        existing = "replace"
    elif arguments.allow_existing:
        existing = "allow"
    with opened(arguments, variables, project=project) as session:
        request = session.settings.python or (None if project is None else project.python_request)
        requires = None if project is None or request else project.requires_python
        interpreter = session.pythons.find(request, requires, environments="never")
        path = Path(arguments.path or ".venv")
        printer.info(
            f"Using {interpreter.implementation_title} {interpreter.full_version} interpreter at: "
            f"{interpreter.executable}"
        )
        printer.info(f"Creating virtual environment at: {path}")
        environment = uvkit.Environment.create(
            path,
            python=interpreter,
            prompt=arguments.prompt,
            system_site_packages=arguments.system_site_packages,
            relocatable=arguments.relocatable,
            seed=arguments.seed,
            existing=existing,
            force=arguments.force,
            cache=session.cache,
        )
        if arguments.seed:
            with shown(printer, session.settings) as events:
                seeds = ["pip"] if interpreter.pair >= (3, 12) else ["pip", "setuptools", "wheel"]
                result = uvkit.install(seeds, environment, session=session, events=events)
            for step in result.plan.steps:
                printer.info(f" + {step.project}=={step.after}")
    if arguments.json:
        printer.json({"environment": str(environment.path), "python": str(environment.interpreter.version)})
    else:
        printer.info(f"Activate with: {activation(path, variables)}")
    return 0


def activation(path: Path, variables: Mapping[str, str]) -> str:
    """Return the line that activates an environment in the user's shell."""
    shell = Path(variables.get("SHELL", "")).name
    scripts = path / ("Scripts" if variables.get("OS") == "Windows_NT" else "bin")
    if variables.get("OS") == "Windows_NT" and not shell:
        return str(scripts / "activate")
    endings = {"fish": "activate.fish", "csh": "activate.csh", "tcsh": "activate.csh", "nu": "activate.nu"}
    if shell == "pwsh":
        return str(scripts / "activate.ps1")
    return f"source {scripts / endings.get(shell, 'activate')}"


def _project(arguments: argparse.Namespace) -> uvkit.Project | None:
    try:
        return uvkit.Project.discover(arguments.project or Path.cwd())
    except ProjectNotFoundError:
        return None
