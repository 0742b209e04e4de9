"""How versions are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Self, TypeAlias, get_args

from uvkit.model import ProjectName

Strategy: TypeAlias = Literal["highest", "lowest", "lowest-direct"]
Prerelease: TypeAlias = Literal["disallow", "allow", "if-necessary", "explicit"]
ForkStrategy: TypeAlias = Literal["requires-python", "fewest"]
IndexStrategy: TypeAlias = Literal["first-index", "unsafe-first-match", "unsafe-best-match"]
Engine: TypeAlias = Literal["auto", "resolvelib", "pubgrub"]


@dataclass(frozen=True, slots=True)
class CutOff:
    """A moment after which uploads do not count: absolute, or a span before now (ISO 8601 text such as ``P30D``)."""

    timestamp: datetime | None = None  # aware, UTC
    span: str | None = None
    length: timedelta | None = None  # of the span

    @classmethod
    def at(cls, timestamp: datetime) -> Self:
        """Return an absolute cut-off."""
        return cls(timestamp=timestamp)

    def instant(self, now: datetime) -> datetime:
        """Return the moment, for a caller who says what time it is."""
        if self.timestamp is not None:
            return self.timestamp
        return now - (self.length or timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolverOptions:
    """How versions are chosen; the defaults are uv's.

    The cut-off of a project counts before that of the index that the file is on, and both before the general one.
    ``now`` anchors relative cut-offs so that a run has one clock; none means the moment the run starts.
    ``index_strategy`` says how the versions of several listings are ordered; which listings there are is the metadata
    source's affair.

    Raises:
        ValueError: the engine does not exist.
    """

    engine: Engine = "auto"
    strategy: Strategy = "highest"
    prerelease: Prerelease = "if-necessary"
    prerelease_by_project: Mapping[ProjectName, Prerelease] = field(default_factory=dict)
    fork_strategy: ForkStrategy = "requires-python"
    index_strategy: IndexStrategy = "first-index"
    exclude_newer: CutOff | None = None
    exclude_newer_by_project: Mapping[ProjectName, CutOff | Literal[False]] = field(default_factory=dict)
    exclude_newer_by_index: Mapping[str, CutOff | Literal[False]] = field(default_factory=dict)
    minimum_libc: Mapping[str, str] = field(default_factory=dict)  # {"glibc": "2.28"}
    no_binary: frozenset[ProjectName] | Literal["all"] = frozenset()
    no_build: frozenset[ProjectName] | Literal["all"] = frozenset()
    time_limit: timedelta | None = None
    now: datetime | None = None

    def __post_init__(self) -> None:
        if self.engine not in get_args(Engine):
            raise ValueError(f"there is no engine `{self.engine}`; choose `auto`, `resolvelib` or `pubgrub`")
