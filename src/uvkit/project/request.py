"""Put the question that a workspace asks of a resolver together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from uvkit.errors import InvalidTableError
from uvkit.formats import ScopedTable, StaticMetadataTable, ToolTable
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import DirectorySource, ProjectName, Requirement, Universal, extra_name, project_name
from uvkit.resolver import Exclusion, Override, ResolveRequest, ResolverOptions, Scope, StaticMetadata

from .conflicts import declared_conflicts, expanded
from .lowering import PathKind, SourceEntry, Surroundings, source_entries
from .members import default_groups, group_specifiers, lowered_requirements, member_of, root_groups
from .options import resolver_options
from .tree import SourceTree
from .workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What decides a request besides the workspace.

    ``settings`` is the table that holds the workspace's settings (`uv.toml` or `[tool.uv]`). ``indexes`` are names
    that the caller adds; they win over those of the files. ``python`` is the interpreter in use.
    """

    settings: ToolTable
    options: ResolverOptions | None = None
    indexes: Mapping[str, str] = field(default_factory=dict)
    python: Version | None = None
    no_sources: bool | frozenset[ProjectName] = False
    kinds: Callable[[Path], PathKind]


def workspace_request(workspace: Workspace, asking: Asking) -> ResolveRequest:
    """Return the question that locks a workspace.

    Raises:
        InvalidTableError: tables do not fit together.
    """
    root = workspace.root
    settings = root.settings
    sources = member_sources(workspace)
    around = {name: surroundings(tree, workspace, asking, members=sources) for name, tree in workspace.trees.items()}
    root_around = surroundings(root, workspace, asking, members=sources)
    requires_python = joint_requires_python(workspace) or default_requires_python(asking.python)
    overrides, excludes = _overrides(root, root_around), _exclusions(settings)
    environments = _markers(settings, "environments")
    _check_disjoint(environments, root)
    is_project = root.name is not None
    return ResolveRequest(
        target=Universal(
            requires_python=SpecifierSet(str(requires_python)),
            environments=environments,
            required_environments=_markers(settings, "required-environments"),
        ),
        members=tuple(member_of(tree, sources[name], around[name]) for name, tree in workspace.trees.items()),
        root=root.root,
        is_workspace=len(workspace.trees) > 1 or not is_project,
        requires_python=requires_python,
        groups={} if is_project else root_groups(root.tables, root_around),
        group_requires_python={} if is_project else group_specifiers(root.tables),
        default_groups=None if is_project else default_groups(root.tables),
        constraints=_lowered(settings.get("constraint-dependencies", ()), root, root_around),
        overrides=overrides,
        excludes=excludes,
        build_constraints=_lowered(settings.get("build-constraint-dependencies", ()), root, root_around),
        dependency_metadata=static_metadata(asking.settings),
        conflicts=_conflicts(workspace),
        options=asking.options or resolver_options(asking.settings),
    )


def member_sources(workspace: Workspace) -> dict[ProjectName, DirectorySource]:
    """Return how each member appears in the lock.

    A member with a build system is editable. One without is virtual, unless another member's sources name it.

    Raises:
        InvalidTableError: two sources disagree whether a member is editable.
    """
    wanted: dict[ProjectName, bool | None] = {}
    trees = {tree.root: tree for tree in (workspace.root, *workspace.trees.values())}.values()
    for tree in trees:
        for name, entries in source_entries(tree.settings.get("sources", {}), folder=tree.root).items():
            for entry in entries:
                if entry.table.get("workspace") is True and project_name(name) != tree.name:
                    _note_editable(wanted, project_name(name), entry, tree)
    result: dict[ProjectName, DirectorySource] = {}
    for name, tree in workspace.trees.items():
        is_package = tree.is_package if tree.is_package is not None else name in wanted
        editable = is_package and wanted.get(name) is not False
        result[name] = DirectorySource(path=workspace.path_of(tree), editable=editable, virtual=not is_package)
    return result


def _note_editable(
    wanted: dict[ProjectName, bool | None], name: ProjectName, entry: SourceEntry, tree: SourceTree
) -> None:
    editable = entry.table.get("editable")
    before = wanted.get(name)
    if editable is not None and before is not None and editable != before:
        raise InvalidTableError(
            path=tree.tables.path,
            problems=((f"{entry.path}.editable", f"another source of `{name}` says the opposite"),),
        )
    wanted[name] = before if editable is None else editable


