"""Choose versions: a pure question over one port."""

from __future__ import annotations

from .options import CutOff, Engine, ForkStrategy, IndexStrategy, Prerelease, ResolverOptions, Strategy
from .ports import Expectation, MetadataSource
from .request import (
    Exclusion,
    Member,
    Override,
    Preference,
    ResolveRequest,
    Scope,
    StaticMetadata,
)
from .resolution import Resolution

__all__ = [
    "CutOff",
    "Engine",
    "Exclusion",
    "Expectation",
    "ForkStrategy",
    "IndexStrategy",
    "Member",
    "MetadataSource",
    "Override",
    "Preference",
    "Prerelease",
    "Resolution",
    "ResolveRequest",
    "ResolverOptions",
    "Scope",
    "StaticMetadata",
    "Strategy",
    "solve",
]


def __getattr__(name: str) -> object:
    # The search brings resolvelib; who only names the values should not pay for it.
    if name == "solve":
        from .driver import solve

        return solve
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
