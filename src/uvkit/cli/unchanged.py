"""Which answers of `lock` and `sync` may be remembered, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from uvkit import IndexSource, LockResult, Project, SyncResult

from .render import checked, resolved
from .shortcut import project_files, remember


def remember_lock(argv: Sequence[str], project: Project, *, result: LockResult, variables: Mapping[str, str]) -> None:
    """Remember that a lock is up to date, if only files that can be watched decided that."""
    if _is_watchable(project, result):
        remember(argv, files=_files(project, result, variables), sites=(), output=[resolved(result)])


def remember_sync(
    argv: Sequence[str], project: Project, *, result: SyncResult, variables: Mapping[str, str], frozen: bool
) -> None:
    """Remember that an environment is in sync, if only files that can be watched decided that."""
    lock = result.lock
    if lock is None or result.changed or lock.changed or result.notices or not _is_watchable(project, lock):
        return
    environment = result.environment
    files = [
        *_files(project, lock, variables),
        str(environment.python),
        str(environment.path / "pyvenv.cfg"),
        str(environment.transaction_path),
    ]
    sites = environment.interpreter.site_folders
    output = [checked(result)] if frozen else [resolved(lock), checked(result)]
    remember(argv, files=files, sites=sites, output=output)


def _is_watchable(project: Project, result: LockResult) -> bool:
    """Tell whether the answer rests on known files: no globs of members, no source trees, nothing dynamic."""
    alone = len(project.members) <= 1 and not project.workspace.is_declared
    lockfile = result.lockfile
    return alone and all(
        isinstance(one.source, IndexSource) or one.project in lockfile.members or one.project == project.name
        for one in lockfile.distributions
    )


def _files(project: Project, result: LockResult, variables: Mapping[str, str]) -> list[str]:
    return [*map(str, project.files), str(result.path), *project_files(str(project.root), variables)]
