"""`uvkit pip wheel`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.gathering import check_something_named
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.render import show_notices
from uvkit.cli.requirements import asked
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Bring the wheels of requirements into a folder, built where there are none."""
    check_something_named(arguments)
    with opened(arguments, printer, variables, interface="pip") as session, shown(printer, session.settings) as events:
        result = uvkit.make_wheels(
            asked(arguments, session),
            arguments.gather_folder or ".",
            dependencies=not arguments.no_deps,
            session=session,
            events=events,
        )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    show_notices(printer, result.notices)
    for path in result.files:
        verb = "Successfully built" if path in result.built else "Saved"
        printer.info(f"{verb} {printer.style(shown_path(path), 'bold')}")
    return 0
