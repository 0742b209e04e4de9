"""A folder of wheels and source archives: filled from indexes, and used instead of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uvkit.errors import CancelledError, FileConflictError, HashMismatchError, InvalidResponseError, UvkitError
from uvkit.events import CancelToken
from uvkit.fs import storage_error
from uvkit.model import PinnedDistribution
from uvkit.runtime import Emitter, Pool

from .downloads import Downloads
from .failures import joined
from .sources import Artifact, artifact_of

if TYPE_CHECKING:
    from uvkit.events import TaskId, TaskOutcome
    from uvkit.index import IndexSet
    from uvkit.net import HttpClient, Interruption


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
    """One run: the folder, and the flag that stops its workers."""

    def __init__(self, folder: Path, http: HttpClient | None, *, emitter: Emitter, cancel: CancelToken | None) -> None:
        self._folder = folder
        self._given_http = http
        self._emitter = emitter
        self._cancel = cancel
        self._interrupted = CancelToken()
        self._interruption: Interruption | None = None
        self._downloads = Downloads(
            lambda: self._http, scratch=lambda: folder / ".scratch", emitter=emitter, check=self._check
        )

    def close(self) -> None:
        """Close a client that was made here."""
        if self._given_http is None and "_http" in vars(self):
            self._http.close()

    @cached_property
    def _http(self) -> HttpClient:
        if self._given_http is not None:
            return self._given_http
        from uvkit.net import HttpClient

        return HttpClient()

    def all(self, artifacts: Sequence[Artifact], *, workers: int) -> frozenset[Path]:
        """Bring every artifact; return those that were not there."""
        from uvkit.net import interruptible

        if not artifacts:
            return frozenset()
        with interruptible() as self._interruption, Pool(min(workers, len(artifacts)), name="uvkit-collect") as pool:
            try:
                brought, failures = pool.map(
                    self._bring,
                    artifacts,
                    cancel=self._cancel,
                    while_waiting=self._emitter.deliver if self._emitter.active else None,
                    interrupted=self._interrupt,
                )
            finally:
                self._emitter.deliver()
        if failures:
            raise joined(failures)
        return frozenset(path for path in brought if path is not None)

    def _interrupt(self) -> None:
        self._interrupted.cancel()
        if self._interruption is not None:
            self._interruption.interrupt()

    def _check(self) -> None:
        self._interrupted.check()
        if self._cancel is not None:
            self._cancel.check()

    def _bring(self, artifact: Artifact) -> Path | None:
        """Bring one file; return its path, or none if it was there."""
        path = self._folder / artifact.filename
        task = self._emitter.start("download", artifact.subject, total=artifact.size)
        outcome: TaskOutcome = "failed"
        try:
            is_whole = path.is_file() and self._is_whole(artifact, path, task)
            if not is_whole:
                self._fetch(artifact, path, task)
            outcome = "cached" if is_whole else "done"
        except CancelledError:
            outcome = "cancelled"
            raise
        except UvkitError as error:
            error.add_note(f"while fetching `{artifact.subject}`")
            raise
        finally:
            self._emitter.finish(task, outcome)
        return None if is_whole else path

    def _is_whole(self, artifact: Artifact, path: Path, task: TaskId) -> bool:
        if not artifact.hashes and artifact.size is None:
            return False
        try:
            with self._downloads.fetch(replace(artifact, path=path), task):
                return True
        except (HashMismatchError, InvalidResponseError):
            return False

    def _fetch(self, artifact: Artifact, path: Path, task: TaskId) -> None:
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with self._downloads.fetch(artifact, task, to=part) as fetched:
                if fetched.path is not None and fetched.path != part:
                    shutil.copyfile(fetched.path, part)
                os.replace(part, path)
        except OSError as error:
            raise storage_error(error, path) from error
        finally:
            part.unlink(missing_ok=True)
