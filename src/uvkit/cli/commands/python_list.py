"""`uvkit python list`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """List the interpreters that are there and those that can be downloaded."""
    choices = uvkit.ListChoices(
        only="installed"
        if arguments.py_only_installed
        else "downloads"
        if arguments.py_only_downloads
        else "everything",
        all_versions=bool(arguments.py_all_versions),
        all_platforms=bool(arguments.py_all_platforms),
        all_machines=bool(arguments.py_all_arches),
    )
    with opened(arguments, printer, variables) as session:
        rows = session.pythons.rows(arguments.py_request, choices)
    if arguments.json or arguments.output_format == "json":
        printer.json([row.to_dict() for row in rows])
        return 0
    width = max((len(row.key) for row in rows), default=0)
    for row in rows:
        printer.out(f"{row.key:{width}}    {_place(row, printer, urls=bool(arguments.py_show_urls))}")
    return 0


def _place(row: uvkit.PythonRow, printer: Printer, *, urls: bool) -> str:
    if row.path is None:
        return str(row.url) if urls else printer.style("<download available>", "dim")
    place = printer.style(shown_path(row.path), "cyan")
    target = row.symlink
    if target is None:
        return place
    return f"{place} -> {printer.style(shown_path(target) if target.startswith('/') else target, 'cyan')}"
