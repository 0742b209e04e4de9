"""Choose versions: a pure question over one port."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .demands.conflict_sets import settled_choices
    from .divisions import Division
    from .driver import solve
    from .options import CutOff, Engine, ForkStrategy, IndexStrategy, Prerelease, ResolverOptions, Strategy
    from .outcome.chains import ChainLink, Chains, chains_to
    from .outcome.forks import ForkTree
    from .outcome.resolution import Resolution
    from .outcome.select import select_distributions
    from .outcome.wanted import Node, Roots, Wanted, encoded_item, is_root
    from .ports import Expectation, MetadataSource, NamesIndexes
    from .request import (
        Exclusion,
        Member,
        Override,
        Preference,
        ResolveRequest,
        Scope,
        StaticMetadata,
        direct_metadata,
    )

# The search brings resolvelib; who only names values should not pay for it, nor for the others.
_MODULES = {
    "ChainLink": "outcome.chains",
    "Chains": "outcome.chains",
    "CutOff": "options",
    "Division": "divisions",
    "Engine": "options",
    "Exclusion": "request",
    "Expectation": "ports",
    "ForkStrategy": "options",
    "ForkTree": "outcome.forks",
    "IndexStrategy": "options",
    "Member": "request",
    "MetadataSource": "ports",
    "NamesIndexes": "ports",
    "Node": "outcome.wanted",
    "Override": "request",
    "Preference": "request",
    "Prerelease": "options",
    "Resolution": "outcome.resolution",
    "ResolveRequest": "request",
    "ResolverOptions": "options",
    "Roots": "outcome.wanted",
    "Scope": "request",
    "StaticMetadata": "request",
    "Strategy": "options",
    "Wanted": "outcome.wanted",
    "chains_to": "outcome.chains",
    "direct_metadata": "request",
    "encoded_item": "outcome.wanted",
    "is_root": "outcome.wanted",
    "select_distributions": "outcome.select",
    "settled_choices": "demands.conflict_sets",
    "solve": "driver",
}

__all__ = [
    "ChainLink",
    "Chains",
    "CutOff",
    "Division",
    "Engine",
    "Exclusion",
    "Expectation",
    "ForkStrategy",
    "ForkTree",
    "IndexStrategy",
    "Member",
    "MetadataSource",
    "NamesIndexes",
    "Node",
    "Override",
    "Preference",
    "Prerelease",
    "Resolution",
    "ResolveRequest",
    "ResolverOptions",
    "Roots",
    "Scope",
    "StaticMetadata",
    "Strategy",
    "Wanted",
    "chains_to",
    "direct_metadata",
    "encoded_item",
    "is_root",
    "select_distributions",
    "settled_choices",
    "solve",
]


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value
