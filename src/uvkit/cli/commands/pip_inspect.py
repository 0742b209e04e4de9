"""`uvkit pip inspect`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit import inspect
from uvkit.cli.environments import chosen
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print what is installed, for machines."""
    with opened(arguments, printer, variables, interface="pip") as session:
        environment = chosen(printer, session, changing=False, arguments=arguments, variables=variables)
        printer.json(inspect(environment))
    return 0
