"""`uvkit run`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.environments import warn_of_other
from uvkit.cli.printer import Printer
from uvkit.cli.repeated import remember_run
from uvkit.cli.run_report import show_preparation
from uvkit.cli.running import active_environment, child_base, env_files, extra_requirements, finish, run_as, script_of
from uvkit.cli.session import is_on, opened, shown
from uvkit.errors import ProjectNotFoundError


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Run a command or a script, after bringing its environment up to date."""
    line = list(arguments.run_command)
    contents = {"-": sys.stdin.buffer.read()} if line[:1] == ["-"] else {}
    script = script_of(arguments, line, contents=contents, printer=printer)
    project = None if script is not None else _project(arguments, variables)
    with opened(arguments, printer, variables, project=script or project) as session:
        settings = session.settings
        if project is not None and arguments.active is None:
            warn_of_other(printer, project, settings=settings, variables=variables)
        with shown(printer, settings) as events:
            prepared = uvkit.prepare_run(
                project,
                line,
                run_as=run_as(arguments),
                selection=settings.selection,
                locking=settings.locking,
                upgrade=settings.upgrade,
                synchronize=settings.synchronize,
                exact=bool(arguments.exact),
                isolated=is_on(arguments.run_isolated, "UV_ISOLATED", variables),
                project=project is not None,
                environment=active_environment(arguments, variables),
                platform=arguments.python_platform,
                extra_requirements=extra_requirements(arguments, session),
                env_files=env_files(arguments, variables),
                variables=child_base(variables),
                contents=contents,
                session=session,
                events=events,
            )
    show_preparation(printer, prepared)
    if not printer.has_warned:
        remember_run(arguments, prepared, settings=settings, variables=variables, project=project)
    return finish(prepared, arguments, printer, command="run")


def _project(arguments: argparse.Namespace, variables: Mapping[str, str]) -> uvkit.Project | None:
    """Return the project around, if there is one and it counts."""
    if is_on(arguments.no_project, "UV_NO_PROJECT", variables):
        return None
    try:
        return uvkit.Project.discover(arguments.project or Path.cwd())
    except ProjectNotFoundError:
        if arguments.package:
            raise
        return None
