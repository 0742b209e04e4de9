"""Marker algebra: sets of environments (PEP 508), their canonical text, and ranges of Python versions."""

from .conflict_items import extra_item, group_item, is_conflict_item, project_item
from .diagram import IntractableMarkerError
from .markerset import MarkerSet, PythonBounds
from .python_range import SpecifierSyntaxError
from .reader import MarkerSyntaxError
from .requires_python import RequiresPython

__all__ = [
    "IntractableMarkerError",
    "MarkerSet",
    "MarkerSyntaxError",
    "PythonBounds",
    "RequiresPython",
    "SpecifierSyntaxError",
    "extra_item",
    "group_item",
    "is_conflict_item",
    "project_item",
]
