"""``.python-version`` and ``.python-versions``: the Python a folder, or its user, asks for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from .request import PythonRequest

VERSION_FILE = ".python-version"
_NAMES = (VERSION_FILE, ".python-versions")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFile:
    """A version file: its requests, first choice first, and the lines that are none.

    Lines that only another tool understands, such as the name of a virtual environment of pyenv, are left out of the
    requests: they must not send anyone looking for an executable of that name.
    """

    path: Path
    requests: tuple[PythonRequest, ...]
    ignored: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Return what a version file says."""
        from .request import PythonRequest  # most folders have no such file, and need none of it

        text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
        lines = (line.partition("#")[0].strip() for line in text.splitlines())
        parsed = [PythonRequest.parse(line) for line in lines if line]
        return cls(
            path=Path(path),
            requests=tuple(request for request in parsed if request.kind != "name"),
            ignored=tuple(request.text for request in parsed if request.kind == "name"),
        )

    @property
    def request(self) -> PythonRequest | None:
        """Return the first choice, or none if the file has no request."""
        return self.requests[0] if self.requests else None


def find_version_file(start: str | os.PathLike[str], *, stop: str | os.PathLike[str] | None = None) -> Path | None:
    """Return the nearest version file of a folder or its parents, up to and including ``stop``."""
    folder = Path(os.path.abspath(start))
    last = Path(os.path.abspath(stop)) if stop is not None else None
    for place in (folder, *folder.parents):
        for name in _NAMES:
            if (place / name).is_file():
                return place / name
        if place == last:
            return None
    return None


def read_version_file(path: str | os.PathLike[str]) -> tuple[PythonRequest, ...]:
    """Return the requests of a version file, first choice first."""
    return VersionFile.read(path).requests


def user_version_file(variables: Mapping[str, str]) -> Path | None:
    """Return where the user's own version file is, or would be; it holds where no folder says otherwise."""
    if os.name == "nt":
        base = variables.get("APPDATA")
        return Path(base, "uv", VERSION_FILE) if base else None
    base = variables.get("XDG_CONFIG_HOME")
    if base and os.path.isabs(base):
        return Path(base, "uv", VERSION_FILE)
    home = variables.get("HOME")
    return Path(home, ".config", "uv", VERSION_FILE) if home else None


def pinned_version(
    start: str | os.PathLike[str], variables: Mapping[str, str], *, stop: str | os.PathLike[str] | None = None
) -> VersionFile | None:
    """Return the version file that holds for a folder: its own, that of a parent, or the user's."""
    found = find_version_file(start, stop=stop)
    if found is None:
        found = user_version_file(variables)
        if found is None or not found.is_file():
            return None
    return VersionFile.read(found)
