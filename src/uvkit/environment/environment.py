"""The public class: one Python environment on disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from uvkit.errors import BrokenInterpreterError, ExternallyManagedError, InvalidEnvironmentError
from uvkit.formats import parse_pyvenv_cfg
from uvkit.python import Interpreter, probe, running

from .scheme import Scheme

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from uvkit.cache import Cache
    from uvkit.events import Notice
    from uvkit.model import Target
    from uvkit.python import FactStore, PythonLike, Pythons

    from .installed import InstalledDistribution
    from .options import LinkMode
    from .redirected import Layout
    from .transaction import Transaction
    from .venv import Existing

StrPath: TypeAlias = str | os.PathLike[str]


class Environment:
    """One environment: a virtual one, or the folder that an interpreter itself installs to.

    Guarantees: making one asks the interpreter, whose answer is remembered in the cache, and changes nothing;
    everything else is read when it is asked for, so an environment that another program changes is seen as it is.
    Changes of one environment happen one after the other, whichever threads and processes make them.
    """

    __slots__ = ("_config", "_scheme", "interpreter", "path")

    path: Path
    interpreter: Interpreter

    def __init__(self, path: StrPath | Interpreter, *, cache: Cache | None = None) -> None:
        """Open an environment by its folder, by the path of its interpreter, or by that interpreter itself.

        Raises:
            InvalidEnvironmentError: there is no environment.
            BrokenInterpreterError: its interpreter does not work.
        """
        if not isinstance(path, Interpreter):
            path = probe(_executable_of(path), cache if cache is not None else _DefaultCache())
        self.path = path.prefix
        self.interpreter = path
        self._config: Mapping[str, str] | None = None
        self._scheme: Scheme | None = None

    @classmethod
    def create(  # noqa: PLR0913  # the public signature: one keyword for each thing a caller may choose
        cls,
        path: StrPath,
        *,
        python: PythonLike | None = None,
        pythons: Pythons | None = None,
        prompt: str | None = None,
        system_site_packages: bool = False,
        relocatable: bool = False,
        seed: bool = False,
        existing: Existing = "error",
        force: bool = False,
        cache: Cache | None = None,
    ) -> Self:
        """Create a virtual environment.

        ``existing`` decides about an environment that is there: ``error`` refuses; ``reuse`` returns it if it works and
        its interpreter is the one asked for, and otherwise replaces it; ``replace`` always makes a new one; ``allow``
        writes over it and keeps what is installed. A folder that is no environment is never cleared without ``force``.
        ``seed`` is written down for whoever installs pip; nothing is installed here.

        Raises:
            InvalidEnvironmentError: something is in the way.
            PythonNotFoundError: no interpreter satisfies ``python``.
            TransactionError: the environment could not be written; nothing of it is left.
        """
        from .leftovers import creating
        from .venv import VenvOptions, create_environment

        options = VenvOptions(
            prompt=prompt, system_site_packages=system_site_packages, relocatable=relocatable, seed=seed
        )
        if existing == "reuse":
            found = cls._usable(path, python=python, cache=cache)
            if found is not None:
                return found
            interpreter = _interpreter_for(python, pythons, cache)
            with creating(path):
                # Somebody else may have made it meanwhile.
                found = cls._usable(path, python=python, cache=cache)
                if found is not None:
                    return found
                location = create_environment(path, interpreter, options, existing="replace", force=force)
        else:
            interpreter = _interpreter_for(python, pythons, cache)
            location = create_environment(path, interpreter, options, existing=existing, force=force)
        created = Interpreter(
            executable=location / interpreter.facts["scheme"]["scripts"] / _main_executable(interpreter),
            prefix=location,
            base_prefix=interpreter.base_prefix,
            base_executable=interpreter.base_executable,
            facts=interpreter.facts,
            managed=interpreter.managed,
        )
        return cls(created, cache=cache)

    @classmethod
    def _usable(cls, path: StrPath, *, python: PythonLike | None, cache: Cache | None) -> Self | None:
        """Return the environment at a path if it is virtual, works, and satisfies a request."""
        if not os.path.isfile(os.path.join(path, "pyvenv.cfg")):
            return None
        try:
            environment = cls(path, cache=cache)
        except (BrokenInterpreterError, InvalidEnvironmentError):
            return None
        return environment if environment.satisfies(python) else None

    @classmethod
    def current(cls, *, cache: Cache | None = None) -> Self:
        """Return the environment of the interpreter that runs this code.

        Raises:
            BrokenInterpreterError: the running program hides its interpreter, as one that embeds Python does.
        """
        interpreter = running()
        if interpreter is None:
            return cls(sys.executable or sys.prefix, cache=cache)
        return cls(interpreter, cache=cache)

    @classmethod
    def discover(cls, start: StrPath, *, cache: Cache | None = None) -> Self | None:
        """Return the nearest ``.venv`` in a folder or its parents, or none; a folder inside one belongs to that.

        Raises:
            BrokenInterpreterError: there is one, and its interpreter does not work.
            InvalidEnvironmentError: there is one without an interpreter.
        """
        from uvkit.python import find_environment

        found = find_environment(os.path.abspath(start))
        return None if found is None else cls(found, cache=cache)

    @property
    def target(self) -> Target:
        """Return the machine that wheels and markers must fit."""
        return self.interpreter.target

    def target_for(self, *, version: str | None = None, platform: str | None = None) -> Target:
        """Return the target of an interpreter like this one, of another version or on a platform of that name.

        Raises:
            ValueError: the version is none, or the platform is unknown.
        """
        if version is None and platform is None:
            return self.target
        from packaging.version import Version

        from uvkit.python import target_for

        return target_for(self.interpreter, version=None if version is None else Version(version), platform=platform)

    @property
    def python(self) -> Path:
        """Return the environment's interpreter."""
        return self.interpreter.executable

    @property
    def is_virtual(self) -> bool:
        """Tell whether this is a virtual environment."""
        return self.interpreter.is_virtual

    @property
    def scheme(self) -> Scheme:
        """Return the folders that distributions are installed to."""
        if self._scheme is None:
            self._scheme = Scheme.of(self.interpreter.paths)
        return self._scheme

    @property
    def site_packages(self) -> Path:
        """Return the folder that pure Python distributions are installed to."""
        return self.scheme.purelib

    @property
    def config(self) -> Mapping[str, str]:
        """Return the values of ``pyvenv.cfg``; none of them in an environment that is not virtual."""
        if self._config is None:
            self._config = _read_config(self.path) if self.is_virtual else {}
        return self._config

    @property
    def prompt(self) -> str:
        """Return the name that a shell shows while the environment is active."""
        return self.config.get("prompt") or self.path.name

    @property
    def is_relocatable(self) -> bool:
        """Tell whether the environment may be moved, which its scripts then have to allow for."""
        return self.config.get("relocatable", "").lower() == "true"

    def satisfies(self, python: PythonLike | None) -> bool:
        """Tell whether this environment's interpreter is the one asked for, and still the one it was made with."""
        recorded = self.config.get("version_info") or self.config.get("version", "")
        major, minor = self.interpreter.pair
        if recorded and recorded.split(".")[:2] != [str(major), str(minor)]:
            # The base was upgraded in place: what is installed lies in a folder that it no longer reads.
            return False
        if python is None:
            return True
        if isinstance(python, Interpreter):
            return python.base_executable == self.interpreter.base_executable or (
                python.base_prefix == self.interpreter.base_prefix and python.facts == self.interpreter.facts
            )
        from uvkit.python import PythonRequest

        return PythonRequest.of(python).matches(self.interpreter)

    def refuse_if_managed(self) -> None:
        """Refuse to go on if another package manager claims this environment (PEP 668).

        Raises:
            ExternallyManagedError: it does.
        """
        message = self.interpreter.externally_managed
        if message is not None:
            raise ExternallyManagedError(path=self.path, message=message)

    def redirected(self, folder: StrPath, layout: Layout = "target") -> Self:
        """Return an environment of the same interpreter whose distributions lie in another folder.

        ``target`` puts modules right into the folder, as pip's option of that name, ``prefix`` where a virtual
        environment in it would have them, ``user`` where the interpreter looks for those of one user (see
        `user_base`). What is installed elsewhere is not seen, and nobody else claims the folder.
        """
        from .redirected import redirected

        return type(self)(redirected(self.interpreter, Path(os.path.abspath(folder)), layout))

    def user_base(self, variables: Mapping[str, str] | None = None) -> Path:
        """Return the folder of one user's distributions, as the standard library's `site` finds it by ``variables``."""
        from .redirected import user_base

        return user_base(self.interpreter, variables or {})

    @property
    def transaction_path(self) -> Path:
        """Return where a change is staged; something is there only during a change, or after a crash in one."""
        from .installed import TRANSACTION_FOLDER

        return self.path / TRANSACTION_FOLDER

    def installed(self) -> tuple[InstalledDistribution, ...]:
        """Return what is installed, sorted by project; what a crash left half done is undone first.

        Raises:
            TransactionError: it cannot be undone.
        """
        from .installed import TRANSACTION_FOLDER, read_installed

        if os.path.lexists(os.path.join(self.path, TRANSACTION_FOLDER)):
            self.recover()
        return read_installed(*self.interpreter.site_folders).distributions

    def check(self, target: Target | None = None) -> tuple[Notice, ...]:
        """Return a notice for each requirement of an installed distribution that is missing or not met.

        Which of them apply, is decided for the ``target``; without one for the environment's own interpreter.
        """
        from .consistency import check

        return check(self.installed(), target or self.target)

    def variables(self, inherited: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return the variables for a process that is to use this environment, so that nothing has to be activated.

        They are the ``inherited`` ones with the environment's scripts first in ``PATH``; without any, ``PATH`` holds
        the scripts and the system's default folders.
        """
        values = dict(inherited or {})
        # Windows does not distinguish the case of names, and usually writes this one differently.
        name = next((key for key in values if key.upper() == "PATH"), "PATH") if os.name == "nt" else "PATH"
        rest = values.get(name, os.defpath)
        values[name] = os.pathsep.join(filter(None, (str(self.scheme.scripts), rest)))
        values.pop("PYTHONHOME", None)
        if self.is_virtual:
            values["VIRTUAL_ENV"] = str(self.path)
            values["VIRTUAL_ENV_PROMPT"] = self.prompt
        return values

    def transaction(self, *, link_mode: LinkMode = "auto") -> Transaction:
        """Return a transaction: a ``with`` block that commits at its end and rolls back on an exception."""
        from .transaction import Transaction

        return Transaction(self, link_mode=link_mode)

    def locked(
        self, *, check: Callable[[], None] | None = None, timeout: float | None = None
    ) -> AbstractContextManager[None]:
        """Return a block during which nobody else changes the environment; changes of this thread go ahead.

        Waits for whoever changes it, at most ``timeout`` seconds; ``check`` is called meanwhile and may raise to stop.

        Raises:
            TransactionError: the environment cannot be written to, or the time is up.
        """
        from .journal import locked_path

        return locked_path(os.fspath(self.path), check=check, timeout=timeout)

    def recover(self) -> bool:
        """Undo what a crash left half done; return whether there was anything to undo."""
        from .transaction import recover

        return recover(self)

    def remove(self) -> None:
        """Delete the environment's folder; a symbolic link to it is deleted, never followed.

        Raises:
            InvalidEnvironmentError: this is not a virtual environment.
            StorageError: something could not be deleted.
        """
        if not self.is_virtual or not (self.path / "pyvenv.cfg").is_file():
            raise InvalidEnvironmentError(path=self.path, reason="only virtual environments are removed")
        from uvkit.fs import remove_tree

        remove_tree(self.path)

    def __repr__(self) -> str:
        return f"Environment({str(self.path)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Environment) and self.interpreter == other.interpreter

    def __hash__(self) -> int:
        return hash(self.interpreter)


class _DefaultCache:
    """The default cache, opened only when an interpreter has to be started."""

    __slots__ = ()

    @property
    def interpreters(self) -> FactStore:
        from uvkit.cache import Cache

        return Cache().interpreters


def _executable_of(path: StrPath) -> str:
    location = os.path.abspath(path)
    if not os.path.isdir(location):
        if not os.path.lexists(location):
            raise InvalidEnvironmentError(path=Path(location), reason="it does not exist")
        return location
    candidates = list(_executables_in(location))
    for candidate in candidates:
        if os.path.isfile(candidate):
            return candidate
    # A link whose target is gone says more than that there is nothing.
    for candidate in candidates:
        if os.path.lexists(candidate):
            return candidate
    if os.path.isfile(os.path.join(location, "pyvenv.cfg")):
        raise InvalidEnvironmentError(path=Path(location), reason="its interpreter is missing")
    raise InvalidEnvironmentError(path=Path(location), reason="there is no interpreter in it")


def _executables_in(location: str) -> Iterator[str]:
    if os.name == "nt":
        yield from (os.path.join(location, *parts) for parts in (("Scripts", "python.exe"), ("python.exe",)))
    for name in ("python", "python3", "pypy3", "pypy"):
        yield os.path.join(location, "bin", name)


def _main_executable(interpreter: Interpreter) -> str:
    return "python.exe" if interpreter.facts["markers"]["os_name"] == "nt" else "python"


def _read_config(path: Path) -> Mapping[str, str]:
    try:
        return parse_pyvenv_cfg((path / "pyvenv.cfg").read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError as error:
        raise InvalidEnvironmentError(
            path=path, reason=f"`pyvenv.cfg` cannot be read: {error.strerror or error}"
        ) from error


def _interpreter_for(python: PythonLike | None, pythons: Pythons | None, cache: Cache | None) -> Interpreter:
    if isinstance(python, Interpreter):
        return python
    if python is None and pythons is None:
        interpreter = running()
        if interpreter is not None:
            return interpreter
    if pythons is None:
        from uvkit.python import Pythons

        pythons = Pythons(cache=cache)
    return pythons.find(python)
