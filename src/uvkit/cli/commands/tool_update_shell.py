"""`uvkit tool update-shell`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.commands.python_update_shell import show_update
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Put the folder of the commands on the search path of the user's shell."""
    with opened(arguments, printer, variables, interface="tool") as session:
        result = uvkit.Tools(session=session).update_shell()
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    return show_update(printer, result)
