"""The verb that reads or sets the version of a project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.version import InvalidVersion, Version

from uvkit.errors import EditRefusedError, InvalidOptionError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.model import ProjectName, Upgrade
from uvkit.operations.session import Session, borrowed
from uvkit.operations.work import ProjectLike, as_project

from .bumps import Bump, bumped
from .files import kept
from .follow import Following, opened, watched
from .texts import edit_of, file_of

if TYPE_CHECKING:
    from uvkit.operations.places import EnvironmentLike
    from uvkit.operations.results import LockResult, SyncResult
    from uvkit.settings import Locking

_NO_UPGRADE = Upgrade()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionResult:
    """The version of a project, and the one before if another was asked for."""

    project: ProjectName
    path: Path
    version: Version
    before: Version | None = None
    changed: bool = False
    lock: LockResult | None = None
    sync: SyncResult | None = None
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        return f"{self.project} {self.version if self.before is None else f'{self.before} => {self.version}'}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "package_name": self.project,
            "version": str(self.version),
            "before": None if self.before is None else str(self.before),
            "changed": self.changed,
            "lock": None if self.lock is None else self.lock.to_dict(),
            "sync": None if self.sync is None else self.sync.to_dict(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


def project_version(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    project: ProjectLike | None = None,
    value: str | Version | None = None,
    *,
    bump: Iterable[str] = (),
    locking: Locking = "update",
    synchronize: bool = True,
    upgrade: Upgrade = _NO_UPGRADE,
    environment: EnvironmentLike | None = None,
    python: str | None = None,
    dry_run: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> VersionResult:
    """Return the version of a project; with a ``value`` or a ``bump``, set it, lock the project, and sync.

    A ``bump`` is `major`, `minor`, `patch`, `stable`, `alpha`, `beta`, `rc`, `post` or `dev`, each perhaps with the
    number it gets (`minor=5`); one of the release goes with one of a pre-release. All files are what they were if
    locking or syncing fails.

    Raises:
        EditRefusedError: the project has no version of its own, or the new one would not be later.
        InvalidOptionError: a version or bump is not understood, or both are given.
        UvkitError: as ``lock`` and ``sync`` raise.
    """
    target = as_project(project)
    table = target.tables.project
    path = file_of(target)
    if table is None:
        raise EditRefusedError(path=path, reason=f"no `project` table found in `{path}`")
    if table.version is None:
        raise EditRefusedError(
            path=path,
            reason=f"the version of `{table.name}` is dynamic: it can neither be read from `{path.name}` nor be set",
        )
    after = _after(table.version, value, tuple(bump), path=path)
    if after is None:
        return VersionResult(project=table.name, path=path, version=table.version)
    with borrowed(session) as owner, kept(watched(target), always=dry_run) as files:
        edit = edit_of(target)
        edit.set_version(str(after))
        changed = files.write(path, edit.text())
        following = Following(
            owner,
            locking="frozen" if dry_run else locking,
            synchronize=synchronize,
            upgrade=upgrade,
            environment=environment,
            python=python,
            dry_run=dry_run,
            events=events,
            cancel=cancel,
        )
        locked = following.lock(opened(target))
        synced = following.sync(opened(target), None, exact=True)
    return VersionResult(
        project=table.name,
        path=path,
        version=after,
        before=table.version,
        changed=changed,
        lock=locked,
        sync=synced,
    )


def _after(before: Version, value: str | Version | None, bump: tuple[str, ...], *, path: Path) -> Version | None:
    if value is not None and bump:
        raise InvalidOptionError(problems=(("bump", "cannot be given with a version"),))
    if value is not None:
        try:
            return Version(str(value))
        except InvalidVersion as error:
            raise InvalidOptionError(problems=(("value", f"`{value}` is not a valid version (PEP 440)"),)) from error
    if not bump:
        return None
    try:
        bumps = [Bump.parse(text) for text in bump]
    except ValueError as error:
        raise InvalidOptionError(problems=(("bump", str(error)),)) from error
    try:
        return bumped(before, bumps)
    except ValueError as error:
        raise EditRefusedError(path=path, reason=str(error)) from error
