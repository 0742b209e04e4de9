"""The verb that begins a project or a script."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from uvkit.errors import EditRefusedError, InvalidTableError, ProjectNotFoundError
from uvkit.events import Notice
from uvkit.formats import PyprojectEdit, script_block, with_block
from uvkit.model import is_valid_name, project_name
from uvkit.operations.session import Session, StrPath, borrowed
from uvkit.process import run
from uvkit.project import Project
from uvkit.python import PythonRequest

from .files import Files, kept
from .templates import GITIGNORE, Backend, Beginning, Kind, pyproject_text, script_text, source_files
from .texts import read_text

if TYPE_CHECKING:
    from uvkit.markers import RequiresPython

WorkspaceState: TypeAlias = Literal["none", "added", "member", "excluded"]
_DESCRIPTION = "Add your description here"
_FILE = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitResult:
    """A project or script that was begun, and its files.

    ``workspace`` is the root of the workspace around it, ``state`` whether it became a member, was one by a pattern, or
    is left out.
    """

    name: str
    path: Path
    files: tuple[Path, ...]
    workspace: Path | None = None
    state: WorkspaceState = "none"
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        return f"Initialized project `{self.name}` at `{self.path}`"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "name": self.name,
            "path": str(self.path),
            "files": [str(path) for path in self.files],
            "workspace": None if self.workspace is None else str(self.workspace),
            "state": self.state,
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


def init(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    path: StrPath,
    *,
    name: str | None = None,
    kind: Kind = "app",
    packaged: bool | None = None,
    build_backend: Backend | None = None,
    bare: bool = False,
    description: str | None = _DESCRIPTION,
    readme: bool = True,
    pin_python: bool = True,
    vcs: Literal["git", "none"] | None = None,
    author_from: Literal["auto", "git", "none"] | None = None,
    workspace: bool = True,
    python: str | None = None,
    session: Session | None = None,
) -> InitResult:
    """Begin a project in a folder, which is made if it is not there.

    It is an application or a library, built by a backend if it is ``packaged`` (none: unless it is bare); ``bare``
    makes its `pyproject.toml` and nothing else. Files that are there already stay. Below another project it becomes a
    member of that one's workspace, unless ``workspace`` is off. ``vcs`` none begins a repository where there is none
    and git is installed. ``author_from`` none takes the author of packaged projects from git's configuration, if it
    names one. If anything fails, no file stays.

    Raises:
        EditRefusedError: there is a project already, or what is wanted does not fit together.
        PythonNotFoundError: no interpreter suits.
        CommandFailedError: a repository was asked for, and git failed.
    """
    folder = Path(os.path.abspath(path))
    file = folder / _FILE
    if file.exists():
        raise EditRefusedError(
            path=file, reason=f"cannot initialize a project in `{folder}` because `{_FILE}` already exists"
        )
    named = _name(name or folder.name, file)
    if packaged is None:
        packaged = not bare or kind == "lib" or build_backend is not None
    backend = _backend(file, kind=kind, packaged=packaged, build_backend=build_backend)
    with borrowed(session) as owner:
        around = _around(folder) if workspace else None
        bound = None if around is None else around.requires_python
        requires_python, pin = _python(owner, python, bound, pinned=pin_python and not bare)
        wants_author = author_from or ("auto" if backend is not None and not bare else "none")
        begin = Beginning(
            name=named,
            kind=kind,
            requires_python=requires_python,
            backend=backend,
            bare=bare,
            description=None if bare and description == _DESCRIPTION else description,
            readme=readme and not bare,
            author=None if wants_author == "none" else _author(owner, folder),
        )
        with _new_folder(folder), kept([file]) as files:
            made = _write(folder, begin, files, pin=pin)
            state: WorkspaceState = "none" if around is None else _join(around, folder, files)
            if not bare or vcs is not None:
                made += _repository(owner, folder, files, vcs=vcs)
    return InitResult(
        name=named,
        path=folder,
        files=tuple(made),
        workspace=None if around is None else around.workspace.root.root,
        state=state,
    )


def init_script(
    path: StrPath, *, bare: bool = False, python: str | None = None, session: Session | None = None
) -> InitResult:
    """Begin a script that says what it requires (PEP 723), or give a script a block that does.

    Raises:
        EditRefusedError: the script has a block already.
        PythonNotFoundError: no interpreter suits.
    """
    file = Path(os.path.abspath(path))
    text = read_text(file) if file.exists() else None
    if text is not None and script_block(text, path=file) is not None:
        raise EditRefusedError(path=file, reason=f"`{path}` is already a PEP 723 script", advice="run it")
    with borrowed(session) as owner:
        found = owner.pythons.find(python or owner.settings.python, None, environments="never")
    block = f'requires-python = ">={found.version.major}.{found.version.minor}"\ndependencies = []\n'
    notices: tuple[Notice, ...] = ()
    if text is None:
        whole = with_block("", block, path=file) + ("" if bare else script_text(file.name))
    elif text.startswith("#!"):
        first, _, rest = text.partition("\n")
        whole = f"{first}\n#\n{with_block('', block, path=file)}\n{rest}"
        advice = "use `#!/usr/bin/env -S uvkit run --script`"
        notices = (Notice("script-shebang", f"executed directly, `{path}` may ignore what its block says", advice),)
    else:
        whole = with_block("", block, path=file) + "\n" + text
    with kept([file]) as files:
        file.parent.mkdir(parents=True, exist_ok=True)
        files.write(file, whole)
    return InitResult(name=file.name, path=file, files=(file,), notices=notices)


def _name(text: str, file: Path) -> str:
    if not is_valid_name(text):
        reason = f"`{text}` is not a valid name of a project; use ASCII letters, digits, `-`, `_` and `.` only"
        raise EditRefusedError(path=file, reason=reason, advice="give the project a name with `--name`")
    return project_name(text)


def _backend(file: Path, *, kind: Kind, packaged: bool, build_backend: Backend | None) -> Backend | None:
    if packaged:
        return build_backend or "uv"
    if kind == "lib":
        raise EditRefusedError(path=file, reason="a library is always packaged")
    if build_backend is not None:
        raise EditRefusedError(path=file, reason="a project that is not packaged has no build backend")
    return None


def _around(folder: Path) -> Project | None:
    """Return the root of the workspace around a folder, or the project that may become one."""
    try:
        found = Project.discover(folder.parent)
    except ProjectNotFoundError:
        return None
    except InvalidTableError as error:
        error.add_note("`--no-workspace` begins a project that does not belong to it")
        raise
    if found.name is None and not found.workspace.is_declared:
        return None  # it only configures tools
    return found if found.root == found.workspace.root.root else Project.open(found.workspace.root.root)


def _python(
    session: Session, python: str | None, bound: RequiresPython | None, *, pinned: bool
) -> tuple[str, str | None]:
    """Return the Python versions of a new project, and what its version file says, if it gets one."""
    asked = python or session.settings.python
    request = None if asked is None else PythonRequest.parse(asked)
    if request is not None and request.kind == "version" and request.release and request.implementation is None:
        version = ".".join(map(str, request.release))
        return f">={version}", version if pinned else None
    ranged = request.specifier if request is not None and request.kind == "version" else ""
    wanted = ranged or (str(bound) if request is None and bound is not None else "")
    if wanted and not pinned:
        return wanted, None
    suits = bound if request is None else None
    found = session.pythons.find(asked, suits, environments="never").version
    minor = f"{found.major}.{found.minor}"
    return wanted or f">={minor}", minor if pinned else None


def _author(session: Session, folder: Path) -> tuple[str, str | None] | None:
    name = _git(session, folder, "config", "--get", "user.name")
    return (name, _git(session, folder, "config", "--get", "user.email") or None) if name else None


def _git(session: Session, folder: Path, *words: str) -> str | None:
    """Return what git prints, or none if it fails or is not there."""
    place = next((one for one in (folder, *folder.parents) if one.is_dir()), Path.cwd())
    try:
        ended = run(("git", *words), cwd=place, env=dict(session.variables))
    except OSError:
        return None
    return ended.output.strip() if ended.returncode == 0 else None


@contextmanager
def _new_folder(folder: Path) -> Iterator[None]:
    """Make a folder, and take away again what was made if the block fails."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if missing:
            from uvkit.fs import remove_tree

            remove_tree(missing[-1])
        raise


