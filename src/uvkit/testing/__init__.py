"""Makers of real wheels, source distributions and a loopback index, for uvkit's tests and for yours."""

from __future__ import annotations

from .distributions import Distribution, make_sdist, make_wheel
from .server import IndexServer, ServedFile

__all__ = ["Distribution", "IndexServer", "ServedFile", "make_sdist", "make_wheel"]
