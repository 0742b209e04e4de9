"""Install, upgrade and remove managed interpreters.

Guarantees: several processes may do so at once; what is installed is whole and has the digest of the catalogue; one
that fails does not keep others from being installed, and leaves what was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Literal

from uvkit.errors import NoPythonDownloadError, PythonInstallError, UvkitError
from uvkit.events import CancelToken, EventSink, Notice, TaskId, TaskOutcome
from uvkit.fs import extract_archive
from uvkit.runtime import Emitter, Pool

from .catalog import Catalog, PythonDownload
from .changes import PythonAction, PythonChange, PythonChanges
from .executables import BinFolder
from .fetching import PythonSources
from .keys import Host
from .managed import ManagedFolder, ManagedPython
from .relocation import relocate
from .request import PythonRequest

# Each unpacks 30 MB and more; beyond this they only share the disk.
_WORKERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallChoices:
    """How interpreters are installed.

    ``link`` gives them names in the folder of executables (``existing`` only those that an older patch has),
    ``default`` also those without a version; ``force`` replaces files there that are somebody else's. ``upgrade`` wants
    the newest patch also where an older one would do.
    """

    reinstall: bool = False
    upgrade: bool = False
    link: Literal["always", "existing", "never"] = "always"
    default: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonStore:
    """Everything that installing takes: the folders, what there is to download, and how it gets here."""

    folder: ManagedFolder
    executables: BinFolder
    catalog: Callable[[], Catalog]
    host: Host
    sources: PythonSources
    archives: Path | None = None

    def install(
        self,
        requests: Sequence[PythonRequest],
        choices: InstallChoices,
        *,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> PythonChanges:
        """Install what satisfies each request and is not there yet.

        Raises:
            NoPythonDownloadError: there is no such interpreter to download; nothing was changed.
            PythonInstallError: some could not be installed; the others are.
        """
        started = perf_counter()
        check = cancel.check if cancel is not None else None
        with self.folder.changing(check):
            self.folder.sweep()
            there = self.folder.installed(self.host)
            wanted = [self._wanted(request, there, choices) for request in requests]
            missing = {one.key: one for found in wanted for one in found.downloads}
            emitter = Emitter(events)
            added, failures = self._bring(tuple(missing.values()), emitter, cancel)
            self.folder.link_minors(self.host)
            by_key = {one.key: one for one in (*there, *added)}
            pythons = tuple(dict.fromkeys(by_key[key] for found in wanted for key in found.keys if key in by_key))
            old = {one.key for one in there}
            changes, notices = self._link(pythons, added, old=old, choices=choices)
        if failures:
            raise PythonInstallError(failures=failures)
        touched = {change.python.key for change in changes}
        return PythonChanges(
            changes=changes,
            pythons=pythons,
            satisfied=tuple(one.request.text for one in wanted if touched.isdisjoint(one.keys)),
            elapsed=timedelta(seconds=perf_counter() - started),
            notices=notices,
        )

    def uninstall(
        self, requests: Sequence[PythonRequest] | None, *, cancel: CancelToken | None = None
    ) -> PythonChanges:
        """Remove what satisfies the requests, or everything.

        Raises:
            StorageError: something could not be removed.
        """
        started = perf_counter()
        if not self.folder.path.is_dir():
            return PythonChanges(unmatched=tuple(one.text for one in requests or ()))
        with self.folder.changing(cancel.check if cancel is not None else None):
            there = self.folder.installed(self.host)
            chosen: dict[str, ManagedPython] = {}
            unmatched: list[str] = []
            for request in requests or ():
                found = [one for one in there if one.identity.matches(request, self.host)]
                chosen |= {one.key: one for one in found}
                if not found:
                    unmatched.append(request.text)
            if requests is None:
                chosen = {one.key: one for one in there}
            changes = [self._remove(one) for one in chosen.values()]
            self.folder.link_minors(self.host)
        return PythonChanges(
            changes=_sorted(changes),
            unmatched=tuple(unmatched),
            elapsed=timedelta(seconds=perf_counter() - started),
        )

    def _remove(self, python: ManagedPython) -> PythonChange:
        names = self.executables.linked_to(python)
        for name in names:
            self.executables.unlink(name)
        self.folder.remove(python)
        return PythonChange(action="removed", python=python, executables=names)

    def _wanted(self, request: PythonRequest, there: Sequence[ManagedPython], choices: InstallChoices) -> _Wanted:
        """Return the interpreters that a request comes to, and which of them have to be downloaded."""
        _check_request(request)
        found = [one for one in there if one.identity.matches(request, self.host)]
        if found and not choices.reinstall and not choices.upgrade:
            return _Wanted(request, (found[0].key,), ())
        if found and choices.reinstall and not choices.upgrade:
            known = {one.key: one for one in self.catalog().downloads}
            again = tuple(known[one.key] for one in found if one.key in known)
            if again:
                return _Wanted(request, tuple(one.key for one in again), again)
        best = self.catalog().best(request)
        if best is None:
            if found:
                return _Wanted(request, (found[0].key,), ())
            raise NoPythonDownloadError(request=self.described(request))
        if not choices.reinstall and any(one.key == best.key for one in found):
            return _Wanted(request, (best.key,), ())
        return _Wanted(request, (best.key,), (best,))

    def described(self, request: PythonRequest) -> str:
        """Return a request with the platform that it is for here, as the keys of downloads write it."""
        variant = ("+freethreaded" if request.free_threaded else "") + ("+debug" if request.debug else "")
        version = request.specifier or ".".join(map(str, request.release)) + request.phase or "any"
        parts = (
            request.implementation or "cpython",
            f"{version}{variant}",
            request.system or self.host.system,
            request.machine or self.host.machine,
            request.libc or self.host.libc,
        )
        return "-".join(parts)

    def _bring(
        self, downloads: Sequence[PythonDownload], emitter: Emitter, cancel: CancelToken | None
    ) -> tuple[list[ManagedPython], tuple[tuple[str, UvkitError], ...]]:
        def one(download: PythonDownload) -> ManagedPython | UvkitError:
            try:
                return self._bring_one(download, emitter)
            except UvkitError as error:
                return error

        if not downloads:
            return [], ()
        from uvkit.net import interruptible

        with interruptible() as interruption, Pool(min(_WORKERS, len(downloads)), name="uvkit-python") as pool:
            results, broken = pool.map(
                one, downloads, cancel=cancel, while_waiting=emitter.deliver, interrupted=interruption.interrupt
            )
        emitter.deliver()
        if broken:
            raise broken[0]
        added = [result for result in results if isinstance(result, ManagedPython)]
        failures = [
            (download.key, result)
            for download, result in zip(downloads, results, strict=True)
            if isinstance(result, UvkitError)
        ]
        return added, tuple(failures)

    def _bring_one(self, download: PythonDownload, emitter: Emitter) -> ManagedPython:
        task = _Task(emitter, f"{download.key} (download)")
        try:
            with self.folder.scratch(download.key) as place:
                archive = place / download.filename
                self.sources.fetch(download, archive, kept=self.archives, progress=task.progress)
                unpacked = place / "unpacked"
                unpacked.mkdir()
                extract_archive(archive, unpacked)
                root = installed_root(unpacked)
                relocate(root, self.folder.path / download.key, download.identity)
                python = self.folder.adopt(root, download.identity, build=download.build)
        except BaseException:
            task.finish("failed")
            raise
        task.finish("done")
        return python

    def _link(
        self,
        pythons: Sequence[ManagedPython],
        added: Sequence[ManagedPython],
        *,
        old: set[str],
        choices: InstallChoices,
    ) -> tuple[tuple[PythonChange, ...], tuple[Notice, ...]]:
        """Give the interpreters their names on the search path; return what changed, and what stood in the way."""
        new = {one.key for one in added}
        changes: list[PythonChange] = []
        notices: list[Notice] = []
        for python in pythons:
            named: list[str] = []
            for name in self._names(python, choices):
                changed = self.executables.link(python, name, force=choices.force)
                if changed is None:
                    notices.append(_taken(python, self.executables.path / name))
                elif changed or python.key in new:
                    named.append(name)
            if python.key in new:
                action: PythonAction = "reinstalled" if python.key in old else "installed"
                changes.append(PythonChange(action=action, python=python, executables=tuple(named)))
            elif named:
                changes.append(PythonChange(action="linked", python=python, executables=tuple(named)))
        return _sorted(changes), tuple(notices)

    def _names(self, python: ManagedPython, choices: InstallChoices) -> Iterator[str]:
        """Return the names that an interpreter is to have; only the newest patch has the name of its minor version."""
        if python.identity.system == "windows" or choices.link == "never":
            return
        name = python.identity.executable_name
        if choices.default:
            stem = "python" if python.identity.implementation == "cpython" else python.identity.implementation
            yield from (stem, f"{stem}{python.identity.pair[0]}")
        there = self.executables.is_ours(self.executables.path / name)
        if python.is_linked and (there or choices.link == "always"):
            yield name


class _Task:
    """One download as a task that starts with its first byte, when its size is known."""

    def __init__(self, emitter: Emitter, subject: str) -> None:
        self._emitter = emitter
        self._subject = subject
        self._id: TaskId | None = None

    def progress(self, done: int, total: int | None) -> None:
        if self._id is None:
            self._id = self._emitter.start("python", self._subject, total=total)
        self._emitter.advance(self._id, done)

    def finish(self, outcome: TaskOutcome) -> None:
        if self._id is not None:
            self._emitter.finish(self._id, outcome)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A request, the keys of what satisfies it, and what has to be downloaded for it."""

    request: PythonRequest
    keys: tuple[str, ...]
    downloads: tuple[PythonDownload, ...]


def installed_root(unpacked: Path) -> Path:
    """Return the folder of an archive that is the installation: its only folder, or the one that a build installed."""
    entries = list(unpacked.iterdir())
    root = entries[0] if len(entries) == 1 and entries[0].is_dir() else unpacked
    # Archives of whole builds have `build`, `install`, and a description of both.
    install = root / "install"
    return install if install.is_dir() and (root / "PYTHON.json").exists() else root


def _check_request(request: PythonRequest) -> None:
    if request.kind != "version":
        raise NoPythonDownloadError(request=request.text, reason="it is not a version, an implementation or a key")


def _taken(python: ManagedPython, path: Path) -> Notice:
    return Notice(
        "executable-exists",
        f"failed to install the executable for {python.key}: `{path}` already exists but is not managed by uvkit",
        "replace it with `--force` (`force=True`)",
    )


def _sorted(changes: Iterable[PythonChange]) -> tuple[PythonChange, ...]:
    """Return changes by ascending version, as they are listed."""
    return tuple(
        sorted(changes, key=lambda one: (one.python.identity.implementation, one.python.identity.version_order))
    )
