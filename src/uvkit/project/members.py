"""A source tree as the resolver sees it: requirements of its own, of its extras and of its groups, lowered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from packaging.specifiers import Specifier

from uvkit.errors import InvalidTableError
from uvkit.formats import ProjectTable, Pyproject, expand_group, included_groups
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    DeclaredRequirement,
    DirectorySource,
    ExtraName,
    GroupName,
    LocalMetadata,
    Requirement,
    group_name,
)
from uvkit.resolver import Member

from .lowering import LoweringError, Surroundings, lower, lower_all
from .tree import SourceTree

if TYPE_CHECKING:
    from uvkit.formats import ToolTable

_DEV = GroupName("dev")
# Of specifiers with the same version, the order in which a lock lists them.
_OPERATORS = {operator: rank for rank, operator in enumerate(("==", "===", "!=", "~=", "<", "<=", ">", ">="))}


def member_of(tree: SourceTree, source: DirectorySource, around: Surroundings) -> Member:
    """Return a tree with a `[project]` table as a member of a resolution.

    Raises:
        InvalidTableError: requirements and sources do not fit together; every such place is listed.
    """
    project = tree.tables.project
    assert project is not None
    collected = _Lowering(tree.tables.path, around)
    dependencies = collected.lowered(project.dependencies)
    extras = {
        name: collected.lowered(requirements, extra=name)
        for name, requirements in project.optional_dependencies.items()
    }
    groups = collected.groups(tree.tables)
    collected.raise_problems()
    return Member(
        project=project.name,
        version=project.version,
        source=source,
        requires_python=_requires_python(project),
        dependencies=dependencies,
        extras=extras,
        groups=groups,
        metadata=LocalMetadata(
            requires_dist=(
                *dependencies,
                *(_under(extra, declared) for extra, items in extras.items() for declared in items),
            ),
            provides_extras=tuple(extras),
            requires_dev=groups,
        ),
        default_groups=default_groups(tree.tables),
        group_requires_python=group_specifiers(tree.tables),
    )


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
            groups[_DEV] = (*groups.get(_DEV, ()), *self.lowered(legacy, group=_DEV))
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
    known = {*tables.groups, _DEV}
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
    legacy = {_DEV} if "dev-dependencies" in tables.settings else set()
    unknown = [
        (f"tool.uv.dependency-groups.{name}", f"there is no group `{name}` in `[dependency-groups]`")
        for name in own
        if name not in tables.groups and name not in legacy
    ]
    if unknown:
        raise InvalidTableError(path=tables.path, problems=tuple(unknown))
    if not own:
        return {}
    result: dict[GroupName, str] = {}
    for group in sorted({*tables.groups, *legacy}):
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
