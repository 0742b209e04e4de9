"""The state of a source tree when it was installed, as uv records it beside the installed metadata.

An installed tree whose record differs from the tree's present state is installed again; both tools read and write the
same record, so each sees what the other installed.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .fingerprint import cache_keys, checked_out_commit, tags

_DEFAULT_KEYS: tuple[dict[str, str], ...] = (
    {"file": "pyproject.toml"},
    {"file": "setup.py"},
    {"file": "setup.cfg"},
    {"dir": "src"},
)
_BILLION = 1_000_000_000


def tree_cache_info(tree: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the record of a tree: newest change of its files, creation of its folders, commit and variables.

    What counts is `tool.uv.cache-keys`, or `pyproject.toml`, `setup.py`, `setup.cfg` and the folder `src`.
    """
    keys = cache_keys(tree)
    newest: int | None = None
    commit: str | None = None
    known: dict[str, str] | None = None
    folders: dict[str, Any] = {}
    environment: dict[str, str | None] = {}
    for key in _DEFAULT_KEYS if keys is None else keys:
        match key:
            case str(pattern) | {"file": str(pattern)}:
                newest = max((*_changes(tree, pattern), newest or 0)) or None
            case {"dir": str(folder)}:
                born = _creation(tree / folder)
                folders[folder] = None if born is None else _moment(born)
            case {"env": str(name)}:
                environment[name] = variables.get(name)
            case {"git": wanted}:
                if wanted is True or (isinstance(wanted, dict) and wanted.get("commit")):
                    commit = checked_out_commit(tree).decode("ascii", "replace") or None
                if isinstance(wanted, dict) and wanted.get("tags"):
                    known = tags(tree)
            case _:
                pass
    return {
        "timestamp": None if newest is None else _moment(newest),
        "commit": commit,
        "tags": None if known is None else dict(sorted(known.items())),
        "env": dict(sorted(environment.items())),
        "directories": dict(sorted(folders.items())),
    }


def archive_cache_info(path: Path) -> dict[str, Any]:
    """Return the record of a local archive: when it last changed."""
    changed = next(_changes(path.parent, path.name), None)
    return {
        "timestamp": None if changed is None else _moment(changed),
        "commit": None,
        "tags": None,
        "env": {},
        "directories": {},
    }


def _changes(tree: Path, pattern: str) -> Iterator[int]:
    paths = tree.glob(pattern) if any(sign in pattern for sign in "*?[") else (tree / pattern,)
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        # On Windows `ctime` is the creation, and there is no time of change.
        yield status.st_mtime_ns if sys.platform == "win32" else status.st_ctime_ns


def _creation(path: Path) -> int | None:
    """Return when a folder was made, in nanoseconds, or when it changed where the system does not keep that."""
    try:
        status = path.stat()
    except OSError:
        return None
    platform: str = sys.platform
    if platform == "linux":
        return _linux_birth(os.fsencode(path)) or status.st_ctime_ns
    if platform == "win32":
        return status.st_ctime_ns
    birth: float = getattr(status, "st_birthtime", 0.0)
    # The attribute is a float, which cannot hold nanoseconds; the change time can, and mostly is the same.
    return status.st_ctime_ns if int(birth) == status.st_ctime_ns // _BILLION else int(birth * _BILLION)


class _Statx(ctypes.Structure):
    """The head of Linux's ``struct statx``, up to the time of birth, and room for the rest."""

    _fields_ = (
        ("head", ctypes.c_uint8 * 80),
        ("birth_seconds", ctypes.c_int64),
        ("birth_nanoseconds", ctypes.c_uint32),
        ("rest", ctypes.c_uint8 * 164),
    )


@cache
def _statx() -> Any:
    function = getattr(ctypes.CDLL(None, use_errno=True), "statx", None)
    if function is not None:
        function.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Statx)]
    return function


def _linux_birth(path: bytes) -> int | None:
    """Return a file's time of birth from ``statx``, which the standard library does not offer, or none."""
    function = _statx()
    at_current_directory, birth_time = -100, 0x800
    answer = _Statx()
    if function is None or function(at_current_directory, path, 0, birth_time, ctypes.byref(answer)):
        return None
    mask = int.from_bytes(bytes(answer.head[:4]), sys.byteorder)
    if not mask & birth_time:
        return None
    return int(answer.birth_seconds) * _BILLION + int(answer.birth_nanoseconds)


def _moment(nanoseconds: int) -> dict[str, int]:
    return {"secs_since_epoch": nanoseconds // _BILLION, "nanos_since_epoch": nanoseconds % _BILLION}
