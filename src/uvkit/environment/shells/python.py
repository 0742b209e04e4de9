"""``activate_this.py``, for programs that embed Python and cannot start another interpreter."""

from __future__ import annotations

import re

from .activation import Activation

_TEMPLATE = '''\
"""Turn the running interpreter into that of this environment, as far as a running one can be turned.

Use: `path = "..."; exec(open(path).read(), {"__file__": path})`. Modules that are imported already stay as they are.
"""

import os
import site
import sys

try:
    scripts = os.path.dirname(os.path.abspath(__file__))
except NameError as error:
    raise AssertionError("run this file with its own path as `__file__`") from error

environment = os.path.dirname(scripts)
prompt = @NAME@

os.environ["PATH"] = os.pathsep.join([scripts, *os.environ.get("PATH", "").split(os.pathsep)])
os.environ["VIRTUAL_ENV"] = environment
os.environ["VIRTUAL_ENV_PROMPT"] = prompt or os.path.basename(environment)

# What the environment adds to the path comes first, as it would in its own interpreter.
before = len(sys.path)
site.addsitedir(os.path.realpath(os.path.join(scripts, @PURELIB@)))
sys.path[:] = sys.path[before:] + sys.path[:before]

sys.real_prefix = sys.prefix
sys.prefix = environment
'''


def scripts(activation: Activation) -> dict[str, str]:
    """Return the script by its file name."""
    values = {"NAME": ascii(activation.name or ""), "PURELIB": ascii(activation.purelib)}
    return {"activate_this.py": re.sub("@([A-Z]+)@", lambda found: values[found[1]], _TEMPLATE)}
