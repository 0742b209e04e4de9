"""Option values and where they come from: arguments, variables, files of the project, the user and the system."""

from __future__ import annotations

from uvkit.project import IndexConfig

from .options import (
    BuildOptions,
    Concurrency,
    ExtraBuildRequirement,
    Locking,
    PythonDownloads,
    PythonPreference,
    RequirementFiles,
)
from .settings import Settings

__all__ = [
    "BuildOptions",
    "Concurrency",
    "ExtraBuildRequirement",
    "IndexConfig",
    "Locking",
    "PythonDownloads",
    "PythonPreference",
    "RequirementFiles",
    "Settings",
]
