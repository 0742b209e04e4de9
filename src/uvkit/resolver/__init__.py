"""Choose versions: a pure question over one port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .options import CutOff, Engine, ForkStrategy, IndexStrategy, Prerelease, ResolverOptions, Strategy
from .outcome.resolution import Resolution
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

if TYPE_CHECKING:
    from .demands.conflict_sets import settled_choices
    from .divisions import Division
    from .driver import solve
    from .outcome.chains import ChainLink, Chains, chains_to
    from .outcome.forks import ForkTree
    from .outcome.select import select_distributions
    from .outcome.wanted import Node, Roots, Wanted, encoded_item, is_root

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
    # The search brings resolvelib; who only names the values should not pay for it.
    if name == "solve":
        from .driver import solve

        return solve
    if name == "select_distributions":
        from .outcome.select import select_distributions

        return select_distributions
    if name in {"ChainLink", "Chains", "chains_to"}:
        from .outcome import chains

        return getattr(chains, name)
    if name == "settled_choices":
        from .demands.conflict_sets import settled_choices

        return settled_choices
    if name == "ForkTree":
        from .outcome.forks import ForkTree

        return ForkTree
    if name == "Division":
        from .divisions import Division

        return Division
    if name in {"Node", "Roots", "Wanted", "encoded_item", "is_root"}:
        from .outcome import wanted

        return getattr(wanted, name)
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
