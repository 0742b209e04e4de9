"""`uvkit help`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit import __version__
from uvkit.cli.help_texts import painted
from uvkit.cli.parser import build_parser, named_command
from uvkit.cli.printer import Printer


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:  # noqa: ARG001  # as all commands
    """Print the help of a command, or of all of them."""
    try:
        parser = named_command(build_parser(__version__), arguments.names)
    except argparse.ArgumentError as error:
        raise ValueError(str(error)) from error
    printer.out(painted(parser.format_help(), printer.style_out).rstrip())
    return 0
