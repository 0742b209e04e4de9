"""Verbs that change a project's own files: what it requires, its version, and its beginning."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adding import add
    from .initializing import InitResult, init, init_script
    from .removing import remove
    from .results import EditResult, RequirementChange
    from .sources import AddOptions
    from .upgrading import UpgradeResult, upgrade
    from .versioning import VersionResult, project_version

_MODULES = {
    "AddOptions": "sources",
    "EditResult": "results",
    "InitResult": "initializing",
    "RequirementChange": "results",
    "UpgradeResult": "upgrading",
    "VersionResult": "versioning",
    "add": "adding",
    "init": "initializing",
    "init_script": "initializing",
    "project_version": "versioning",
    "remove": "removing",
    "upgrade": "upgrading",
}

__all__ = [
    "AddOptions",
    "EditResult",
    "InitResult",
    "RequirementChange",
    "UpgradeResult",
    "VersionResult",
    "add",
    "init",
    "init_script",
    "project_version",
    "remove",
    "upgrade",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
