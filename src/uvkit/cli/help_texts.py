"""What help says of an option beyond its summary, and how help looks on a terminal."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

Style = Callable[..., str]

# Variables that a command reads itself; those that stand for settings are in `uvkit.settings`.
_OF_COMMANDS = {
    "clear": "UV_VENV_CLEAR",
    "config_file": "UV_CONFIG_FILE",
    "custom_compile_command": "UV_CUSTOM_COMPILE_COMMAND",
    "directory": "UV_WORKING_DIR",
    "no_attestations": "UV_PUBLISH_NO_ATTESTATIONS",
    "no_build_logs": "UV_HIDE_BUILD_OUTPUT",
    "no_config": "UV_NO_CONFIG",
    "no_project": "UV_NO_PROJECT",
    "password": "UV_PUBLISH_PASSWORD",
    "project": "UV_PROJECT",
    "publish_index": "UV_PUBLISH_INDEX",
    "relocatable": "UV_VENV_RELOCATABLE",
    "seed": "UV_VENV_SEED",
    "token": "UV_PUBLISH_TOKEN",
    "username": "UV_PUBLISH_USERNAME",
}
# Options that are spelled in another way than their settings.
_SETTINGS = {
    "build_constraints": "build-constraint",
    "constraints": "constraint",
    "excludes": "exclude",
    "overrides": "override",
}
_HEADING = re.compile(r"^(\S[^:\n]*:)$", re.MULTILINE)
_USAGE = re.compile(r"^(Usage:) (.*)$", re.MULTILINE)
_OPTION = re.compile(r"^(  (?:-\w, |    )|  )(--[\w-]+|-\w)( <[^>\n]+>)?", re.MULTILINE)
_COMMAND = re.compile(r"^(    )([a-z][\w-]*)(?= |$)", re.MULTILINE)


def notes(action: argparse.Action) -> str:
    """Return the choices, the default and the variable of an option, as far as its summary does not name them."""
    text = action.help or ""
    found = []
    if action.choices and not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  # how argparse marks commands
        choices = [str(choice) for choice in action.choices]
        if not all(choice in text for choice in choices):
            found.append(f"[possible values: {', '.join(choices)}]")
    if isinstance(action.default, str) and action.default != argparse.SUPPRESS and action.option_strings:
        found.append(f"[default: {action.default}]")
    variable = variable_of(action)
    if variable is not None:
        found.append(f"[env: {variable}=]")
    return "".join(f" {note}" for note in found)


def variable_of(action: argparse.Action) -> str | None:
    """Return the variable that stands for an option, the newest one if there are several."""
    if not action.option_strings:
        return None
    known = _OF_COMMANDS.get(action.dest)
    if known is not None:
        return known
    from uvkit.settings import VARIABLES

    option = _SETTINGS.get(action.dest, action.dest.replace("_", "-"))
    is_switch = action.nargs == 0
    names = [
        name
        for name, variable in VARIABLES.items()
        if variable.option == option and name.startswith("UV_") and is_switch == (variable.kind == "flag")
    ]
    return names[-1] if names else None


def painted(text: str, style: Style) -> str:
    """Return help with the styles that uv uses: headings green, what is typed cyan."""
    before, heading, after = text.partition("Commands:\n")
    if heading:
        commands, blank, rest = after.partition("\n\n")
        after = _COMMAND.sub(lambda found: found[1] + style(found[2], "cyan", "bold"), commands) + blank + rest
    text = _OPTION.sub(
        lambda found: found[1] + style(found[2], "cyan", "bold") + style(found[3] or "", "cyan"),
        before + heading + after,
    )
    text = _USAGE.sub(lambda found: f"{style(found[1], 'green', 'bold')} {style(found[2], 'cyan')}", text)
    return _HEADING.sub(lambda found: style(found[1], "green", "bold"), text)
