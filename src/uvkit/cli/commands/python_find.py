"""`uvkit python find`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.pythons import project_around
from uvkit.cli.render import show_notices
from uvkit.cli.session import is_on, opened


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Print the interpreter that would be used."""
    source: uvkit.Project | uvkit.Script | Path | None
    if arguments.script:
        if arguments.py_request:
            raise ValueError("the argument '--script' cannot be used with a request")
        source = uvkit.Script.read(arguments.script)
    else:
        without = is_on(arguments.no_project, "UV_NO_PROJECT", variables)
        source = (None if without else project_around(arguments, printer)) or arguments.project or Path.cwd()
    with opened(arguments, printer, variables) as session:
        request = arguments.py_request or session.settings.python
        found = uvkit.find_python(source, request, system=session.settings.system_python, session=session)
    if arguments.json:
        printer.json(found.to_dict())
        return 0
    show_notices(printer, found.notices)
    interpreter = found.interpreter
    if arguments.py_show_version:
        printer.out(interpreter.full_version)
    else:
        path = interpreter.executable
        printer.out(os.path.realpath(path) if arguments.py_resolve_links else str(path))
    return 0
