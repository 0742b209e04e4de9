"""`uvkit python upgrade`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.pythons import show_changes
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Install the newest patches."""
    with opened(arguments, printer, variables) as session, shown(printer, session.settings) as events:
        targets = arguments.py_targets or (session.settings.python or "").split()
        result = uvkit.upgrade_pythons(targets, reinstall=bool(arguments.reinstall), session=session, events=events)
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    show_changes(printer, result)
    if not result.pythons:
        printer.info("There are no installed versions to upgrade")
    elif not result.changes and len(targets) == 1:
        printer.info(f"{uvkit.PythonRequest.parse(targets[0]).title} is already on the latest supported patch release")
    elif not result.changes:
        printer.info("All versions already on latest supported patch release")
    return 0
