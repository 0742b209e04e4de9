"""`uvkit cache prune`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit.cli.printer import Printer
from uvkit.cli.session import opened

from .cache_size import human


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Remove what is no longer of use."""
    with opened(arguments, printer, variables) as session:
        printer.info(f"Pruning cache at: {session.cache.root}")
        removed = session.cache.prune()
    if arguments.json:
        printer.json({"entries": removed.entries, "size": removed.size})
    else:
        printer.info(
            f"Removed {removed.entries} entries ({human(removed.size)})"
            if removed.entries
            else "No unused entries found"
        )
    return 0
