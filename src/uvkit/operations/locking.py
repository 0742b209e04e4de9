"""The verb that resolves a project and writes its lock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uvkit.errors import LockfileMissingError, LockfileOutdatedError, SelectionError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.lockfile import Freshness, LockDiff, Lockfile
from uvkit.model import Upgrade
from uvkit.project import Script
from uvkit.resolver import ResolveRequest
from uvkit.runtime import fewer_collections

from .asked import upgrade_limits
from .phases import phase
from .results import LockResult
from .work import ProjectLike, Work

if TYPE_CHECKING:
    from .resolver import Resolver
    from .session import Session

_NO_UPGRADE = Upgrade()


def lock(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    project: ProjectLike | Script | None = None,
    *,
    resolver: Resolver | None = None,
    upgrade: Upgrade = _NO_UPGRADE,
    check: bool = False,
    dry_run: bool = False,
    python: str | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> LockResult:
    """Resolve a project for every platform and write ``uv.lock`` beside it.

    ``project`` none is the project around the working directory; the lock of a ``Script`` (PEP 723) is named after it
    and lies beside it. A lock that still answers the project's question is returned untouched; otherwise its versions
    are kept where possible, except those that ``upgrade`` releases. The file is replaced whole or not at all.
    ``python`` names the interpreter whose version stands in for a missing ``requires-python``.

    Raises:
        LockfileOutdatedError: ``check`` is set and the lock would change.
        ResolutionImpossibleError: the requirements contradict each other.
        ConfigurationError: the project's files are not valid.
        IndexAccessError: an index failed.
    """
    with Work.on(project, session=session, python=python, events=events) as work:
        return lock_project(
            work, resolver=resolver, upgrade=upgrade, check=check, dry_run=dry_run, events=events, cancel=cancel
        )


def lock_project(
    work: Work,
    *,
    resolver: Resolver | None = None,
    upgrade: Upgrade = _NO_UPGRADE,
    check: bool = False,
    dry_run: bool = False,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> LockResult:
    """Lock the project of a piece of work."""
    if cancel is not None:
        cancel.check()
    with fewer_collections():
        return _lock_project(
            work, resolver=resolver, upgrade=upgrade, check=check, dry_run=dry_run, events=events, cancel=cancel
        )


def _lock_project(
    work: Work,
    *,
    resolver: Resolver | None,
    upgrade: Upgrade,
    check: bool,
    dry_run: bool,
    events: EventSink | None,
    cancel: CancelToken | None,
) -> LockResult:
    started = perf_counter()
    path = work.project.lockfile_path
    data = _lock_bytes(path)
    work.check_python()
    if data is None and check:
        work.check_project()
        raise LockfileMissingError(path=path)
    work.check_places()
    existing, digest = (None, b"") if data is None else work.memory.lockfile(path, data)
    if existing is not None and not upgrade and work.remembers_fresh(digest):
        return _untouched(work, existing, started)
    request = work.request if resolver is None else resolver.adapted(work.request)
    _check_groups(upgrade, request)
    if existing is not None:
        upgrade = existing.released_by(upgrade)
    freshness = (
        Freshness(degree="unusable", reasons=("there is no lockfile",))
        if existing is None
        else existing.satisfies(request, upgrade=upgrade, indexes=work.index_names, local=work.local_state)
    )
    if existing is not None and freshness.fresh:
        work.remember_fresh(digest)
        return _untouched(work, existing, started)
    with phase(events, "resolve"):
        resolution = (
            (resolver or work.resolver)
            .through(work.tree_sources)
            .resolve(_informed(request, existing, freshness=freshness, upgrade=upgrade), events=events, cancel=cancel)
        )
    fresh = Lockfile.from_resolution(resolution, request)
    if existing is not None and existing == fresh:
        fresh = existing
    changed = fresh is not existing
    if check and changed:
        raise LockfileOutdatedError(path=path, reasons=freshness.reasons)
    written = changed and not dry_run and fresh.write(path)
    if not dry_run:
        work.remember_fresh(sha256(path.read_bytes()).digest())
    return LockResult(
        lockfile=fresh,
        path=path,
        changed=changed,
        written=written,
        diff=fresh.diff(existing),
        elapsed=timedelta(seconds=perf_counter() - started),
        created=existing is None,
        notices=(*_told(freshness), *work.notices, *resolution.notices),
    )


def _told(freshness: Freshness) -> tuple[Notice, ...]:
    return (Notice("lockfile-outdated", freshness.notice),) if freshness.notice else ()


def _check_groups(upgrade: Upgrade, request: ResolveRequest) -> None:
    """Refuse to upgrade groups that do not exist.

    Raises:
        SelectionError: one does not.
    """
    if not upgrade.groups:
        return
    known = {*request.groups, *(group for member in request.members for group in member.groups)}
    for group in sorted(upgrade.groups - known):
        raise SelectionError(
            reason=f"the group `{group}` to be upgraded is not defined by the project", available=tuple(sorted(known))
        )


def read_lock(work: Work) -> LockResult:
    """Return the lock as it is, unchecked but for the names of members.

    Raises:
        LockfileMissingError: there is none.
        LockfileOutdatedError: a member is not in it.
        LockfileError: it does not parse.
    """
    started = perf_counter()
    path = work.project.lockfile_path
    data = _lock_bytes(path)
    if data is None:
        raise LockfileMissingError(path=path)
    lockfile, _ = work.memory.lockfile(path, data)
    missing = work.member_names.difference(lockfile.members)
    if missing:
        reasons = tuple(f"the member `{name}` is not in it" for name in sorted(missing))
        raise LockfileOutdatedError(path=path, reasons=reasons)
    return _untouched(work, lockfile, started)


def _lock_bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _informed(
    request: ResolveRequest, existing: Lockfile | None, *, freshness: Freshness, upgrade: Upgrade
) -> ResolveRequest:
    """Return the request with what the old lock prefers and what this run limits."""
    limits = upgrade_limits(upgrade)
    if existing is None or freshness.degree == "unusable":
        return replace(request, run_constraints=limits)
    return replace(
        request,
        run_constraints=limits,
        preferences=existing.preferences(upgrade),
        commits=existing.commits(upgrade),
        fork_preferences=existing.forks if freshness.degree == "preferable" else (),
    )


def _untouched(work: Work, lockfile: Lockfile, started: float) -> LockResult:
    return LockResult(
        lockfile=lockfile,
        path=work.project.lockfile_path,
        changed=False,
        written=False,
        diff=LockDiff(),
        elapsed=timedelta(seconds=perf_counter() - started),
        notices=work.notices,
    )
