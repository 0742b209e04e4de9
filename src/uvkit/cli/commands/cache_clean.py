"""`uvkit cache clean`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit.cli.printer import Printer
from uvkit.cli.session import opened

from .cache_size import human


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Remove everything, or what belongs to some projects."""
    with opened(arguments, printer, variables) as session:
        removed = session.cache.clean(*arguments.names)
        printer.info(f"Clearing cache at: {session.cache.root}")
    if arguments.json:
        printer.json({"entries": removed.entries, "size": removed.size})
    else:
        printer.info(
            f"Removed {removed.entries} entries ({human(removed.size)})"
            if removed.entries
            else "No cache entries found"
        )
    return 0
