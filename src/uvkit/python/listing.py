"""Everything there is: the interpreters of this machine and those that can be downloaded, as rows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from .catalog import Catalog, PythonDownload
from .interpreter import Interpreter
from .keys import Host, PythonKey
from .request import PythonRequest

RowKind: TypeAlias = Literal["system", "managed", "download"]
_KINDS: tuple[RowKind, ...] = ("system", "managed", "download")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRow:
    """An interpreter that is there, with its ``path`` as it was found, or one that can be downloaded from ``url``."""

    identity: PythonKey
    kind: RowKind
    path: Path | None = None
    url: str | None = None

    @property
    def key(self) -> str:
        """Return the name of the interpreter, such as ``cpython-3.12.3-linux-x86_64-gnu``."""
        return str(self.identity)

    @property
    def symlink(self) -> str | None:
        """Return where the path leads if it is a symbolic link itself."""
        if self.path is None:
            return None
        try:
            return os.readlink(self.path)
        except OSError:
            return None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines, in the shape of uv's list."""
        major, minor, patch = (*self.identity.release, 0)[:3]
        return {
            "key": self.key,
            "version": self.identity.version,
            "version_parts": {"major": major, "minor": minor, "patch": patch},
            "path": None if self.path is None else str(self.path),
            "symlink": self.symlink,
            "url": self.url,
            "os": self.identity.system,
            "variant": self.identity.variant or "default",
            "implementation": self.identity.implementation,
            "arch": self.identity.machine,
            "libc": self.identity.libc,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChoices:
    """What a list is to have.

    Without ``all_versions`` only the newest patch of what can be downloaded; the other two add what is for other
    systems, and for other machines.
    """

    only: Literal["everything", "installed", "downloads"] = "everything"
    all_versions: bool = False
    all_platforms: bool = False
    all_machines: bool = False


def found_rows(interpreters: Iterable[tuple[str, bool, Interpreter]]) -> Iterator[PythonRow]:
    """Return a row for each interpreter with the path by which it was found, and whether that is a managed one."""
    for path, is_managed, interpreter in interpreters:
        key = PythonKey.parse(interpreter.key)
        if key is not None:
            yield PythonRow(identity=key, kind="managed" if is_managed else "system", path=Path(path))


def download_rows(
    catalog: Catalog, request: PythonRequest, choices: ListChoices, *, there: frozenset[str]
) -> Iterator[PythonRow]:
    """Return a row for each download that is listed and not ``there`` under the same key."""
    seen: set[PythonKey] = set()
    for download in catalog.downloads:
        if not is_listed(download, request, catalog.host, choices=choices):
            continue
        series = download.identity.minor
        if series in seen and not choices.all_versions:
            continue
        seen.add(series)
        if download.key not in there:
            yield PythonRow(identity=download.identity, kind="download", url=download.url)


def is_listed(download: PythonDownload, request: PythonRequest, host: Host, *, choices: ListChoices) -> bool:
    """Tell whether a download is what a request and the choices are about; no download has a path or a name."""
    key = download.identity
    if request.kind != "version":
        return False
    asked = replace(
        request,
        system=request.system or (key.system if choices.all_platforms else None),
        libc=request.libc or (key.libc if choices.all_platforms else None),
        machine=request.machine or (key.machine if choices.all_machines else None),
    )
    return key.matches(asked, host, any_implementation=True)


def in_order(rows: Iterable[PythonRow], host: Host) -> tuple[PythonRow, ...]:
    """Return rows as they are listed: newest first; of one interpreter, what is on the search path first."""
    by_path = sorted(rows, key=lambda row: str(row.path or row.url), reverse=True)
    return tuple(sorted(by_path, key=lambda row: (row.identity.order(host), _KINDS.index(row.kind))))
