"""`uvkit tool upgrade`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.exit_status import exit_status
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_plan
from uvkit.cli.session import opened, shown
from uvkit.cli.tools import names, show_executables, warn_of_path
from uvkit.errors import UvkitError


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Upgrade tools within what they were asked for; one that fails does not stop the others."""
    wanted = names(arguments, verb="upgrade")
    results: list[uvkit.ToolResult] = []
    status = 0
    with opened(arguments, printer, variables, interface="tool") as session:
        tools = uvkit.Tools(session=session)
        wanted = wanted or tuple(one.project for one in tools.installed())
        for name in wanted:
            try:
                with shown(printer, session.settings) as events:
                    results += tools.upgrade(name, events=events)
            except UvkitError as error:
                error.add_note(f"while upgrading `{name}`")
                printer.error(error)
                status = min(1, exit_status(error))
    if arguments.json:
        printer.json([one.to_dict() for one in results])
        return status
    changed = [one for one in results if one.action != "kept"]
    for one in changed:
        _show(printer, one)
    if any(one.executables and one.before != one.tool.version for one in changed):
        warn_of_path(printer, tools, variables)
    if not changed and not status:
        printer.info("Nothing to upgrade")
    for notice in (notice for one in results if one.action == "kept" for notice in one.notices):
        printer.info(f"\n{printer.style('hint', 'cyan', 'bold')}: {notice.message}; {notice.hint}.")
    return status


def _show(printer: Printer, result: uvkit.ToolResult) -> None:
    tool = result.tool
    name = printer.style(tool.project, "bold")
    if result.before != tool.version:
        printer.info(f"Updated {name} v{result.before} -> v{tool.version}")
    elif result.action == "installed":
        printer.info(f"Upgraded tool environment for `{tool.project}` to {tool.python}")
    else:
        printer.info(f"Modified {name} environment")
    if result.sync is not None:
        show_plan(printer, result.sync.plan, dry_run=False)
    if result.before != tool.version or result.action == "installed":
        show_executables(printer, result)
