"""`uvkit tool install`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_resolved, show_sync
from uvkit.cli.session import opened, shown
from uvkit.cli.tools import asked, show_executables, warn_of_path


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Install the commands of a package."""
    with opened(arguments, printer, variables, interface="tool") as session:
        settings = session.settings
        tools = uvkit.Tools(session=session)
        with shown(printer, settings) as events:
            result = tools.install(
                arguments.tool_package,
                source=arguments.tool_from,
                editable=bool(arguments.tool_editable),
                extra_requirements=asked(arguments, session),
                executables_from=[one for text in arguments.tool_executables_from or () for one in text.split(",")],
                platform=arguments.python_platform,
                upgrade=settings.upgrade,
                force=bool(arguments.tool_force),
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    if result.action == "kept":
        printer.info(f"`{result.tool.requirement}` is already installed")
    if result.sync is not None:
        show_resolved(printer, result.sync)
        show_sync(printer, result.sync)
    show_executables(printer, result)
    if result.action != "kept":
        warn_of_path(printer, tools, variables)
    return 0
