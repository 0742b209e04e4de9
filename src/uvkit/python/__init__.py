"""Interpreters: find, probe, describe."""

from __future__ import annotations

from .interpreter import Interpreter
from .probe import probe, running

__all__ = ["Interpreter", "probe", "running"]
