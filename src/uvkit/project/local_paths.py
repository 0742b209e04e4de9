"""What is at the paths that sources name: looked at once, when a project is opened."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .lowering import PathKind, source_entries
from .tree import Reader, SourceTree
from .workspace import Workspace, workspace_of

if TYPE_CHECKING:
    from uvkit.formats import ToolTable


class LocalPaths(NamedTuple):
    """What is at the paths of sources: trees, files or nothing, and the workspaces of which members are required."""

    kinds: Mapping[Path, SourceTree | PathKind]
    workspaces: Mapping[Path, Workspace]


def local_paths(tables: Iterable[tuple[Path, ToolTable]], reader: Reader) -> LocalPaths:
    """Return what is at every path that the sources of some folders name, and at those that the trees there name."""
    found: dict[Path, SourceTree | PathKind] = {}
    workspaces: dict[Path, Workspace] = {}
    waiting = [(folder, table) for folder, table in tables if "sources" in table]
    seen = {folder for folder, _ in waiting}
    while waiting:
        folder, table = waiting.pop()
        for entries in source_entries(table.get("sources", {}), folder=folder).values():
            for entry in entries:
                elsewhere = entry.table.get("workspace")
                if isinstance(elsewhere, str):
                    path = Path(os.path.normpath(folder / elsewhere))
                    tree = reader.find(path)
                    if tree is not None and path not in workspaces:
                        workspaces[path] = workspace_of(tree, reader)
                        new = [one for one in workspaces[path].trees.values() if one.root not in seen]
                        seen.update(one.root for one in new)
                        waiting += [(one.root, one.settings) for one in new]
                if "path" not in entry.table:
                    continue
                path = Path(os.path.normpath(folder / entry.table["path"]))
                at_path = found[path] = _what_is_at(path, reader)
                if isinstance(at_path, SourceTree) and path not in seen:
                    seen.add(path)
                    waiting.append((path, at_path.settings))
    return LocalPaths(found, workspaces)


def _what_is_at(path: Path, reader: Reader) -> SourceTree | PathKind:
    if path.is_dir():
        return reader.find(path) or "package"
    return "file" if path.exists() else "missing"


def kind_at(paths: LocalPaths, path: Path) -> PathKind:
    """Return what is at a path, as far as sources name it."""
    found = paths.kinds.get(path, "missing")
    if isinstance(found, SourceTree):
        return "virtual" if found.settings.get("package") is False else "package"
    return found
