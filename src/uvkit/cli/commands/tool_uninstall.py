"""`uvkit tool uninstall`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened
from uvkit.cli.tools import counted_executables, names


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Remove tools."""
    wanted = names(arguments, verb="uninstall")
    with opened(arguments, printer, variables, interface="tool") as session:
        results = uvkit.Tools(session=session).uninstall(*wanted)
    if arguments.json:
        printer.json([one.to_dict() for one in results])
        return 0
    for notice in (notice for one in results for notice in one.notices):
        printer.info(f"{notice.message[:1].upper()}{notice.message[1:]}")
    removed = sorted(name for one in results for name in one.removed)
    if removed:
        printer.info(f"Uninstalled {counted_executables(len(removed))}: {', '.join(removed)}")
    elif not results:
        printer.info("Nothing to uninstall")
    return 0
