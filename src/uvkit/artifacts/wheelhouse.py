"""A folder of wheels and source archives: filled from indexes, and used instead of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uvkit.errors import FileConflictError, HashMismatchError, InvalidResponseError
from uvkit.events import CancelToken
from uvkit.fs import storage_error
from uvkit.model import PinnedDistribution
from uvkit.runtime import Emitter

from .fetching import Fetching, noted
from .sources import Artifact, artifact_of

if TYPE_CHECKING:
    from uvkit.events import TaskId, TaskOutcome
    from uvkit.index import IndexSet
    from uvkit.net import HttpClient


class Collected(NamedTuple):
    """The files that are in the folder now, those of them that were not before, and pins that have no file."""

    files: tuple[Path, ...]
    fetched: frozenset[Path]
    left_out: tuple[PinnedDistribution, ...]


def collect(
    pins: Iterable[PinnedDistribution],
    folder: Path,
    *,
    indexes: IndexSet,
    http: HttpClient | None,
    downloads: int,
    root: Path,
    emitter: Emitter,
    cancel: CancelToken | None = None,
) -> Collected:
    """Bring the files of pins into a folder; what is there and whole is not fetched again.

    A file appears under its name when it is whole and verified, so that a run which broke off can be repeated. Trees
    and repositories have no file.

    Raises:
        PrepareError: some could not be had; all failures are in it, and the other files are there.
        FileConflictError: two different files have one name; nothing is fetched.
        StorageError: the folder cannot be made.
        CancelledError: the token was set.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error
    artifacts: dict[str, Artifact] = {}
    left_out: dict[str, PinnedDistribution] = {}
    for pin in pins:
        artifact = artifact_of(pin, indexes, root=root)
        if artifact.kind not in {"wheel", "archive"}:
            left_out.setdefault(pin.project, pin)
            continue
        other = artifacts.setdefault(artifact.filename, artifact)
        if other.hashes != artifact.hashes:
            # Targets may take one version from two indexes, such as builds for other accelerators.
            raise FileConflictError(path=folder / artifact.filename, projects=(other.address, artifact.address))
    run = _Collection(folder, http, emitter=emitter, cancel=cancel)
    wanted = sorted(artifacts.values(), key=lambda one: -(one.size or 0))
    try:
        fetched = run.all(wanted, workers=downloads)
    finally:
        run.close()
    return Collected(tuple(folder / name for name in sorted(artifacts)), fetched, tuple(left_out.values()))


class _Collection:
    """One run into a folder."""

    def __init__(self, folder: Path, http: HttpClient | None, *, emitter: Emitter, cancel: CancelToken | None) -> None:
        self._folder = folder
        self._run = Fetching(http, scratch=lambda: folder / ".scratch", emitter=emitter, cancel=cancel)

    def close(self) -> None:
        self._run.close()

    def all(self, artifacts: Sequence[Artifact], *, workers: int) -> frozenset[Path]:
        """Bring every artifact; return those that were not there."""
        with self._run.interruptible():
            brought = self._run.all(self._bring, artifacts, workers=workers)
        return frozenset(path for path in brought if path is not None)

    def _bring(self, artifact: Artifact) -> Path | None:
        """Bring one file; return its path, or none if it was there."""
        path = self._folder / artifact.filename

        def bring(task: TaskId) -> tuple[Path | None, TaskOutcome]:
            if path.is_file() and self._is_whole(artifact, path, task):
                return None, "cached"
            self._fetch(artifact, path, task)
            return path, "done"

        with noted(f"while fetching `{artifact.subject}`"):
            return self._run.announced(artifact, bring)

    def _is_whole(self, artifact: Artifact, path: Path, task: TaskId) -> bool:
        if not artifact.hashes and artifact.size is None:
            return False
        try:
            with self._run.downloads.fetch(replace(artifact, path=path), task):
                return True
        except (HashMismatchError, InvalidResponseError):
            return False

    def _fetch(self, artifact: Artifact, path: Path, task: TaskId) -> None:
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with self._run.downloads.fetch(artifact, task, to=part) as fetched:
                if fetched.path is not None and fetched.path != part:
                    shutil.copyfile(fetched.path, part)
                os.replace(part, path)
        except OSError as error:
            raise storage_error(error, path) from error
        finally:
            part.unlink(missing_ok=True)
