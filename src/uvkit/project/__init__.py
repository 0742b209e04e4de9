"""Projects and workspaces on disk: snapshots of their tables, and the question that locks them."""

from __future__ import annotations

from .indexes import IndexConfig, cut_off, flat_indexes, in_order, index_location, index_of, table_indexes
from .options import resolver_keys, resolver_options
from .project import Project
from .script import Script
from .settings_file import read_settings, settings_in
from .tree import SourceTree
from .workspace import Workspace

__all__ = [
    "IndexConfig",
    "Project",
    "Script",
    "SourceTree",
    "Workspace",
    "cut_off",
    "flat_indexes",
    "in_order",
    "index_location",
    "index_of",
    "read_settings",
    "resolver_keys",
    "resolver_options",
    "settings_in",
    "table_indexes",
]
