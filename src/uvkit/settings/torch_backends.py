"""The backends of PyTorch that a setting can name."""

from __future__ import annotations

from typing import get_args

from uvkit.formats import TorchBackend

TORCH_BACKENDS: tuple[str, ...] = get_args(TorchBackend)
