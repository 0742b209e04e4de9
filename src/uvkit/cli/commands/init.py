"""`uvkit init`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import uvkit
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.render import show_notices
from uvkit.cli.session import opened

_STATES = {
    "added": "Adding `{}` as member of workspace `{}`",
    "member": "Project `{}` is already a member of workspace `{}`",
    "excluded": "Project `{}` is excluded by workspace `{}`",
}


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Begin a project or a script."""
    if arguments.is_script and not arguments.path:
        raise ValueError("the following required arguments were not provided: <PATH>")
    with opened(arguments, printer, variables) as session:
        if arguments.is_script:
            result = uvkit.init_script(arguments.path, bare=bool(arguments.bare), session=session)
        else:
            result = uvkit.init(arguments.path or arguments.project or Path.cwd(), session=session, **_given(arguments))
    show_notices(printer, result.notices)
    if arguments.json:
        printer.json(result.to_dict())
    elif arguments.is_script:
        printer.info(f"Initialized script at `{shown_path(result.path)}`")
    else:
        if result.state in _STATES:
            printer.info(_STATES[result.state].format(result.name, result.workspace))
        where = f" at `{result.path}`" if arguments.path else ""
        printer.info(f"Initialized project `{result.name}`{where}")
    return 0


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    options = {
        "name": arguments.name,
        "kind": "lib" if arguments.lib else None,
        "packaged": True if arguments.package_it else False if arguments.no_package else None,
        "build_backend": arguments.build_backend,
        "description": arguments.description,
        "vcs": arguments.vcs,
        "author_from": arguments.author_from,
        "bare": arguments.bare,
        "readme": False if arguments.no_readme else None,
        "pin_python": False if arguments.no_pin_python else None,
        "workspace": False if arguments.no_workspace else None,
    }
    given = {name: value for name, value in options.items() if value is not None}
    return {**given, "description": None} if arguments.no_description else given
