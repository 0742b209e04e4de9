"""``activate.csh`` for csh and tcsh."""

from __future__ import annotations

import re

from .activation import Activation

_TEMPLATE = """\
# Source this file: `source @SCRIPTS@/activate.csh`.

alias deactivate '\\
test $?_OLD_VIRTUAL_PATH != 0 && setenv PATH "$_OLD_VIRTUAL_PATH:q" && unset _OLD_VIRTUAL_PATH; \\
test $?_OLD_VIRTUAL_PYTHONHOME != 0 && setenv PYTHONHOME "$_OLD_VIRTUAL_PYTHONHOME:q" \\
&& unset _OLD_VIRTUAL_PYTHONHOME; \\
test $?_OLD_VIRTUAL_PROMPT != 0 && set prompt = "$_OLD_VIRTUAL_PROMPT:q" && unset _OLD_VIRTUAL_PROMPT; \\
unsetenv VIRTUAL_ENV; \\
unsetenv VIRTUAL_ENV_PROMPT; \\
rehash; \\
test "\\!:*" != "nondestructive" && unalias deactivate'

# Leave the environment that is active now, whoever made it.
deactivate nondestructive

@LOCATE@

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

# `$_` is the line that is being read, here the `source` command with this file's path.
_FIND = """\
set _uvkit_called = ( $_ )
if ( $#_uvkit_called < 2 ) then
    echo "activate.csh: source this file from an interactive shell"
    exit 1
endif
setenv VIRTUAL_ENV "`cd '${_uvkit_called[2]:h}/..' && pwd`"
unset _uvkit_called"""


def scripts(activation: Activation) -> dict[str, str]:
    """Return the script by its file name."""
    name = activation.name
    located = activation.location is not None
    values = {
        "SCRIPTS": activation.scripts,
        "LOCATE": f"setenv VIRTUAL_ENV {quote(activation.location)}" if activation.location is not None else "",
        "NAME": '"${VIRTUAL_ENV:t:q}"' if name is None else quote(name),
        "SHOWN": '"($VIRTUAL_ENV_PROMPT:q) "' if name is None else quote(f"({_shown(name)}) "),
    }
    text = re.sub("@([A-Z]+)@", lambda found: values[found[1]], _TEMPLATE)
    if not located:
        # Anything that runs before would take the place of the line that names this file.
        text = f"{_FIND.split(chr(10), 1)[0]}\n{text}".replace(
            "deactivate nondestructive\n\n\n", f"deactivate nondestructive\n\n{_FIND.split(chr(10), 1)[1]}\n"
        )
    return {"activate.csh": text}


def quote(text: str) -> str:
    """Return the text as one literal word: even between single quotes csh expands history and ends at a line break."""
    return "'" + text.replace("'", "'\\''").replace("!", "\\!").replace("\n", "\\\n") + "'"


def _shown(name: str) -> str:
    # tcsh expands `%` and, once more than the quoting above removes, `!` when it shows the prompt.
    return name.replace("%", "%%").replace("!", "\\!")
