"""Change an environment: all of it or nothing.

New wheels are linked into a staging tree inside the environment, on its own file system. Then, with the journal on the
disk, whatever gives way is moved out and the new tree is moved in, by renames of whole folders: a handful per wheel.
Until the first rename nothing that is installed was touched. What was moved out is deleted last, because creating files
soon after deleting many is slow on ext4. See ``journal`` for what is guaranteed after a crash.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, cast

from uvkit.errors import InvalidEnvironmentError, StorageError, TransactionError, UvkitError
from uvkit.events import CancelToken, Notice, TaskOutcome
from uvkit.fs import Linker
from uvkit.model import ProjectName, project_name
from uvkit.runtime import Emitter

from . import journal
from .at_once import run_all, usual_threads
from .conflicts import clash, fit, ignores_case, overwriting, settle
from .installed import InstalledDistribution, read_installed
from .journal import FOLDER, Journal, Move, OnStep
from .launchers import ScriptStyle
from .leftovers import sweep
from .options import InstallOptions, LinkMode
from .scheme import Scheme
from .uninstall import Recorded, lies_in, paths_to_move, recorded_files
from .wheel import Destination, WheelInstall

if TYPE_CHECKING:
    from installer.scripts import LauncherKind

    from uvkit.cache import WheelImage
    from uvkit.formats import DirectUrl
    from uvkit.python import Interpreter

    from .planning import InstallPlan

# Starting a thread and handing work over costs about as much as linking this many files.
_FEW_FILES = 200
_DEFAULTS = InstallOptions()


class Changeable(Protocol):
    """What a transaction needs to know of an environment."""

    @property
    def path(self) -> Path:
        """Return its folder; nothing outside is touched."""
        ...

    @property
    def interpreter(self) -> Interpreter:
        """Return its interpreter."""
        ...

    @property
    def scheme(self) -> Scheme:
        """Return the folders to install to."""
        ...

    @property
    def is_relocatable(self) -> bool:
        """Tell whether scripts must not name the environment's place."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a change brought about besides the change itself.

    ``restart_needed`` are projects that the running process had imported and that are different now.
    """

    notices: tuple[Notice, ...] = ()
    restart_needed: frozenset[ProjectName] = frozenset()


class Transaction:
    """Distributions to put into an environment and to take out of it, all at once.

    Nothing happens before ``commit``, which the ``with`` block calls at its end; an exception in the block drops
    everything. If ``commit`` raises, the environment is as it was. ``on_step`` is called with the name of each step
    before it happens, and may raise to stop.
    """

    def __init__(
        self,
        environment: Changeable,
        *,
        link_mode: LinkMode = "auto",
        threads: int | None = None,
        emitter: Emitter | None = None,
        cancel: CancelToken | None = None,
        on_step: OnStep | None = None,
    ) -> None:
        self.environment = environment
        self.applied = Applied()
        self._root = os.fspath(environment.path)
        self._linker = Linker(link_mode)
        self._threads = threads
        self._emitter = emitter or Emitter(None)
        self._cancel = cancel or CancelToken()
        self._on_step = on_step
        self._destination: Destination | None = None
        self._installs: dict[ProjectName, WheelInstall] = {}
        self._removed: set[ProjectName] = set()
        self._removed_exactly: set[InstalledDistribution] = set()
        self._state: Literal["open", "committed", "rolled back"] = "open"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if self._state == "open":
            if kind is None:
                self.commit()
            else:
                self.rollback()

    def install(
        self,
        image: WheelImage,
        *,
        requested: bool = True,
        direct_url: DirectUrl | Mapping[str, Any] | None = None,
        extra: Mapping[str, bytes] | None = None,
        marked: bool = True,
    ) -> None:
        """Put a wheel in; whatever is installed of the same project makes way for it.

        ``extra`` are further files for its metadata folder. With ``marked`` false nothing there says who installed it.

        Raises:
            InvalidMetadataError: a script of the wheel is not allowed.
            RuntimeError: the transaction has ended.
        """
        self._check_open()
        files = dict((extra or {}) if marked else {})
        if direct_url is not None and marked:
            files["direct_url.json"] = _direct_url_text(direct_url).encode()
        install = WheelInstall(image, self._where(), extra=files, requested=requested, marked=marked)
        install.written()
        self._installs[project_name(image.manifest.name)] = install

    def remove(self, project: str | InstalledDistribution) -> None:
        """Take a project out, or one distribution of it.

        Raises:
            RuntimeError: the transaction has ended.
        """
        self._check_open()
        if isinstance(project, InstalledDistribution):
            self._removed_exactly.add(project)
        else:
            self._removed.add(project_name(project))

    def commit(self) -> None:
        """Make the changes.

        An unfinished transaction of a process that died is undone first. Waits while another process or thread changes
        the environment. Whoever listens to the events may read the environment, which is then as before, but not change
        it.

        Raises:
            TransactionError: a file could not be written or moved, or this thread is changing the environment already;
                ``rolled_back`` says that everything is as before.
            FileConflictError: what is a file in one wheel is a folder in another.
            CancelledError: the token was set; everything is as before.
            RuntimeError: the transaction has ended.
        """
        self._check_open()
        self._state = "rolled back"
        if self._installs or self._removed or self._removed_exactly:
            with journal.locked_path(self._root, check=self._cancel.check), journal.changing(self._root):
                sweep(self._root)
                journal.recover_locked(self._root)
                self._change()
        self._state = "committed"

    def rollback(self) -> None:
        """Drop everything that was asked for; what ``commit`` has done stays.

        Raises:
            RuntimeError: the transaction has ended.
        """
        self._check_open()
        self._state = "rolled back"

    def _check_open(self) -> None:
        if self._state != "open":
            raise RuntimeError(f"the transaction is {self._state}")

    def _where(self) -> Destination:
        if self._destination is None:
            self._destination = destination_of(self.environment)
        return self._destination

    def _change(self) -> None:
        present = read_installed(*self.environment.interpreter.site_folders).distributions
        going = [one for one in present if self._goes(one)]
        going += [one for one in self._removed_exactly if one not in present and not lies_in(one, self._root)]
        staying = [one for one in present if not self._goes(one)]
        affected = _imported_projects(going) if _is_running(self._root) else frozenset()
        try:
            notices = self._replace(going, staying)
        except BaseException as error:
            self._undo(error)
            if isinstance(error, OSError | StorageError):
                raise journal.failure(self._root, "changing files", error, rolled_back=True) from error
            raise
        try:
            journal.clear(self._root, self._on_step)
        except StorageError as error:
            # The change stands; the next transaction deletes what is left.
            notices.append(Notice("left-over", f"`{error.path}` could not be deleted: {error.reason}"))
        self.applied = Applied(notices=tuple(notices), restart_needed=affected)

    def _goes(self, one: InstalledDistribution) -> bool:
        if one.project in self._removed or one in self._removed_exactly:
            return True
        # What lies in a shared folder outside of the environment is only shadowed by a new installation.
        return one.project in self._installs and lies_in(one, self._root)

    def _undo(self, cause: BaseException) -> None:
        try:
            journal.recover_locked(self._root)
        except TransactionError as error:
            raise error from cause

    def _replace(self, going: list[InstalledDistribution], staying: list[InstalledDistribution]) -> list[Notice]:
        """Stage, move, commit; on an exception the disk tells what there is to undo."""
        staged = self._open_folder()
        leaving = _Leaving(going, root=self._root, kept_folders=self._where().folders)
        in_the_way: list[str] = []
        # Finding out what has to go is work for the interpreter, linking is work for the kernel: both at once.
        jobs: list[Callable[[], object]] = [leaving.survey, *self._link_jobs(staged, in_the_way)]
        threads = 1 if self._weight() < _FEW_FILES else self._threads or usual_threads()
        run_all(jobs, cancel=self._cancel, emitter=self._emitter, threads=threads)
        self._cancel.check()
        self._step("linked")
        in_order = [self._installs[name] for name in sorted(self._installs)]
        notices = [*leaving.owned.notices, *self._missing(going)]
        notices += settle(in_order, in_the_way, staged=staged, linker=self._linker)
        leaving.stage_rewritten(staged)
        out = [*(path for path in leaving.paths if not self._where().is_vital(path)), *leaving.owned.rewritten]
        fitting = fit(self._root, staged, going=out, ignores_case=ignores_case(self._root))
        self._refuse_vital(fitting.overwritten)
        notices += overwriting(self._installs.values(), fitting.overwritten, root=self._root, staying=staying)
        out += fitting.overwritten
        moves = [Move("out", path, number) for number, path in enumerate(out)]
        moves += [Move("in", path) for path in fitting.moved_in]
        self._cancel.check()
        record = Journal(self._root, moves)
        self._step("journal")
        record.write()
        record.execute(self._on_step)
        self._step("commit")
        record.commit()
        self._step("committed")
        return notices

    def _refuse_vital(self, overwritten: Iterable[str]) -> None:
        for path in filter(self._where().is_vital, overwritten):
            names = [one.image.manifest.name for one in self._installs.values() if path in one.files()]
            reason = f"its `{path}` would replace that of the environment"
            step = f"installing `{names[0]}`"
            raise TransactionError(path=Path(self._root), step=step, reason=reason, rolled_back=True)

    def _open_folder(self) -> str:
        folder = f"{self._root}/{FOLDER}"
        self._step("open")
        os.mkdir(folder)
        os.mkdir(f"{folder}/old")
        os.mkdir(f"{folder}/new")
        staged = f"{folder}/new"
        for site in {install.site for install in self._installs.values()}:
            os.makedirs(f"{staged}/{site}", exist_ok=True)
        return staged

    def _link_jobs(self, staged: str, in_the_way: list[str]) -> list[Callable[[], object]]:
        """Return one job for each wheel, the largest first, so that no thread is left with it at the end."""
        failed: list[UvkitError] = []

        def stopped() -> bool:
            return bool(failed) or self._cancel.cancelled

        def link(install: WheelInstall) -> None:
            manifest = install.image.manifest
            task = self._emitter.start("link", f"{manifest.name}=={manifest.version}")
            outcome: TaskOutcome = "failed"
            try:
                self._step(f"link {manifest.name}")
                in_the_way.extend(install.link(staged, linker=self._linker, stopped=stopped))
                outcome = "cancelled" if stopped() else "done"
            except NotADirectoryError as error:
                raise self._clash(install, error) from error
            except (OSError, StorageError) as error:
                failed.append(journal.failure(self._root, f"linking `{manifest.name}`", error, rolled_back=True))
                raise failed[-1] from error
            finally:
                self._emitter.finish(task, outcome)

        largest_first = sorted(self._installs.values(), key=lambda install: -install.image.manifest.files)
        return [partial(link, install) for install in largest_first]

    def _weight(self) -> int:
        return sum(install.image.manifest.files for install in self._installs.values())

    def _clash(self, install: WheelInstall, error: OSError) -> UvkitError:
        """Return the error for a wheel that needs a folder where another has put a file."""
        others = [one for one in self._installs.values() if one is not install]
        for path in install.files():
            while path := path.rpartition("/")[0]:
                if any(path in other.files() for other in others):
                    return clash(self._installs.values(), path, root=self._root)
        return journal.failure(self._root, f"linking `{install.image.manifest.name}`", error, rolled_back=True)

    def _missing(self, going: Iterable[InstalledDistribution]) -> list[Notice]:
        absent = self._removed | {one.project for one in self._removed_exactly.difference(going)}
        absent -= {one.project for one in going}
        return [Notice("not-installed", f"`{name}` is not installed") for name in sorted(absent)]

    def _step(self, name: str) -> None:
        if self._on_step is not None:
            self._on_step(name)


def apply(  # noqa: PLR0913  # what to change, and how
    environment: Changeable,
    plan: InstallPlan,
    images: Mapping[ProjectName, WheelImage],
    *,
    options: InstallOptions = _DEFAULTS,
    direct_urls: Mapping[ProjectName, DirectUrl] | None = None,
    extra: Mapping[ProjectName, Mapping[str, bytes]] | None = None,
    threads: int | None = None,
    emitter: Emitter | None = None,
    cancel: CancelToken | None = None,
) -> Applied:
    """Carry out a plan in one transaction.

    ``images`` holds the wheel of each project to install, ``direct_urls`` where those come from that no index served,
    ``extra`` further files for the metadata folder, such as the state of the source tree that was built. Bytecode is
    compiled after the change is committed; a module that does not compile is no failure.

    Raises:
        KeyError: a wheel is missing.
        TransactionError, FileConflictError, CancelledError: as ``Transaction.commit``; nothing was changed.
    """
    if plan.is_empty:
        return Applied()
    if _is_running(os.fspath(environment.path)):
        _load_own_modules((*plan.installs, *plan.removes))
    transaction = Transaction(environment, link_mode=options.link_mode, threads=threads, emitter=emitter, cancel=cancel)
    marked = options.installer_metadata
    for project in plan.installs:
        transaction.install(
            images[project],
            direct_url=(direct_urls or {}).get(project),
            extra=(extra or {}).get(project),
            marked=marked,
        )
    for project in plan.removes:
        transaction.remove(project)
    transaction.commit()
    applied = transaction.applied
    if options.compile_bytecode and plan.installs:
        from .bytecode import compile_folders

        folders = (environment.scheme.purelib, environment.scheme.platlib)
        notices = compile_folders(
            environment.interpreter.executable,
            folders,
            workers=threads,
            timeout=options.bytecode_timeout,
            cancel=cancel,
        )
        applied = Applied(notices=(*applied.notices, *notices), restart_needed=applied.restart_needed)
    return applied


def recover(environment: Changeable) -> bool:
    """Undo what a crash left half done, and tell whether there was anything.

    Raises:
        TransactionError: it cannot be undone; everything is still there to try again.
    """
    return journal.recover(environment.path)


def destination_of(environment: Changeable) -> Destination:
    """Return where the parts of wheels go in an environment.

    Raises:
        InvalidEnvironmentError: a folder to install to lies outside of the environment.
    """
    facts = environment.interpreter.facts
    machine: LauncherKind | None = None
    if facts["markers"]["os_name"] == "nt":
        machine = cast("LauncherKind", {"win32": "win-ia32"}.get(facts["platform"], facts["platform"]))
    style = ScriptStyle(
        python=os.fspath(environment.interpreter.executable),
        relocatable=environment.is_relocatable,
        machine=machine,
    )
    try:
        return Destination.of(os.fspath(environment.path), environment.scheme, style)
    except ValueError as error:
        raise InvalidEnvironmentError(path=environment.path, reason=str(error)) from error


class _Leaving:
    """What the distributions that go take with them."""

    def __init__(self, going: list[InstalledDistribution], *, root: str, kept_folders: frozenset[str]) -> None:
        self._going = going
        self._root = root
        self._kept = kept_folders
        self.owned = Recorded()
        self.paths: list[str] = []

    def survey(self) -> None:
        """Read the records and compare them with what exists."""
        self.owned = recorded_files(self._going, root=self._root)
        self.paths = paths_to_move(self.owned, root=self._root, kept_folders=self._kept)

    def stage_rewritten(self, staged: str) -> None:
        """Write the new versions of files that lose a line."""
        for path, content in self.owned.rewritten.items():
            os.makedirs(os.path.dirname(f"{staged}/{path}"), exist_ok=True)
            with open(f"{staged}/{path}", "xb") as file:
                file.write(content)


def _direct_url_text(value: DirectUrl | Mapping[str, Any]) -> str:
    if isinstance(value, Mapping):
        import json

        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return value.dumps()


def _is_running(root: str) -> bool:
    try:
        return os.path.samefile(sys.prefix, root)
    except OSError:
        return False


def _imported_projects(going: Iterable[InstalledDistribution]) -> frozenset[ProjectName]:
    """Return the projects of which this process has imported a module."""
    loaded = {name.partition(".")[0] for name in sys.modules}
    found = set()
    for one in going:
        lines = (one.read("RECORD") or b"").decode("utf-8", "replace").splitlines()
        tops = {line.partition(",")[0].partition("/")[0].partition(".")[0] for line in lines}
        if tops & loaded:
            found.add(one.project)
    return frozenset(found)


def _load_own_modules(affected: Iterable[ProjectName]) -> None:
    """Import what the rest of a change needs, before the change can take it away."""
    from importlib import import_module

    for name in ("csv", "json", "packaging.version", "shutil", "subprocess", "traceback", "zipfile"):
        import_module(name)
    for name in ("bytecode", "environment", "planning"):
        import_module(f".{name}", __package__)
    if not {"uvkit", "packaging", "pydantic", "rich", "tomlkit"}.isdisjoint(affected):
        _load_all_of_uvkit()


def _load_all_of_uvkit() -> None:
    """Import every module there is: what runs after the change must be what ran before it, not half of each."""
    from importlib import import_module
    from pkgutil import walk_packages

    package = import_module("uvkit")
    for module in walk_packages(package.__path__, "uvkit."):
        if not module.name.endswith("__main__"):
            try:
                import_module(module.name)
            except ImportError:
                # It needs something optional that is not installed, and so cannot be needed now.
                continue
