"""`uvkit python uninstall`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.pythons import show_changes
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Remove managed interpreters."""
    everything = bool(arguments.py_all)
    if not arguments.py_targets and not everything:
        raise ValueError("name what to uninstall, or say `--all`")
    titles = [uvkit.PythonRequest.parse(target).title for target in arguments.py_targets]
    lines = [f" versions matching: {title}" for title in dict.fromkeys(titles)] or [" installations"]
    for line in lines:
        printer.info(f"Searching for Python{line}")
    with opened(arguments, printer, variables) as session:
        result = session.pythons.uninstall(*arguments.py_targets, everything=everything)
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    for text in result.unmatched:
        printer.info(f"No existing installations found for: {uvkit.PythonRequest.parse(text).title}")
    if not result.changes:
        printer.info("No Python installations found" + ("" if everything else " matching the requests"))
    show_changes(printer, result)
    return 0
