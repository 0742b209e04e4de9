"""Verbs about interpreters: which one a folder or script uses, and which one it is to use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .finding import FoundPython, find_python
    from .installing import install_pythons, upgrade_pythons
    from .pinning import PinResult, pin_python, pinned_python, unpin_python

_MODULES = {
    "FoundPython": "finding",
    "PinResult": "pinning",
    "find_python": "finding",
    "install_pythons": "installing",
    "pin_python": "pinning",
    "pinned_python": "pinning",
    "unpin_python": "pinning",
    "upgrade_pythons": "installing",
}

__all__ = [
    "FoundPython",
    "PinResult",
    "find_python",
    "install_pythons",
    "pin_python",
    "pinned_python",
    "unpin_python",
    "upgrade_pythons",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
