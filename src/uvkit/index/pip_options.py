"""What is set for pip: its variables over its configuration files, merged as pip does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from uvkit.errors import InvalidTableError
from uvkit.formats import parse_pip_conf

# The variable that names a file; pip ignores these two, which would be options as well.
_FILE = "PIP_CONFIG_FILE"
_NO_OPTIONS = frozenset({_FILE, "PIP_VERSION", "PIP_HELP"})


class PipOption(NamedTuple):
    """The text of an option and where it stands."""

    text: str
    origin: str


def pip_options(
    variables: Mapping[str, str],
    *,
    home: Path | None = None,
    prefix: Path | None = None,
    command: str = "install",
    platform: str = sys.platform,
    etc: Path = Path("/etc"),
) -> dict[str, PipOption]:
    """Return what is set for a command of pip, by the long names of options.

    Variables win over the command's section, which wins over `[global]`; of several files that set a key in one
    section the last wins: those of the machine, the user, the environment (``prefix``, else `VIRTUAL_ENV`), and the
    one that `PIP_CONFIG_FILE` names, which takes the place of the user's. What wins replaces: pip joins nothing.
    ``etc`` is the machine's folder of configurations.

    Raises:
        InvalidTableError: a file is not one of pip's.
    """
    sections: dict[str, dict[str, PipOption]] = {"global": {}, command: {}}
    for path in _files(variables, home or Path.home(), prefix, platform=platform, etc=etc):
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            continue
        except UnicodeDecodeError as error:
            raise InvalidTableError(path=path, problems=(("", f"it is not UTF-8 text: {error.reason}"),)) from error
        for section, values in parse_pip_conf(text, path=path).items():
            if section in sections:
                found = {key: PipOption(value, f"`{section}.{key}` in `{path}`") for key, value in values.items()}
                sections[section].update(found)
    given = {
        name.removeprefix("PIP_").lower().replace("_", "-"): PipOption(value.strip(), name)
        for name, value in variables.items()
        if name.startswith("PIP_") and name not in _NO_OPTIONS and value.strip()
    }
    return {**sections["global"], **sections[command], **given}


def _files(
    variables: Mapping[str, str], home: Path, prefix: Path | None, *, platform: str, etc: Path
) -> Iterator[Path]:
    """Yield pip's configuration files from weakest to strongest."""
    named = variables.get(_FILE)
    if named == os.devnull:
        return
    name = "pip.ini" if platform == "win32" else "pip.conf"
    yield from (folder / name for folder in _machine(variables, platform, etc))
    if not named or not Path(named).exists():
        yield from (folder / name for folder in _user(variables, home, platform))
    yield (prefix or Path(variables.get("VIRTUAL_ENV") or sys.prefix)) / name
    if named:
        yield Path(named)


def _machine(variables: Mapping[str, str], platform: str, etc: Path) -> Iterator[Path]:
    if platform == "win32":
        yield Path(variables.get("ProgramData") or variables.get("PROGRAMDATA") or r"C:\ProgramData") / "pip"
    elif platform == "darwin":
        yield Path("/Library/Application Support/pip")
    else:
        folders = variables.get("XDG_CONFIG_DIRS")
        yield from (Path(folder) / "pip" for folder in (folders.split(":") if folders else [etc / "xdg"]))
        yield etc


def _user(variables: Mapping[str, str], home: Path, platform: str) -> Iterator[Path]:
    """Yield the folder of former times, then that of today."""
    if platform == "win32":
        yield home / "pip"
        yield Path(variables.get("APPDATA") or home / "AppData" / "Roaming") / "pip"
        return
    yield home / ".pip"
    support = home / "Library" / "Application Support" / "pip"
    if platform == "darwin" and support.is_dir():
        yield support
    else:
        yield Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "pip"
