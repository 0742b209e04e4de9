"""Reports of installations in pip's format, where a command line asks for one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from uvkit import Requirement, SyncResult, installation_report

_DONE = {"install": "installed", "remove": "uninstalled", "replace": "reinstalled"}


def changes_report(result: SyncResult, *, dry_run: bool) -> dict[str, Any]:
    """Return the changes of an environment as uv's `--output-format json` lists them."""
    changes = []
    for step in result.plan.steps:
        if step.action == "keep":
            continue
        if step.action == "replace" and step.before != step.after:
            changes.append({"name": step.project, "version": str(step.before), "action": "uninstalled"})
            changes.append({"name": step.project, "version": str(step.after), "action": "installed"})
        else:
            version = step.before if step.action == "remove" else step.after
            changes.append({"name": step.project, "version": str(version), "action": _DONE[step.action]})
    return {"schema": {"version": "preview"}, "changes": changes, "dry_run": dry_run}


def write_report(arguments: argparse.Namespace, result: SyncResult, wanted: Iterable[Requirement]) -> None:
    """Write the report to the file that was named; `-` is standard output."""
    place = arguments.report
    if not place:
        return
    text = json.dumps(installation_report(result, wanted), indent=2) + "\n"
    if place == "-":
        sys.stdout.write(text)
    else:
        Path(place).write_text(text, encoding="utf-8")
