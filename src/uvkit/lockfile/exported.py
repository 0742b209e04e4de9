"""The part of a lock that an export lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from uvkit.formats import LockDocument
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    ConflictItem,
    DirectorySource,
    InstallSet,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Selection,
    Target,
)
from uvkit.resolver import Roots, Wanted

from .export_graph import ExportGraph, ExportRow
from .export_options import ExportOptions


class LockView(Protocol):
    """What an export asks of a lock."""

    @property
    def path(self) -> Path | None:
        """Return the file that the lock was read from."""
        ...

    @property
    def document(self) -> LockDocument:
        """Return the tables of the lock."""
        ...

    @property
    def members(self) -> tuple[ProjectName, ...]:
        """Return the members of the workspace."""
        ...

    @property
    def distributions(self) -> tuple[ResolvedDistribution, ...]:
        """Return everything that is locked."""
        ...

    @property
    def roots(self) -> tuple[ResolvedDependency, ...]:
        """Return the edges of requirements without a member."""
        ...

    def roots_for(self, selection: Selection) -> tuple[Roots, Selection]:
        """Return where a selection starts, and what it still decides."""
        ...

    @property
    def conflicts(self) -> tuple[tuple[ConflictItem, ...], ...]:
        """Return the sets of items of which only one may be active."""
        ...

    @property
    def requires_python(self) -> RequiresPython:
        """Return the Python versions that the lock is for."""
        ...

    @property
    def forks(self) -> tuple[MarkerSet, ...]:
        """Return the forks of the resolution."""
        ...

    def select(self, target: Target, selection: Selection | None = None) -> InstallSet:
        """Return what to install on a target."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The part of a lock that an export lists, in the order of the lock."""

    distributions: Sequence[ResolvedDistribution]
    rows: tuple[ExportRow, ...]
    wanted: Wanted
    selection: Selection
    options: ExportOptions

    def reached(self) -> Iterator[tuple[ResolvedDistribution, ExportRow]]:
        """Yield everything, installed or not."""
        for row in self.rows:
            yield self.distributions[row.position], row

    def is_editable(self, one: ResolvedDistribution) -> bool:
        """Tell whether a distribution is listed as an editable one."""
        return isinstance(one.source, DirectorySource) and one.source.editable and self.keeps_editable(one)

    def keeps_editable(self, one: ResolvedDistribution) -> bool:
        """Tell whether a distribution that is editable in the lock stays so."""
        return self.selection.editable and one.project not in self.selection.not_editable

    def listed(self) -> Iterator[tuple[ResolvedDistribution, ExportRow]]:
        """Yield what is written: what is neither virtual nor left out."""
        for one, row in self.reached():
            if not self.wanted.leaves_out(one):
                yield one, row


def exported_part(
    lock: LockView, selection: Selection, *, target: Target | None, options: ExportOptions, exclusive: bool = True
) -> Exported:
    """Return what an export of a lock lists; with a target, only what is for it and with the files that fit."""
    distributions = lock.distributions
    given = selection
    roots, selection = lock.roots_for(selection)
    wanted = Wanted(distributions, selection, roots)
    if exclusive or target is not None:
        wanted.check_conflicts(lock.conflicts)
    if target is not None:
        # Says what cannot be installed there; what is pruned does not matter.
        lock.select(target, replace(given, exclude=given.exclude | options.prune))
    graph = ExportGraph(
        distributions,
        wanted,
        bounds=lock.requires_python.bounds,
        forks=lock.forks,
        conflicts=lock.conflicts,
        prune=options.prune,
        target=target,
    )
    rows = graph.rows()
    if target is None:
        return Exported(distributions=distributions, rows=rows, wanted=wanted, selection=selection, options=options)
    held = tuple(replace(row, marker=MarkerSet.everywhere()) for row in rows if target.holds(row.marker))
    fitting = tuple(_fitting(one, target) for one in distributions)
    return Exported(distributions=fitting, rows=held, wanted=wanted, selection=selection, options=options)


def _fitting(distribution: ResolvedDistribution, target: Target) -> ResolvedDistribution:
    rows = tuple(
        row for row in distribution.rows if not row.filename.endswith(".whl") or target.rank(row.filename) is not None
    )
    return distribution if len(rows) == len(distribution.rows) else replace(distribution, rows=rows)
