"""Environments: create, read, plan, change."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .consistency import check
    from .environment import Environment
    from .scheme import Scheme
    from .venv import Existing, VenvOptions, create_environment

# Names load on first use, so that finding nothing to do does not load what changing something needs.
_MODULES = {
    "Environment": "environment",
    "Existing": "venv",
    "Scheme": "scheme",
    "VenvOptions": "venv",
    "check": "consistency",
    "create_environment": "venv",
}

__all__ = [
    "Environment",
    "Existing",
    "Scheme",
    "VenvOptions",
    "check",
    "create_environment",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
