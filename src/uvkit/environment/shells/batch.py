"""``activate.bat`` and ``deactivate.bat`` for the command prompt of Windows."""

from __future__ import annotations

import re

from .activation import Activation

# `%~dp0` is the folder of the script, so no path has to be quoted. Delayed expansion stays off: it would eat every
# exclamation mark in PATH.
_ACTIVATE = """\
@echo off
rem Run this file: `@SCRIPTS@\\activate.bat`, and leave the environment with `deactivate`.

for %%i in ("%~dp0..") do set "VIRTUAL_ENV=%%~fi"
@NAME@

if defined _OLD_VIRTUAL_PROMPT set "PROMPT=%_OLD_VIRTUAL_PROMPT%"
if defined _OLD_VIRTUAL_PYTHONHOME set "PYTHONHOME=%_OLD_VIRTUAL_PYTHONHOME%"
if defined _OLD_VIRTUAL_PATH set "PATH=%_OLD_VIRTUAL_PATH%"

set "_OLD_VIRTUAL_PATH=%PATH%"
set "PATH=%VIRTUAL_ENV%\\@SCRIPTS@;%PATH%"

if not defined PYTHONHOME goto :home_is_set
set "_OLD_VIRTUAL_PYTHONHOME=%PYTHONHOME%"
set PYTHONHOME=
:home_is_set

if defined VIRTUAL_ENV_DISABLE_PROMPT goto :prompt_is_set
if not defined PROMPT set "PROMPT=$P$G"
set "_OLD_VIRTUAL_PROMPT=%PROMPT%"
set "PROMPT=(@SHOWN@) %PROMPT%"
:prompt_is_set
"""

_DEACTIVATE = """\
@echo off

if defined _OLD_VIRTUAL_PROMPT set "PROMPT=%_OLD_VIRTUAL_PROMPT%"
set _OLD_VIRTUAL_PROMPT=

if defined _OLD_VIRTUAL_PYTHONHOME set "PYTHONHOME=%_OLD_VIRTUAL_PYTHONHOME%"
set _OLD_VIRTUAL_PYTHONHOME=

if defined _OLD_VIRTUAL_PATH set "PATH=%_OLD_VIRTUAL_PATH%"
set _OLD_VIRTUAL_PATH=

set VIRTUAL_ENV=
set VIRTUAL_ENV_PROMPT=
"""

_PYDOC = "@python -m pydoc %*\n"


def scripts(activation: Activation) -> dict[str, str]:
    """Return the scripts by their file names, with the line ends that the command prompt needs to find labels."""
    name = activation.name
    values = {
        "SCRIPTS": activation.scripts,
        "NAME": (
            'for %%i in ("%VIRTUAL_ENV%") do set "VIRTUAL_ENV_PROMPT=%%~nxi"'
            if name is None
            else f'set "VIRTUAL_ENV_PROMPT={quote(name)}"'
        ),
        # `$` starts the prompt's own codes.
        "SHOWN": "%VIRTUAL_ENV_PROMPT%" if name is None else quote(name).replace("$", "$$"),
    }
    activate = re.sub("@([A-Z]+)@", lambda found: values[found[1]], _ACTIVATE)
    files = {"activate.bat": activate, "deactivate.bat": _DEACTIVATE, "pydoc.bat": _PYDOC}
    return {file: text.replace("\n", "\r\n") for file, text in files.items()}


def quote(text: str) -> str:
    """Return the text as it stands between the quotation marks of ``set``, which have no escape of their own."""
    return text.replace("%", "%%").replace('"', "'").replace("\r", " ").replace("\n", " ")
