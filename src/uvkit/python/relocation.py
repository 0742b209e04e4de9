"""Make an unpacked interpreter at home where it is: its build configuration names the folder it was built for."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from .keys import PythonKey

Values: TypeAlias = Mapping[str, Any]

# PEP 668: what installs into it by accident would be gone after the next patch release.
EXTERNALLY_MANAGED = """\
[externally-managed]
Error=This Python installation is managed by uvkit and should not be modified.
"""
_BUILT_FOR = "/install"
# The builders' own compilers, which nobody else has, by the variables of Python's makefile that begin with them.
_COMPILERS = {"clang": "cc", "clang++": "c++", "gcc": "cc", "g++": "c++"}
_COMPILED_WITH = ("BLDSHARED", "CC", "CXX", "LDCXXSHARED", "LDSHARED", "LINKCC", "MAINCC")
_TOOLS = {"AR": "ar", "RANLIB": "ranlib", "NM": "nm", "READELF": "readelf"}
_NOT_PATHS = frozenset({"CONFIG_ARGS"})


def relocate(unpacked: Path, final: Path, key: PythonKey) -> None:
    """Change what names the folder of the build, for an interpreter that is going to live in ``final``.

    Also claims it (PEP 668) and gives it the names that people start it by. Libraries of macOS keep the name they were
    linked with, which only matters to programs that embed this Python.
    """
    if key.system != "windows":
        name_executables(unpacked / "bin", key)
    stdlib = stdlib_of(unpacked, key)
    if stdlib is not None:
        (stdlib / "EXTERNALLY-MANAGED").write_text(EXTERNALLY_MANAGED, encoding="utf-8", newline="\n")
    if key.implementation != "cpython" or stdlib is None:
        return
    for path in sorted(stdlib.glob("_sysconfigdata_*.py")):
        _rewrite_configuration(path, final)
    for path in sorted((unpacked / "lib" / "pkgconfig").glob("*.pc")):
        if not path.is_symlink():
            _rewrite_pkgconfig(path)


def stdlib_of(folder: Path, key: PythonKey) -> Path | None:
    """Return the folder of the standard library in an installation, or none if it is laid out in an unknown way."""
    major, minor = key.pair
    name = f"python{major}.{minor}{'t' if key.free_threaded else ''}"
    for place in (
        folder / "lib" / name,
        folder / "Lib",
        folder / "lib" / f"pypy{major}.{minor}",
        folder / "lib-python",
    ):
        if (place / "os.py").is_file():
            return place
    return None


def name_executables(folder: Path, key: PythonKey) -> None:
    """Let an interpreter answer to `python`, `python3` and `python3.12`, whatever its own name is."""
    major, minor = key.pair
    own = next((name for name in executable_names(key) if (folder / name).exists()), None)
    if own is None:
        return
    names = ["python", f"python{major}", f"python{major}.{minor}"]
    if key.free_threaded:
        names.append(f"python{major}.{minor}t")
    for name in names:
        if not os.path.lexists(folder / name):
            (folder / name).symlink_to(own)


def executable_names(key: PythonKey) -> Iterator[str]:
    """Return the names that the interpreter of a build may have, the most telling first."""
    major, minor = key.pair
    stem = "python" if key.implementation == "cpython" else key.implementation
    yield key.executable_name
    yield f"{stem}{major}.{minor}"
    yield f"{stem}{major}"
    yield stem
    yield "python3"
    yield "python"


def relocated(values: Values, prefix: str) -> dict[str, Any]:
    """Return the variables of Python's makefile for a folder, with compilers that a machine may have."""
    built_for = str(values.get("prefix") or _BUILT_FOR)
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if not isinstance(value, str) or name in _NOT_PATHS:
            changed[name] = value
            continue
        words = _without_sdk([_moved(word, built_for, prefix) for word in value.split()])
        if words and name in _COMPILED_WITH:
            words[0] = _COMPILERS.get(os.path.basename(words[0]), words[0])
        elif words and name in _TOOLS and os.path.isabs(words[0]):
            words[0] = _TOOLS[name]
        changed[name] = " ".join(words)
    changed["PYTHON_BUILD_STANDALONE"] = 1
    return changed


def _moved(word: str, built_for: str, prefix: str) -> str:
    """Return a word with the folder of the build in it replaced: alone, below it, in a list of paths, or as `-L…`."""
    if built_for not in word:
        return word
    pattern = rf"(^|[:=,]|(?<=^-[LI])){re.escape(built_for)}(?=/|:|,|$)"
    return re.sub(pattern, lambda found: found[1] + prefix, word)


def _without_sdk(words: list[str]) -> list[str]:
    """Leave out which SDK of macOS the builders had."""
    kept: list[str] = []
    position = 0
    while position < len(words):
        if words[position] == "-isysroot":
            position += 2
            continue
        kept.append(words[position])
        position += 1
    return kept


def _rewrite_configuration(path: Path, final: Path) -> None:
    text = path.read_text(encoding="utf-8")
    values = read_configuration(text)
    if values is None:
        return
    from pprint import pformat

    head = "# system configuration generated and used by the sysconfig module\nbuild_time_vars = "
    path.write_text(head + pformat(relocated(values, str(final))) + "\n", encoding="utf-8", newline="\n")


def read_configuration(text: str) -> dict[str, Any] | None:
    """Return the variables that a `_sysconfigdata` module assigns, without running it; none if it does more."""
    try:
        module = ast.parse(text)
        values = next(
            ast.literal_eval(statement.value)
            for statement in module.body
            if isinstance(statement, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == "build_time_vars" for target in statement.targets)
        )
    except (SyntaxError, ValueError, StopIteration):
        return None
    return values if isinstance(values, dict) else None


def _rewrite_pkgconfig(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    depth = "../.."  # from `lib/pkgconfig`
    path.write_text(re.sub(r"(?m)^prefix=.*$", f"prefix=${{pcfiledir}}/{depth}", text), encoding="utf-8", newline="\n")
