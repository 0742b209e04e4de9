"""Projects and workspaces on disk: snapshots of their tables, and the question that locks them."""

from __future__ import annotations

from .indexes import IndexConfig, cut_off, in_order, index_location, index_of, table_indexes
from .options import resolver_fields, resolver_options
from .project import Project
from .script import Script
from .tree import SourceTree
from .workspace import Workspace

__all__ = [
    "IndexConfig",
    "Project",
    "Script",
    "SourceTree",
    "Workspace",
    "cut_off",
    "in_order",
    "index_location",
    "index_of",
    "resolver_fields",
    "resolver_options",
    "table_indexes",
]