def _write(folder: Path, begin: Beginning, files: Files, *, pin: str | None) -> list[Path]:
    texts = {_FILE: pyproject_text(begin)}
    # A project that has modules already keeps them.
    texts |= {name: text for name, text in source_files(begin).items() if not (folder / name).exists()}
    if begin.readme and not (folder / "README.md").exists():
        texts["README.md"] = ""
    if pin is not None and not (folder / ".python-version").exists():
        texts[".python-version"] = f"{pin}\n"
    made: list[Path] = []
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, text)
        made.append(path)
    return made


def _join(around: Project, folder: Path, files: Files) -> WorkspaceState:
    """Make a new project a member of the workspace around it."""
    root = around.workspace.root
    joined = Project.open(folder).workspace
    if root.root == joined.root.root:
        return "member"
    shown = folder.relative_to(root.root).as_posix()
    if _is_excluded(shown, root.settings.get("workspace", {}).get("exclude", ())):
        return "excluded"
    path = root.tables.path
    edit = PyprojectEdit(read_text(path), path)
    edit.add_member(shown)
    files.write(path, edit.text())
    return "added"


def _is_excluded(shown: str, patterns: tuple[str, ...] | list[str]) -> bool:
    from fnmatch import fnmatchcase

    return any(fnmatchcase(shown, pattern.removeprefix("./").rstrip("/")) for pattern in patterns)


def _repository(session: Session, folder: Path, files: Files, *, vcs: Literal["git", "none"] | None) -> list[Path]:
    """Begin a repository unless the folder is in one; git must be there only if it was asked for."""
    if vcs == "none":
        return []
    if _git(session, folder, "rev-parse", "--is-inside-work-tree") == "true":
        return []
    if _git(session, folder, "init") is None:
        if vcs == "git":
            reason = "git is not installed, or cannot begin a repository here"
            raise EditRefusedError(path=folder, reason=reason, advice="use `--vcs none`")
        return []
    path = folder / ".gitignore"
    if path.exists():
        return []
    files.write(path, GITIGNORE)
    return [path]
