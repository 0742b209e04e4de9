"""The global cache: index pages, metadata, unpacked wheels, built wheels, interpreter facts and memos.

Names load on first use, so that reading an image does not load what writing one needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .images import ImageManifest, WheelImage

__all__ = ["ImageManifest", "WheelImage"]

_HOME = {"ImageManifest": "images", "WheelImage": "images"}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
