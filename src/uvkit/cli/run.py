"""Parse a command line, run its command, and turn errors into messages and exit statuses."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from uvkit import __version__
from uvkit.errors import UvkitError

from .grammar import HelpWanted, UsageRefused, run_parser
from .help_texts import painted
from .parser import build_parser
from .printer import Printer
from .statuses import INTERRUPTED, SIGNALLED, TROUBLE
from .termination import Terminated, terminable


def run(argv: Sequence[str], *, replaceable: bool = False) -> int:
    """Run one command and return its exit status; ``replaceable`` says that a program may take this process's place."""
    variables = dict(os.environ)  # noqa: TID251  # the one place that reads it, and hands it on
    try:
        arguments = run_parser(build_parser(__version__), argv)
    except HelpWanted as wanted:
        printer = Printer(variables, color=wanted.color)
        printer.out(painted(wanted.text, printer.style_out).rstrip())
        return 0
    except UsageRefused as refused:
        Printer(variables).refused(refused.message, refused.usage)
        return TROUBLE
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else TROUBLE
    arguments.argv = tuple(argv)
    arguments.run_replaceable = replaceable
    printer = Printer(variables, quiet=arguments.quiet, verbose=arguments.verbose, color=arguments.color)
    try:
        arguments.folder = os.getcwd()
        _move(arguments, variables)
        command = import_module(f".commands.{arguments.handler}", __package__).command
        with terminable():
            status: int = command(arguments, printer, variables)
        sys.stdout.flush()
    except Terminated as ended:
        return SIGNALLED + ended.number
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; there is nobody to tell, and nothing may be flushed at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return TROUBLE
    except (UvkitError, OSError, ValueError) as error:
        # Which loads every error there is.
        from .exit_status import exit_status

        printer.error(error)
        return exit_status(error)
    return status


def _move(arguments: Namespace, variables: Mapping[str, str]) -> None:
    """Change to the folder that was asked for, and note from where the project is discovered."""
    given = vars(arguments)
    directory = given.get("directory") or variables.get("UV_WORKING_DIR") or variables.get("UV_WORKING_DIRECTORY")
    if directory:
        os.chdir(directory)
    project = given.get("project") or variables.get("UV_PROJECT")
    arguments.project = Path(os.path.abspath(project)) if project else None
    if arguments.project is not None and not arguments.project.is_dir():
        raise NotADirectoryError(f"project directory `{project}` does not exist")
