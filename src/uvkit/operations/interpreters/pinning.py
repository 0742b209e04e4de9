"""The verbs that write, read and remove the Python that a folder asks for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvkit.errors import IncompatiblePythonError, InvalidOptionError, PythonNotFoundError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.fs import storage_error, write_atomic
from uvkit.operations.session import borrowed
from uvkit.operations.wanted_pythons import may_suit
from uvkit.python import VERSION_FILE, Interpreter, PythonRequest, VersionFile, pinned_version, user_version_file

if TYPE_CHECKING:
    from uvkit.markers import RequiresPython
    from uvkit.operations.session import Session
    from uvkit.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class PinResult:
    """What a version file said ``before`` and says ``after``; none where there is or was no file."""

    path: Path
    before: str | None
    after: str | None
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        if self.after is None:
            return f"Removed `{self.path}`"
        if self.before is None or self.before == self.after:
            return f"Pinned `{self.path}` to `{self.after}`"
        return f"Updated `{self.path}` from `{self.before}` -> `{self.after}`"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "path": str(self.path),
            "before": self.before,
            "after": self.after,
            "notices": [{"code": one.code, "message": one.message, "hint": one.hint} for one in self.notices],
        }


def pin_python(
    request: str | PythonRequest,
    folder: str | os.PathLike[str] | None = None,
    *,
    globally: bool = False,
    resolved: bool = False,
    project: Project | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> PinResult:
    """Let a folder, or with ``globally`` the user, ask for a Python.

    ``resolved`` writes the path of the interpreter that satisfies the request now. With a ``project``, a version that
    its `requires-python` leaves out is refused. One that is missing is installed where the policy says so; that there
    is none at all is a notice.

    Raises:
        InvalidOptionError: the request is a name, which version files cannot hold.
        IncompatiblePythonError: the project cannot have this version.
        PythonNotFoundError: there is none, and its path was to be written.
        StorageError: the file could not be written.
    """
    wanted = PythonRequest.of(request)
    if wanted.kind == "name":
        raise InvalidOptionError(problems=(("python", f"a version file cannot ask for the name `{wanted.text}`"),))
    required = None if project is None else project.requires_python
    if not may_suit(wanted, required):
        raise IncompatiblePythonError(python=wanted.canonical, required=str(required))
    notices: list[Notice] = []
    with borrowed(session) as owner:
        path = _path(folder, globally=globally, session=owner)
        try:
            found = owner.pythons.find(wanted, environments="never", events=events, cancel=cancel)
        except PythonNotFoundError as error:
            if resolved:
                raise
            notices.append(Notice("python-not-found", str(error)))
        else:
            _check(found, wanted, required)
    text = str(found.executable) if resolved else wanted.canonical
    before = _first(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error
    write_atomic(path, f"{text}\n".encode("utf-8", "surrogateescape"))
    return PinResult(path=path, before=before, after=text, notices=tuple(notices))


def pinned_python(
    folder: str | os.PathLike[str] | None = None,
    *,
    globally: bool = False,
    project: Project | None = None,
    session: Session | None = None,
) -> VersionFile | None:
    """Return the version file that holds for a folder or, with ``globally``, for the user; none if there is none."""
    with borrowed(session) as owner:
        if globally:
            path = user_version_file(owner.variables)
            return VersionFile.read(path) if path is not None and path.is_file() else None
        stop = None if project is None else project.lockfile_path.parent
        return pinned_version(folder or os.curdir, owner.variables, stop=stop)


def unpin_python(
    folder: str | os.PathLike[str] | None = None,
    *,
    globally: bool = False,
    project: Project | None = None,
    session: Session | None = None,
) -> PinResult | None:
    """Remove the version file of a folder, or with ``globally`` the user's; none if there is none.

    Raises:
        StorageError: the file could not be removed.
    """
    with borrowed(session) as owner:
        own = user_version_file(owner.variables)
        file = pinned_python(folder, globally=globally, project=project, session=owner)
    if file is None or (not globally and file.path == own):
        return None
    before = _first(file.path)
    try:
        file.path.unlink()
    except OSError as error:
        raise storage_error(error, file.path) from error
    return PinResult(path=file.path, before=before, after=None)


def _path(folder: str | os.PathLike[str] | None, *, globally: bool, session: Session) -> Path:
    if not globally:
        return Path(os.path.abspath(folder or os.curdir)) / VERSION_FILE
    path = user_version_file(session.variables)
    if path is None:
        raise InvalidOptionError(problems=(("global", "no variable says where the user's configuration is"),))
    return path


def _check(found: Interpreter, wanted: PythonRequest, required: RequiresPython | None) -> None:
    """Refuse what only the interpreter itself tells to be outside of the project's range."""
    if required is not None and not required.contains(found.version):
        raise IncompatiblePythonError(python=f"{found.full_version} (`{wanted.canonical}`)", required=str(required))


def _first(path: Path) -> str | None:
    """Return the request that a file has now."""
    if not path.is_file():
        return None
    request = VersionFile.read(path).request
    return None if request is None else request.canonical
