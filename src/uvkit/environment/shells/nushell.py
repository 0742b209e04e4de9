"""``activate.nu``."""

from __future__ import annotations

import re

from .activation import Activation

_TEMPLATE = """\
# Use this file as an overlay: `overlay use @SCRIPTS@/activate.nu`, and leave it with `deactivate`.

export-env {
    @LOCATE@
    let prompt = @NAME@
    let variable = (if "Path" in $env { "Path" } else { "PATH" })
    let current = ($env | get $variable)
    let current = (if ($current | describe) == "string" { $current | split row (char esep) } else { $current })

    load-env {
        VIRTUAL_ENV: $environment
        VIRTUAL_ENV_PROMPT: $prompt
        ($variable): ($current | prepend ($environment | path join @SCRIPTS@))
    }
    hide-env --ignore-errors PYTHONHOME

    if ($env.VIRTUAL_ENV_DISABLE_PROMPT? | default "" | is-empty) {
        let prefix = $"(char lparen)($prompt)(char rparen) "
        let old = ($env.PROMPT_COMMAND? | default "")
        $env.PROMPT_COMMAND = (
            if ($old | describe) == "closure" {
                {|| $"($prefix)(do $old)" }
            } else {
                {|| $"($prefix)($old)" }
            }
        )
    }
}

export alias pydoc = python -m pydoc
export alias deactivate = overlay hide activate
"""


def scripts(activation: Activation) -> dict[str, str]:
    """Return the script by its file name."""
    name = activation.name
    values = {
        "SCRIPTS": activation.scripts,
        # A constant: an overlay learns its own path only while it is parsed.
        "LOCATE": (
            "const self = path self\n    let environment = ($self | path dirname | path dirname)"
            if activation.location is None
            else f"let environment = {quote(activation.location)}"
        ),
        "NAME": "($environment | path basename)" if name is None else quote(name),
    }
    return {"activate.nu": re.sub("@([A-Z]+)@", lambda found: values[found[1]], _TEMPLATE)}


def quote(text: str) -> str:
    """Return the text as a literal: between double quotes nothing but the backslash is special."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
