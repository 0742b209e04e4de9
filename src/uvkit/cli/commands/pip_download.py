"""`uvkit pip download`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.gathering import check_something_named, target_of
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.render import show_notices
from uvkit.cli.requirements import asked
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Bring the files of requirements into a folder."""
    check_something_named(arguments)
    with opened(arguments, printer, variables, interface="pip") as session:
        target = target_of(arguments, session)
        with shown(printer, session.settings) as events:
            result = uvkit.download_requirements(
                asked(arguments, session),
                arguments.gather_folder or ".",
                targets=() if target is None else (target,),
                dependencies=not arguments.no_deps,
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    show_notices(printer, result.notices)
    for path in result.files:
        verb = "Saved" if path in result.fetched else "File was already downloaded"
        printer.info(f"{verb} {printer.style(shown_path(path), 'bold')}")
    return 0