def surroundings(
    tree: SourceTree, workspace: Workspace, asking: Asking, *, members: Mapping[ProjectName, DirectorySource]
) -> Surroundings:
    """Return what the requirements of a tree may refer to: its own sources and indexes, then those of the root."""
    from .indexes import index_of

    sources: dict[ProjectName, tuple[SourceEntry, ...]] = {}
    indexes: dict[str, str] = {}
    for owner in (workspace.root, tree) if tree.root != workspace.root.root else (tree,):
        for name, entries in source_entries(owner.settings.get("sources", {}), folder=owner.root).items():
            sources[project_name(name)] = entries
        for table in owner.settings.get("index", ()):
            if "name" in table:
                indexes[table["name"]] = index_of(table, folder=owner.root, root=workspace.root.root).identity
    if asking.no_sources is True:
        sources = {}
    elif asking.no_sources:
        sources = {name: entries for name, entries in sources.items() if name not in asking.no_sources}
    return Surroundings(
        project=tree.name,
        folder=tree.root,
        root=workspace.root.root,
        sources=sources,
        indexes=indexes | dict(asking.indexes),
        members=members,
        kinds=asking.kinds,
    )


# -- Python ------------------------------------------------------------------------------------------------------------


def joint_requires_python(workspace: Workspace) -> RequiresPython | None:
    """Return the Python versions that all members admit, or none if no member says anything.

    Raises:
        InvalidTableError: no version is left.
    """
    declared = {
        name: RequiresPython.parse(tree.tables.project.requires_python)
        for name, tree in workspace.trees.items()
        if tree.tables.project is not None and tree.tables.project.requires_python is not None
    }
    groups = {} if workspace.root.name is not None else group_specifiers(workspace.root.tables)
    if not declared:
        return None
    joint = RequiresPython().intersect(declared.values())
    if joint.is_empty():
        shown = ", ".join(f"`{name}` {value}" for name, value in declared.items())
        raise InvalidTableError(
            path=workspace.root.tables.path,
            problems=(("project.requires-python", f"no Python version satisfies all members: {shown}"),),
        )
    del groups
    return joint


def default_requires_python(python: Version | None) -> RequiresPython:
    """Return the bound that stands in where no member gives one: the minor version of the interpreter or newer."""
    major, minor = (python.major, python.minor) if python is not None else sys.version_info[:2]
    return RequiresPython.parse(f">={major}.{minor}")


# -- markers -----------------------------------------------------------------------------------------------------------


def _markers(settings: ToolTable, key: str) -> tuple[MarkerSet, ...]:
    value = settings.get(key, ())
    texts = [value] if isinstance(value, str) else value
    return tuple(MarkerSet.parse(text) for text in texts)  # type: ignore[attr-defined]  # a list of strings, checked


def _check_disjoint(environments: tuple[MarkerSet, ...], root: SourceTree) -> None:
    problems = [
        (f"tool.uv.environments[{number}]", f"overlaps with `{one}`; the markers must exclude each other")
        for (_, one), (number, other) in combinations(enumerate(environments), 2)
        if not one.is_disjoint(other)
    ]
    if problems:
        raise InvalidTableError(path=root.tables.path, problems=tuple(problems))


# -- the manifest ------------------------------------------------------------------------------------------------------


def _lowered(texts: tuple[str, ...] | list[str], root: SourceTree, around: Surroundings) -> tuple[Requirement, ...]:
    return lowered_requirements(map(Requirement.parse, texts), root.tables, around)


def _overrides(root: SourceTree, around: Surroundings) -> tuple[Override, ...]:
    result: list[Override] = []
    for entry in root.settings.get("override-dependencies", ()):
        if isinstance(entry, str):
            result.append(Override(requirements=_lowered([entry], root, around)))
        else:
            result.append(Override(requirements=_lowered(entry["dependencies"], root, around), scope=_scope(entry)))
    return tuple(result)


def _exclusions(settings: ToolTable) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(projects=(project_name(entry),))
        if isinstance(entry, str)
        else Exclusion(projects=tuple(map(project_name, entry["dependencies"])), scope=_scope(entry))
        for entry in settings.get("exclude-dependencies", ())
    )


def _scope(entry: ScopedTable) -> Scope:
    version = entry["package"].get("version")
    return Scope(project=project_name(entry["package"]["name"]), version=None if version is None else Version(version))


def static_metadata(settings: ToolTable) -> tuple[StaticMetadata, ...]:
    """Return the metadata that the settings give for distributions."""
    return tuple(map(_static, settings.get("dependency-metadata", ())))


def _static(table: StaticMetadataTable) -> StaticMetadata:
    extras = table.get("provides-extra", table.get("provides-extras", []))
    return StaticMetadata(
        project=project_name(table["name"]),
        version=Version(table["version"]) if "version" in table else None,
        requires_dist=tuple(map(Requirement.parse, table.get("requires-dist", ()))),
        requires_python=table.get("requires-python"),
        provides_extra=tuple(map(extra_name, extras)),
    )


def _conflicts(workspace: Workspace) -> tuple[tuple[object, ...], ...]:
    trees = workspace.trees
    declared = [conflict for name, tree in trees.items() for conflict in declared_conflicts(tree.tables, name)]
    if workspace.root.name is None:
        declared += declared_conflicts(workspace.root.tables, None)
    return expanded(declared, {name: tree.tables for name, tree in trees.items()})
