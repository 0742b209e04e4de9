"""Projects of other tools become standard ones, with the versions that they had locked."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uvkit.formats import MigrationItem

    from .migrated import MigratedVersion, MigrationResult
    from .migration import migrate

_MODULES = {
    "MigratedVersion": "migrated",
    "MigrationResult": "migrated",
    "migrate": "migration",
}

__all__ = ["MigratedVersion", "MigrationItem", "MigrationResult", "migrate"]


def __getattr__(name: str) -> object:
    if name == "MigrationItem":
        from uvkit.formats import MigrationItem

        return MigrationItem
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
