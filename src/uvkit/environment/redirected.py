"""An interpreter that installs somewhere else: into a plain folder, below a prefix, or into the user's own folders."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from uvkit.python import Interpreter

Layout: TypeAlias = Literal["target", "prefix", "user"]


def redirected(interpreter: Interpreter, folder: Path, layout: Layout) -> Interpreter:
    """Return the interpreter as one whose distributions lie in a folder, and that sees no others.

    ``target`` puts modules right into the folder, ``prefix`` where a virtual environment in it would have them, and
    ``user`` where the interpreter looks for those of one user, whose base the folder is.
    """
    places = _paths(interpreter, layout)
    paths = {name: os.path.normpath(folder / place) for name, place in places.items()}
    # Without the standard library's folder, nobody claims what is installed here (PEP 668).
    facts: Any = {**interpreter.facts, "paths": paths, "site": []}
    return replace(interpreter, prefix=folder, base_prefix=folder, facts=facts)


def _paths(interpreter: Interpreter, layout: Layout) -> Mapping[str, str]:
    scheme = interpreter.scheme
    if layout == "target":
        scripts = os.path.basename(scheme["scripts"])
        return {"purelib": "", "platlib": "", "scripts": scripts, "data": "", "include": "include"}
    if layout == "prefix":
        return scheme
    major, minor = interpreter.pair
    system = interpreter.facts["markers"]["sys_platform"]
    if system == "win32":
        home = f"Python{major}{minor}"
        site, headers = f"{home}/site-packages", f"{home}/Include"
        return {"purelib": site, "platlib": site, "scripts": f"{home}/Scripts", "data": "", "include": headers}
    if interpreter.facts["framework"]:
        site, headers = "lib/python/site-packages", f"include/python{major}.{minor}"
        return {"purelib": site, "platlib": site, "scripts": "bin", "data": "", "include": headers}
    return {**scheme, "include": f"include/python{major}.{minor}"}


def user_base(interpreter: Interpreter, variables: Mapping[str, str]) -> Path:
    """Return the folder of one user's distributions, as the module `site` of the standard library finds it."""
    given = variables.get("PYTHONUSERBASE")
    if given:
        return Path(given).expanduser()
    if interpreter.facts["markers"]["sys_platform"] == "win32":
        return Path(variables.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "Python"
    home = Path(variables.get("HOME") or Path.home())
    if interpreter.facts["framework"]:
        major, minor = interpreter.pair
        return home / "Library" / interpreter.facts["framework"] / f"{major}.{minor}"
    return home / ".local"
