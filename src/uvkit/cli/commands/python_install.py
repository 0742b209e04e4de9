"""`uvkit python install`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.pythons import project_around, show_changes
from uvkit.cli.session import opened, shown
from uvkit.settings import flag_of


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Install interpreters."""
    link = arguments.py_bin
    if link is None:
        link = "UV_PYTHON_INSTALL_BIN" not in variables or flag_of("UV_PYTHON_INSTALL_BIN", variables)
    choices = uvkit.InstallChoices(
        reinstall=bool(arguments.reinstall),
        upgrade=bool(arguments.upgrade),
        link="always" if link else "never",
        default=bool(arguments.py_default),
        force=bool(arguments.force),
    )
    with opened(arguments, printer, variables) as session, shown(printer, session.settings) as events:
        targets = arguments.py_targets or (session.settings.python or "").split()
        result = uvkit.install_pythons(
            targets,
            arguments.project or Path.cwd(),
            project=project_around(arguments, printer),
            choices=choices,
            session=session,
            events=events,
        )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    show_changes(printer, result)
    if not result.changes:
        printer.info(_unchanged(targets, result))
    return 0


def _unchanged(targets: list[str], result: uvkit.PythonChanges) -> str:
    if not targets and not result.satisfied:
        return "Python is already installed. Use `uvkit python install <request>` to install another version."
    if len(targets) == 1:
        return f"{uvkit.PythonRequest.parse(targets[0]).title} is already installed"
    return "All requested versions already installed"
