"""Option values and where they come from: arguments, variables, files of the project, the user and the system."""

from __future__ import annotations

from uvkit.project import IndexConfig

from .flags import flag_of
from .options import (
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .explaining import Explanation
    from .variables import VARIABLES, Variable

__all__ = [
    "VARIABLES",
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
    """Load what only a reader of variables needs: which option each stands for."""
    if name == "Explanation":
        from .explaining import Explanation

        return Explanation
    if name not in {"VARIABLES", "Variable"}:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    from . import variables

    return getattr(variables, name)
