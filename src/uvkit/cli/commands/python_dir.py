"""`uvkit python dir`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit.cli.printer import Printer
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print where interpreters are kept, or where their executables go."""
    with opened(arguments, printer, variables) as session:
        pythons = session.pythons
        path = pythons.bin_directory if arguments.py_bin else pythons.directory
    if arguments.json:
        printer.json({"path": str(path)})
    else:
        printer.out(str(path))
    return 0
