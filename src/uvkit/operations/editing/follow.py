"""What follows from a change of a project's files: a lock, and an environment that agrees with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from uvkit.errors import ResolutionError
from uvkit.events import CancelToken, EventSink
from uvkit.model import GroupName, Selection, Upgrade, extra_name, group_name
from uvkit.operations.locking import lock_project
from uvkit.operations.results import LockResult, SyncResult
from uvkit.operations.session import Session
from uvkit.operations.syncing import sync
from uvkit.operations.work import ProjectLike, Work, as_project
from uvkit.project import Project, Script

from .texts import file_of

if TYPE_CHECKING:
    from uvkit.operations.places import EnvironmentLike
    from uvkit.settings import Locking

Target: TypeAlias = ProjectLike | Script


def target_of(project: Target | None) -> Project | Script:
    """Return the project or script meant."""
    return project if isinstance(project, Script) else as_project(project)


def opened(target: Project | Script) -> Project | Script:
    """Return the project or script as its files are now."""
    return Script.read(target.path) if isinstance(target, Script) else Project.open(target.root)


def watched(target: Project | Script) -> tuple[Path, ...]:
    """Return the files that must be as before if anything fails."""
    return (file_of(target), target.lockfile_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    locking: Locking
    synchronize: bool
    upgrade: Upgrade
    environment: EnvironmentLike | None
    python: str | None
    dry_run: bool
    events: EventSink | None
    cancel: CancelToken | None


class Following:
    """Locks and syncs with the options of one call."""

    def __init__(  # noqa: PLR0913  # what a verb was given
        self,
        session: Session,
        *,
        locking: Locking = "update",
        synchronize: bool = True,
        upgrade: Upgrade,
        environment: EnvironmentLike | None = None,
        python: str | None = None,
        dry_run: bool = False,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self._session = session
        self._options = _Options(
            locking=locking,
            synchronize=synchronize,
            upgrade=upgrade,
            environment=environment,
            python=python,
            dry_run=dry_run,
            events=events,
            cancel=cancel,
        )

    def default_python(self) -> str:
        """Return the Python versions from that of the interpreter in use on."""
        found = self._session.pythons.find(
            self._options.python or self._session.settings.python, None, environments="never"
        )
        return f">={found.version.major}.{found.version.minor}"

    def lock(self, target: Project | Script) -> LockResult | None:
        """Lock a project; none if only its files change. That of a script is written only where there is one."""
        options = self._options
        if options.locking == "frozen":
            return None
        silent = options.dry_run or (isinstance(target, Script) and not target.lockfile_path.exists())
        with Work.on(target, session=self._session, python=options.python) as work:
            return lock_project(
                work,
                upgrade=options.upgrade,
                check=options.locking == "check",
                dry_run=silent,
                events=options.events,
                cancel=options.cancel,
            )

    def sync(
        self, target: Project | Script, parts: tuple[str | None, str | None] | None, *, exact: bool
    ) -> SyncResult | None:
        """Bring the environment of a project in line with its lock; none for a script, and where nobody wants it.

        ``parts`` are an extra and a group that are wanted beside what is always; none for the defaults.
        """
        options = self._options
        if isinstance(target, Script) or not options.synchronize or options.dry_run or options.locking == "frozen":
            return None
        selection = self._session.settings.selection
        return sync(
            target,
            options.environment,
            selection=selection if parts is None else _with_parts(selection, *parts),
            locking="frozen",
            exact=exact,
            python=options.python,
            session=self._session,
            events=options.events,
            cancel=options.cancel,
        )

    @contextmanager
    def explained(self, target: Project | Script) -> Iterator[None]:
        """Say in an error of the resolution that the files are as before."""
        try:
            yield
        except ResolutionError as error:
            error.add_note(
                f"`{file_of(target).name}` is as it was before; with `--frozen` it is changed without locking"
            )
            raise


def _with_parts(selection: Selection, extra: str | None, group: str | None) -> Selection:
    if group is not None:
        return replace(selection, extra_groups=selection.extra_groups | {group_name(group)})
    extras = selection.extras
    if extra is not None and extras != "all":
        extras = extras | {extra_name(extra)}
    none: frozenset[GroupName] = frozenset()
    return replace(selection, extras=extras, groups=none)
