"""Run programs."""

from __future__ import annotations

from .attached import Ended, replace_process, run_attached
from .run import Completed, run

__all__ = ["Completed", "Ended", "replace_process", "run", "run_attached"]
