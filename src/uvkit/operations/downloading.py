"""The verb that brings the files of a lock into a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from uvkit.events import CancelToken, EventSink, Notice
from uvkit.lockfile import Lockfile
from uvkit.model import Selection, Target
from uvkit.project import Project, Script
from uvkit.runtime import Emitter

from .locking import lock_project, read_lock
from .phases import phase
from .session import borrowed
from .syncing import Locking, of_member, with_defaults
from .work import ProjectLike, Work

if TYPE_CHECKING:
    from uvkit.artifacts import Collected
    from uvkit.model import PinnedDistribution

    from .installer import Installer
    from .session import Session

_DEFAULT_SELECTION = Selection()


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadResult:
    """The files of a lock in a folder; ``fetched`` are those that were not there before."""

    directory: Path
    files: tuple[Path, ...]
    fetched: frozenset[Path]
    elapsed: timedelta
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        there = len(self.files) - len(self.fetched)
        return f"Downloaded {len(self.fetched)} files to `{self.directory}`, {there} were there"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "directory": str(self.directory),
            "files": [path.name for path in self.files],
            "fetched": sorted(path.name for path in self.fetched),
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


def download(
    source: ProjectLike | Script | Lockfile | None,
    directory: str | os.PathLike[str],
    *,
    targets: Sequence[Target] = (),
    selection: Selection = _DEFAULT_SELECTION,
    locking: Locking = "update",
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> DownloadResult:
    """Bring every file that a lock installs on some targets into a folder, locking the project first where needed.

    ``targets`` empty is the machine this runs on. What is in the folder already and has the right digest is not fetched
    again, so that a run which broke off can be repeated. ``sync(wheelhouse=...)`` installs from such a folder without a
    network. Source trees and repositories have no file: a notice names each.

    Raises:
        PrepareError: some files could not be had; all failures are in it, and the other files are there.
        FileConflictError: targets take different files of one name from two indexes; give each target its folder.
        NoCompatibleFileError, UnsupportedEnvironmentError: the lock has nothing for a target.
        SelectionError: the selection names something unknown, or items that conflict.
        StorageError: the folder cannot be written to.
        UvkitError: as ``lock`` raises.
    """
    started = perf_counter()
    folder = Path(directory)
    if isinstance(source, Lockfile):
        with borrowed(session) as owner:
            installer = owner.installer()
            if source.path is not None:
                installer = installer.with_root(source.path.absolute().parent)
            chosen = tuple(targets) or (owner.pythons.find(None, source.requires_python).target,)
            collected = collect_files(_pins(source, chosen, selection), folder, installer, events=events, cancel=cancel)
        return download_result(folder, collected, started)
    with Work.on(source, session=session) as work:
        if isinstance(work.project, Project):
            selection = of_member(work.project, selection)
        if locking == "frozen":
            locked = read_lock(work)
            selection = with_defaults(work, selection)
        else:
            locked = lock_project(work, check=locking == "check", events=events, cancel=cancel)
        pins = _pins(locked.lockfile, tuple(targets) or (work.interpreter.target,), selection)
        work.offer_credentials(pin.source for pin in pins)
        collected = collect_files(pins, folder, work.installer, events=events, cancel=cancel)
        return download_result(folder, collected, started, notices=locked.notices)


def _pins(lockfile: Lockfile, targets: Sequence[Target], selection: Selection) -> list[PinnedDistribution]:
    return [pin for target in targets for pin in lockfile.select(target, selection)]


def collect_files(
    pins: Sequence[PinnedDistribution],
    folder: Path,
    installer: Installer,
    *,
    events: EventSink | None,
    cancel: CancelToken | None,
) -> Collected:
    """Bring the files of pins into a folder, with the parts of an installer.

    Raises:
        PrepareError, FileConflictError, StorageError: as ``download``.
    """
    from uvkit.artifacts import collect

    emitter = Emitter(events)
    with phase(emitter.emit, "fetch", len(pins)):
        try:
            return collect(
                pins,
                folder,
                indexes=installer.indexes,
                http=installer.http,
                downloads=installer.concurrency.downloads,
                root=installer.root,
                emitter=emitter,
                cancel=cancel,
            )
        finally:
            emitter.deliver()


def download_result(
    folder: Path, collected: Collected, started: float, *, notices: tuple[Notice, ...] = ()
) -> DownloadResult:
    """Return what came of a collection, with a notice for everything that has no file."""
    without = tuple(
        Notice("no-file", f"`{pin.project}` comes from a source tree or repository and has no file to download")
        for pin in collected.left_out
    )
    return DownloadResult(
        directory=folder,
        files=collected.files,
        fetched=collected.fetched,
        elapsed=timedelta(seconds=perf_counter() - started),
        notices=(*notices, *without),
    )
