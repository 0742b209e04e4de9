"""Indexes: what files a project has and what its wheels depend on."""

from __future__ import annotations

from .access import IndexAccess, Layout, Strategy
from .client import Index
from .default import default_index_url
from .group import AdaptedIndex, IndexSet, PackageIndex
from .listing import Found
from .pip_options import PipOption, pip_options

__all__ = [
    "AdaptedIndex",
    "Found",
    "Index",
    "IndexAccess",
    "IndexSet",
    "Layout",
    "PackageIndex",
    "PipOption",
    "Strategy",
    "default_index_url",
    "pip_options",
]
