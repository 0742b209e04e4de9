"""Verbs that change a project's own files: what it requires, its version, and its beginning."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adding import add
    from .removing import remove
    from .results import EditResult, RequirementChange
    from .sources import AddOptions

_MODULES = {
    "AddOptions": "sources",
    "EditResult": "results",
    "RequirementChange": "results",
    "add": "adding",
    "remove": "removing",
}

__all__ = [
    "AddOptions",
    "EditResult",
    "RequirementChange",
    "add",
    "remove",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
