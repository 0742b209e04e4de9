"""`uvkit tool dir`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print where tools are."""
    with opened(arguments, printer, variables, interface="tool") as session:
        tools = uvkit.Tools(session=session)
        path = str(tools.executables if arguments.tool_bin else tools.directory)
    if arguments.json:
        printer.json({"path": path})
    else:
        printer.out(path)
    return 0
