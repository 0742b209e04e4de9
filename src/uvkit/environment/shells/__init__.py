"""Activation scripts, one module per family of shells; each gives file names and texts for an :class:`Activation`."""

from __future__ import annotations

from .activation import Activation

__all__ = ["Activation"]
