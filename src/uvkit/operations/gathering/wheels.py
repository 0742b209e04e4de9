"""The verb that makes wheels of requirements, as `pip wheel` does."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from uvkit.events import CancelToken, EventSink, Notice
from uvkit.model import DirectorySource, GitSource
from uvkit.operations.asked import as_set
from uvkit.operations.downloading import collect_files
from uvkit.operations.publishing import build
from uvkit.operations.session import borrowed

from .choice import chosen_for, with_their_settings

if TYPE_CHECKING:
    from uvkit.model import PinnedDistribution, RequirementLike
    from uvkit.operations.requirement_files import RequirementSet
    from uvkit.operations.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelsResult:
    """The wheels of requirements in a folder; ``built`` are those that were made here."""

    directory: Path
    files: tuple[Path, ...]
    built: frozenset[Path]
    elapsed: timedelta
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        count = "1 wheel" if len(self.files) == 1 else f"{len(self.files)} wheels"
        return f"Saved {count} to `{self.directory}`, {len(self.built)} of them built"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "directory": str(self.directory),
            "files": [path.name for path in self.files],
            "built": sorted(path.name for path in self.built),
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


def make_wheels(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    requirements: Iterable[RequirementLike] | RequirementSet,
    directory: str | os.PathLike[str],
    *,
    constraints: Iterable[RequirementLike] = (),
    overrides: Iterable[RequirementLike] = (),
    dependencies: bool = True,
    python: str | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> WheelsResult:
    """Bring the wheels of requirements and of what they need into a folder, built where there are none.

    They are for the interpreter that ``python`` names. Source distributions, source trees and repositories are built;
    a wheel appears in the folder whole and verified, or, if it is built, when its build has succeeded.

    Raises:
        ResolutionImpossibleError: the requirements contradict each other.
        BackendError: a build failed; the error has its output.
        NoCompatibleFileError: something has to be built, and the settings forbid that.
        PrepareError: some files could not be had; all failures are in it.
        StorageError: the folder cannot be written to.
        UvkitError: as ``install`` raises.
    """
    started = perf_counter()
    folder = Path(directory)
    wanted = as_set(requirements, constraints, overrides)
    with ExitStack() as stack:
        owner = with_their_settings(wanted, stack.enter_context(borrowed(session)))
        interpreter = owner.pythons.find(python or owner.settings.python)
        choice = chosen_for(
            wanted, interpreter.target, owner=owner, dependencies=dependencies, events=events, cancel=cancel
        )
        wheels = [pin for pin in choice.pins if _has_wheel(pin)]
        others = [pin for pin in choice.pins if not _has_wheel(pin)]
        installer = owner.installer()
        collected = collect_files(wheels, folder, installer, events=events, cancel=cancel)
        scratch = stack.enter_context(owner.cache.scratch())
        archives = [pin for pin in others if not isinstance(pin.source, DirectorySource | GitSource)]
        sources = list(collect_files(archives, scratch, installer, events=events, cancel=cancel).files)
        for pin in others:
            if isinstance(pin.source, DirectorySource):
                sources.append(installer.root / pin.source.path)
            elif isinstance(pin.source, GitSource):
                sources.append(stack.enter_context(owner.builder().checkout(pin.source)))
        built: set[Path] = set()
        for source in sources:
            built.update(_built(source, folder, str(interpreter.executable), owner=owner, events=events, cancel=cancel))
    return WheelsResult(
        directory=folder,
        files=tuple(sorted({*collected.files, *built})),
        built=frozenset(built),
        elapsed=timedelta(seconds=perf_counter() - started),
        notices=(*wanted.notices, *choice.notices),
    )


def _built(
    source: Path, folder: Path, python: str, *, owner: Session, events: EventSink | None, cancel: CancelToken | None
) -> Iterable[Path]:
    result = build(
        source, folder, kinds=["wheel"], gitignore=False, python=python, session=owner, events=events, cancel=cancel
    )
    return (folder / path.name for path in result.files)


def _has_wheel(pin: PinnedDistribution) -> bool:
    if pin.file is not None:
        return pin.file.filename.endswith(".whl")
    source = pin.source
    path = getattr(source, "path", None) or getattr(source, "url", None) or ""
    return str(path).partition("#")[0].endswith(".whl")
