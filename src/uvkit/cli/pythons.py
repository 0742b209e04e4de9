"""What the `python` commands share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit import Project
from uvkit.errors import InvalidTableError, ProjectNotFoundError

from .render import duration, show_notices

if TYPE_CHECKING:
    from uvkit import PythonChanges

    from .printer import Printer

_MARKS = {"installed": "+", "linked": "+", "reinstalled": "~", "removed": "-"}
_COLORS = {"+": "green", "~": "yellow", "-": "red"}


def project_around(arguments: argparse.Namespace, printer: Printer) -> Project | None:
    """Return the project around, whose Python counts; none outside of one, or if it is not valid."""
    try:
        return Project.discover(arguments.project or Path.cwd())
    except ProjectNotFoundError:
        return None
    except InvalidTableError as error:
        printer.warn(f"the project is ignored: {error}")
        return None


def show_changes(printer: Printer, result: PythonChanges) -> None:
    """Print what was installed or removed, one line each."""
    if result.changes:
        printer.info(f"{result.summary()} in {duration(result.elapsed)}")
    for change in result.changes:
        mark = _MARKS[change.action]
        names = f" ({', '.join(change.executables)})" if change.executables else ""
        printer.info(f" {printer.style(mark, _COLORS[mark])} {printer.style(change.python.key, 'bold')}{names}")
    show_notices(printer, result.notices)
