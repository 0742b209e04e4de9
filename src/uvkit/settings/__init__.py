"""Option values and where they come from: arguments, variables, files of the project, the user and the system."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from uvkit.project import IndexConfig

    from .explaining import Explanation
    from .flags import flag_of
    from .options import (
        AuditOptions,
        BuildOptions,
        Concurrency,
        ExtraBuildRequirement,
        Locking,
        PythonDownloads,
        PythonPreference,
        RequirementFiles,
        TrustedPublishing,
    )
    from .settings import Settings
    from .torch_backends import TORCH_BACKENDS
    from .variables import VARIABLES, Variable

# Help names variables, and would load the network and the resolver for it otherwise.
_MODULES = {
    "AuditOptions": "options",
    "BuildOptions": "options",
    "Concurrency": "options",
    "Explanation": "explaining",
    "ExtraBuildRequirement": "options",
    "Locking": "options",
    "PythonDownloads": "options",
    "PythonPreference": "options",
    "RequirementFiles": "options",
    "Settings": "settings",
    "TORCH_BACKENDS": "torch_backends",
    "TrustedPublishing": "options",
    "VARIABLES": "variables",
    "Variable": "variables",
    "flag_of": "flags",
}

__all__ = [
    "TORCH_BACKENDS",
    "VARIABLES",
    "AuditOptions",
    "BuildOptions",
    "Concurrency",
    "Explanation",
    "ExtraBuildRequirement",
    "IndexConfig",
    "Locking",
    "PythonDownloads",
    "PythonPreference",
    "RequirementFiles",
    "Settings",
    "TrustedPublishing",
    "Variable",
    "flag_of",
]


def __getattr__(name: str) -> object:
    if name == "IndexConfig":
        from uvkit.project import IndexConfig

        return IndexConfig
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    return getattr(import_module(f".{module}", __name__), name)
