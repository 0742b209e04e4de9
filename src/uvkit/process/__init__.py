"""Run programs."""

from __future__ import annotations

from .run import Completed, run

__all__ = ["Completed", "run"]
