"""Threads without packaging: a bounded pool, run-once jobs, and event delivery on the caller's thread."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .collection import fewer_collections
    from .emitter import Emitter
    from .forks import free_after_fork, new_lock, renew_after_fork
    from .lazy import lazy_property
    from .once import OnceMap
    from .pool import Pool

# Names load on first use: what only needs a lock does not load pools and queues.
_MODULES = {
    "Emitter": "emitter",
    "OnceMap": "once",
    "Pool": "pool",
    "fewer_collections": "collection",
    "free_after_fork": "forks",
    "lazy_property": "lazy",
    "new_lock": "forks",
    "renew_after_fork": "forks",
}

__all__ = [
    "Emitter",
    "OnceMap",
    "Pool",
    "fewer_collections",
    "free_after_fork",
    "lazy_property",
    "new_lock",
    "renew_after_fork",
]


def __getattr__(name: str) -> object:
    """Import the name when it is first used (PEP 562)."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
