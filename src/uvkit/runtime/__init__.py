"""Threads without packaging: a bounded pool, run-once jobs, and event delivery on the caller's thread."""

from __future__ import annotations

from .collection import fewer_collections
from .emitter import Emitter
from .lazy import lazy_property
from .once import OnceMap
from .pool import Pool

__all__ = ["Emitter", "OnceMap", "Pool", "fewer_collections", "lazy_property"]
