"""Running commands, modules and scripts: the environments they need, and the programs themselves."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .basis import RunBasis, fresh_until, of_environment
    from .child import child_variables
    from .command import RunAs, found_program
    from .env_files import variables_of_files
    from .ephemeral import OVERLAYS, Ephemeral, ephemeral_environment, fingerprint
    from .prepared import PreparedRun, RunResult
    from .preparing import RunSource, prepare_run
    from .resolving import Wanted, preferring, wanted_for
    from .running import run

_MODULES = {
    "OVERLAYS": "ephemeral",
    "Ephemeral": "ephemeral",
    "PreparedRun": "prepared",
    "RunAs": "command",
    "RunBasis": "basis",
    "RunResult": "prepared",
    "RunSource": "preparing",
    "Wanted": "resolving",
    "child_variables": "child",
    "ephemeral_environment": "ephemeral",
    "fingerprint": "ephemeral",
    "fresh_until": "basis",
    "of_environment": "basis",
    "found_program": "command",
    "preferring": "resolving",
    "prepare_run": "preparing",
    "run": "running",
    "variables_of_files": "env_files",
    "wanted_for": "resolving",
}

__all__ = [
    "OVERLAYS",
    "Ephemeral",
    "PreparedRun",
    "RunAs",
    "RunBasis",
    "RunResult",
    "RunSource",
    "Wanted",
    "child_variables",
    "ephemeral_environment",
    "fingerprint",
    "found_program",
    "fresh_until",
    "of_environment",
    "preferring",
    "prepare_run",
    "run",
    "variables_of_files",
    "wanted_for",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
