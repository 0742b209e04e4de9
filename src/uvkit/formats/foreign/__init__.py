"""Projects of other tools, read into what a `pyproject.toml` of today says."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .draft import Draft, Fate, ForeignProject, LockedProject, MigrationItem
    from .pdm import pdm_project
    from .pdm_lock import pdm_lock_versions
    from .pipfile import locked_apart, pipfile_lock_versions, pipfile_project
    from .poetry import poetry_project
    from .poetry_lock import poetry_lock_versions
    from .requirement_pairs import RequirementFile, pinned_versions, requirement_project
    from .setup_cfg import setup_cfg_project
    from .setup_py import SetupCall, read_setup_call

_MODULES = {
    "Draft": "draft",
    "Fate": "draft",
    "ForeignProject": "draft",
    "LockedProject": "draft",
    "MigrationItem": "draft",
    "RequirementFile": "requirement_pairs",
    "SetupCall": "setup_py",
    "locked_apart": "pipfile",
    "pdm_lock_versions": "pdm_lock",
    "pdm_project": "pdm",
    "pinned_versions": "requirement_pairs",
    "pipfile_lock_versions": "pipfile",
    "pipfile_project": "pipfile",
    "poetry_lock_versions": "poetry_lock",
    "poetry_project": "poetry",
    "read_setup_call": "setup_py",
    "requirement_project": "requirement_pairs",
    "setup_cfg_project": "setup_cfg",
}

__all__ = [
    "Draft",
    "Fate",
    "ForeignProject",
    "LockedProject",
    "MigrationItem",
    "RequirementFile",
    "SetupCall",
    "locked_apart",
    "pdm_lock_versions",
    "pdm_project",
    "pinned_versions",
    "pipfile_lock_versions",
    "pipfile_project",
    "poetry_lock_versions",
    "poetry_project",
    "read_setup_call",
    "requirement_project",
    "setup_cfg_project",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
