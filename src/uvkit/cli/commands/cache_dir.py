"""`uvkit cache dir`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit.cli.printer import Printer
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print where the cache is."""
    with opened(arguments, printer, variables) as session:
        path = str(session.cache.root)
    if arguments.json:
        printer.json({"path": path})
    else:
        printer.out(path)
    return 0
