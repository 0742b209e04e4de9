"""`uvkit generate-shell-completion`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit import __version__
from uvkit.cli.completions import SCRIPTS, command_tree
from uvkit.cli.parser import build_parser
from uvkit.cli.printer import Printer


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:  # noqa: ARG001  # as all commands
    """Print the completions of the command line for a shell."""
    script = SCRIPTS[arguments.shell](command_tree(build_parser(__version__)))
    printer.out(script.removesuffix("\n"))
    return 0
