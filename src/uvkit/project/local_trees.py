"""Source trees that are no members, read as if they were: what they require with their own sources applied."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Literal

from uvkit.model import DirectorySource, ProjectName
from uvkit.resolver import Member

from .local_paths import kind_at, local_paths
from .members import member_of
from .request import Asking, member_sources, surroundings
from .tree import Reader
from .workspace import workspace_of


def local_member(
    folder: Path, source: DirectorySource, *, root: Path, no_sources: frozenset[ProjectName] | Literal["all"]
) -> Member | None:
    """Return what the tree in a folder says of itself, or none if only a build can tell.

    Paths in its requirements are relative to ``root``, the folder of the lock. Its sources may name members of the
    workspace that it belongs to itself.

    Raises:
        InvalidTableError: its `pyproject.toml` is not valid.
    """
    reader = Reader()
    tree = reader.find(folder)
    if tree is None or tree.tables.project is None or not tree.tables.project.has_static_requirements:
        return None
    workspace = workspace_of(tree, reader)
    asking = Asking(
        settings=tree.settings,
        kinds=partial(kind_at, local_paths([(tree.root, tree.settings)], reader)),
        no_sources=no_sources,
    )
    members = member_sources(workspace, root=root)
    return member_of(tree, source, surroundings(tree, workspace, asking, members=members, root=root))
