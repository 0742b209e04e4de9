"""For which machines requirements are compiled, and with which interpreter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from uvkit.events import Notice
from uvkit.markers import RequiresPython
from uvkit.model import Target, Universal

if TYPE_CHECKING:
    from uvkit.environment import Environment
    from uvkit.python import Environments, Interpreter

    from .session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRequest:
    """A machine by words: that of an interpreter, changed by a version and a platform; or, ``universal``, all machines.

    ``python`` is a request as `Pythons.find` takes it, ``version`` such as ``3.12`` or ``3.12.4``, ``platform`` a name
    that `Target.for_platform` knows. A universal target starts at the version.
    """

    python: str | None = None
    version: str | None = None
    platform: str | None = None
    universal: bool = False

    def __post_init__(self) -> None:
        if self.universal and self.platform is not None:
            raise ValueError("a universal target has no platform")
        if self.version is not None:
            _version(self.version)


TargetLike: TypeAlias = Target | Universal | TargetRequest


class CompileTarget(NamedTuple):
    """The target, and the interpreter that builds what has no metadata of its own."""

    target: Target | Universal
    interpreter: Interpreter
    requires_python: RequiresPython
    notices: tuple[Notice, ...] = ()


def compile_target(session: Session, wanted: TargetLike | None) -> CompileTarget:
    """Return what a caller's words for a target come to on this machine.

    Raises:
        PythonNotFoundError: there is no interpreter.
        ValueError: the platform is unknown.
    """
    request = wanted if isinstance(wanted, TargetRequest) else TargetRequest()
    interpreter, notices = _interpreter(session, request)
    version = None if request.version is None else _version(request.version)
    lowest = request.version or interpreter.full_version
    requires_python = RequiresPython.parse(f">={lowest}")
    if isinstance(wanted, Target):
        requires_python = RequiresPython.parse(f">={wanted.python}")
        return CompileTarget(wanted, interpreter, requires_python, notices)
    if isinstance(wanted, Universal):
        if wanted.requires_python is not None:
            requires_python = RequiresPython.parse(str(wanted.requires_python))
        return CompileTarget(wanted, interpreter, requires_python, notices)
    if request.universal:
        # Another patch of the interpreter in use is as good as this one, unless the caller named one.
        lowest = request.version or "{}.{}".format(*interpreter.pair)
        target = Universal(requires_python=SpecifierSet(f">={lowest}"))
        return CompileTarget(target, interpreter, RequiresPython.parse(f">={lowest}"), notices)
    from uvkit.python import target_for

    machine = target_for(interpreter, version=version, platform=request.platform)
    return CompileTarget(machine, interpreter, requires_python, notices)


def environment_target(environment: Environment, wanted: TargetRequest | None) -> Target:
    """Return what an environment can run, or what its interpreter could with another version or on a platform.

    Raises:
        ValueError: the platform is unknown, or the target is all machines.
    """
    if wanted is None:
        return environment.target
    if wanted.universal:
        raise ValueError("files are of one machine; a universal target has none")
    return environment.target_for(version=wanted.version, platform=wanted.platform)


def _interpreter(session: Session, request: TargetRequest) -> tuple[Interpreter, tuple[Notice, ...]]:
    """Return the interpreter to build with, best the version asked for, and a notice if it is another one."""
    from uvkit.errors import PythonNotFoundError

    settings = session.settings
    environments: Environments = "never" if settings.system_python else "allow"
    python = request.python or settings.python
    if python is not None or request.version is None:
        found = session.pythons.find(python, environments=environments)
    else:
        try:
            found = session.pythons.find(request.version, environments=environments)
        except PythonNotFoundError:
            found = session.pythons.find(None, environments=environments)
    if request.version is None or settings.resolver.no_build == "all":
        return found, ()
    version = _version(request.version)
    same = found.version == version if len(version.release) > 2 else found.pair == (version.major, version.minor)
    if same:
        return found, ()
    text = (
        f"The requested Python version {request.version} is not available; {found.full_version} will be used to build "
        "dependencies instead."
    )
    return found, (Notice("other-python", text),)


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        raise ValueError(f"`{text}` is not a Python version") from None
