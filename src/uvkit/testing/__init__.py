"""Makers of wheels, source distributions, a loopback index and a world in memory, for uvkit's tests and for yours."""

from __future__ import annotations

from .distributions import Distribution, make_sdist, make_wheel
from .memory import MemorySource
from .server import IndexServer, ServedFile

__all__ = ["Distribution", "IndexServer", "MemorySource", "ServedFile", "make_sdist", "make_wheel"]
