"""Projects and workspaces on disk: snapshots of their tables, and the question that locks them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .indexes import IndexConfig, cut_off, flat_indexes, in_order, index_location, index_of, table_indexes
    from .local_trees import NoSources, build_requirements, declared_of_tree, lowered_tree, recorded_metadata
    from .options import resolver_field, resolver_keys, resolver_options
    from .project import Project, version_notices
    from .request import static_metadata
    from .script import Script
    from .settings_file import SettingsFile, read_settings, settings_in
    from .tree import SourceTree
    from .workspace import Workspace

# A project without scripts and settings does not load what reads those.
_MODULES = {
    "IndexConfig": "indexes",
    "NoSources": "local_trees",
    "Project": "project",
    "Script": "script",
    "SettingsFile": "settings_file",
    "SourceTree": "tree",
    "Workspace": "workspace",
    "build_requirements": "local_trees",
    "cut_off": "indexes",
    "declared_of_tree": "local_trees",
    "flat_indexes": "indexes",
    "in_order": "indexes",
    "index_location": "indexes",
    "index_of": "indexes",
    "lowered_tree": "local_trees",
    "read_settings": "settings_file",
    "recorded_metadata": "local_trees",
    "resolver_field": "options",
    "resolver_keys": "options",
    "resolver_options": "options",
    "settings_in": "settings_file",
    "static_metadata": "request",
    "table_indexes": "indexes",
    "version_notices": "project",
}

__all__ = [
    "IndexConfig",
    "NoSources",
    "Project",
    "Script",
    "SettingsFile",
    "SourceTree",
    "Workspace",
    "build_requirements",
    "cut_off",
    "declared_of_tree",
    "flat_indexes",
    "in_order",
    "index_location",
    "index_of",
    "lowered_tree",
    "read_settings",
    "recorded_metadata",
    "resolver_field",
    "resolver_keys",
    "resolver_options",
    "settings_in",
    "static_metadata",
    "table_indexes",
    "version_notices",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
