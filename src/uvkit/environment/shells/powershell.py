"""``activate.ps1`` for Windows PowerShell and PowerShell 7 on every system."""

from __future__ import annotations

import re

from .activation import Activation

# The script always finds itself, so no path has to be quoted and every environment may be moved for it.
_TEMPLATE = """\
# Run this file: `@SCRIPTS@/activate.ps1`, and leave the environment with `deactivate`.

function global:deactivate([switch] $NonDestructive) {
    if (Test-Path variable:_OLD_VIRTUAL_PATH) {
        $env:PATH = $global:_OLD_VIRTUAL_PATH
        Remove-Variable "_OLD_VIRTUAL_PATH" -Scope global
    }
    if (Test-Path variable:_OLD_VIRTUAL_PYTHONHOME) {
        $env:PYTHONHOME = $global:_OLD_VIRTUAL_PYTHONHOME
        Remove-Variable "_OLD_VIRTUAL_PYTHONHOME" -Scope global
    }
    if (Test-Path function:_uvkit_old_prompt) {
        $function:prompt = $function:_uvkit_old_prompt
        Remove-Item function:_uvkit_old_prompt
    }
    if (Test-Path env:VIRTUAL_ENV) {
        Remove-Item env:VIRTUAL_ENV
    }
    if (Test-Path env:VIRTUAL_ENV_PROMPT) {
        Remove-Item env:VIRTUAL_ENV_PROMPT
    }
    if (!$NonDestructive) {
        Remove-Item function:deactivate
    }
}

# Leave the environment that is active now, whoever made it.
deactivate -NonDestructive

$env:VIRTUAL_ENV = Split-Path -Parent $PSScriptRoot
$env:VIRTUAL_ENV_PROMPT = @NAME@

$global:_OLD_VIRTUAL_PATH = $env:PATH
$env:PATH = (Join-Path $env:VIRTUAL_ENV "@SCRIPTS@") + [System.IO.Path]::PathSeparator + $env:PATH

if (Test-Path env:PYTHONHOME) {
    $global:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
    Remove-Item env:PYTHONHOME
}

if (!$env:VIRTUAL_ENV_DISABLE_PROMPT) {
    function global:_uvkit_old_prompt {
        ""
    }
    $function:_uvkit_old_prompt = $function:prompt
    function global:prompt {
        # The prompt in use is free to write to the screen itself, so the prefix goes the same way.
        Write-Host ("(" + $env:VIRTUAL_ENV_PROMPT + ") ") -NoNewline
        _uvkit_old_prompt
    }
}
"""


def scripts(activation: Activation) -> dict[str, str]:
    """Return the script by its file name."""
    name = activation.name
    values = {
        "SCRIPTS": activation.scripts,
        "NAME": "Split-Path -Leaf $env:VIRTUAL_ENV" if name is None else quote(name),
    }
    return {"activate.ps1": re.sub("@([A-Z]+)@", lambda found: values[found[1]], _TEMPLATE)}


def quote(text: str) -> str:
    """Return the text as a literal; PowerShell takes the typographic quotation marks for plain ones."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"
