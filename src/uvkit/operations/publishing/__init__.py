"""Distributions to give away: make them of source trees, and upload them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .building import build
    from .built import BuildResult, BuiltDistributions, DistributionKind
    from .published import PublishedFile, PublishResult
    from .publishing import publish

_MODULES = {
    "BuildResult": "built",
    "BuiltDistributions": "built",
    "DistributionKind": "built",
    "PublishResult": "published",
    "PublishedFile": "published",
    "build": "building",
    "publish": "publishing",
}

__all__ = [
    "BuildResult",
    "BuiltDistributions",
    "DistributionKind",
    "PublishResult",
    "PublishedFile",
    "build",
    "publish",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
