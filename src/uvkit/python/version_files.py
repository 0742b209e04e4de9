"""``.python-version`` and ``.python-versions``: the Python a folder asks for."""

from __future__ import annotations

import os
from pathlib import Path

from .request import PythonRequest

_NAMES = (".python-version", ".python-versions")


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
    """Return the requests of a version file, first choice first.

    Lines that only another tool understands, such as the name of a virtual environment of pyenv, are left out: they
    must not send anyone looking for an executable of that name.
    """
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    requests = (PythonRequest.parse(line) for line in lines if line)
    return tuple(request for request in requests if request.kind == "version")
