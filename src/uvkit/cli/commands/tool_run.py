"""`uvkit tool run`, which is also `uvkitx`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.repeated import remember_run
from uvkit.cli.run_report import show_preparation
from uvkit.cli.running import child_base, env_files, finish
from uvkit.cli.session import is_on, opened, shown
from uvkit.cli.tools import asked
from uvkit.errors import ExecutableNotProvidedError


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Run a command of a package."""
    line = list(arguments.run_command)
    if arguments.upgrade or arguments.upgrade_package:
        printer.warn(
            "Tools cannot be upgraded via `uvkit tool run`; use `uvkit tool upgrade --all` to upgrade all installed "
            "tools, or `uvkit tool run package@latest` to run the latest version of a tool."
        )
        arguments.upgrade = arguments.upgrade_package = None
    with opened(arguments, printer, variables, interface="tool") as session:
        tools = uvkit.Tools(session=session)
        if not line:
            return _list(printer, tools)
        with shown(printer, session.settings) as events:
            try:
                prepared = tools.prepare_run(
                    line[0],
                    line[1:],
                    requirement=arguments.tool_from,
                    extra_requirements=asked(arguments, session),
                    platform=arguments.python_platform,
                    isolated=is_on(arguments.run_isolated, "UV_ISOLATED", variables),
                    env_files=env_files(arguments, variables),
                    variables=child_base(variables),
                    events=events,
                )
            except ExecutableNotProvidedError as error:
                printer.error(error)
                return 1
    show_preparation(printer, prepared)
    if not printer.has_warned:
        remember_run(arguments, prepared, settings=session.settings, variables=variables)
    return finish(prepared, arguments, printer, command="tool run")


def _list(printer: Printer, tools: uvkit.Tools) -> int:
    printer.out("Provide a command to run with `uvkit tool run <command>`.\n")
    installed = tools.installed()
    if installed:
        printer.out("The following tools are installed:\n")
        printer.out("".join(f"- {one.project} v{one.version}\n" for one in installed))
    printer.out("See `uvkit tool run --help` for more information.")
    return 2
