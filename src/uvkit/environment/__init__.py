"""Environments: create, read, plan, change."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .bytecode import compile_folders
    from .consistency import check
    from .environment import Environment
    from .installed import InstalledDistribution, InstalledSet, read_installed
    from .journal import locked_path
    from .leftovers import creating
    from .options import InstallOptions, LinkMode
    from .planning import InstallPlan, Step, is_current, plan, seed_projects
    from .scheme import Scheme
    from .transaction import Applied, Transaction, apply, recover
    from .venv import Existing, VenvOptions, create_environment

# Names load on first use, so that finding nothing to do does not load what changing something needs.
_MODULES = {
    "Applied": "transaction",
    "Environment": "environment",
    "Existing": "venv",
    "InstallOptions": "options",
    "InstallPlan": "planning",
    "InstalledDistribution": "installed",
    "InstalledSet": "installed",
    "LinkMode": "options",
    "Scheme": "scheme",
    "Step": "planning",
    "Transaction": "transaction",
    "VenvOptions": "venv",
    "apply": "transaction",
    "check": "consistency",
    "compile_folders": "bytecode",
    "create_environment": "venv",
    "creating": "leftovers",
    "is_current": "planning",
    "locked_path": "journal",
    "plan": "planning",
    "read_installed": "installed",
    "recover": "transaction",
    "seed_projects": "planning",
}

__all__ = [
    "Applied",
    "Environment",
    "Existing",
    "InstallOptions",
    "InstallPlan",
    "InstalledDistribution",
    "InstalledSet",
    "LinkMode",
    "Scheme",
    "Step",
    "Transaction",
    "VenvOptions",
    "apply",
    "check",
    "compile_folders",
    "create_environment",
    "creating",
    "is_current",
    "locked_path",
    "plan",
    "read_installed",
    "recover",
    "seed_projects",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
