"""The group of commands `tool`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from .grammar import CommandParser
from .tool_options import (
    fill_tool_dir,
    fill_tool_install,
    fill_tool_list,
    fill_tool_run,
    fill_tool_uninstall,
    fill_tool_update_shell,
    fill_tool_upgrade,
)

_Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse has no public name for it


def fill_tool(
    commands: _Commands[CommandParser],
    add: Callable[..., CommandParser],
    group: Callable[[CommandParser, str], _Commands[CommandParser]],
) -> None:
    """Add the commands of `tool`."""
    inner = group(add(commands, "tool", "Run and install commands of packages", arguments=" <COMMAND>"), "tool_command")
    add(
        inner,
        "run",
        "Run a command of a package",
        fill=fill_tool_run,
        aliases=("uvx",),
        arguments=" [COMMAND]",
        trailing="run_command",
    )
    add(inner, "install", "Install the commands of a package", fill=fill_tool_install, arguments=" <PACKAGE>")
    add(inner, "upgrade", "Upgrade installed tools", fill=fill_tool_upgrade, arguments=" <NAME>...")
    add(inner, "list", "List installed tools", fill=fill_tool_list, aliases=("ls",))
    add(inner, "uninstall", "Uninstall a tool", fill=fill_tool_uninstall, arguments=" <NAME>...")
    add(
        inner,
        "update-shell",
        "Let the shell find the commands of tools",
        fill=fill_tool_update_shell,
        aliases=("ensurepath",),
    )
    add(inner, "dir", "Print where tools are", fill=fill_tool_dir)
