"""The verb that makes a standard project of one of another tool, without upgrading what was locked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from uvkit.events import CancelToken, EventSink, Notice
from uvkit.formats import ForeignProject, MigrationItem, dump_tables, parse_toml, without_tables
from uvkit.lockfile import Lockfile
from uvkit.operations.phases import phase
from uvkit.operations.session import borrowed
from uvkit.operations.work import Work
from uvkit.project import Project

from .migrated import MigrationResult
from .sources import ForeignTool, Found, read_foreign, tool_of
from .versions import compared, locked_commits, locked_preferences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uvkit.operations.session import Session

_FILE = "pyproject.toml"


def migrate(
    root: str | os.PathLike[str] | None = None,
    *,
    tool: ForeignTool | None = None,
    lock: bool = True,
    dry_run: bool = False,
    python: str | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> MigrationResult:
    """Make a standard project (PEP 621, 735) with a `uv.lock` of one of poetry, PDM, pipenv, setuptools or pip.

    ``root`` none is the working directory; ``tool`` none is found out by the files. What was locked stays locked: the
    versions of the old lock, or of pinned requirements, are tried first, and the result says of each whether it could
    be kept and why not. The result lists everything that the old files said as carried over, changed or left out.

    Everything is read, converted and resolved before the first file is written, and nothing is written if that fails.
    The originals of replaced files are kept beside them as `<name>.orig`; lock files of the old tool are not touched.
    Without ``lock`` only `pyproject.toml` is made.

    Raises:
        NothingToMigrateError: there is nothing that could be migrated.
        InvalidTableError, InvalidRequirementsFileError: the old files cannot be read, or say what no project may say.
        ResolutionImpossibleError: what the old tool allowed cannot be resolved for all platforms.
        IndexAccessError: an index failed.
        StorageError: a file could not be written; all are as before.
    """
    started = perf_counter()
    folder = Path(os.path.abspath(root or "."))
    with borrowed(session) as owner:
        found = read_foreign(folder, tool or tool_of(folder), python=partial(_default_python, owner, python))
        text, items = _new_text(folder, found.project)
        project = Project.open(folder, contents={folder / _FILE: text.encode()})
        result = MigrationResult(tool=found.project.tool, root=folder, pyproject=text, lockfile=None, items=items)
        place = project.lockfile_path
        if lock:
            with Work.on(project, session=owner, python=python) as work:
                result = _resolved(result, work, found, events=events, cancel=cancel)
        if cancel is not None:
            cancel.check()
        if not dry_run:
            result = replace(result, backups=_written(result, found, place), written=True)
    return replace(result, elapsed=timedelta(seconds=perf_counter() - started))


def _default_python(owner: Session, python: str | None) -> str:
    version = owner.pythons.find(python or owner.settings.python, environments="never").version
    return f">={version.major}.{version.minor}"


def _resolved(
    result: MigrationResult, work: Work, found: Found, *, events: EventSink | None, cancel: CancelToken | None
) -> MigrationResult:
    path = work.project.lockfile_path
    # Of a workspace that the project has joined, or of an earlier try.
    known = Lockfile.read(path) if path.is_file() else None
    request = replace(
        work.request,
        preferences=(*locked_preferences(found.locked), *(() if known is None else known.preferences())),
        commits=(*locked_commits(found, work.request), *(() if known is None else known.commits())),
    )
    with phase(events, "resolve"):
        resolver = work.resolver.through(work.tree_sources)
        resolution = resolver.resolve(request, events=events, cancel=cancel)
    lockfile = Lockfile.from_resolution(resolution, request)
    notices: tuple[Notice, ...] = (*work.notices, *resolution.notices)
    versions = compared(found.locked, lockfile, work.indexes)
    return replace(result, lockfile=lockfile, versions=versions, notices=notices)


# -- the new file ------------------------------------------------------------------------------------------------------


def _new_text(root: Path, project: ForeignProject) -> tuple[str, tuple[MigrationItem, ...]]:
    """Return the text of the new file: what was made, and what the old one had of other tools, as it was there."""
    path = root / _FILE
    old = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    document = parse_toml(old, path=path)
    tables = {name: dict(table) for name, table in project.tables.items()}
    removed = list(project.removed)
    tools = document.get("tool", {})
    for name, table in dict(tables.get("tool", {})).items():
        if name in tools and ("tool", name) not in removed:
            # What the old file says of the same tool and the new one does not is kept.
            tables["tool"][name] = _merged(tools[name], table)
            removed.append(("tool", name))
    made = dump_tables(tables)
    rest = without_tables(old, removed).strip("\n")
    if not rest:
        return made, project.items
    parts = (rest, made) if "project" not in tables else (made, rest)
    return "\n\n".join(part.strip("\n") for part in parts) + "\n", project.items


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(old)
    for key, value in new.items():
        both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = _merged(result[key], value) if both else value
    return result


# -- what is written ---------------------------------------------------------------------------------------------------


def _written(result: MigrationResult, found: Found, place: Path) -> tuple[Path, ...]:
    """Write the new files, the lock to its ``place``, and keep the originals; return where those are."""
    texts: dict[Path, str | None] = {result.root / _FILE: result.pyproject, **(found.replaced or {})}
    backups: list[Path] = []
    with _undone_on_failure() as undo:
        for path in (*texts, *((place,) if result.lockfile is not None else ())):
            undo.keep(path)
            if path.is_file():
                backup = _free_name(path)
                undo.keep(backup)
                _write(backup, path.read_bytes())
                backups.append(backup)
        if result.lockfile is not None:
            result.lockfile.write(place)
        for path, text in texts.items():
            if text is None:
                path.unlink()
            else:
                _write(path, text.encode())
    return tuple(backups)


def _write(path: Path, data: bytes) -> None:
    from uvkit.fs import write_atomic

    write_atomic(path, data)


def _free_name(path: Path) -> Path:
    candidate = path.with_name(f"{path.name}.orig")
    number = 1
    while candidate.exists():
        candidate = path.with_name(f"{path.name}.orig{number}")
        number += 1
    return candidate


class _Undo:
    """What files held before, to be put back."""

    def __init__(self) -> None:
        self._before: dict[Path, bytes | None] = {}

    def keep(self, path: Path) -> None:
        self._before.setdefault(path, path.read_bytes() if path.is_file() else None)

    def restore(self) -> None:
        for path, data in self._before.items():
            if data is None:
                path.unlink(missing_ok=True)
            else:
                _write(path, data)


@contextmanager
def _undone_on_failure() -> Iterator[_Undo]:
    undo = _Undo()
    try:
        yield undo
    except BaseException:
        undo.restore()
        raise
