"""Parse a command line, run its command, and turn errors into messages and exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from uvkit import __version__
from uvkit.errors import UvkitError

from .exit_status import INTERRUPTED, TROUBLE, exit_status
from .parser import build_parser
from .printer import Printer


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    variables = dict(os.environ)  # noqa: TID251  # the one place that reads it, and hands it on
    try:
        arguments = build_parser(__version__).parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else TROUBLE
    arguments.argv = tuple(argv)
    printer = Printer(variables, quiet=arguments.quiet, verbose=arguments.verbose, color=arguments.color)
    try:
        if arguments.directory:
            os.chdir(arguments.directory)
        command = import_module(f".commands.{arguments.handler}", __package__).command
        status: int = command(arguments, printer, variables)
    except KeyboardInterrupt:
        printer.info("interrupted; nothing was left half done")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except (UvkitError, OSError, ValueError) as error:
        printer.error(error)
        return exit_status(error)
    return status
