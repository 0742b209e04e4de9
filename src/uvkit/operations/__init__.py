"""The verbs, and the public parts that join the layers for them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .builder import Builder
    from .compiled_text import CompileStyle
    from .compiling import CompileResult, compile  # noqa: A004  # pip-compile's name
    from .compiling_target import TargetRequest
    from .exporting import ExportResult, export
    from .installer import Installer, PreparedWheels
    from .installing import install, uninstall
    from .locking import lock
    from .requirement_files import RequirementSet, read_requirements
    from .resolver import Resolver
    from .results import LockResult, Result, SyncResult
    from .session import Session
    from .syncing import sync

_MODULES = {
    "Builder": "builder",
    "CompileResult": "compiling",
    "CompileStyle": "compiled_text",
    "ExportResult": "exporting",
    "Installer": "installer",
    "LockResult": "results",
    "PreparedWheels": "installer",
    "RequirementSet": "requirement_files",
    "Resolver": "resolver",
    "Result": "results",
    "Session": "session",
    "SyncResult": "results",
    "TargetRequest": "compiling_target",
    "compile": "compiling",
    "export": "exporting",
    "install": "installing",
    "lock": "locking",
    "read_requirements": "requirement_files",
    "sync": "syncing",
    "uninstall": "installing",
}

__all__ = [
    "Builder",
    "CompileResult",
    "CompileStyle",
    "ExportResult",
    "Installer",
    "LockResult",
    "PreparedWheels",
    "RequirementSet",
    "Resolver",
    "Result",
    "Session",
    "SyncResult",
    "TargetRequest",
    "compile",
    "export",
    "install",
    "lock",
    "read_requirements",
    "sync",
    "uninstall",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
