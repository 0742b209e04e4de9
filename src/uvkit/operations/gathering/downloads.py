"""The verb that brings the files of requirements into a folder, as `pip download` does."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uvkit.events import CancelToken, EventSink, Notice
from uvkit.operations.asked import as_set
from uvkit.operations.downloading import DownloadResult, collect_files, download_result
from uvkit.operations.session import borrowed

from .choice import chosen_for, with_their_settings

if TYPE_CHECKING:
    from uvkit.model import PinnedDistribution, RequirementLike, Target
    from uvkit.operations.requirement_files import RequirementSet
    from uvkit.operations.session import Session


def download_requirements(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    requirements: Iterable[RequirementLike] | RequirementSet,
    directory: str | os.PathLike[str],
    *,
    targets: Sequence[Target] = (),
    constraints: Iterable[RequirementLike] = (),
    overrides: Iterable[RequirementLike] = (),
    dependencies: bool = True,
    python: str | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> DownloadResult:
    """Bring the files of requirements and of what they need into a folder, for one target or several.

    ``targets`` empty is the interpreter that ``python`` names. Each target is resolved for itself; what is in the
    folder already and has the right digest is not fetched again. Source trees and repositories have no file: a notice
    names each.

    Raises:
        ResolutionImpossibleError: the requirements contradict each other on a target.
        PrepareError: some files could not be had; all failures are in it, and the other files are there.
        FileConflictError: targets take different files of one name from two indexes; give each target its folder.
        NoCompatibleFileError: there is nothing for a target.
        StorageError: the folder cannot be written to.
        UvkitError: as ``install`` raises.
    """
    started = perf_counter()
    folder = Path(directory)
    wanted = as_set(requirements, constraints, overrides)
    with borrowed(session) as borrowed_owner:
        owner = with_their_settings(wanted, borrowed_owner)
        machines = tuple(targets) or (owner.pythons.find(python or owner.settings.python).target,)
        pins: list[PinnedDistribution] = []
        notices: list[Notice] = [*wanted.notices]
        for target in machines:
            choice = chosen_for(wanted, target, owner=owner, dependencies=dependencies, events=events, cancel=cancel)
            pins += choice.pins
            notices += (one for one in choice.notices if one not in notices)
        collected = collect_files(pins, folder, owner.installer(), events=events, cancel=cancel)
    return download_result(folder, collected, started, notices=tuple(notices))
