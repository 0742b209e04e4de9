"""The environment a verb works on: found, made, or only described when nothing may be made."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from uvkit.environment import Environment, creating, locked_path
from uvkit.errors import InvalidEnvironmentError, PythonNotFoundError, TransactionError
from uvkit.model import Target

from .results import PlaceState

if TYPE_CHECKING:
    from uvkit.environment import Existing, InstalledDistribution
    from uvkit.events import CancelToken
    from uvkit.markers import RequiresPython
    from uvkit.python import Interpreter

    from .session import Session
    from .work import Work

EnvironmentLike: TypeAlias = Environment | str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Place:
    """An environment, whether this verb made it, and where; a described one exists only as its interpreter."""

    environment: Environment
    created: bool = False
    described: bool = False
    replaces: bool = False
    path: Path | None = None

    @property
    def state(self) -> PlaceState:
        """Return whether the environment was there, or is a new one."""
        if not (self.created or self.described):
            return "found"
        return "replaced" if self.replaces else "created"

    @property
    def target(self) -> Target:
        """Return what the environment can install and run."""
        return self.environment.target

    def installed(self) -> tuple[InstalledDistribution, ...]:
        """Return what is installed, after undoing what a crash left half done."""
        # One that was just made may have been filled by somebody else since.
        return () if self.described else self.environment.installed()


def project_place(
    work: Work, environment: EnvironmentLike | None, *, make: bool, cancel: CancelToken | None = None
) -> Place:
    """Return the environment of a project, made anew if it is absent or its Python does not suit the project.

    Many threads and processes that ask for one at the same time get the same.

    Raises:
        InvalidEnvironmentError: something else is in the way, or a given environment's Python does not suit.
        PythonNotFoundError: no interpreter suits the project.
    """
    if isinstance(environment, Environment):
        return Place(_suitable(environment, work.requires_python))
    path = Path(environment) if environment is not None else work.environment_path
    found = _usable(path, work)
    if found is not None:
        return Place(found)
    replaces = (path / "pyvenv.cfg").is_file()
    if not make:
        refuse_other_content(path)
        return Place(Environment(work.interpreter), described=True, replaces=replaces, path=path)
    check = None if cancel is None else cancel.check
    if not replaces:
        _ = work.interpreter  # which may have to be downloaded, while nobody waits for this one
        with creating(path, check=check):
            found = _usable(path, work)
            if found is not None:
                return Place(found)
            if not (path / "pyvenv.cfg").is_file():
                return _made(path, lambda: _create(path, work, existing="error"), lambda: _usable(path, work))
    # Whoever changes the old one, or replaces it as well, goes first; and whoever is still making it.
    try:
        with locked_path(path, check=check), creating(path, check=check):
            found = _usable(path, work)
            if found is not None:
                return Place(found)
            return Place(_create(path, work, existing="replace"), created=True, replaces=True, path=path)
    except TransactionError:
        # The old one was gone in the moment in which somebody else put a new one in its place.
        with creating(path, check=check):
            found = _usable(path, work)
        if found is None:
            raise
        return Place(found)


def refuse_other_content(path: Path) -> None:
    """Refuse a place for an environment that holds something else.

    Raises:
        InvalidEnvironmentError: it does.
    """
    if not _is_something_else(path):
        return
    with creating(path):
        # It may have been an environment of which the first files were there.
        if _is_something_else(path):
            raise InvalidEnvironmentError(
                path=path,
                reason="there is a folder that is not a virtual environment" if path.is_dir() else "it is a file",
            )


def _is_something_else(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and not (path / "pyvenv.cfg").is_file() and any(path.iterdir()))


def _create(path: Path, work: Work, *, existing: Existing) -> Environment:
    return Environment.create(
        path, python=work.interpreter, prompt=work.prompt, existing=existing, cache=work.session.cache
    )


def _made(path: Path, create: Callable[[], Environment], find: Callable[[], Environment | None]) -> Place:
    """Return a new environment, or the one that another program made in the same moment."""
    try:
        return Place(create(), created=True, path=path)
    except (InvalidEnvironmentError, TransactionError):
        found = find()
        if found is None:
            raise
        return Place(found)


def given_place(
    environment: EnvironmentLike,
    session: Session,
    *,
    requires_python: RequiresPython | None,
    make: bool = True,
    python: str | None = None,
) -> Place:
    """Return an environment named by the caller; a path without one is filled with one.

    Raises:
        InvalidEnvironmentError: something else is in the way, or the environment's Python does not suit.
        PythonNotFoundError: no interpreter suits.
    """
    if isinstance(environment, Environment):
        return Place(_suitable(environment, requires_python))
    path = Path(environment)

    def find() -> Environment | None:
        if path.is_file() or (path / "pyvenv.cfg").is_file():
            return _suitable(Environment(path, cache=session.cache), requires_python)
        return None

    try:
        found = find()
    except InvalidEnvironmentError:
        # Unless it is only being made.
        with creating(path):
            found = find()
    if found is not None:
        return Place(found)
    interpreter = session.pythons.find(python or session.settings.python, requires_python, environments="never")
    if not make:
        return Place(Environment(interpreter), described=True, path=path)
    with creating(path):
        found = find()
        if found is not None:
            return Place(found)
        return _made(path, lambda: Environment.create(path, python=interpreter, cache=session.cache), find)


def _usable(path: Path, work: Work) -> Environment | None:
    """Return the environment at a path, if there is one that works and suits the project and the request."""
    from uvkit.errors import BrokenInterpreterError

    if not (path / "pyvenv.cfg").is_file():
        return None
    try:
        environment = Environment(path, cache=work.session.cache)
    except (BrokenInterpreterError, InvalidEnvironmentError):
        return None
    if not environment.satisfies(work.python_request):
        return None
    return environment if _suits(environment.interpreter, work.requires_python) else None


def _suits(interpreter: Interpreter, requires_python: RequiresPython | None) -> bool:
    return requires_python is None or requires_python.contains(interpreter.version)


def _suitable(environment: Environment, requires_python: RequiresPython | None) -> Environment:
    if not _suits(environment.interpreter, requires_python):
        raise PythonNotFoundError(request=str(requires_python), searched=(f"`{environment.path}`",))
    return environment
