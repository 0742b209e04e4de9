"""Completions of the command line for shells, as scripts made from the grammar.

A script knows every command, option and choice by itself, so pressing the tab key starts no interpreter.
"""

from __future__ import annotations

from collections.abc import Callable

from .bash import bash_script
from .fish import fish_script
from .powershell import powershell_script
from .tree import Command, Option, command_tree
from .zsh import zsh_script

__all__ = ["SCRIPTS", "Command", "Option", "command_tree"]

SCRIPTS: dict[str, Callable[[tuple[Command, ...]], str]] = {
    "bash": bash_script,
    "fish": fish_script,
    "powershell": powershell_script,
    "zsh": zsh_script,
}
