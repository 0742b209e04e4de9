"""Activation scripts, one module per family of shells; each gives file names and texts for an :class:`Activation`."""

from __future__ import annotations

from . import batch, csh, fish, nushell, posix, powershell, python, xonsh
from .activation import Activation

__all__ = ["Activation", "batch", "csh", "fish", "nushell", "posix", "powershell", "python", "xonsh"]
