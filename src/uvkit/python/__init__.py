"""Interpreters: find, probe, describe."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .interpreter import Interpreter
from .probe import FactStore, HoldsFacts, probe, running

if TYPE_CHECKING:
    from .catalog import PythonDownload
    from .changes import PythonChange, PythonChanges
    from .discover import Environments, Preference, Pythons
    from .fetching import PythonSources
    from .installing import InstallChoices
    from .keys import PythonKey
    from .managed import ManagedPython
    from .places import find_environment
    from .request import PythonLike, PythonRequest, VersionRange
    from .retarget import target_for
    from .version_files import find_version_file, read_version_file

# Opening an environment needs none of these.
_MODULES = {
    "Environments": "discover",
    "InstallChoices": "installing",
    "ManagedPython": "managed",
    "PythonChange": "changes",
    "PythonChanges": "changes",
    "PythonDownload": "catalog",
    "PythonKey": "keys",
    "Preference": "discover",
    "PythonLike": "request",
    "PythonRequest": "request",
    "PythonSources": "fetching",
    "Pythons": "discover",
    "VersionRange": "request",
    "find_environment": "places",
    "find_version_file": "version_files",
    "read_version_file": "version_files",
    "target_for": "retarget",
}

__all__ = [
    "Environments",
    "FactStore",
    "HoldsFacts",
    "InstallChoices",
    "Interpreter",
    "ManagedPython",
    "Preference",
    "PythonChange",
    "PythonChanges",
    "PythonDownload",
    "PythonKey",
    "PythonLike",
    "PythonRequest",
    "PythonSources",
    "Pythons",
    "VersionRange",
    "find_environment",
    "find_version_file",
    "probe",
    "read_version_file",
    "running",
    "target_for",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
