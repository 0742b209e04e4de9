"""All cases."""

from __future__ import annotations

from . import lock_cases, model_cases, sync_cases

ALL = [*lock_cases.CASES, *model_cases.CASES, *sync_cases.CASES]
