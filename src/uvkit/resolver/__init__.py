"""Choose versions: a pure question over one port."""

from .options import CutOff, Engine, ForkStrategy, Prerelease, ResolverOptions, Strategy
from .ports import Expectation, MetadataSource
from .request import Exclusion, Member, Override, Preference, ResolveRequest, Scope, StaticMetadata
from .resolution import Resolution

__all__ = [
    "CutOff",
    "Engine",
    "Exclusion",
    "Expectation",
    "ForkStrategy",
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
]
