"""The variables of a program that runs in an environment, as uv sets them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from uvkit.errors import InvalidOptionError

if TYPE_CHECKING:
    from uvkit.environment import Environment

_DEPTH = "UV_RUN_RECURSION_DEPTH"
_MOST = "UV_RUN_MAX_RECURSION_DEPTH"
_DEFAULT_MOST = 100


def child_variables(
    inherited: Mapping[str, str], environments: Sequence[Environment], *, active: bool = True
) -> dict[str, str]:
    """Return the variables of a program: the programs of the environments come first, the first one is the active one.

    Unless ``active``, no environment is; that is how tools run.
    """
    values = dict(inherited)
    # Windows does not distinguish the case of names, and usually writes this one differently.
    name = next((key for key in values if key.upper() == "PATH"), "PATH") if os.name == "nt" else "PATH"
    rest = values.get(name, os.defpath)
    values[name] = os.pathsep.join(filter(None, (*(str(one.scheme.scripts) for one in environments), rest)))
    if not active:
        return values
    if environments[0].is_virtual:
        values["VIRTUAL_ENV"] = str(environments[0].path)
        values.pop("PYTHONHOME", None)
    values[_DEPTH] = str(_number(values, _DEPTH, 0) + 1)
    return values


def check_depth(variables: Mapping[str, str]) -> None:
    """Refuse to go on if programs run each other without end.

    Raises:
        InvalidOptionError: they did so too often.
    """
    depth, most = _number(variables, _DEPTH, 0), _number(variables, _MOST, _DEFAULT_MOST)
    if depth > most:
        reason = f"programs ran each other {depth} times; a script with `uvkit run` in its first line needs `--script`"
        raise InvalidOptionError(problems=((_DEPTH, reason),))


def _number(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name, "")
    return int(text) if text.isdigit() else default
