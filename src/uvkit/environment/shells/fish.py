"""``activate.fish``."""

from __future__ import annotations

import re

from .activation import Activation

_TEMPLATE = """\
# Source this file: `source @SCRIPTS@/activate.fish`.

function deactivate -d "Leave the virtual environment"
    if set -q _OLD_VIRTUAL_PATH
        set -gx PATH $_OLD_VIRTUAL_PATH
        set -e _OLD_VIRTUAL_PATH
    end
    if set -q _OLD_VIRTUAL_PYTHONHOME
        set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
        set -e _OLD_VIRTUAL_PYTHONHOME
    end
    if functions -q _uvkit_old_prompt
        functions -e fish_prompt
        functions -c _uvkit_old_prompt fish_prompt
        functions -e _uvkit_old_prompt
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != nondestructive
        functions -e deactivate
    end
end

# Leave the environment that is active now, whoever made it.
deactivate nondestructive

set -gx VIRTUAL_ENV @LOCATE@
set -gx VIRTUAL_ENV_PROMPT @NAME@

set -g _OLD_VIRTUAL_PATH $PATH
set -gx PATH "$VIRTUAL_ENV/@SCRIPTS@" $PATH

if set -q PYTHONHOME
    set -g _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end

if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _uvkit_old_prompt
    function fish_prompt
        # The prompt in use may show the status of the last command.
        set -l last_status $status
        printf "(%s) " "$VIRTUAL_ENV_PROMPT"
        sh -c "exit $last_status"
        _uvkit_old_prompt
    end
end
"""


def scripts(activation: Activation) -> dict[str, str]:
    """Return the script by its file name."""
    name = activation.name
    values = {
        "SCRIPTS": activation.scripts,
        "LOCATE": (
            '(realpath (dirname (status filename))"/..")' if activation.location is None else quote(activation.location)
        ),
        "NAME": '(basename "$VIRTUAL_ENV")' if name is None else quote(name),
    }
    return {"activate.fish": re.sub("@([A-Z]+)@", lambda found: values[found[1]], _TEMPLATE)}


def quote(text: str) -> str:
    """Return the text as one literal word."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
