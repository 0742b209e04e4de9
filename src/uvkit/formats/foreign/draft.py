"""A project on its way from another tool: what the new `pyproject.toml` will say, and what became of each old key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from uvkit.model import group_name, project_name

Fate: TypeAlias = Literal["carried", "changed", "left-out"]
KeyPath: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MigrationItem:
    """One thing that the old files said: it is the same now, it is said differently, or it could not be carried over.

    ``detail`` says where it is now, how it changed, or why it was left out.
    """

    fate: Fate
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedProject:
    """A version that the old lock holds, where ``marker`` (everywhere, if empty) is true.

    ``repository`` and ``commit`` are those of a project from git. ``hashes`` are digests by file name, where the old
    lock has names.
    """

    project: str
    version: str
    marker: str = ""
    repository: str = ""
    reference: str = ""
    commit: str = ""
    from_index: bool = True
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignProject:
    """What a project of another tool becomes.

    ``tables`` are written anew, ``removed`` are the tables of the old `pyproject.toml` that have no meaning any more;
    what neither names stays as it is.
    """

    tool: str
    tables: Mapping[str, Any]
    removed: tuple[KeyPath, ...] = ()
    items: tuple[MigrationItem, ...] = ()


def index_name(name: str) -> str:
    """Return a name that an index may have: of ASCII letters, digits, `-`, `_` and `.` only."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-") or "index"


class Draft:
    """Collects what a project becomes."""

    def __init__(self, tool: str) -> None:
        self.tool = tool
        self.project: dict[str, Any] = {}
        self.groups: dict[str, list[Any]] = {}
        self.build_system: dict[str, Any] = {}
        self.sources: dict[str, list[dict[str, Any]]] = {}
        self.indexes: list[dict[str, Any]] = []
        self.settings: dict[str, Any] = {}
        self.tool_tables: dict[str, Any] = {}
        self.removed: list[KeyPath] = []
        self.items: list[MigrationItem] = []

    # -- what became of it ---------------------------------------------------------------------------------------------

    def carried(self, what: str, detail: str = "") -> None:
        """Note that something is said as before."""
        self.items.append(MigrationItem("carried", what, detail))

    def changed(self, what: str, detail: str) -> None:
        """Note that something is said differently."""
        self.items.append(MigrationItem("changed", what, detail))

    def left_out(self, what: str, reason: str) -> None:
        """Note that something could not be carried over."""
        self.items.append(MigrationItem("left-out", what, reason))

    # -- what it becomes -----------------------------------------------------------------------------------------------

    def source(self, project: str, entry: Mapping[str, Any], *, marker: str = "") -> None:
        """Set where a required project comes from, in some environments if a marker is given."""
        row = dict(entry)
        if marker:
            row["marker"] = marker
        known = self.sources.setdefault(project_name(project), [])
        if row not in known:
            known.append(row)

    def index(self, name: str, url: str, *, explicit: bool = False, default: bool = False) -> None:
        """Add an index; the last one that says so is the default."""
        row: dict[str, Any] = {"name": index_name(name), "url": url}
        if row["name"] != name:
            self.changed(f"the index `{name}`", f"it is called `{row['name']}` now")
        if explicit:
            row["explicit"] = True
        if default:
            row["default"] = True
        self.indexes.append(row)

    def _name_indexes(self) -> None:
        """Let sources name indexes as they are called now."""
        for rows in self.sources.values():
            for row in rows:
                if "index" in row:
                    row["index"] = index_name(str(row["index"]))

    def group(self, name: str, texts: Iterable[Any]) -> None:
        """Add requirements to a dependency group."""
        self.groups.setdefault(group_name(name), []).extend(texts)

    def done(self) -> ForeignProject:
        """Return the project."""
        uv = dict(self.settings)
        self._name_indexes()
        if self.sources:
            uv["sources"] = {name: rows[0] if len(rows) == 1 else rows for name, rows in self.sources.items()}
        if self.indexes:
            uv["index"] = self.indexes
        tools = dict(self.tool_tables)
        if uv:
            tools["uv"] = uv
        tables = {
            "project": self.project,
            "dependency-groups": self.groups,
            "build-system": self.build_system,
            "tool": tools,
        }
        return ForeignProject(
            tool=self.tool,
            tables={name: table for name, table in tables.items() if table},
            removed=tuple(self.removed),
            items=tuple(self.items),
        )
