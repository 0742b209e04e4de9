"""Where the default index is, for callers who configured none.

This code knows no address. It asks pip's own setting (its variable, then its configuration files) and last a library
that already knows the public Python index.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from uvkit.cache import Cache

_MEMO = "default-index"
_SECTIONS = ("global", "install")


def default_index_url(
    variables: Mapping[str, str] | None = None, *, home: Path | None = None, cache: Cache | None = None
) -> str:
    """Return the URL of the default index, possibly with credentials.

    Of pip's settings this one alone counts: pip merges its extra indexes and find-links, so that any of them could
    replace a project of another. ``variables`` are those of the process, as the caller gives them; ``cache`` keeps the
    library's answer, whose import takes 40 ms.
    """
    given = dict(variables or {})
    return given.get("PIP_INDEX_URL", "").strip() or _configured(given, home or Path.home()) or _known(cache)


def _configured(variables: Mapping[str, str], home: Path) -> str | None:
    """Return ``index-url`` of the configuration file that decides: the last one that sets it."""
    found: str | None = None
    for path in _configuration_files(variables, home):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found = _index_url(text) or found
    return found


def _configuration_files(variables: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Yield pip's configuration files from weakest to strongest: machine, user, environment, and the one named."""
    named = variables.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return
    name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    if sys.platform == "win32":
        yield Path(variables.get("ProgramData", r"C:\ProgramData")) / "pip" / name
        yield home / "pip" / name
        yield Path(variables.get("APPDATA") or home / "AppData" / "Roaming") / "pip" / name
    else:
        for folder in (variables.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
            yield Path(folder) / "pip" / name
        yield Path("/etc") / name
        yield home / ".pip" / name
        if sys.platform == "darwin":
            yield home / "Library" / "Application Support" / "pip" / name
        yield Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / name
    environment = variables.get("VIRTUAL_ENV")
    yield Path(environment or sys.prefix) / name
    if named:
        yield Path(named)


def _index_url(text: str) -> str | None:
    """Return ``index-url`` of an INI text, the command's section before the general one."""
    values: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in "#;" or line[0].isspace():
            continue
        if stripped.startswith("["):
            section = stripped.strip("[]").strip().lower()
            continue
        marks = [position for mark in "=:" if (position := stripped.find(mark)) > 0]
        if section in _SECTIONS and marks:
            key = stripped[: min(marks)].strip().lower().replace("_", "-")
            value = stripped[min(marks) + 1 :].strip().strip("\"'")
            if key == "index-url" and value:
                values[section] = value
    return values.get("install") or values.get("global")


def _known(cache: Cache | None) -> str:
    stored = cache.memo.load(_MEMO, _MEMO) if cache is not None else None
    if stored:
        return stored.decode()
    from distlib.index import DEFAULT_INDEX

    parts = urlsplit(str(DEFAULT_INDEX))
    url = f"{parts.scheme}://{parts.netloc}/simple"
    if cache is not None:
        from uvkit.errors import StorageError

        try:
            cache.memo.store(_MEMO, _MEMO, url.encode())
        except StorageError:
            return url  # a read-only cache costs the import again, nothing else
    return url
