"""``activate`` for sh, dash, bash, zsh and ksh, also those of Windows."""

from __future__ import annotations

import re

from .activation import Activation

# A shell that only reads its own name cannot tell where a sourced file is; the others have a variable each. The two
# that would not parse elsewhere hide in `eval`.
_FIND = """\
if [ -n "${BASH_SOURCE:-}" ]; then
    _uvkit_script="$BASH_SOURCE"
elif [ -n "${ZSH_VERSION:-}" ]; then
    eval '_uvkit_script="${(%):-%x}"'
elif [ -n "${KSH_VERSION:-}" ]; then
    eval '_uvkit_script="${.sh.file}"'
else
    echo "activate: this shell does not tell where a sourced file is; use bash, zsh or ksh" >&2
    return 1
fi
VIRTUAL_ENV="$(CDPATH= cd -- "$(dirname -- "$_uvkit_script")/.." > /dev/null && pwd)"
unset _uvkit_script
"""

_TEMPLATE = """\
# Source this file: `. @SCRIPTS@/activate`. It changes the shell that reads it, so running it does nothing.

deactivate () {
    if [ -n "${_OLD_VIRTUAL_PATH:-}" ]; then
        PATH="$_OLD_VIRTUAL_PATH"
        export PATH
        unset _OLD_VIRTUAL_PATH
    fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME:-}" ]; then
        PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"
        export PYTHONHOME
        unset _OLD_VIRTUAL_PYTHONHOME
    fi
    if [ -n "${_OLD_VIRTUAL_PS1+set}" ]; then
        PS1="$_OLD_VIRTUAL_PS1"
        unset _OLD_VIRTUAL_PS1
    fi
    unset VIRTUAL_ENV
    unset VIRTUAL_ENV_PROMPT
    # The shell remembers where it found `python`.
    hash -r 2> /dev/null || true
    if [ "${1:-}" != "nondestructive" ]; then
        unset -f deactivate
    fi
}

# Leave the environment that is active now, whoever made it.
deactivate nondestructive

@LOCATE@
export VIRTUAL_ENV

_OLD_VIRTUAL_PATH="$PATH"
PATH="$VIRTUAL_ENV/@SCRIPTS@:$PATH"
export PATH

VIRTUAL_ENV_PROMPT=@NAME@
export VIRTUAL_ENV_PROMPT

if [ -n "${PYTHONHOME:-}" ]; then
    _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"
    unset PYTHONHOME
fi

if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT:-}" ]; then
    _OLD_VIRTUAL_PS1="${PS1:-}"
@PROMPT@
fi

hash -r 2> /dev/null || true
"""

# bash and dash expand variables and commands in PS1 each time they show it, but not in a variable's value; zsh does so
# only on request, and always expands percent signs. A folder called `$(date)` must be shown, not run.
_CAREFUL_PROMPT = """\
    if [ -z "${ZSH_VERSION:-}" ]; then
        PS1='(${VIRTUAL_ENV_PROMPT}) '"${PS1:-}"
    elif eval '[[ -o prompt_subst ]]'; then
        PS1='(${VIRTUAL_ENV_PROMPT//\\%/%%}) '"${PS1:-}"
    else
        eval 'PS1="(${VIRTUAL_ENV_PROMPT//\\%/%%}) ${PS1:-}"'
    fi"""


def scripts(activation: Activation) -> dict[str, str]:
    """Return the script by its file name."""
    if activation.location is None:
        locate = _FIND.rstrip()
    elif activation.windows:
        # Git's and Cygwin's shells want their own form of the path in PATH.
        plain = quote(activation.location)
        locate = f"VIRTUAL_ENV={plain}\nif command -v cygpath > /dev/null 2>&1; then\n"
        locate += '    VIRTUAL_ENV="$(cygpath -u "$VIRTUAL_ENV")"\nfi'
    else:
        locate = f"VIRTUAL_ENV={quote(activation.location)}"
    name = activation.name
    values = {
        "SCRIPTS": activation.scripts,
        "LOCATE": locate,
        "NAME": '"${VIRTUAL_ENV##*/}"' if name is None else quote(name),
        "PROMPT": _prompt(name),
    }
    return {"activate": re.sub("@([A-Z]+)@", lambda found: values[found[1]], _TEMPLATE)}


def quote(text: str) -> str:
    """Return the text as one literal word of the shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _prompt(name: str | None) -> str:
    if name is not None and not re.search(r"[\\$`!%]", name):
        return f'    PS1={quote(f"({name}) ")}"${{PS1:-}}"'
    return _CAREFUL_PROMPT
