"""Build frontend: metadata and wheels of source archives, trees and repositories (PEP 517, 621, 643, 660)."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .build_system import read_build_system
    from .cache_info import archive_cache_info, tree_cache_info
    from .fingerprint import tree_fingerprint
    from .frontend import Frontend
    from .isolation import BuildEnvironment, BuildSettings, EnvironmentFactory
    from .sources import Repositories, SourceBuilder, folder_below
    from .state import BuildState
    from .static_metadata import archive_metadata, has_computed_version, tree_core_metadata, tree_metadata

# A run that builds nothing must not load what building needs.
_MODULES = {
    "BuildEnvironment": "isolation",
    "BuildSettings": "isolation",
    "BuildState": "state",
    "EnvironmentFactory": "isolation",
    "Frontend": "frontend",
    "Repositories": "sources",
    "SourceBuilder": "sources",
    "archive_cache_info": "cache_info",
    "archive_metadata": "static_metadata",
    "folder_below": "sources",
    "has_computed_version": "static_metadata",
    "read_build_system": "build_system",
    "tree_cache_info": "cache_info",
    "tree_core_metadata": "static_metadata",
    "tree_fingerprint": "fingerprint",
    "tree_metadata": "static_metadata",
}

__all__ = [
    "BuildEnvironment",
    "BuildSettings",
    "BuildState",
    "EnvironmentFactory",
    "Frontend",
    "Repositories",
    "SourceBuilder",
    "archive_cache_info",
    "archive_metadata",
    "folder_below",
    "has_computed_version",
    "read_build_system",
    "tree_cache_info",
    "tree_core_metadata",
    "tree_fingerprint",
    "tree_metadata",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
