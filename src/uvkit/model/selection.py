"""What is wanted of a lock: members, extras and groups; and what may move when locking again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Self

from .names import extra_name, group_name, project_name

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from .names import ExtraName, GroupName, ProjectName
    from .requirements import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The members, extras and groups to install, and what to leave out.

    ``members`` none means the project itself (all members of a workspace without a root project). ``"default"``
    groups are the project's default groups. ``parts`` narrows to the dependencies alone (no groups) or
    the groups alone. What is left out or installed only is so of everything that was selected; ``only`` counts before
    ``only_members``, and both before what is left out.
    """

    members: frozenset[ProjectName] | Literal["all"] | None = None
    extras: frozenset[ExtraName] | Literal["all"] = frozenset()
    exclude_extras: frozenset[ExtraName] = frozenset()
    groups: frozenset[GroupName] | Literal["default", "all"] = "default"
    defaults: frozenset[GroupName] | Literal["all"] | None = None  # what "default" means; none: what the lock says
    extra_groups: frozenset[GroupName] = frozenset()  # in addition to the defaults
    exclude_groups: frozenset[GroupName] = frozenset()
    exclude: frozenset[ProjectName] = frozenset()
    exclude_members: Literal["none", "project", "workspace", "local"] = "none"  # resolved, but not installed
    only: frozenset[ProjectName] = frozenset()  # nothing else is installed
    only_members: Literal["all", "project", "workspace", "local"] = "all"  # likewise
    project: ProjectName | None = None  # the one that "project" means where not exactly one member is named
    parts: Literal["all", "dependencies", "groups"] = "all"
    editable: bool = True
    not_editable: frozenset[ProjectName] = frozenset()

    @classmethod
    def of(
        cls,
        *,
        members: Iterable[str] | Literal["all"] | None = None,
        extras: Iterable[str] | Literal["all"] = (),
        groups: Iterable[str] | Literal["default", "all"] = "default",
        exclude: Iterable[str] = (),
    ) -> Self:
        """Return a selection of plain names, normalized."""
        return cls(
            members="all" if members == "all" else None if members is None else frozenset(map(project_name, members)),
            extras="all" if extras == "all" else frozenset(map(extra_name, extras)),
            groups=_groups(groups),
            exclude=frozenset(map(project_name, exclude)),
        )


def _groups(groups: Iterable[str] | Literal["default", "all"]) -> frozenset[GroupName] | Literal["default", "all"]:
    if groups == "default":
        return "default"
    if groups == "all":
        return "all"
    return frozenset(map(group_name, groups))


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Which locked versions may be given up: none, those of some projects, or all.

    ``groups`` stands for what the groups of that name require, in every member. ``limits`` and ``constraints`` hold for
    one run only.
    """

    projects: frozenset[ProjectName] | Literal["all"] = frozenset()
    limits: Mapping[ProjectName, SpecifierSet] = field(default_factory=dict)
    groups: frozenset[GroupName] = frozenset()
    constraints: tuple[Requirement, ...] = ()  # those with a marker or a place

    def __bool__(self) -> bool:
        return bool(self.projects or self.groups or self.limits or self.constraints)

    def __or__(self, other: Upgrade) -> Upgrade:
        """Return an upgrade of what either releases; of two limits on one project the first counts."""
        return Upgrade(
            "all" if "all" in (self.projects, other.projects) else frozenset({*self.projects, *other.projects}),
            {**other.limits, **self.limits},
            groups=self.groups | other.groups,
            constraints=(*self.constraints, *other.constraints),
        )

    @classmethod
    def everything(cls) -> Self:
        """Return an upgrade of all projects."""
        return cls("all")

    @classmethod
    def only(cls, *projects: str, groups: Iterable[str] = ()) -> Self:
        """Return an upgrade of the named projects, and of what some groups require.

        ``name<2`` also limits the new version, as do a marker and a URL.

        Raises:
            InvalidRequirementError: a name does not parse.
        """
        from .requirements import Requirement

        parsed = [Requirement.parse(text) for text in projects]
        qualified = [one for one in parsed if one.source is not None or not one.marker.is_everywhere()]
        return cls(
            frozenset(one.project for one in parsed),
            {one.project: one.specifier for one in parsed if str(one.specifier) and one not in qualified},
            groups=frozenset(map(group_name, groups)),
            constraints=tuple(replace(one, origin="the upgrade") for one in qualified),
        )

    def releases(self, project: str) -> bool:
        """Tell whether the locked version of a project may be given up."""
        return self.projects == "all" or project_name(project) in self.projects
