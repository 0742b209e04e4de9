"""Which Python the groups of a selection admit: each group may have bounds of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from uvkit.markers import RequiresPython
from uvkit.model import GroupName, Selection

from .members import DEV, default_groups, group_specifiers
from .tree import SourceTree
from .workspace import Workspace


def bounds_of_groups(workspace: Workspace, own: SourceTree, selection: Selection) -> list[RequiresPython]:
    """Return the bounds of the groups that a selection takes of its members, or of a root without a project."""
    found = []
    for tree in _trees(workspace, own, selection):
        bounds = group_specifiers(tree.tables)
        if bounds:
            chosen = _selected(selection, {*tree.tables.groups}, default_groups(tree.tables))
            found += [RequiresPython.parse(text) for name, text in bounds.items() if name in chosen]
    return found


def defaults_of(workspace: Workspace, own: SourceTree, selection: Selection) -> frozenset[GroupName] | Literal["all"]:
    """Return the default groups of the one member that is meant, else of the root."""
    trees = list(_trees(workspace, own, selection))
    tree = trees[0] if len(trees) == 1 else workspace.root
    configured = default_groups(tree.tables)
    return configured if configured == "all" else frozenset((DEV,) if configured is None else configured)


def _trees(workspace: Workspace, own: SourceTree, selection: Selection) -> Iterable[SourceTree]:
    members = selection.members
    if members == "all":
        return {tree.root: tree for tree in (workspace.root, *workspace.trees.values())}.values()
    if members is None:
        return (own,)
    return [tree for name, tree in workspace.trees.items() if name in members]


def _selected(
    selection: Selection, known: set[GroupName], defaults: tuple[GroupName, ...] | Literal["all"] | None
) -> set[GroupName]:
    if selection.parts == "dependencies":
        return set()
    if selection.groups == "all" or (selection.groups == "default" and defaults == "all"):
        chosen = known
    elif selection.groups == "default":
        chosen = set(defaults) if isinstance(defaults, tuple) else {DEV}
    else:
        chosen = set(selection.groups)
    return (chosen | selection.extra_groups) - selection.exclude_groups
