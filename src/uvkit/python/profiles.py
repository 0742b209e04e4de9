"""Put a folder on the search path of the user's shell, in the files that the shell reads."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from uvkit.errors import InvalidOptionError
from uvkit.fs import storage_error, write_atomic

_MARK = "# uvkit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellUpdate:
    """What was done for a folder: nothing if the search path has it, otherwise the files of the shell that changed.

    ``shell`` is none if the search path has the folder; both tuples are empty if the files name it already and the
    shell only has to be started again.
    """

    directory: Path
    shell: str | None = None
    created: tuple[Path, ...] = ()
    updated: tuple[Path, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Return plain data for machines."""
        return {
            "directory": str(self.directory),
            "shell": self.shell,
            "created": [str(path) for path in self.created],
            "updated": [str(path) for path in self.updated],
        }


def is_on_path(directory: Path, variables: Mapping[str, str]) -> bool:
    """Tell whether a shell finds what is in a folder."""
    own = os.path.realpath(directory)
    folders = variables.get("PATH", "").split(os.pathsep)
    return any(folder and os.path.realpath(os.path.expanduser(folder)) == own for folder in folders)


def update_shell(directory: Path, variables: Mapping[str, str]) -> ShellUpdate:
    """Let the user's shell find what is in a folder, from its next start on.

    Raises:
        InvalidOptionError: nobody knows which shell it is, or the folder's name cannot be written for it.
        StorageError: a file could not be written.
    """
    if is_on_path(directory, variables):
        return ShellUpdate(directory=directory)
    shell = shell_of(variables)
    files = None if shell is None else _files(shell, variables)
    if shell is None or not files:
        reason = f"`{directory}` is not on the search path, and the shell to tell could not be determined"
        raise InvalidOptionError(problems=(("SHELL", reason),))
    created: list[Path] = []
    updated: list[Path] = []
    line = _line(shell, directory)
    for path in files:
        there = path.exists()
        if _add(path, line):
            (updated if there else created).append(path)
    return ShellUpdate(directory=directory, shell=shell, created=tuple(created), updated=tuple(updated))


def shell_of(variables: Mapping[str, str]) -> str | None:
    """Return the name of the user's shell if its files are known, by the marks shells leave or the login shell."""
    for name, shell in (("FISH_VERSION", "fish"), ("BASH_VERSION", "bash"), ("ZSH_VERSION", "zsh")):
        if variables.get(name):
            return shell
    name = os.path.basename(variables.get("SHELL", ""))
    return name if name in {"bash", "zsh", "fish", "ksh"} else None


def _files(shell: str, variables: Mapping[str, str]) -> list[Path]:
    """Return the files that a shell reads: an existing one is better than one that nobody has read so far."""
    home = Path(variables.get("HOME") or os.path.expanduser("~"))
    if shell == "bash":
        # A login shell reads the first of three that exists; the others read `.bashrc`.
        logins = [home / name for name in (".bash_profile", ".bash_login", ".profile")]
        login = next((path for path in logins if path.is_file()), logins[0])
        return [login, home / ".bashrc"]
    if shell == "ksh":
        return [home / ".profile"]
    if shell == "zsh":
        folder = Path(variables.get("ZDOTDIR") or home)
        existing = next((home / name for name in (".zshenv",) if (home / name).is_file()), None)
        return [folder / ".zshenv" if existing is None or (folder / ".zshenv").is_file() else existing]
    configuration = variables.get("XDG_CONFIG_HOME")
    return [Path(configuration or home / ".config") / "fish" / "config.fish"]


def _line(shell: str, directory: Path) -> str:
    text = str(directory)
    if "\n" in text or ":" in text:
        raise InvalidOptionError(problems=(("PATH", f"the folder `{text}` cannot be part of a search path"),))
    special = '\\"$' if shell == "fish" else '\\"$`'
    quoted = "".join(f"\\{letter}" if letter in special else letter for letter in text)
    return f'fish_add_path "{quoted}"' if shell == "fish" else f'export PATH="{quoted}:$PATH"'


def _add(path: Path, line: str) -> bool:
    """Add a line to the end of a file, if it is not there; tell whether the file changed."""
    try:
        text = path.read_text(encoding="utf-8", errors="surrogateescape") if path.exists() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error
    if line in text.splitlines():
        return False
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    mode = path.stat().st_mode & 0o777 if text else 0o644
    write_atomic(path, f"{text}{gap}{_MARK}\n{line}\n".encode("utf-8", "surrogateescape"), mode=mode)
    return True
