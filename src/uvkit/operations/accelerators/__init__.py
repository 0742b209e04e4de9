"""Builds for accelerators: which one this machine has, and which indexes have PyTorch for it."""

from __future__ import annotations

from .backends import ECOSYSTEM, Accelerator, backends_for
from .choosing import AcceleratedSource, accelerated_indexes
from .detection import detect

__all__ = ["ECOSYSTEM", "AcceleratedSource", "Accelerator", "accelerated_indexes", "backends_for", "detect"]
