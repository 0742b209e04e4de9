"""Locks: from a resolution to a file and back; is it still valid, what changed, what is to be installed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .content_check import LocalState
    from .diff import LockDiff
    from .export_options import ExportFormat, ExportOptions
    from .exported import exported_part
    from .lockfile import Lockfile
    from .satisfies import Degree, Freshness

__all__ = [
    "Degree",
    "ExportFormat",
    "ExportOptions",
    "Freshness",
    "LocalState",
    "LockDiff",
    "Lockfile",
    "exported_part",
]

_MODULES = {
    "Degree": "satisfies",
    "ExportFormat": "export_options",
    "ExportOptions": "export_options",
    "Freshness": "satisfies",
    "LocalState": "content_check",
    "LockDiff": "diff",
    "Lockfile": "lockfile",
    "exported_part": "exported",
}


# Reading a lock must not load what makes one.
def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
