"""``activate.xsh`` for xonsh."""

from __future__ import annotations

import re

from .activation import Activation

_TEMPLATE = """\
# Source this file: `source @SCRIPTS@/activate.xsh`.


def _uvkit_activate():
    import os

    def deactivate(args=(), stdin=None):
        saved = __xonsh__.env.get("_OLD_VIRTUAL_PATH", None)
        if saved is not None:
            __xonsh__.env["PATH"] = list(saved)
            del __xonsh__.env["_OLD_VIRTUAL_PATH"]
        saved = __xonsh__.env.get("_OLD_VIRTUAL_PYTHONHOME", None)
        if saved is not None:
            __xonsh__.env["PYTHONHOME"] = saved
            del __xonsh__.env["_OLD_VIRTUAL_PYTHONHOME"]
        for name in ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"):
            if name in __xonsh__.env:
                del __xonsh__.env[name]
        if "nondestructive" not in args and "deactivate" in aliases:
            del aliases["deactivate"]

    # Leave the environment that is active now, whoever made it.
    if "deactivate" in aliases:
        deactivate(["nondestructive"])
    aliases["deactivate"] = deactivate

    environment = @LOCATE@
    __xonsh__.env["_OLD_VIRTUAL_PATH"] = list(__xonsh__.env["PATH"])
    __xonsh__.env["PATH"].insert(0, os.path.join(environment, "@SCRIPTS@"))
    __xonsh__.env["VIRTUAL_ENV"] = environment
    # xonsh's own prompt shows this.
    __xonsh__.env["VIRTUAL_ENV_PROMPT"] = @NAME@
    if "PYTHONHOME" in __xonsh__.env:
        __xonsh__.env["_OLD_VIRTUAL_PYTHONHOME"] = __xonsh__.env["PYTHONHOME"]
        del __xonsh__.env["PYTHONHOME"]


_uvkit_activate()
del _uvkit_activate
"""


def scripts(activation: Activation) -> dict[str, str]:
    """Return the script by its file name."""
    name = activation.name
    values = {
        "SCRIPTS": activation.scripts,
        "LOCATE": (
            "os.path.dirname(os.path.dirname(os.path.abspath(__file__)))"
            if activation.location is None
            else ascii(activation.location)
        ),
        "NAME": 'f"({os.path.basename(environment)}) "' if name is None else ascii(f"({name}) "),
    }
    return {"activate.xsh": re.sub("@([A-Z]+)@", lambda found: values[found[1]], _TEMPLATE)}
