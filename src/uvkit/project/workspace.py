"""Workspaces: from any folder to the root, and from the root to its members."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import InvalidTableError

from .tree import FILE_NAME, Reader, SourceTree, nearest

if TYPE_CHECKING:
    from uvkit.formats import ToolTable
    from uvkit.model import ProjectName

_SPECIAL = frozenset("*?[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A root and its members by name, sorted; the root is one of them if it has a `[project]` table."""

    root: SourceTree
    trees: Mapping[ProjectName, SourceTree]

    @property
    def is_declared(self) -> bool:
        """Tell whether the root has a workspace table; without one it stands alone."""
        return "workspace" in self.root.settings


def find_workspace(folder: Path, reader: Reader) -> Workspace:
    """Return the workspace of the project in a folder: its own, one above that lists it, or the project alone.

    Raises:
        ProjectNotFoundError: the folder has no `pyproject.toml`.
        InvalidTableError: a file is not valid, the project is not managed, or members do not fit together.
    """
    tree = reader.tree(folder)
    if not tree.is_managed:
        raise InvalidTableError(
            path=tree.tables.path, problems=(("tool.uv.managed", "the project is marked as unmanaged"),)
        )
    return workspace_of(tree, reader)


def workspace_of(tree: SourceTree, reader: Reader) -> Workspace:
    """Return the workspace that a tree belongs to, or the tree alone.

    Raises:
        InvalidTableError: a file is not valid, or members do not fit together.
    """
    root = workspace_root(tree, reader)
    return Workspace(root=root, trees=dict(sorted(_members(root, reader).items())))


def workspace_root(tree: SourceTree, reader: Reader) -> SourceTree:
    """Return the root of the workspace that a tree belongs to: itself, or one above that lists it."""
    return tree if "workspace" in tree.settings else _enclosing(tree, reader) or tree


def _enclosing(tree: SourceTree, reader: Reader) -> SourceTree | None:
    """Return the root above a project if that lists it; the closest `pyproject.toml` above decides alone."""
    folder = nearest(tree.root.parent) if tree.root.parent != tree.root else None
    root = reader.find(folder) if folder is not None else None
    if root is None or "workspace" not in root.settings:
        return None
    return root if any(member == tree.root for member, _ in _folders(root)) else None


def _members(root: SourceTree, reader: Reader) -> dict[ProjectName, SourceTree]:
    problems: list[tuple[str, str]] = []
    found: dict[ProjectName, SourceTree] = {} if root.name is None else {root.name: root}
    for folder, pattern in _folders(root):
        tree = reader.find(folder)
        if tree is None:
            if _is_worth_a_complaint(folder):
                problems.append(
                    ("tool.uv.workspace.members", f"`{folder}` has no `{FILE_NAME}` (it matches `{pattern}`)")
                )
            continue
        if folder == root.root or not tree.is_managed:
            continue
        if tree.name is None:
            problems.append(("tool.uv.workspace.members", f"the member `{folder}` has no `[project]` table"))
        elif "workspace" in tree.settings:
            problems.append(("tool.uv.workspace.members", f"the member `{folder}` is itself the root of a workspace"))
        elif found.get(tree.name, tree) is not tree:
            other = found[tree.name].root
            problems.append(
                ("tool.uv.workspace.members", f"two members are named `{tree.name}`: `{other}` and `{folder}`")
            )
        else:
            found[tree.name] = tree
    if problems:
        raise InvalidTableError(path=root.tables.path, problems=tuple(problems))
    return found


def _folders(root: SourceTree) -> Iterator[tuple[Path, str]]:
    """Yield the folders that the member patterns name, each once, with the pattern."""
    table: ToolTable = root.settings
    workspace = table.get("workspace", {})
    exclude = tuple(pattern.removeprefix("./").rstrip("/") for pattern in workspace.get("exclude", ()))
    seen: set[Path] = set()
    for pattern in workspace.get("members", ()):
        for folder in _matches(root.root, pattern):
            if folder in seen:
                continue
            seen.add(folder)
            shown = relative(folder, root.root).as_posix()
            if not any(fnmatchcase(shown, excluded) for excluded in exclude):
                yield folder, pattern


def _matches(root: Path, pattern: str) -> list[Path]:
    if _SPECIAL.isdisjoint(pattern):
        folder = Path(os.path.normpath(root / pattern))
        return [folder] if folder.is_dir() else []
    from glob import glob

    names = sorted(glob(pattern, root_dir=root, recursive=True, include_hidden=True))
    folders = (Path(os.path.normpath(root / name)) for name in names)
    return [folder for folder in folders if folder.is_dir()]


def _is_worth_a_complaint(folder: Path) -> bool:
    """Tell whether a folder that matches a pattern looks like a project without its file: neither empty nor hidden."""
    return not folder.name.startswith(".") and any(folder.iterdir())


def relative(path: Path, root: Path) -> Path:
    """Return a path as seen from the root: the form of locks."""
    try:
        return Path(os.path.relpath(path, root))
    except ValueError:  # another drive on Windows
        return path
