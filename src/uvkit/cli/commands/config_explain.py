"""`uvkit config explain`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from uvkit.cli.printer import Printer
from uvkit.cli.session import opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print what settings come to, and who set them."""
    key = arguments.key
    for_pip = arguments.pip or (key or "").removeprefix("tool.uv.").startswith("pip.")
    with opened(arguments, printer, variables, interface="pip" if for_pip else "project") as session:
        found = session.settings.explain(key)
    if arguments.json:
        printer.json([one.to_dict() for one in found])
        return 0
    if key is None and not found:
        printer.info("Nothing is set; everything has its default")
    for one in found:
        printer.out(f"{printer.style_out(one.name, 'bold')} = {_text(one.value)}")
        printer.out(printer.style_out(f"    from {one.origin}; the default is {_text(one.default)}", "dim"))
    return 0


def _text(value: Any) -> str:
    return "unset" if value is None else json.dumps(value)
