"""`uvkit tool list`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_notices
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """List the tools that are installed."""
    with opened(arguments, printer, variables, interface="tool") as session:
        tools = uvkit.Tools(session=session)
        installed, notices = tools.installed(), tools.notices()
        newest: Mapping[uvkit.ProjectName, object] = {}
        if arguments.tool_outdated:
            with shown(printer, session.settings) as events:
                newest = tools.outdated(events=events)
            installed = tuple(one for one in installed if one.project in newest)
    show_notices(printer, notices)
    if arguments.json:
        latest = {name: str(version) for name, version in newest.items()}
        printer.json([one.to_dict() | {"latest": latest.get(one.project)} for one in installed])
        return 0
    if not (installed or notices or arguments.tool_outdated):
        printer.info("No tools installed")
    for one in installed:
        marks = "".join(f" {mark}" for mark in _marks(arguments, one, newest))
        place = f" ({one.environment})" if arguments.tool_paths else ""
        printer.out(printer.style(f"{one.project} v{one.version}", "bold") + marks + place)
        for path in one.executables:
            printer.out(f"- {path.name}" + (f" ({path})" if arguments.tool_paths else ""))
    return 0


def _marks(
    arguments: argparse.Namespace, tool: uvkit.Tool, newest: Mapping[uvkit.ProjectName, object]
) -> Iterator[str]:
    requirement = tool.requirement
    if arguments.tool_version_specifiers:
        wanted = str(requirement.specifier) or str(requirement).partition(" @ ")[2]
        if wanted:
            yield f"[required: {wanted}]"
    if arguments.tool_extras and requirement.extras:
        yield f"[extras: {', '.join(sorted(requirement.extras))}]"
    if arguments.tool_with and tool.extra_requirements:
        yield f"[with: {', '.join(map(str, tool.extra_requirements))}]"
    if arguments.tool_python:
        yield f"[{tool.python}]"
    if tool.project in newest:
        yield f"[latest: {newest[tool.project]}]"
