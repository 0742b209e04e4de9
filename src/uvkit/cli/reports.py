"""Reports of installations in pip's format, where a command line asks for one."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from uvkit import SyncResult, installation_report

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def write_report(arguments: argparse.Namespace, result: SyncResult, wanted: Iterable[str]) -> None:
    """Write the report to the file that was named; `-` is standard output. ``wanted`` are names, or requirements."""
    place = arguments.report
    if not place:
        return
    names = [found[0] for found in map(_NAME.match, wanted) if found is not None]
    text = json.dumps(installation_report(result, names), indent=2) + "\n"
    if place == "-":
        sys.stdout.write(text)
    else:
        Path(place).write_text(text, encoding="utf-8")
