"""Which prepared runs may be remembered, and what they rest on besides what the library says."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from uvkit import PreparedRun, Project, Settings

from .launch import remember_launch
from .shortcut import project_files
from .unchanged import may_be_remembered, watched_files

# What reads files of its own, or asks for something new each time.
_NOT_REPEATED = (
    "run_with_editable", "run_with_requirements", "run_env_file", "constraints", "overrides",
    "build_constraints", "reinstall_package", "upgrade", "upgrade_package",
)  # fmt: skip


def remember_run(
    arguments: argparse.Namespace,
    prepared: PreparedRun,
    *,
    settings: Settings,
    variables: Mapping[str, str],
    project: Project | None = None,
) -> None:
    """Remember what a command line started, if only files that can be watched, and time, decided that."""
    basis = prepared.basis
    command = list(arguments.run_command)
    if basis is None or not command or not may_be_remembered(arguments, settings):
        return
    given = vars(arguments)
    if any(given.get(name) for name in _NOT_REPEATED) or settings.files != type(settings.files)():
        return
    if command[0] == "-" or "://" in command[0]:
        return
    more: list[str] = list(project_files(os.fspath(arguments.project or Path.cwd()), variables))
    if project is not None and settings.synchronize and not given.get("run_isolated"):
        sync = prepared.syncs[0] if prepared.syncs else None
        watched = None if sync is None else watched_files(
            arguments, project, result=sync, settings=settings, variables=variables
        )  # fmt: skip
        if watched is None:
            return
        more += watched
    elif project is not None:
        more += [*map(str, project.files), str(project.lockfile_path)]
    words = arguments.argv[: len(arguments.argv) - len(command) + 1]
    remember_launch(
        words,
        arguments.folder,
        files=(*basis.files, *more),
        sites=basis.sites,
        expires=basis.expires,
        executable=str(prepared.executable),
        directory=str(prepared.directory),
        argv=prepared.argv[: len(prepared.argv) - len(command) + 1],
        variables=prepared.variables,
    )
