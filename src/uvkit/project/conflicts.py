"""Sets of extras and groups that are never active together, as a lock lists them."""

from __future__ import annotations

from collections.abc import Iterable

from uvkit.errors import InvalidTableError
from uvkit.formats import Pyproject, included_groups
from uvkit.model import ConflictItem, GroupName, ProjectName, extra_name, group_name, project_name

Conflict = tuple[ConflictItem, ...]


def declared_conflicts(tables: Pyproject, project: ProjectName | None) -> tuple[Conflict, ...]:
    """Return the sets that a file declares, each sorted; items without a package belong to ``project``.

    Raises:
        InvalidTableError: an item has no package and the file no project.
    """
    result: list[Conflict] = []
    problems: list[tuple[str, str]] = []
    for number, items in enumerate(tables.settings.get("conflicts", ())):
        found: set[ConflictItem] = set()
        for position, item in enumerate(items):
            name = project_name(item["package"]) if "package" in item else project
            if name is None:
                problems.append((f"tool.uv.conflicts[{number}][{position}]", "needs `package`, as there is no project"))
                continue
            found.add(
                ConflictItem(
                    project=name,
                    extra=extra_name(item["extra"]) if "extra" in item else None,
                    group=group_name(item["group"]) if "group" in item else None,
                )
            )
        result.append(in_order(found))
    if problems:
        raise InvalidTableError(path=tables.path, problems=tuple(problems))
    return tuple(result)


def in_order(items: Iterable[ConflictItem]) -> Conflict:
    """Return items by project, extras before groups before whole projects, then by name."""
    return tuple(sorted(items, key=_order))


def _order(item: ConflictItem) -> tuple[str, int, str]:
    kind = 0 if item.extra is not None else 1 if item.group is not None else 2
    return item.project, kind, item.extra or item.group or ""


def expanded(conflicts: Iterable[Conflict], root: Pyproject, project: ProjectName | None) -> tuple[Conflict, ...]:
    """Return the sets, and after them those in which a group of the root stands for one that it includes.

    Whoever installs a group installs what it includes, so it conflicts with the same items. As in uv's locks only the
    groups of the root count, and an included group is the first one of that name in the sets, whoever has it.
    """
    declared = tuple(conflicts)
    if project is None:
        return declared
    known = set(declared)
    for item, others in _includers(declared, root, project).items():
        for conflict in [known_set for known_set in sorted(known, key=_set_order) if item in known_set]:
            known |= {in_order({*conflict, other} - {item}) for other in others}
    return (*declared, *sorted(known - set(declared), key=_set_order))


def _set_order(conflict: Conflict) -> list[tuple[str, int, str]]:
    return [_order(item) for item in conflict]


def _includers(
    conflicts: Iterable[Conflict], root: Pyproject, project: ProjectName
) -> dict[ConflictItem, tuple[ConflictItem, ...]]:
    """Return, for every group in a set, the groups of the root that include it."""
    first: dict[GroupName, ConflictItem] = {}
    for conflict in conflicts:
        for item in conflict:
            if item.group is not None:
                first.setdefault(item.group, item)
    result = {
        item: tuple(
            ConflictItem(project=project, group=name)
            for name in root.groups
            if included in included_groups(root.groups, name)
        )
        for included, item in first.items()
    }
    return dict(sorted(result.items(), key=lambda entry: _order(entry[0])))
