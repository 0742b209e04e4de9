"""A source tree as the resolver sees it: requirements of its own, of its extras and of its groups, lowered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version

from uvkit.errors import InvalidTableError
from uvkit.formats import ProjectTable, Pyproject, expand_group, included_groups, split_metadata
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    CoreMetadata,
    DeclaredRequirement,
    DependencyRow,
    DirectorySource,
    ExtraName,
    GroupName,
    LocalMetadata,
    MetadataRows,
    ProjectName,
    Requirement,
    extra_name,
    group_name,
    project_name,
    source_from_url,
)
from uvkit.resolver import Member, StaticMetadata

from .lowering import LoweringError, Surroundings, lower, lower_all
from .tree import SourceTree

if TYPE_CHECKING:
    from uvkit.formats import ToolTable

Items: TypeAlias = tuple[DeclaredRequirement, ...]

DEV = GroupName("dev")
# Of specifiers with the same version, the order in which a lock lists them.
_OPERATORS = {operator: rank for rank, operator in enumerate(("==", "===", "!=", "~=", "<", "<=", ">", ">="))}


def member_of(
    tree: SourceTree,
    source: DirectorySource,
    around: Surroundings,
    *,
    built: Callable[[SourceTree], MetadataRows] | None = None,
    told: StaticMetadata | None = None,
) -> Member:
    """Return a tree with a `[project]` table as a member of a resolution.

    ``built`` tells its metadata if its requirements are dynamic; ``told`` is what the settings say instead of the tree.

    Raises:
        InvalidTableError: requirements and sources do not fit together; every such place is listed.
    """
    project = tree.tables.project
    assert project is not None
    if told is not None:
        return _told(tree, source, around, told=told)
    if built is None or project.has_static_requirements:
        stated, optional = project.dependencies, project.optional_dependencies
    else:
        stated, optional = requirements_of(built(tree))
    dependencies, extras, groups, metadata = declared_by(tree, around, dependencies=stated, extras=optional)
    return Member(
        project=project.name,
        version=project.version,
        source=source,
        requires_python=_requires_python(project),
        dependencies=_unplaced(dependencies, project.name),
        extras={name: _unplaced(items, project.name) for name, items in extras.items()},
        groups={name: _unplaced(items, project.name) for name, items in groups.items()},
        metadata=metadata,
        default_groups=default_groups(tree.tables),
        group_requires_python=group_specifiers(tree.tables),
    )


def _told(tree: SourceTree, source: DirectorySource, around: Surroundings, *, told: StaticMetadata) -> Member:
    """Return a member of which the settings say version and requirements; its groups are its own."""
    core = CoreMetadata(
        project=told.project,
        version=told.version or Version("0"),
        requires_dist=told.requires_dist,
        provides_extra=told.provides_extra,
    )
    stated, optional = requirements_of(split_metadata(core))
    items = {name: _as_declared(requirements) for name, requirements in optional.items()}
    _, _, groups, _ = declared_by(tree, around, dependencies=(), extras={})
    dependencies = _as_declared(stated)
    project = tree.tables.project
    assert project is not None
    return Member(
        project=project.name,
        version=told.version,
        source=source,
        requires_python=_requires_python(project),
        dependencies=dependencies,
        extras=items,
        groups={name: _unplaced(found, project.name) for name, found in groups.items()},
        metadata=_metadata(dependencies, items, groups),
        default_groups=default_groups(tree.tables),
        group_requires_python=group_specifiers(tree.tables),
    )


def requirements_of(
    rows: MetadataRows,
) -> tuple[tuple[Requirement, ...], dict[ExtraName, tuple[Requirement, ...]]]:
    """Return the requirements of core metadata, and those of each extra."""
    extras = {extra_name(name): tuple(map(_of_row, found)) for name, found in rows.extras.items()}
    return tuple(map(_of_row, rows.requires)), extras


def _of_row(row: DependencyRow) -> Requirement:
    return Requirement(
        project=project_name(row.project),
        extras=frozenset(map(extra_name, row.extras)),
        specifier=SpecifierSet(row.specifier),
        marker=MarkerSet.parse(row.marker),
        source=source_from_url(row.url) if row.url else None,
    )


class Declared(NamedTuple):
    """What a tree requires with its sources applied: by part, and as a lock records it."""

    dependencies: Items
    extras: dict[ExtraName, Items]
    groups: dict[GroupName, Items]
    metadata: LocalMetadata


def declared_by(
    tree: SourceTree,
    around: Surroundings,
    *,
    dependencies: Iterable[Requirement],
    extras: Mapping[ExtraName, Iterable[Requirement]],
) -> Declared:
    """Return requirements of a tree with its sources applied, and its groups.

    Raises:
        InvalidTableError: requirements and sources do not fit together; every such place is listed.
    """
    collected = _Lowering(tree.tables.path, around)
    collected.check_scopes(extras, tree.tables)
    lowered = collected.lowered(dependencies)
    optional = {name: collected.lowered(requirements, extra=name) for name, requirements in extras.items()}
    groups = collected.groups(tree.tables)
    collected.raise_problems()
    return Declared(lowered, optional, groups, _metadata(lowered, optional, groups))


def metadata_of(
    dependencies: Iterable[Requirement], extras: Mapping[ExtraName, Iterable[Requirement]]
) -> LocalMetadata:
    """Return requirements without sources and groups as a lock records them."""
    items = {name: _as_declared(requirements) for name, requirements in extras.items()}
    return _metadata(_as_declared(dependencies), items, {})


def _as_declared(requirements: Iterable[Requirement]) -> Items:
    return tuple(DeclaredRequirement(requirement=one) for one in requirements)


def _metadata(
    dependencies: Items, extras: Mapping[ExtraName, Items], groups: Mapping[GroupName, Items]
) -> LocalMetadata:
    return LocalMetadata(
        requires_dist=(*dependencies, *(_under(extra, one) for extra, items in extras.items() for one in items)),
        provides_extras=tuple(extras),
        requires_dev=groups,
    )


def _unplaced(items: Items, name: ProjectName) -> Items:
    """Return requirements of a project on itself without a place: wherever it is, it is this one."""

    def unplaced(one: DeclaredRequirement) -> DeclaredRequirement:
        return DeclaredRequirement(requirement=replace(one.requirement, source=None))

    return tuple(unplaced(one) if one.requirement.project == name else one for one in items)


def root_groups(tables: Pyproject, around: Surroundings) -> dict[GroupName, tuple[Requirement, ...]]:
    """Return the lowered groups of a root without a `[project]` table.

    Raises:
        InvalidTableError: requirements and sources do not fit together.
    """
    collected = _Lowering(tables.path, around)
    groups = collected.groups(tables)
    collected.raise_problems()
    return {name: tuple(declared.requirement for declared in items) for name, items in groups.items()}


def lowered_requirements(
    requirements: Iterable[Requirement], path: Path, *, around: Surroundings
) -> tuple[Requirement, ...]:
    """Return requirements of a file that belong to no member, with sources applied.

    Raises:
        InvalidTableError: a source cannot serve.
    """
    collected = _Lowering(path, around)
    lowered = collected.lowered(requirements)
    collected.raise_problems()
    return tuple(declared.requirement for declared in lowered)


class _Lowering:
    """Lowers the requirements of one file and collects what goes wrong."""

    def __init__(self, path: Path, around: Surroundings) -> None:
        self.path = path
        self.around = around
        self.problems: dict[str, str] = {}

    def lowered(
        self,
        requirements: Iterable[Requirement],
        *,
        extra: ExtraName | None = None,
        group: GroupName | None = None,
    ) -> tuple[DeclaredRequirement, ...]:
        if not self.around.sources and not self.around.members:
            return lower_all(requirements, self.around)
        result: list[DeclaredRequirement] = []
        for requirement in requirements:
            try:
                result += lower(requirement, self.around, extra=extra, group=group)
            except LoweringError as error:
                self.problems.setdefault(error.key, error.reason)
        return tuple(result)

    def check_scopes(self, extras: Collection[ExtraName], tables: Pyproject) -> None:
        """Note the sources for an extra or group that does not exist."""
        groups = {*tables.groups, *([DEV] if "dev-dependencies" in tables.settings else [])}
        for entry in (entry for entries in self.around.sources.values() for entry in entries):
            if entry.folder != self.around.folder:
                continue
            if entry.extra is not None and entry.extra not in extras:
                self.problems[f"{entry.path}.extra"] = f"there is no extra `{entry.extra}`"
            if entry.group is not None and entry.group not in groups:
                self.problems[f"{entry.path}.group"] = f"there is no group `{entry.group}`"

    def groups(self, tables: Pyproject) -> dict[GroupName, tuple[DeclaredRequirement, ...]]:
        """Return every group with its includes and Python bounds, and the old `dev-dependencies` as part of `dev`."""
        bounds = _group_markers(tables.settings)

        def limit(group: GroupName, requirement: Requirement) -> Requirement:
            marker = bounds.get(group)
            return requirement if marker is None else replace(requirement, marker=requirement.marker & marker)

        groups = {
            name: self.lowered(expand_group(tables.groups, name, limit=limit), group=name) for name in tables.groups
        }
        if "dev-dependencies" in tables.settings:
            legacy = [Requirement.parse(text) for text in tables.settings["dev-dependencies"]]
            groups[DEV] = (*groups.get(DEV, ()), *self.lowered(legacy, group=DEV))
        return groups

    def raise_problems(self) -> None:
        if self.problems:
            raise InvalidTableError(path=self.path, problems=tuple(self.problems.items()))


def _requires_python(project: ProjectTable) -> RequiresPython | None:
    return None if project.requires_python is None else RequiresPython.parse(project.requires_python)


def _under(extra: ExtraName, declared: DeclaredRequirement) -> DeclaredRequirement:
    active = MarkerSet.extra(extra)  # noqa: S610  # no database here
    return replace(declared, requirement=declared.requirement.with_marker(declared.requirement.marker & active))


def default_groups(tables: Pyproject) -> tuple[GroupName, ...] | Literal["all"] | None:
    """Return the groups that are installed by default, as configured.

    Raises:
        InvalidTableError: one of them does not exist.
    """
    configured = tables.settings.get("default-groups")
    if configured is None or configured == "all":
        return "all" if configured else None
    names = tuple(map(group_name, configured))
    known = {*tables.groups, *([DEV] if "dev-dependencies" in tables.settings else [])}
    unknown = [
        (f"tool.uv.default-groups[{position}]", f"there is no group `{name}`")
        for position, name in enumerate(names)
        if name not in known
    ]
    if unknown:
        raise InvalidTableError(path=tables.path, problems=tuple(unknown))
    return names


def _declared_specifiers(settings: ToolTable) -> dict[GroupName, str]:
    return {
        group_name(name): table["requires-python"]
        for name, table in settings.get("dependency-groups", {}).items()
        if "requires-python" in table
    }


def _group_markers(settings: ToolTable) -> Mapping[GroupName, MarkerSet]:
    return {name: RequiresPython.parse(text).bounds.marker() for name, text in _declared_specifiers(settings).items()}


def group_specifiers(tables: Pyproject) -> dict[GroupName, str]:
    """Return the Python versions of groups that have a say: their own specifiers and those of included groups.

    Raises:
        InvalidTableError: a group of the settings does not exist.
    """
    own = _declared_specifiers(tables.settings)
    unknown = [
        (f"tool.uv.dependency-groups.{name}", f"there is no group `{name}` in `[dependency-groups]`")
        for name in own
        if name not in tables.groups
    ]
    if unknown:
        raise InvalidTableError(path=tables.path, problems=tuple(unknown))
    if not own:
        return {}
    result: dict[GroupName, str] = {}
    for group in sorted(tables.groups):
        texts = [own[name] for name in (group, *sorted(included_groups(tables.groups, group))) if name in own]
        if texts:
            result[group] = specifier_text(texts)
    return result


def specifier_text(texts: Iterable[str]) -> str:
    """Return specifier sets as one text: sorted by version and operator, nothing left out."""
    parts = [Specifier(part.strip()) for text in texts for part in text.split(",") if part.strip()]
    return ",".join(str(part) for part in sorted(parts, key=_specifier_order))


def _specifier_order(specifier: Specifier) -> tuple[object, ...]:
    from packaging.version import Version

    text = specifier.version.removesuffix(".*")
    return Version(text), _OPERATORS[specifier.operator], specifier.version
