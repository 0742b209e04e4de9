"""`uvkit python pin`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.pythons import project_around
from uvkit.cli.render import show_notices
from uvkit.cli.session import is_on, opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Write, print or remove the Python that a folder asks for."""
    folder = arguments.project or Path.cwd()
    without = is_on(arguments.no_project, "UV_NO_PROJECT", variables) or arguments.py_global
    project = None if without else project_around(arguments, printer)
    globally = bool(arguments.py_global)
    with opened(arguments, printer, variables) as session:
        if arguments.py_rm:
            removed = uvkit.unpin_python(folder, globally=globally, project=project, session=session)
            return _removed(printer, removed, globally=globally)
        if not arguments.py_request:
            file = uvkit.pinned_python(folder, globally=globally, project=project, session=session)
            return _pinned(arguments, printer, file)
        with shown(printer, session.settings) as events:
            result = uvkit.pin_python(
                arguments.py_request,
                folder,
                globally=globally,
                resolved=bool(arguments.py_resolved),
                project=project,
                session=session,
                events=events,
            )
    show_notices(printer, result.notices)
    if arguments.json:
        printer.json(result.to_dict())
    else:
        printer.out(result.summary().replace(str(result.path), shown_path(result.path)))
    return 0


def _removed(printer: Printer, result: uvkit.PinResult | None, *, globally: bool) -> int:
    if result is None:
        raise ValueError("no global Python pin found" if globally else "no Python version file found")
    what = "global Python pin" if globally else "Python version file"
    printer.out(f"Removed {what} at `{shown_path(result.path)}`")
    return 0


def _pinned(arguments: argparse.Namespace, printer: Printer, file: uvkit.VersionFile | None) -> int:
    if file is None:
        raise ValueError("no Python version file found; specify a version to create one")
    for line in file.ignored:
        printer.warn(f"`{line}` in `{shown_path(file.path)}` is not a Python version and is ignored")
    texts = [request.canonical for request in file.requests]
    if arguments.json:
        printer.json({"path": str(file.path), "requests": texts})
        return 0
    for text in texts:
        printer.out(text)
    return 0
