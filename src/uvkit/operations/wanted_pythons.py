"""Which interpreter a folder, a project or a script wants, and who says so."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from uvkit.errors import IncompatiblePythonError, PythonNotFoundError
from uvkit.events import EventSink, Notice
from uvkit.project import Project, Script

if TYPE_CHECKING:
    from uvkit.markers import RequiresPython
    from uvkit.python import Interpreter, PythonRequest, Pythons, VersionFile

# A sync with nothing to do asks for no Python in particular, and does not load what reads requests.


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPython:
    """What is asked for: by the caller, by a version file (then ``file`` says which), or by `requires-python` alone."""

    request: PythonRequest | None
    requires_python: RequiresPython | None
    file: VersionFile | None = None

    @classmethod
    def asked(cls, request: str | PythonRequest, requires_python: RequiresPython | None) -> Self:
        """Return what a caller asks for outright."""
        from uvkit.python import PythonRequest

        return cls(request=PythonRequest.of(request), requires_python=requires_python)

    @property
    def range(self) -> RequiresPython | None:
        """Return the versions to choose from: what is asked for outright may lie outside of `requires-python`."""
        return self.requires_python if self.request is None else None

    def notices(self, interpreter: Interpreter | None = None) -> tuple[Notice, ...]:
        """Return what is odd about it, and about the interpreter it came to."""
        found = [_ignored(self.file, line) for line in self.file.ignored] if self.file is not None else []
        required = self.requires_python
        if interpreter is not None and required is not None and not required.contains(interpreter.version):
            found.append(self._outside(interpreter, required))
        return tuple(found)

    def _outside(self, interpreter: Interpreter, required: RequiresPython) -> Notice:
        what = "the requested interpreter"
        hint = None
        if self.file is not None and self.request == self.file.request:
            what = f"the request in `{self.file.path}`"
            hint = "`uvkit python pin` changes the file to a compatible version"
        return Notice(
            "python-outside-range",
            f"{what} resolved to Python {interpreter.full_version}, which is incompatible with the project's Python "
            f"requirement: `{required}`",
            hint,
        )


def wanted_python(
    source: Project | Script | str | os.PathLike[str] | None = None,
    request: str | PythonRequest | None = None,
    *,
    variables: Mapping[str, str] | None = None,
) -> WantedPython:
    """Return which interpreter a project, a script or a folder (without a project) wants.

    A request of the caller comes first, then the nearest version file: of a project, up to the root of its workspace;
    then the user's own (``variables`` say where it is). A script's version file holds only if it suits the script.
    """
    required = source.requires_python if isinstance(source, Project | Script) else None
    if request is not None:
        return WantedPython.asked(request, required)
    file = _pinned(source, variables or {})
    found = None if file is None else file.request
    if found is not None and isinstance(source, Script) and not may_suit(found, required):
        file = found = None
    return WantedPython(request=found, requires_python=required, file=file)


def suitable_python(
    pythons: Pythons,
    wanted: WantedPython,
    requires_python: RequiresPython | None,
    *,
    events: EventSink | None = None,
) -> Interpreter:
    """Return the interpreter that is asked for and suits, installed if it must be.

    Raises:
        PythonNotFoundError: there is none.
        IncompatiblePythonError: what is asked for is there, but lies outside of the range.
        PythonInstallError: one could be downloaded, and that failed.
    """
    try:
        return pythons.find(wanted.request, requires_python, environments="never", events=events)
    except PythonNotFoundError as error:
        if wanted.request is None or requires_python is None:
            raise
        try:
            other = pythons.find(wanted.request, environments="never", download=False)
        except PythonNotFoundError:
            raise error from None
        where = None if wanted.file is None else wanted.file.path
        required = str(requires_python)
        raise IncompatiblePythonError(python=other.full_version, required=required, pinned_by=where) from error


def _pinned(
    source: Project | Script | str | os.PathLike[str] | None, variables: Mapping[str, str]
) -> VersionFile | None:
    from uvkit.python import pinned_version

    if isinstance(source, Project):
        return pinned_version(source.root, variables, stop=source.lockfile_path.parent)
    folder = source.path.parent if isinstance(source, Script) else Path(source or os.curdir)
    return pinned_version(folder, variables)


def may_suit(request: PythonRequest, required: RequiresPython | None) -> bool:
    """Tell whether a version that a request names can be in a range; ranges are not compared."""
    if required is None or not request.release:
        return True
    from uvkit.markers import PythonBounds

    text = ".".join(map(str, request.release))
    wanted = PythonBounds.from_specifiers(f"=={text}{'' if len(request.release) > 2 else '.*'}")
    return not (wanted.marker() & required.bounds.marker()).is_empty()


def _ignored(file: VersionFile, line: str) -> Notice:
    return Notice("version-file-line", f"`{line}` in `{file.path}` is not a Python version and is ignored")
