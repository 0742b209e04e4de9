"""Which answers of `lock` and `sync` may be remembered, and what they rest on."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from uvkit import DirectorySource, IndexSource, LockResult, Project, Settings, SyncResult

from .render import checked, resolved
from .shortcut import project_files, remember

# What a source tree's installation rests on, unless its `cache-keys` say otherwise.
_TREE_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "src")


def remember_lock(
    arguments: argparse.Namespace,
    project: Project,
    *,
    result: LockResult,
    settings: Settings,
    variables: Mapping[str, str],
) -> None:
    """Remember that a lock is up to date, if only files that can be watched decided that."""
    if not may_be_remembered(arguments, settings) or not _is_watchable(project, result):
        return
    output = [] if arguments.quiet else [resolved(result)]
    files = _files(arguments, project, lock=result, variables=variables)
    remember(arguments.argv, arguments.folder, files=files, sites=(), output=output)


def remember_sync(
    arguments: argparse.Namespace,
    project: Project,
    *,
    result: SyncResult,
    settings: Settings,
    variables: Mapping[str, str],
) -> None:
    """Remember that an environment is in sync, if only files that can be watched decided that."""
    files = watched_files(arguments, project, result=result, settings=settings, variables=variables)
    lock, environment = result.lock, result.environment
    if files is None or lock is None:
        return
    lines = [checked(result)] if settings.locking == "frozen" else [resolved(lock), checked(result)]
    remember(
        arguments.argv,
        arguments.folder,
        files=files,
        sites=environment.interpreter.site_folders,
        output=[] if arguments.quiet else lines,
    )


def watched_files(
    arguments: argparse.Namespace,
    project: Project,
    *,
    result: SyncResult,
    settings: Settings,
    variables: Mapping[str, str],
) -> list[str] | None:
    """Return the files on which it rests that an environment is in sync, or none if it rests on more than files."""
    lock = result.lock
    if lock is None or result.changed or result.notices or result.place != "found":
        return None
    if not may_be_remembered(arguments, settings) or not _is_watchable(project, lock):
        return None
    environment = result.environment
    return [
        *_files(arguments, project, lock=lock, variables=variables),
        *(f"{project.root}/{name}" for name in _TREE_FILES),
        str(environment.python),
        str(environment.path / "pyvenv.cfg"),
        str(environment.transaction_path),
    ]


def may_be_remembered(arguments: argparse.Namespace, settings: Settings) -> bool:
    """Tell whether the same question may be answered without looking: it asks for nothing new, and for no more."""
    given = vars(arguments)
    asks_more = any(given.get(name) for name in ("json", "verbose", "refresh", "refresh_package"))
    return not (asks_more or settings.no_cache or settings.install.reinstall or settings.upgrade)


def _is_watchable(project: Project, result: LockResult) -> bool:
    """Tell whether the answer rests on known files: no globs of members, no other source trees, nothing dynamic."""
    if result.changed or result.notices or len(project.members) > 1 or project.workspace.is_declared:
        return False
    own = [one for one in result.lockfile.distributions if not isinstance(one.source, IndexSource)]
    if any(one.project != project.name or not isinstance(one.source, DirectorySource) for one in own):
        return False
    return "cache-keys" not in project.tables.settings or all(_is_virtual(one.source) for one in own)


def _is_virtual(source: object) -> bool:
    return isinstance(source, DirectorySource) and source.virtual


def _files(
    arguments: argparse.Namespace, project: Project, *, lock: LockResult, variables: Mapping[str, str]
) -> Iterator[str]:
    yield from map(str, project.files)
    yield str(lock.path)
    yield from project_files(os.fspath(arguments.project or Path.cwd()), variables)
    if getattr(arguments, "config_file", None):
        yield os.path.abspath(arguments.config_file)
