"""What the commands of `tool` have in common."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_notices
from uvkit.cli.running import split_requirements


def asked(arguments: argparse.Namespace, session: uvkit.Session) -> uvkit.RequirementSet:
    """Return what is to come with a tool, and the limits of it.

    Raises:
        UvkitError: as `read_requirements`.
    """
    given = vars(arguments)
    files = given.get("run_with_requirements") or ()
    return uvkit.read_requirements(
        [one for text in given.get("run_with") or () for one in split_requirements(text)],
        files=files,
        editable=[one for text in given.get("run_with_editable") or () for one in split_requirements(text)],
        contents={"-": sys.stdin.buffer.read()} if "-" in files else {},
        session=session,
    )


def names(arguments: argparse.Namespace, *, verb: str) -> tuple[str, ...]:
    """Return the tools that are meant; none are all of them.

    Raises:
        ValueError: nothing was named.
    """
    if not arguments.tool_names and not arguments.tool_all:
        raise ValueError(f"name at least one tool to {verb}, or all of them with `--all`")
    if arguments.tool_names and arguments.tool_all:
        raise ValueError("the argument `--all` cannot be used with names of tools")
    return tuple(arguments.tool_names)


def counted_executables(number: int) -> str:
    """Return `1 executable` or `3 executables`."""
    return f"{number} executable{'' if number == 1 else 's'}"


def show_executables(printer: Printer, result: uvkit.ToolResult) -> None:
    """Print which commands were put in place, those of the tool itself last."""
    own = result.tool.project
    for project, executables in result.executables.items():
        if project != own and executables:
            shown = ", ".join(executables)
            printer.info(f"Installed {counted_executables(len(executables))} from `{project}`: {shown}")
    executables = result.executables.get(own, ())
    if executables:
        printer.info(f"Installed {counted_executables(len(executables))}: {', '.join(executables)}")
    show_notices(printer, result.notices)


def warn_of_path(printer: Printer, tools: uvkit.Tools, variables: Mapping[str, str]) -> None:
    """Say that a shell does not find the commands, if it does not."""
    folder = tools.executables
    if not tools.is_on_path():
        shell = variables.get("SHELL", "")
        line = f'fish_add_path "{folder}"' if shell.endswith("fish") else f'export PATH="{folder}:$PATH"'
        advice = f"run `{line}` or `uvkit tool update-shell`" if shell else "add the directory to your PATH"
        printer.warn(f"`{folder}` is not on your PATH. To use installed tools, {advice}.")
