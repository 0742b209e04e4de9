"""Locks: from a resolution to a file and back; is it still valid, what changed, what is to be installed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .content_check import LocalState
    from .diff import LockDiff
    from .lockfile import Lockfile
    from .satisfies import Degree, Freshness

__all__ = ["Degree", "Freshness", "LocalState", "LockDiff", "Lockfile"]

_MODULES = {
    "Degree": "satisfies",
    "Freshness": "satisfies",
    "LocalState": "content_check",
    "LockDiff": "diff",
    "Lockfile": "lockfile",
}


# Reading a lock must not load what makes one.
def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
