"""What the solver decides about: a project, one of its extras, or one of a member's groups."""

from __future__ import annotations

from typing import final

from uvkit.model import ExtraName, GroupName, ProjectName


@final
class Key:
    """One thing to decide. Interned by `Keys`, so identity is equality and hashing is free."""

    __slots__ = ("extra", "group", "project")

    def __init__(self, project: ProjectName, extra: ExtraName | None, group: GroupName | None) -> None:
        self.project = project
        self.extra = extra
        self.group = group

    @property
    def is_base(self) -> bool:
        """Tell whether this is the project itself."""
        return self.extra is None and self.group is None

    def __repr__(self) -> str:
        if self.extra is not None:
            return f"{self.project}[{self.extra}]"
        return f"{self.project}:{self.group}" if self.group is not None else self.project


class Keys:
    """The keys of one resolution."""

    __slots__ = ("_bases", "_extras", "_groups")

    def __init__(self) -> None:
        self._bases: dict[ProjectName, Key] = {}
        self._extras: dict[tuple[ProjectName, ExtraName], Key] = {}
        self._groups: dict[tuple[ProjectName, GroupName], Key] = {}

    def base(self, project: ProjectName) -> Key:
        """Return the key of a project itself."""
        key = self._bases.get(project)
        if key is None:
            key = self._bases[project] = Key(project, None, None)
        return key

    def of_extra(self, project: ProjectName, extra: ExtraName) -> Key:
        """Return the key of a project's extra; it depends on the project at the same version."""
        key = self._extras.get((project, extra))
        if key is None:
            key = self._extras[project, extra] = Key(project, extra, None)
        return key

    def of_group(self, project: ProjectName, group: GroupName) -> Key:
        """Return the key of a member's dependency group."""
        key = self._groups.get((project, group))
        if key is None:
            key = self._groups[project, group] = Key(project, None, group)
        return key
