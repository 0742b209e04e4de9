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
    from .executables import bin_directory
    from .fetching import PythonSources
    from .installing import InstallChoices
    from .keys import PythonKey
    from .listing import ListChoices, PythonRow
    from .managed import ManagedPython
    from .places import find_environment
    from .profiles import ShellUpdate, is_on_path, update_shell
    from .request import PythonLike, PythonRequest, VersionRange
    from .retarget import target_for
    from .version_files import (
        VERSION_FILE,
        VersionFile,
        find_version_file,
        pinned_version,
        read_version_file,
        user_version_file,
    )

# Opening an environment needs none of these.
_MODULES = {
    "Environments": "discover",
    "InstallChoices": "installing",
    "ListChoices": "listing",
    "ManagedPython": "managed",
    "PythonChange": "changes",
    "PythonChanges": "changes",
    "PythonDownload": "catalog",
    "PythonKey": "keys",
    "Preference": "discover",
    "PythonLike": "request",
    "PythonRequest": "request",
    "PythonRow": "listing",
    "PythonSources": "fetching",
    "Pythons": "discover",
    "ShellUpdate": "profiles",
    "VERSION_FILE": "version_files",
    "VersionFile": "version_files",
    "VersionRange": "request",
    "bin_directory": "executables",
    "find_environment": "places",
    "find_version_file": "version_files",
    "is_on_path": "profiles",
    "pinned_version": "version_files",
    "read_version_file": "version_files",
    "target_for": "retarget",
    "update_shell": "profiles",
    "user_version_file": "version_files",
}

__all__ = [
    "VERSION_FILE",
    "Environments",
    "FactStore",
    "HoldsFacts",
    "InstallChoices",
    "Interpreter",
    "ListChoices",
    "ManagedPython",
    "Preference",
    "PythonChange",
    "PythonChanges",
    "PythonDownload",
    "PythonKey",
    "PythonLike",
    "PythonRequest",
    "PythonRow",
    "PythonSources",
    "Pythons",
    "ShellUpdate",
    "VersionFile",
    "VersionRange",
    "bin_directory",
    "find_environment",
    "find_version_file",
    "is_on_path",
    "pinned_version",
    "probe",
    "read_version_file",
    "running",
    "target_for",
    "update_shell",
    "user_version_file",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
