"""The global cache: index pages, metadata, unpacked wheels, built wheels, interpreter facts and memos.

Names load on first use, so that reading an image does not load what writing one needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .built import BuiltStore
    from .cache import Cache
    from .entries import InterpreterStore, MemoStore, MetadataStore, PageEntry, PageStore
    from .images import ImageManifest, WheelImage
    from .records import StoredBody
    from .sweep import CacheUsage
    from .wheels import WheelStore, file_digest

_MODULES = {
    "BuiltStore": "built",
    "Cache": "cache",
    "CacheUsage": "sweep",
    "ImageManifest": "images",
    "InterpreterStore": "entries",
    "MemoStore": "entries",
    "MetadataStore": "entries",
    "PageEntry": "entries",
    "PageStore": "entries",
    "StoredBody": "records",
    "WheelImage": "images",
    "WheelStore": "wheels",
    "file_digest": "wheels",
}

__all__ = [
    "BuiltStore",
    "Cache",
    "CacheUsage",
    "ImageManifest",
    "InterpreterStore",
    "MemoStore",
    "MetadataStore",
    "PageEntry",
    "PageStore",
    "StoredBody",
    "WheelImage",
    "WheelStore",
    "file_digest",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
