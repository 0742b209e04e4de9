"""`uvkit cache size`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit.cli.printer import Printer
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print how large the cache is, in bytes unless a unit is asked for."""
    with opened(arguments, printer, variables) as session:
        usage = session.cache.usage()
    if arguments.json:
        printer.json({"entries": usage.entries, "size": usage.size})
    else:
        printer.out(human(usage.size) if arguments.human else str(usage.size))
    return 0


def human(size: int) -> str:
    """Return bytes with a binary unit: `3.4MiB`."""
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f}{unit}" if unit == "B" else f"{value:.1f}{unit}"
        value /= 1024
    return f"{value:.1f}TiB"
