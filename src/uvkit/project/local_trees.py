"""Source trees that are no members, read as if they were: what they require with their own sources applied."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from uvkit.model import DirectorySource, LocalMetadata, MetadataRows, ProjectName, Requirement
from uvkit.resolver import Member

from .local_paths import kind_at, local_paths
from .lowering import Surroundings
from .members import declared_by, lowered_requirements, member_of, metadata_of, requirements_of
from .request import Asking, member_sources, no_sources_in, surroundings
from .tree import Reader, SourceTree, absolute
from .workspace import workspace_of

NoSources = frozenset[ProjectName] | Literal["all"]


def local_member(folder: Path, source: DirectorySource, *, root: Path, no_sources: NoSources) -> Member | None:
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
    return member_of(tree, source, _around(tree, reader, root=root, no_sources=no_sources))


def lowered_tree(folder: Path, rows: MetadataRows, *, root: Path, no_sources: NoSources) -> LocalMetadata:
    """Return the metadata of a tree with the sources of its own file applied and its groups added.

    ``rows`` is its core metadata, built where the file does not say it. Paths are relative to ``root``.

    Raises:
        InvalidTableError: its `pyproject.toml` is not valid, or a source cannot serve.
    """
    reader = Reader()
    tree = reader.find(absolute(folder))
    if tree is None:
        return recorded_metadata(rows)
    around = _around(tree, reader, root=root, no_sources=no_sources)
    project = tree.tables.project
    if project is not None and project.has_static_requirements:
        return member_of(tree, DirectorySource(path=folder), around).metadata
    dependencies, extras = requirements_of(rows)
    return declared_by(tree, around, dependencies=dependencies, extras=extras).metadata


def declared_of_tree(folder: Path, rows: MetadataRows, *, root: Path) -> LocalMetadata:
    """Return the metadata of a tree with the sources of its own file applied.

    Raises:
        InvalidTableError: its `pyproject.toml` is not valid, or a source cannot serve.
    """
    return lowered_tree(folder, rows, root=root, no_sources=frozenset())


def build_requirements(folder: Path, requires: Sequence[Requirement], *, root: Path) -> tuple[Requirement, ...]:
    """Return what building a tree requires, with the sources of its own file applied.

    Raises:
        InvalidTableError: a source cannot serve.
    """
    reader = Reader()
    tree = reader.find(absolute(folder))
    if tree is None:
        return tuple(requires)
    around = _around(tree, reader, root=root, no_sources=no_sources_in(tree.settings))
    # A build may require a project by its released version although the tree is of the same name.
    return lowered_requirements(requires, tree.tables.path, around=around) if around.sources else tuple(requires)


def recorded_metadata(rows: MetadataRows) -> LocalMetadata:
    """Return core metadata as a lock records it, without any sources."""
    return metadata_of(*requirements_of(rows))


def _around(tree: SourceTree, reader: Reader, *, root: Path, no_sources: NoSources) -> Surroundings:
    workspace = workspace_of(tree, reader)
    places = local_paths([(one.root, one.settings) for one in (workspace.root, tree)], reader)
    asking = Asking(
        settings=tree.settings,
        kinds=partial(kind_at, places),
        workspaces=places.workspaces,
        no_sources=no_sources,
    )
    return surroundings(tree, workspace, asking, members=member_sources(workspace, root=root), root=root)
