"""`uvkit python update-shell`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Put the folder of executables on the search path of the user's shell."""
    with opened(arguments, printer, variables) as session:
        result = uvkit.update_shell(session.pythons.bin_directory, variables)
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    return show_update(printer, result)


def show_update(printer: Printer, result: uvkit.ShellUpdate) -> int:
    """Print which files of the shell changed, and return the exit status."""
    if result.shell is None:
        printer.info(f"Executable directory {result.directory} is already in PATH")
        return 0
    for path in result.created:
        printer.info(f"Created configuration file: {path}")
    for path in result.updated:
        printer.info(f"Updated configuration file: {path}")
    if not result.created and not result.updated:
        raise ValueError(
            f"the executable directory `{result.directory}` is not in PATH, but the configuration files of "
            f"{result.shell} are already up-to-date"
        )
    printer.info("Restart your shell to apply changes")
    return 0
