"""The verb that makes an environment hold exactly what a lock says."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from uvkit.errors import InvalidOptionError
from uvkit.events import CancelToken, EventSink
from uvkit.formats import is_pylock_name
from uvkit.lockfile import Lockfile
from uvkit.model import InstallSet, Selection, Upgrade
from uvkit.project import Project, Script
from uvkit.python import target_for

from .bring import Bring
from .compiling_target import TargetRequest, environment_target
from .locking import lock_project, read_lock
from .places import EnvironmentLike, Place, given_place, project_place
from .results import SyncResult
from .session import borrowed
from .work import ProjectLike, Work

if TYPE_CHECKING:
    from .installer import Installer
    from .session import Session

Locking: TypeAlias = Literal["update", "check", "frozen"]

_DEFAULT_SELECTION = Selection()
_NO_UPGRADE = Upgrade()


def sync(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    source: ProjectLike | Script | Lockfile | None = None,
    environment: EnvironmentLike | None = None,
    *,
    selection: Selection = _DEFAULT_SELECTION,
    locking: Locking = "update",
    upgrade: Upgrade = _NO_UPGRADE,
    exact: bool | None = None,
    python: str | None = None,
    platform: str | None = None,
    target: TargetRequest | None = None,
    installer: Installer | None = None,
    wheelhouse: str | os.PathLike[str] | None = None,
    check: bool = False,
    dry_run: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> SyncResult:
    """Make an environment hold exactly what the lock says, locking the project first where needed.

    ``source`` none is the project around the working directory; its environment is ``.venv`` beside the lock, made with
    an interpreter that the project allows. That of a ``Script`` (PEP 723) is kept in the cache, and a script that has
    no lock is resolved without writing one. A bare ``Lockfile``, or the path of a ``pylock.toml`` (PEP 751), needs an
    ``environment``. ``locking`` ``"check"`` refuses an outdated lock, ``"frozen"`` takes it as it is. The change is one
    transaction: afterwards the environment is as the lock says, or as it was; one that was made for it stays, empty, if
    the rest fails. What a ``wheelhouse`` has, a folder that ``download`` filled, is taken from there, by its digest,
    instead of from the indexes. With a ``platform``, one that `Target.for_platform` knows, the environment is filled
    for that one; with a ``target``, that of a bare lockfile is filled for its Python version and platform.

    Raises:
        InvalidOptionError: ``locking`` needs a lock, and the script has none.
        ValueError: the platform is unknown.
        LockfileOutdatedError, LockfileMissingError: ``locking`` does not allow to make the lock.
        EnvironmentOutdatedError: ``check`` is set and something would change.
        SelectionError: the selection names something unknown, or items that conflict.
        PrepareError: files could not be had; the environment is untouched.
        TransactionError: the change failed; the error says whether everything was rolled back.
        UvkitError: as ``lock`` raises.
    """
    if locking not in get_args(Locking):
        raise InvalidOptionError(problems=(("locking", f"`{locking}` is none of {', '.join(get_args(Locking))}"),))
    if cancel is not None:
        cancel.check()
    if isinstance(source, str | os.PathLike) and is_pylock_name(os.path.basename(source)):
        source = Lockfile.read(source)
    if isinstance(source, Lockfile):
        return _sync_lockfile(
            source,
            environment,
            selection=selection,
            installer=installer,
            wheelhouse=wheelhouse,
            session=session,
            python=python,
            target=target or TargetRequest(platform=platform),
            exact=exact,
            dry_run=dry_run,
            check=check,
            events=events,
            cancel=cancel,
        )
    with Work.on(source, session=session, python=python, events=events) as work:
        started = perf_counter()
        is_loose = isinstance(work.project, Script) and not work.project.lockfile_path.exists()
        if is_loose and locking != "update":
            raise InvalidOptionError(problems=(("locking", f"`{locking}` needs a lock, and the script has none"),))
        if isinstance(work.project, Project):
            selection = of_member(work.project, selection)
            work.use_groups_of(selection)
        # A Python that does not suit, or something else in the way, is found out before anything is written.
        place = project_place(work, environment, make=False, cancel=cancel)
        if locking == "frozen":
            locked, selection = read_lock(work), with_defaults(work, selection)
        else:
            silent, strict = dry_run or check or is_loose, locking == "check"
            locked = lock_project(work, upgrade=upgrade, check=strict, dry_run=silent, events=events, cancel=cancel)
        if place.described and not (dry_run or check):
            place = project_place(work, environment, make=True, cancel=cancel)
        wanted = _selected(work, locked.lockfile, selection, place=place, platform=platform)
        chosen = _from_wheelhouse(installer or work.installer, wheelhouse)
        bring = Bring(chosen, events=events, cancel=cancel, memory=work.memory)
        result = bring(place, wanted, dry_run=dry_run, check=check, exact=exact)
        return replace(
            result,
            lock=locked,
            elapsed=timedelta(seconds=perf_counter() - started),
            notices=(*locked.notices, *result.notices),
        )


def _selected(
    work: Work, lockfile: Lockfile, selection: Selection, *, place: Place, platform: str | None
) -> InstallSet:
    """Return what a selection of a lock comes to for an environment, or for a platform in its place; remembered."""
    interpreter = place.environment.interpreter
    options = work.settings.resolver
    formats = {"no_binary": options.no_binary, "no_build": options.no_build}
    key = (selection, str(interpreter.base_executable), interpreter.full_version, platform, *formats.values())

    def select() -> InstallSet:
        target = place.target if platform is None else target_for(interpreter, platform=platform)
        selected = lockfile.select(target, selection, **formats)
        work.offer_credentials(pin.source for pin in selected)
        return selected

    return work.memory.install_set(lockfile, key, select)


def with_defaults(work: Work, selection: Selection) -> Selection:
    """Return the selection with the default groups that the project has now; the lock may still have others."""
    if selection.groups != "default" or isinstance(work.project, Script):
        return selection
    return replace(selection, defaults=work.project.default_groups(selection))


def of_member(project: Project, selection: Selection) -> Selection:
    """Return the selection of the member that was meant, where that is not the root of its workspace."""
    if project.name is None:
        return selection
    selection = replace(selection, project=selection.project or project.name)
    if selection.members is not None:
        return selection
    at_root = project.root == project.lockfile_path.parent
    return selection if at_root else replace(selection, members=frozenset({project.name}))


def _from_wheelhouse(installer: Installer, folder: str | os.PathLike[str] | None) -> Installer:
    return installer if folder is None else installer.with_wheelhouse(Path(folder))


def _sync_lockfile(  # noqa: PLR0913  # part of the verb, which has them all
    lockfile: Lockfile,
    environment: EnvironmentLike | None,
    *,
    selection: Selection,
    installer: Installer | None,
    wheelhouse: str | os.PathLike[str] | None,
    session: Session | None,
    python: str | None,
    target: TargetRequest,
    exact: bool | None,
    **options: Any,
) -> SyncResult:
    if environment is None:
        raise TypeError("a bare lockfile needs an environment")
    started = perf_counter()
    with borrowed(session) as owner:
        looking = options["dry_run"] or options["check"]
        place = given_place(
            environment, owner, requires_python=lockfile.requires_python, make=not looking, python=python
        )
        wanted = lockfile.select(environment_target(place.environment, target), selection)
        chosen = _from_wheelhouse(installer or owner.installer(), wheelhouse)
        if lockfile.path is not None:
            chosen = chosen.with_root(lockfile.path.absolute().parent)
        bring = Bring(chosen, events=options["events"], cancel=options["cancel"])
        result = bring(place, wanted, dry_run=options["dry_run"], check=options["check"], exact=exact)
        return replace(result, elapsed=timedelta(seconds=perf_counter() - started))
