"""`uvkit remove`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli import editing
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Take requirements out of the project around the working directory, a member, or a script."""
    found = editing.target(arguments)
    with opened(arguments, printer, variables, project=found) as session:
        settings = session.settings
        editing.prepare(arguments, printer, found, settings=settings, variables=variables)
        with shown(printer, settings) as events:
            result = uvkit.remove(
                found,
                arguments.names,
                group=editing.group(arguments, variables),
                extra=arguments.optional,
                locking=settings.locking,
                synchronize=settings.synchronize,
                upgrade=settings.upgrade,
                environment=editing.active(arguments, variables),
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    editing.show_edit(printer, result, of_script=isinstance(found, uvkit.Script))
    return 0
