"""The verb that says which interpreter would be used."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvkit.events import Notice
from uvkit.operations.session import borrowed
from uvkit.operations.wanted_pythons import wanted_python
from uvkit.project import Project, Script
from uvkit.python import Interpreter, PythonRequest

if TYPE_CHECKING:
    from uvkit.operations.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPython:
    """The interpreter that would be used."""

    interpreter: Interpreter
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        return (
            f"{self.interpreter.implementation_title} {self.interpreter.full_version} at {self.interpreter.executable}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        interpreter = self.interpreter
        return {
            "key": interpreter.key,
            "version": interpreter.full_version,
            "implementation": interpreter.implementation,
            "path": str(interpreter.executable),
            "managed": interpreter.managed,
            "notices": [{"code": one.code, "message": one.message, "hint": one.hint} for one in self.notices],
        }


def find_python(
    source: Project | Script | str | os.PathLike[str] | None = None,
    request: str | PythonRequest | None = None,
    *,
    system: bool = False,
    session: Session | None = None,
) -> FoundPython:
    """Return the interpreter that a project, a script or a folder would use now; nothing is downloaded or made.

    ``system`` leaves environments out. Without a request, an environment of the project or script that is there and
    suits comes first.

    Raises:
        PythonNotFoundError: there is none.
        BrokenInterpreterError: the request names an interpreter that does not work.
    """
    with borrowed(session) as owner:
        wanted = wanted_python(source, request, variables=owner.variables)
        if isinstance(source, Script) and not system and (own := _of_script(source, owner)) is not None:
            return FoundPython(interpreter=own)
        interpreter = owner.pythons.find(
            wanted.request, wanted.range, environments="never" if system else "allow", download=False
        )
    return FoundPython(interpreter=interpreter, notices=wanted.notices(interpreter))


def _of_script(script: Script, session: Session) -> Interpreter | None:
    """Return the interpreter of the environment that an earlier run made for a script, if it still suits."""
    from uvkit.environment import Environment
    from uvkit.errors import BrokenInterpreterError, InvalidEnvironmentError
    from uvkit.operations.work import Work

    with Work.on(script, session=session) as work:
        path = Path(work.environment_path)
        if not (path / "pyvenv.cfg").is_file():
            return None
        try:
            environment = Environment(path, cache=session.cache)
        except (BrokenInterpreterError, InvalidEnvironmentError):
            return None
    required = script.requires_python
    suits = required is None or required.contains(environment.interpreter.version)
    return environment.interpreter if suits else None
