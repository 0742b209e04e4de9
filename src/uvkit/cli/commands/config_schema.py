"""`uvkit config schema`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from uvkit import Settings
from uvkit.cli.printer import Printer


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:  # noqa: ARG001  # as all commands
    """Print the JSON Schema of the settings."""
    printer.json(Settings.json_schema(arguments.file))
    return 0
