"""Make ready to run a command of a package: out of an installed tool, or out of an environment of the cache."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import ExecutableNotProvidedError
from uvkit.events import Notice
from uvkit.model import InstallSet, ProjectName
from uvkit.operations.installed_already import is_satisfied
from uvkit.operations.parts import Parts
from uvkit.operations.running import (
    PreparedRun,
    RunBasis,
    child_variables,
    ephemeral_environment,
    fresh_until,
    of_environment,
    wanted_for,
)
from uvkit.python import target_for

from .executables import provided
from .folder import RECEIPT, users_python

if TYPE_CHECKING:
    from uvkit.environment import Environment
    from uvkit.events import CancelToken, EventSink
    from uvkit.operations.requirement_files import RequirementSet
    from uvkit.operations.results import SyncResult
    from uvkit.operations.session import Session

    from .folder import ToolFolder
    from .requests import ToolRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWish:
    """A command to run: the requirement of its package comes first in ``asked``."""

    request: ToolRequest
    asked: RequirementSet
    argv: Sequence[str]
    isolated: bool = False
    python: str | None = None
    platform: str | None = None


def prepared_run(
    wish: RunWish,
    folder: ToolFolder,
    session: Session,
    *,
    variables: Mapping[str, str],
    events: EventSink | None,
    cancel: CancelToken | None,
) -> PreparedRun:
    """Return a command of a package ready to start.

    Raises:
        ExecutableNotProvidedError: the package has no such command.
        UvkitError: as `install` raises.
    """
    environment, syncs, notices, basis = _environment(wish, folder, session, events=events, cancel=cancel)
    name = wish.request.executable
    if name.lower() == "python":
        path = environment.python
    else:
        path, more = _executable(environment, wish)
        notices = (*notices, *more)
    child = child_variables(variables, (environment,), active=False)
    return PreparedRun(
        argv=(str(path) if name.lower() == "python" else name, *wish.argv),
        executable=path,
        variables=child,
        environments=(environment,),
        directory=Path.cwd(),
        syncs=syncs,
        notices=notices,
        basis=None if basis is None or notices else basis.and_also((str(path), *_looked_at(wish, folder, session))),
    )


def _looked_at(wish: RunWish, folder: ToolFolder, session: Session) -> tuple[str, ...]:
    """Return what decides which environment is used: the tool that may be installed, and where interpreters are."""
    receipt = folder.path(wish.request.requirement.project) / RECEIPT
    return (str(receipt), *filter(None, session.variables.get("PATH", "").split(os.pathsep)))


def _environment(
    wish: RunWish,
    folder: ToolFolder,
    session: Session,
    *,
    events: EventSink | None,
    cancel: CancelToken | None,
) -> tuple[Environment, tuple[SyncResult, ...], tuple[Notice, ...], RunBasis | None]:
    if not wish.isolated and not wish.request.latest:
        installed = _installed(wish, folder)
        if installed is not None:
            return installed, (), (), of_environment(installed)
    parts = Parts(session, session.settings, None)
    pinned = users_python(session.variables) if wish.python is None else wish.python
    interpreter = session.pythons.find(pinned, environments="never", events=events, cancel=cancel)
    target = target_for(interpreter, platform=wish.platform)
    if _is_python(wish):
        pins = InstallSet((), target)
        notices: tuple[Notice, ...] = ()
        if len(wish.asked.requirements) > 1:
            rest = replace(wish.asked, requirements=wish.asked.requirements[1:])
            wanted = wanted_for(rest, parts, target=target, events=events, cancel=cancel)
            pins, notices = wanted.pins, wanted.notices
    else:
        wanted = wanted_for(wish.asked, parts, target=target, events=events, cancel=cancel)
        pins, notices = wanted.pins, wanted.notices
    parts.installer = parts.installer.with_root(Path.cwd())
    found = ephemeral_environment(pins, parts, interpreter=interpreter, events=events, cancel=cancel)
    if found.made is not None:
        return found.environment, (found.made,), notices, None
    expires = fresh_until(((pin.project, pin.source) for pin in pins), parts)
    basis = None if expires is None else replace(of_environment(found.environment), expires=expires)
    return found.environment, (), notices, basis


def _is_python(wish: RunWish) -> bool:
    return wish.request.requirement.project == "python"


def _installed(wish: RunWish, folder: ToolFolder) -> Environment | None:
    """Return the environment of an installed tool that answers the request as it is."""
    found = folder.find(wish.request.requirement.project)
    if found is None or found.receipt is None or found.environment is None:
        return None
    environment = found.environment
    if not environment.satisfies(wish.python):
        return None
    asked = wish.asked
    if (
        asked.overrides
        or asked.excludes
        or not is_satisfied(
            asked.requirements, asked.constraints, installed=environment.installed(), target=environment.target
        )
    ):
        return None
    return environment


def _executable(environment: Environment, wish: RunWish) -> tuple[Path, tuple[Notice, ...]]:
    """Return the file of a command, and what to know if another package than the one that was named provides it."""
    project, name = wish.request.requirement.project, wish.request.executable
    installed = {one.project: one for one in environment.installed()}
    own = provided(environment, installed[project]) if project in installed else {}
    if name in own:
        return own[name], ()
    path = environment.scheme.scripts / (f"{name}.exe" if os.name == "nt" else name)
    if path.exists():
        for other, distribution in installed.items():
            if name in provided(environment, distribution):
                return path, (_borrowed(name, project, other),)
        if path == environment.python.with_name(path.name):
            return path, ()
    raise ExecutableNotProvidedError(
        project=project, executable=name, available=tuple(own), advice=_advice(project, name, own)
    )


def _borrowed(name: str, project: ProjectName, other: ProjectName) -> Notice:
    return Notice(
        "executable-of-dependency",
        f"an executable named `{name}` is not provided by package `{project}` but is available via the dependency "
        f"`{other}`. Consider using `uvkit tool run --from {other} {name}` instead.",
    )


def _advice(project: ProjectName, name: str, own: Iterable[str]) -> tuple[str, ...]:
    from difflib import get_close_matches

    names = list(own)
    close = names if len(names) == 1 else get_close_matches(name, names, n=1)
    return tuple(f"use `uvkit tool run --from {project} {one}`" for one in close)
