"""Make ready what a command is to run in: the environment of a project, of a script, or one for the moment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from uvkit.environment import Environment
from uvkit.errors import LockfileError, ProjectNotFoundError, SelectionError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.model import IndexSource, InstallSet, RequirementLike, Selection, Upgrade
from uvkit.operations.asked import as_set
from uvkit.operations.installed_already import is_satisfied
from uvkit.operations.locking import lock_project, read_lock
from uvkit.operations.parts import Parts
from uvkit.operations.places import EnvironmentLike, project_place
from uvkit.operations.session import borrowed
from uvkit.operations.syncing import Locking, of_member, sync, with_defaults
from uvkit.operations.wanted_pythons import wanted_python
from uvkit.operations.work import ProjectLike, Work
from uvkit.project import Project, Script
from uvkit.python import target_for

from .basis import RunBasis, found_in_parents, fresh_until, of_environment
from .child import check_depth, child_variables
from .command import Command, RunAs, found_program, understood
from .env_files import variables_of_files
from .ephemeral import ephemeral_environment
from .prepared import PreparedRun
from .resolving import preferring, wanted_for

if TYPE_CHECKING:
    from uvkit.environment import InstalledDistribution
    from uvkit.lockfile import Lockfile
    from uvkit.operations.requirement_files import RequirementSet
    from uvkit.operations.results import SyncResult
    from uvkit.operations.session import Session
    from uvkit.python import Interpreter
    from uvkit.resolver import Preference

RunSource: TypeAlias = "ProjectLike | Script | Environment"

_TEXTS = "environments-v1"
_DEFAULT_SELECTION = Selection()
_NO_UPGRADE = Upgrade()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What a caller wants of the environment."""

    selection: Selection
    locking: Locking
    upgrade: Upgrade
    synchronize: bool
    exact: bool | None
    isolated: bool
    python: str | None
    platform: str | None
    environment: EnvironmentLike | None
    events: EventSink | None
    cancel: CancelToken | None


@dataclass(frozen=True, slots=True)
class _Base:
    """The environment that a command runs in, and the parts with which more could be put above it."""

    environment: Environment
    parts: Parts
    syncs: tuple[SyncResult, ...] = ()
    notices: tuple[Notice, ...] = field(default=())
    basis: RunBasis | None = None
    lockfile: Lockfile | None = None

    def preferences(self, installed: Sequence[InstalledDistribution]) -> tuple[Preference, ...]:
        """Return the versions to try first above it: those of the lock, or without one what is installed."""
        return preferring(installed) if self.lockfile is None else self.lockfile.preferences()


