"""What a command line means: a program, a module, a script, a folder or archive with a `__main__.py`, or plain text."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from uvkit.errors import CommandNotFoundError, InvalidRequirementsFileError
from uvkit.model import is_url
from uvkit.project import Script

if TYPE_CHECKING:
    from uvkit.operations.session import Session

RunAs: TypeAlias = Literal["auto", "module", "script", "gui-script"]
Kind: TypeAlias = Literal["nothing", "program", "python", "module", "script", "gui-script", "text"]

_SCRIPTS = "scripts-v1"
# Linux takes no single argument beyond this; a longer text becomes a file.
_LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is to be run: ``target`` is the name of a program or module, a path, or the text of a program.

    ``script`` is set where a block in the file or text says what it requires (PEP 723).
    """

    kind: Kind
    target: str = ""
    arguments: tuple[str, ...] = ()
    script: Script | None = None
    path: Path | None = None  # of the file, where it lies elsewhere than `target` says

    @property
    def is_text(self) -> bool:
        """Tell whether the program came as a text, without a file of its own."""
        return self.kind == "text"

    def decided_by(self, folder: Path, executable: str, *, search_path: str) -> tuple[str, ...] | None:
        """Return the files by which it was decided what to run, or none for what came from elsewhere."""
        place = str(folder / self.target)
        match self.kind:
            case "python" | "module":
                return ()
            case "program":
                before = search_path.split(os.pathsep)
                own = os.path.dirname(executable)
                folders = before[: before.index(own) + 1] if own in before else before
                return (place, executable, *filter(None, folders))
            case "script" | "gui-script" if self.path is None:
                return (place, os.path.join(place, "__main__.py"))
            case _:
                return None

    def argv(self, python: str, *, windowed: str | None = None) -> tuple[str, ...]:
        """Return the command line, for a command that an interpreter runs."""
        match self.kind:
            case "python":
                return (python, *self.arguments)
            case "module":
                return (python, "-m", self.target, *self.arguments)
            case "text":
                return (python, "-c", self.target, *self.arguments)
            case "gui-script":
                return (windowed or python, str(self.path or self.target), *self.arguments)
            case _:
                return (python, str(self.path or self.target), *self.arguments)


def understood(
    argv: Sequence[str], run_as: RunAs, *, contents: Mapping[str, bytes], session: Session, folder: Path
) -> Command:
    """Return what a command line means, in the order in which uv tries it; ``contents`` gives that of `-`.

    Raises:
        InvalidTableError: the block of a script is not valid.
        InvalidRequirementsFileError: a text is not UTF-8.
        IndexAccessError: a URL cannot be read.
    """
    if not argv:
        return Command(kind="nothing")
    target, arguments = argv[0], tuple(argv[1:])
    if run_as == "module":
        return Command(kind="module", target=target, arguments=arguments)
    if target == "-" and "-" in contents:
        return _of_text(contents["-"], arguments, session=session, folder=folder)
    if is_url(target) and target.startswith(("http:", "https:")):
        return _downloaded(target, arguments, session=session)
    if run_as == "auto":
        return _guessed(target, arguments, folder)
    script = Script.read(folder / target) if (folder / target).is_file() else None
    return Command(kind=run_as, target=target, arguments=arguments, script=_with_block(script))


def _guessed(target: str, arguments: tuple[str, ...], folder: Path) -> Command:
    path = folder / target
    if target.lower() == "python":
        return Command(kind="python", arguments=arguments)
    if path.is_file():
        ending = path.suffix.lower()
        if ending in {".py", ".pyc", ".pyw"}:
            script = None if ending == ".pyc" else _with_block(Script.read(path))
            is_gui = ending == ".pyw" and os.name == "nt"
            kind: Kind = "gui-script" if is_gui else "script"
            return Command(kind=kind, target=target, arguments=arguments, script=script)
        if _is_archive_with_main(path):
            return Command(kind="script", target=target, arguments=arguments)
    elif (path / "__main__.py").is_file():
        return Command(kind="script", target=target, arguments=arguments)
    return Command(kind="program", target=target, arguments=arguments)


def _with_block(script: Script | None) -> Script | None:
    return script if script is not None and script.has_block else None


def _is_archive_with_main(path: Path) -> bool:
    import zipfile

    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "__main__.py" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _of_text(data: bytes, arguments: tuple[str, ...], *, session: Session, folder: Path) -> Command:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequirementsFileError(problems=(("-", "the script is not UTF-8"),)) from error
    script = _with_block(Script.parse(text, path=folder / "-"))
    command = Command(kind="text", target=text, arguments=arguments, script=script)
    if len(data) <= _LONGEST_TEXT:
        return command
    return replace(command, kind="script", path=_kept(data, "script.py", session=session))


def _downloaded(url: str, arguments: tuple[str, ...], *, session: Session) -> Command:
    """Return the command for a script on the web, kept in the cache under its digest."""
    from urllib.parse import unquote, urlsplit

    _, _, data, _ = session.http.get(url, accept_statuses=frozenset())
    name = Path(unquote(urlsplit(url).path)).name or "script.py"
    path = _kept(data, name, session=session)
    return Command(kind="script", target=url, arguments=arguments, script=_with_block(Script.read(path)), path=path)


def _kept(data: bytes, name: str, *, session: Session) -> Path:
    from uvkit.fs import storage_error, write_atomic

    folder = session.cache.root / _SCRIPTS / blake2b(data, digest_size=16).hexdigest()
    path = folder / name
    if not path.is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, folder) from error
        write_atomic(path, data)
    return path


def found_program(name: str, search_path: str, *, folder: Path) -> str:
    """Return the file of a program: a path, or a name that is looked for in folders.

    Raises:
        CommandNotFoundError: there is none, or it cannot be executed.
    """
    import shutil

    if os.path.dirname(name):
        path = os.path.join(folder, name)
        if not os.path.exists(path) or os.path.isdir(path):
            raise CommandNotFoundError(command=name)
        if shutil.which(path) is None:
            raise CommandNotFoundError(command=name, reason="permission denied", advice=_to_allow(name))
        return path
    found = shutil.which(name, path=search_path)
    if found is None:
        raise CommandNotFoundError(command=name, advice=_about(name, folder))
    return found


def _to_allow(name: str) -> tuple[str, ...]:
    return (f"the file is there but may not be executed; `chmod +x {name}` allows it",)


def _about(name: str, folder: Path) -> tuple[str, ...]:
    """Return what may have been meant by a name that no program has."""
    path = folder / name
    if path.is_file():
        return (f"to run the file as a Python script, use `--script {name}`",)
    if path.is_dir():
        return (f"the folder `{name}` has no `__main__.py` that could be run",)
    if name.endswith((".py", ".pyw")):
        return (f"there is no script `{path}`",)
    return (f"if a package of that name provides it, `--with {name}` makes it available",)
