"""``activate.csh`` for csh and tcsh."""

from __future__ import annotations

import re

from .activation import Activation

# csh has no functions, and an alias is one line. Its own arguments are history, hence the last test.
_DEACTIVATE = (
    "alias deactivate '"
    'test $?_OLD_VIRTUAL_PATH != 0 && setenv PATH "$_OLD_VIRTUAL_PATH:q" && unset _OLD_VIRTUAL_PATH; '
    'test $?_OLD_VIRTUAL_PYTHONHOME != 0 && setenv PYTHONHOME "$_OLD_VIRTUAL_PYTHONHOME:q" '
    "&& unset _OLD_VIRTUAL_PYTHONHOME; "
    'test $?_OLD_VIRTUAL_PROMPT != 0 && set prompt="$_OLD_VIRTUAL_PROMPT:q" && unset _OLD_VIRTUAL_PROMPT; '
    "unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; rehash; "
    'test "\\!:*" != "nondestructive" && unalias deactivate\''
)

_TEMPLATE = """\
# Source this file: `source @SCRIPTS@/activate.csh`.

@DEACTIVATE@

# Leave the environment that is active now, whoever made it.
deactivate nondestructive

setenv VIRTUAL_ENV @LOCATION@

set _OLD_VIRTUAL_PATH = "$PATH:q"
setenv PATH "${VIRTUAL_ENV:q}/@SCRIPTS@:${PATH:q}"
setenv VIRTUAL_ENV_PROMPT @NAME@

if ( $?PYTHONHOME ) then
    set _OLD_VIRTUAL_PYTHONHOME = "$PYTHONHOME:q"
    unsetenv PYTHONHOME
endif

if ( ! $?VIRTUAL_ENV_DISABLE_PROMPT && $?prompt ) then
    set _OLD_VIRTUAL_PROMPT = "$prompt:q"
    set prompt = @SHOWN@"$prompt:q"
endif

rehash
"""


def scripts(activation: Activation) -> dict[str, str]:
    """Return the script by its file name; none for an environment that may be moved.

    A sourced script has no way to learn its own path here: `$_` is the line before in half of all cases.
    """
    location, name = activation.location, activation.name
    if location is None or name is None:
        return {}
    values = {
        "DEACTIVATE": _DEACTIVATE,
        "SCRIPTS": activation.scripts,
        "LOCATION": quote(location),
        "NAME": quote(name),
        "SHOWN": quote(f"({_shown(name)}) "),
    }
    return {"activate.csh": re.sub("@([A-Z]+)@", lambda found: values[found[1]], _TEMPLATE)}


def quote(text: str) -> str:
    """Return the text as one literal word: even between single quotes csh expands history and ends at a line break."""
    return "'" + text.replace("'", "'\\''").replace("!", "\\!").replace("\n", "\\\n") + "'"


def _shown(name: str) -> str:
    # tcsh expands `%` and, once more than the quoting above removes, `!` when it shows the prompt.
    return name.replace("%", "%%").replace("!", "\\!")