def prepare_run(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    source: RunSource | None = None,
    argv: Sequence[str] = (),
    *,
    run_as: RunAs = "auto",
    selection: Selection = _DEFAULT_SELECTION,
    locking: Locking = "update",
    upgrade: Upgrade = _NO_UPGRADE,
    synchronize: bool = True,
    exact: bool = False,
    isolated: bool = False,
    project: bool = True,
    environment: EnvironmentLike | None = None,
    python: str | None = None,
    platform: str | None = None,
    extra_requirements: Iterable[RequirementLike] | RequirementSet = (),
    env_files: Iterable[str | os.PathLike[str]] = (),
    variables: Mapping[str, str] | None = None,
    contents: Mapping[str, bytes] | None = None,
    directory: str | os.PathLike[str] | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> PreparedRun:
    """Bring everything about that a command needs, and return it ready to start; the arguments are those of `run`.

    Raises:
        CommandNotFoundError: there is no such program.
        UvkitError: as `sync` and `install` raise.
    """
    folder = Path(directory or Path.cwd()).absolute()
    inherited = dict(os.environ if variables is None else variables)  # noqa: TID251  # a program has those of its parent
    check_depth(inherited)
    files = tuple(env_files)
    loaded, notices = variables_of_files(files, inherited)
    wish = _Wish(
        selection=selection,
        locking=locking,
        upgrade=upgrade,
        synchronize=synchronize,
        exact=exact,
        isolated=isolated,
        python=python,
        platform=platform,
        environment=environment,
        events=events,
        cancel=cancel,
    )
    with borrowed(session) as owner:
        command = understood(argv, run_as, contents=contents or {}, session=owner, folder=folder)
        if isinstance(source, Script):
            command = Command(kind="script", target=str(source.path), arguments=tuple(argv), script=source)
        base = _base(source if project else _nowhere(source), command, owner, wish=wish, looks=project)
        asked = as_set(extra_requirements, (), ())
        above, more, basis = _overlay(asked, base, wish=wish)
    environments = (base.environment,) if above is None else (above, base.environment)
    child = child_variables(inherited | loaded, environments)
    executable, line = _line(command, environments[0], search_path=child.get("PATH", ""), folder=folder)
    decided = command.decided_by(folder, executable, search_path=child.get("PATH", ""))
    repeatable = basis is not None and decided is not None and not (files or base.notices)
    return PreparedRun(
        argv=line,
        executable=Path(executable),
        variables=child,
        environments=environments,
        directory=folder,
        syncs=(*base.syncs, *more),
        notices=(*notices, *base.notices),
        basis=basis.and_also(decided) if repeatable and basis is not None and decided is not None else None,
    )


def _nowhere(source: RunSource | None) -> RunSource | None:
    return source if isinstance(source, Environment | Script) else None


def _line(command: Command, environment: Environment, *, search_path: str, folder: Path) -> tuple[str, tuple[str, ...]]:
    """Return the file to start, and its command line."""
    if command.kind == "nothing":
        return str(environment.python), ()
    if command.kind == "program":
        return found_program(command.target, search_path, folder=folder), (command.target, *command.arguments)
    python = str(environment.python)
    windowed = str(environment.python.with_name("pythonw.exe")) if os.name == "nt" else None
    line = command.argv(python, windowed=windowed)
    return line[0], line


# -- the environment itself --------------------------------------------------------------------------------------------


def _base(source: RunSource | None, command: Command, owner: Session, *, wish: _Wish, looks: bool) -> _Base:
    if isinstance(source, Environment):
        return _Base(source, Parts(owner, owner.settings, None))
    if command.script is not None:
        return _of_script(command, command.script, owner, wish=wish)
    if source is None and looks:
        try:
            source = Project.discover(Path.cwd())
        except ProjectNotFoundError:
            pass
    if source is None or isinstance(source, Script):
        return _of_nothing(owner, wish)
    with Work.on(source, session=owner, python=wish.python, events=wish.events) as work:
        _check_members(work, wish.selection)
        if not wish.isolated:
            return _of_project(work, wish)
        return _isolated(work, wish) if wish.synchronize else _empty(work.interpreter, work, wish)


def _check_members(work: Work, selection: Selection) -> None:
    """Refuse members that a workspace does not have, before anything is locked or made.

    Raises:
        SelectionError: it has not.
    """
    known = work.member_names
    named = selection.members if isinstance(selection.members, frozenset) else frozenset()
    for name in sorted(named - known):
        raise SelectionError(reason=f"`{name}` is no member of the workspace", available=tuple(sorted(known)))


def _of_script(command: Command, script: Script, owner: Session, *, wish: _Wish) -> _Base:
    """Return the environment of a script, which is always one of its own; that of a text is found by the text."""
    place: EnvironmentLike | None = wish.environment
    if command.is_text:
        from hashlib import blake2b

        place = owner.cache.root / _TEXTS / blake2b(command.target.encode(), digest_size=8).hexdigest()
    with Work.on(script, session=owner, python=wish.python, events=wish.events) as work:
        result = sync(
            script,
            place,
            locking=wish.locking if script.lockfile_path.exists() else "update",
            upgrade=wish.upgrade,
            exact=True,
            python=wish.python,
            platform=wish.platform,
            session=owner,
            events=wish.events,
            cancel=wish.cancel,
        )
        basis = None
        if not command.is_text and command.path is None and _is_settled(result):
            basis = of_environment(result.environment).and_also(map(str, (script.path, script.lockfile_path)))
            if not script.lockfile_path.exists():
                basis = replace(basis, expires=_expiry(result, work))
                basis = None if basis.expires is None else basis
        return _Base(result.environment, work, (result,), basis=basis)


def _of_project(work: Work, wish: _Wish) -> _Base:
    if not wish.synchronize:
        place = project_place(work, wish.environment, make=True, cancel=wish.cancel)
        made = _made_notice(place.created, place.environment)
        basis = of_environment(place.environment)
        return _Base(place.environment, work, notices=made, basis=basis, lockfile=_lock_if_there(work))
    result = sync(
        work.project,
        wish.environment,
        selection=wish.selection,
        locking=wish.locking,
        upgrade=wish.upgrade,
        exact=wish.exact,
        python=wish.python,
        platform=wish.platform,
        session=work.session,  # type: ignore[arg-type]  # the parts of a verb are lent by a session
        events=wish.events,
        cancel=wish.cancel,
    )
    settled = of_environment(result.environment) if _is_settled(result) else None
    lockfile = None if result.lock is None else result.lock.lockfile
    return _Base(result.environment, work, (result,), basis=settled, lockfile=lockfile)


def _lock_if_there(work: Work) -> Lockfile | None:
    try:
        return read_lock(work).lockfile
    except LockfileError:
        # It only says what to prefer here.
        return None


def _is_settled(result: SyncResult) -> bool:
    """Tell whether a sync found everything as it should be."""
    changed = result.changed or result.place != "found" or (result.lock is not None and result.lock.written)
    return not (changed or result.notices)


def _expiry(result: SyncResult, work: Work) -> float | None:
    if result.lock is None:
        return None
    chosen = ((one.project, one.source) for one in result.lock.lockfile.distributions)
    return fresh_until(chosen, work)


def _made_notice(created: bool, environment: Environment) -> tuple[Notice, ...]:  # noqa: FBT001  # of one place
    if not created:
        return ()
    return (Notice("environment-created", f"created an empty environment at `{environment.path}`"),)


def _isolated(work: Work, wish: _Wish) -> _Base:
    """Return an environment for the moment with what the project's lock selects."""
    selection = wish.selection
    if isinstance(work.project, Project):
        selection = of_member(work.project, selection)
        work.use_groups_of(selection)
    if wish.locking == "frozen":
        locked, selection = read_lock(work), with_defaults(work, selection)
    else:
        # As nothing else of the project changes, its lock does not either.
        locked = lock_project(
            work,
            upgrade=wish.upgrade,
            check=wish.locking == "check",
            dry_run=True,
            events=wish.events,
            cancel=wish.cancel,
        )
    formats: dict[str, Any] = {
        "no_binary": work.settings.resolver.no_binary,
        "no_build": work.settings.resolver.no_build,
    }
    target = target_for(work.interpreter, platform=wish.platform)
    pins = locked.lockfile.select(target, selection, **formats)
    found = ephemeral_environment(pins, work, interpreter=work.interpreter, events=wish.events, cancel=wish.cancel)
    watchable = found.made is None and not locked.changed and all(isinstance(p.source, IndexSource) for p in pins)
    basis = of_environment(found.environment) if watchable else None
    syncs = () if found.made is None else (found.made,)
    return _Base(found.environment, work, syncs, locked.notices, basis, locked.lockfile)


def _of_nothing(owner: Session, wish: _Wish) -> _Base:
    """Return the environment that is active or near, or the interpreter that is found first."""
    parts = Parts(owner, owner.settings, None)
    asked = wish.python or owner.settings.python
    request = wanted_python(Path.cwd(), asked, variables=owner.variables).request
    interpreter = owner.pythons.find(request, environments="allow", events=wish.events, cancel=wish.cancel)
    places = (*found_in_parents(Path.cwd()), *owner.variables.get("PATH", "").split(os.pathsep))
    if not wish.isolated:
        environment = Environment(interpreter, cache=owner.cache)
        return _Base(environment, parts, basis=of_environment(environment).and_also(places))
    base = owner.pythons.find(request, environments="never") if interpreter.is_virtual else interpreter
    return _empty(base, parts, wish)


def _empty(interpreter: Interpreter, parts: Parts, wish: _Wish) -> _Base:
    """Return an environment for the moment without anything in it."""
    pins = InstallSet((), interpreter.target)
    found = ephemeral_environment(pins, parts, interpreter=interpreter, events=wish.events, cancel=wish.cancel)
    return _Base(found.environment, parts)


# -- what comes above it -----------------------------------------------------------------------------------------------


def _overlay(
    asked: RequirementSet, base: _Base, *, wish: _Wish
) -> tuple[Environment | None, tuple[SyncResult, ...], RunBasis | None]:
    """Return an environment with further requirements above one that does not have them, and what that took.

    Last comes what all of it rests on.
    """
    if not asked.requirements:
        return None, (), base.basis
    environment, parts = base.environment, base.parts
    # What a system has for its own programs is neither enough nor preferred.
    installed = environment.installed() if environment.is_virtual else ()
    if is_satisfied(asked.requirements, asked.constraints, installed=installed, target=environment.target):
        return None, (), base.basis
    settings = parts.settings
    if asked.settings.origins:
        settings = asked.settings.merged(settings)
    parts = Parts(parts.session, settings, parts.root)
    wanted = wanted_for(
        asked,
        parts,
        target=target_for(environment.interpreter, platform=wish.platform),
        preferences=base.preferences(installed),
        events=wish.events,
        cancel=wish.cancel,
    )
    parts.installer = parts.installer.with_root(Path.cwd())
    found = ephemeral_environment(
        wanted.pins,
        parts,
        interpreter=_bare(environment.interpreter, parts),
        below=environment,
        events=wish.events,
        cancel=wish.cancel,
    )
    if found.made is None:
        expires = fresh_until(((pin.project, pin.source) for pin in wanted.pins), parts)
        return found.environment, (), _above(base.basis, found.environment, expires)
    made = replace(found.made, notices=(*wanted.notices, *found.made.notices), resolved=wanted.resolved)
    return found.environment, (made,), None


def _above(basis: RunBasis | None, environment: Environment, expires: float | None) -> RunBasis | None:
    """Return what an environment above another one rests on, together with that."""
    if basis is None or expires is None:
        return None
    own = of_environment(environment)
    soonest = min(filter(None, (basis.expires, expires)))
    return RunBasis(files=(*basis.files, *own.files), sites=(*basis.sites, *own.sites), expires=soonest)


def _bare(interpreter: Interpreter, parts: Parts) -> Interpreter:
    """Return the interpreter that an environment was made with."""
    if not interpreter.is_virtual:
        return interpreter
    return parts.session.pythons.find(str(interpreter.base_executable), environments="never")
