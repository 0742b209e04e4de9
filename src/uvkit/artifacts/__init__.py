"""Files and source trees into the cache."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .metadata_source import IndexMetadataSource, SourceBuilder
    from .preparation import Prepared, WheelBuilder, missing, prepare, prepare_all
    from .wheelhouse import Collected, collect

# Resolving loads nothing of what preparing wheels needs, and the other way round.
_MODULES = {
    "Collected": "wheelhouse",
    "IndexMetadataSource": "metadata_source",
    "SourceBuilder": "metadata_source",
    "Prepared": "preparation",
    "WheelBuilder": "preparation",
    "collect": "wheelhouse",
    "missing": "preparation",
    "prepare": "preparation",
    "prepare_all": "preparation",
}

__all__ = [
    "Collected",
    "IndexMetadataSource",
    "Prepared",
    "SourceBuilder",
    "WheelBuilder",
    "collect",
    "missing",
    "prepare",
    "prepare_all",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
