"""Put the question that a workspace asks of a resolver together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from uvkit.errors import InvalidTableError
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    DirectorySource,
    MetadataRows,
    ProjectName,
    Requirement,
    Universal,
    extra_name,
    project_name,
)
from uvkit.resolver import (
    Exclusion,
    Override,
    ResolveRequest,
    ResolverOptions,
    Scope,
    StaticMetadata,
    direct_metadata,
)

from .conflicts import Conflict, declared_conflicts, expanded
from .indexes import index_of
from .lowering import PathKind, SourceEntry, Surroundings, source_entries
from .members import default_groups, group_specifiers, lowered_requirements, member_of, root_groups
from .options import resolver_options
from .tree import SourceTree
from .workspace import Workspace, relative

if TYPE_CHECKING:
    from uvkit.formats import ScopedTable, StaticMetadataTable, ToolTable


class Asking(NamedTuple):
    """What decides a request besides the workspace.

    ``settings`` is the table that holds the workspace's settings (`uv.toml` or `[tool.uv]`). ``indexes`` are names
    that the caller adds; they win over those of the files. ``python`` is the interpreter in use. ``workspaces`` are
    those at paths that sources name, ``built`` tells the metadata of members whose requirements are dynamic.
    ``large_files`` says whether repositories come with them (git-lfs) where their sources do not say.
    """

    settings: ToolTable
    kinds: Callable[[Path], PathKind]
    options: ResolverOptions | None = None
    indexes: Mapping[str, str] = {}
    python: Version | None = None
    no_sources: frozenset[ProjectName] | Literal["all"] = frozenset()
    workspaces: Mapping[Path, Workspace] = {}
    built: Callable[[SourceTree], MetadataRows] | None = None
    large_files: bool = False


class Manifest(TypedDict):
    """Fields of `ResolveRequest` that projects and scripts fill in the same way."""

    constraints: tuple[Requirement, ...]
    overrides: tuple[Override, ...]
    excludes: tuple[Exclusion, ...]
    build_constraints: tuple[Requirement, ...]
    dependency_metadata: tuple[StaticMetadata, ...]


def workspace_request(workspace: Workspace, asking: Asking) -> ResolveRequest:
    """Return the question that locks a workspace.

    Raises:
        InvalidTableError: tables do not fit together.
    """
    root = workspace.root
    settings = root.settings
    sources = member_sources(workspace, root=root.root)
    around = {
        name: surroundings(tree, workspace, asking, members=sources, root=root.root)
        for name, tree in workspace.trees.items()
    }
    root_around = surroundings(root, workspace, asking, members=sources, root=root.root)
    requires_python = joint_requires_python(workspace) or default_requires_python(asking.python)
    environments = _markers(settings, "environments")
    _check_environments(environments, root, requires_python)
    is_project = root.name is not None
    told = direct_metadata(static_metadata(asking.settings))
    return ResolveRequest(
        target=Universal(
            requires_python=SpecifierSet(str(requires_python)),
            environments=environments,
            required_environments=_markers(settings, "required-environments"),
        ),
        members=tuple(
            member_of(tree, sources[name], around[name], built=asking.built, told=told.get(name))
            for name, tree in workspace.trees.items()
        ),
        root=root.root,
        is_workspace=len(workspace.trees) > 1 or not is_project,
        requires_python=requires_python,
        groups={} if is_project else root_groups(root.tables, root_around),
        group_requires_python={} if is_project else group_specifiers(root.tables),
        default_groups=None if is_project else default_groups(root.tables),
        # What is asked of the whole workspace is asked of its members too, which need a source there as well.
        **manifest(
            settings,
            asking.settings,
            root.tables.path,
            lower=partial(_lowered, root.tables.path, root_around._replace(project=None)),
        ),
        conflicts=_conflicts(workspace),
        options=asking.options or resolver_options(asking.settings),
    )


def member_sources(workspace: Workspace, *, root: Path) -> dict[ProjectName, DirectorySource]:
    """Return how each member appears in a lock in the folder ``root``.

    A member with a build system is editable. One without is virtual, unless another member's sources name it.

    Raises:
        InvalidTableError: two sources disagree whether a member is editable.
    """
    wanted: dict[ProjectName, bool | None] = {}
    # A root without a project is no member. Of several sources the one of the last member counts, as for uv.
    trees = workspace.trees.values()
    for tree in trees if workspace.root.name is not None else (workspace.root, *trees):
        for name, entries in source_entries(tree.settings.get("sources", {}), folder=tree.root).items():
            for entry in entries:
                if entry.table.get("workspace") is True and project_name(name) != tree.name:
                    _note_editable(wanted, project_name(name), entry=entry, tree=tree)
    result: dict[ProjectName, DirectorySource] = {}
    for name, tree in workspace.trees.items():
        is_package = tree.is_package if tree.is_package is not None else name in wanted
        editable = is_package and wanted.get(name) is not False
        result[name] = DirectorySource(path=relative(tree.root, root), editable=editable, virtual=not is_package)
    return result


def _note_editable(
    wanted: dict[ProjectName, bool | None], name: ProjectName, *, entry: SourceEntry, tree: SourceTree
) -> None:
    editable = entry.table.get("editable")
    before = wanted.get(name)
    if editable is not None and before is not None and editable != before:
        raise InvalidTableError(
            path=tree.tables.path,
            problems=((f"{entry.path}.editable", f"another source of `{name}` says the opposite"),),
        )
    wanted[name] = editable


def surroundings(
    tree: SourceTree,
    workspace: Workspace,
    asking: Asking,
    *,
    members: Mapping[ProjectName, DirectorySource],
    root: Path,
) -> Surroundings:
    """Return what the requirements of a tree may refer to: its own sources and indexes, then those of the root.

    ``root`` is the folder of the lock.
    """
    sources: dict[ProjectName, tuple[SourceEntry, ...]] = {}
    indexes: dict[str, str] = {}
    for owner in (workspace.root, tree) if tree.root != workspace.root.root else (tree,):
        sources |= _by_name(owner.settings, owner.root)
        indexes |= _index_names(owner.settings, folder=owner.root, root=root)
    return Surroundings(
        project=tree.name,
        folder=tree.root,
        root=root,
        sources=_kept(sources, asking.no_sources),
        indexes=indexes | dict(asking.indexes),
        members=members,
        kinds=asking.kinds,
        workspaces=asking.workspaces,
        large_files=asking.large_files,
    )


def _by_name(table: ToolTable, folder: Path) -> dict[ProjectName, tuple[SourceEntry, ...]]:
    entries = source_entries(table.get("sources", {}), folder=folder)
    return {project_name(name): found for name, found in entries.items()}


def _index_names(table: ToolTable, *, folder: Path, root: Path) -> dict[str, str]:
    return {
        entry["name"]: index_of(entry, folder=folder, root=root).identity
        for entry in table.get("index", ())
        if "name" in entry
    }


def _kept(
    sources: dict[ProjectName, tuple[SourceEntry, ...]], no_sources: frozenset[ProjectName] | Literal["all"]
) -> dict[ProjectName, tuple[SourceEntry, ...]]:
    if no_sources == "all":
        return {}
    return {name: entries for name, entries in sources.items() if name not in no_sources}


def no_sources_in(settings: ToolTable) -> frozenset[ProjectName] | Literal["all"]:
    """Return the projects whose sources the settings switch off."""
    if settings.get("no-sources"):
        return "all"
    return frozenset(map(project_name, settings.get("no-sources-package", ())))


# -- Python ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _requires_python(text: str) -> RequiresPython:
    return RequiresPython.parse(text)  # asked for several times by every verb


def joint_requires_python(workspace: Workspace) -> RequiresPython | None:
    """Return the Python versions that all members admit, or none if no member says anything.

    Raises:
        InvalidTableError: no version is left.
    """
    declared = {
        name: _requires_python(tree.tables.project.requires_python)
        for name, tree in workspace.trees.items()
        if tree.tables.project is not None and tree.tables.project.requires_python is not None
    }
    if not declared:
        return None
    joint = RequiresPython().intersect(declared.values())
    if joint.is_empty():
        shown = ", ".join(f"`{name}` {value}" for name, value in declared.items())
        raise InvalidTableError(
            path=workspace.root.tables.path,
            problems=(("project.requires-python", f"no Python version satisfies all members: {shown}"),),
        )
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


def _check_environments(environments: tuple[MarkerSet, ...], root: SourceTree, requires_python: RequiresPython) -> None:
    within = requires_python.bounds.marker()
    problems = [
        (f"tool.uv.environments[{number}]", f"`{one}` does not overlap with the Python versions `{requires_python}`")
        for number, one in enumerate(environments)
        if one.is_disjoint(within)
    ]
    problems += [
        (f"tool.uv.environments[{number}]", f"overlaps with `{one}`; the markers must exclude each other")
        for (_, one), (number, other) in combinations(enumerate(environments), 2)
        if not one.is_disjoint(other)
    ]
    if problems:
        raise InvalidTableError(path=root.tables.path, problems=tuple(problems))


# -- the manifest ------------------------------------------------------------------------------------------------------


def _lowered(path: Path, around: Surroundings, texts: Iterable[str]) -> tuple[Requirement, ...]:
    return lowered_requirements(map(Requirement.parse, texts), path, around=around)


def script_request(
    path: Path, requirements: Iterable[Requirement], asking: Asking, *, requires_python: RequiresPython
) -> ResolveRequest:
    """Return the question that locks a script: the requirements are roots, and nothing is a member.

    Raises:
        InvalidTableError: a source cannot serve.
    """
    folder = path.parent
    around = Surroundings(
        project=None,
        folder=folder,
        root=folder,
        sources=_kept(_by_name(asking.settings, folder), asking.no_sources),
        indexes=_index_names(asking.settings, folder=folder, root=folder) | dict(asking.indexes),
        kinds=asking.kinds,
        workspaces=asking.workspaces,
    )
    return ResolveRequest(
        target=Universal(
            requires_python=SpecifierSet(str(requires_python)),
            environments=_markers(asking.settings, "environments"),
            required_environments=_markers(asking.settings, "required-environments"),
        ),
        roots=lowered_requirements(requirements, path, around=around),
        root=folder,
        requires_python=requires_python,
        **manifest(asking.settings, asking.settings, path, lower=partial(_lowered, path, around)),
        options=asking.options or resolver_options(asking.settings),
    )


def manifest(
    table: ToolTable, settings: ToolTable, path: Path, *, lower: Callable[[Iterable[str]], tuple[Requirement, ...]]
) -> Manifest:
    """Return what a lock records besides members: ``table`` is that of the root, ``settings`` may be a `uv.toml`.

    Raises:
        InvalidTableError: an override below one distribution names a place.
    """
    return {
        "constraints": lower(table.get("constraint-dependencies", ())),
        "overrides": _overrides(table, path, lower),
        "excludes": _exclusions(table),
        "build_constraints": lower(table.get("build-constraint-dependencies", ())),
        "dependency_metadata": static_metadata(settings),
    }


def _overrides(
    table: ToolTable, path: Path, lower: Callable[[Iterable[str]], tuple[Requirement, ...]]
) -> tuple[Override, ...]:
    """Return the scoped overrides, and all others as one."""
    entries = table.get("override-dependencies", ())
    plain = lower([entry for entry in entries if isinstance(entry, str)])
    scoped = [
        Override(requirements=lower(entry["dependencies"]), scope=_scope(entry))
        for entry in entries
        if not isinstance(entry, str)
    ]
    problems = [
        (f"tool.uv.override-dependencies: `{one.project}`", "only versions can be overridden below one distribution")
        for override in scoped
        for one in override.requirements
        if one.source is not None
    ]
    if problems:
        raise InvalidTableError(path=path, problems=tuple(problems))
    return (*scoped, *([Override(requirements=plain)] if plain else ()))


def _exclusions(table: ToolTable) -> tuple[Exclusion, ...]:
    """Return the scoped exclusions, and all others as one."""
    entries = table.get("exclude-dependencies", ())
    plain = tuple(project_name(entry) for entry in entries if isinstance(entry, str))
    scoped = [
        Exclusion(projects=tuple(map(project_name, entry["dependencies"])), scope=_scope(entry))
        for entry in entries
        if not isinstance(entry, str)
    ]
    return (*scoped, *([Exclusion(projects=plain)] if plain else ()))


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


def _conflicts(workspace: Workspace) -> tuple[Conflict, ...]:
    trees = workspace.trees
    declared = [conflict for name, tree in trees.items() for conflict in declared_conflicts(tree.tables, name)]
    if workspace.root.name is None:
        declared += declared_conflicts(workspace.root.tables, None)
    return expanded(declared, workspace.root.tables, workspace.root.name)
