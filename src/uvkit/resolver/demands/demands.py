"""What one distribution asks of another: as it is written (`Dependency`), and as the solver takes it (`Demand`)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Literal, TypeAlias, final

from uvkit.markers import MarkerSet
from uvkit.model import ConflictItem, ExtraName, GroupName, ProjectName, Requirement, Source
from uvkit.resolver.keys import Key, Keys
from uvkit.resolver.versions import has_upper_bound, parse_clauses

# "self" limits the version of the very project whose extra asks; it makes no edge.
Role: TypeAlias = Literal["requirement", "constraint", "override", "self"]
# What asks: a project itself, an extra of it, or a group or the request.
Asker: TypeAlias = Literal["project", "extra", "group"]


@final
class Demand:
    """One key wanted within a set of versions; compared by identity."""

    __slots__ = ("bit", "dependency", "key", "specifier")

    def __init__(self, key: Key, specifier: str, dependency: Dependency | None, *, bit: int | None = None) -> None:
        self.key: Final = key
        self.specifier: Final = specifier
        self.dependency: Final = dependency  # none for the root and for the tie of an extra to its project
        self.bit: Final = bit  # of the one version wanted, where the specifier could mean several (local versions)

    def __repr__(self) -> str:
        return f"{self.key!r}{self.specifier}"


@final
class Dependency:
    """A requirement after extras were separated, sources looked up, overrides and exclusions applied; by identity."""

    __slots__ = (
        "asker",
        "base",
        "demands",
        "extras",
        "group",
        "groups",
        "guards",
        "marker",
        "origin",
        "project",
        "role",
        "source",
        "specifier",
        "upper",
    )

    def __init__(  # noqa: PLR0913  # the parts of a requirement
        self,
        keys: Keys,
        project: ProjectName,
        *,
        extras: tuple[ExtraName, ...] = (),
        groups: tuple[GroupName, ...] = (),
        specifier: str = "",
        marker: MarkerSet,
        source: Source | None = None,
        group: GroupName | None = None,
        origin: str | None = None,
        role: Role = "requirement",
        base: bool = True,
        guards: frozenset[ConflictItem] = frozenset(),
        asker: Asker = "project",
    ) -> None:
        """Take the parts; ``group`` is the group of a root without a project that asks.

        Without ``base`` only extras and groups are asked for, not the project itself. The requirement is there only
        where none of the ``guards`` is left out. What ``asker`` is matters only to conflict sets.

        Raises:
            ValueError: the specifier does not parse.
        """
        parse_clauses(specifier)
        self.project: Final = project
        self.extras: Final = extras
        self.groups: Final = groups
        self.specifier: Final = specifier
        self.marker: Final = marker
        self.source: Final = source
        self.group: Final = group
        self.origin: Final = origin
        self.role: Final = role
        self.base: Final = base
        self.guards: Final = guards
        self.asker: Final = asker
        self.upper: Final = has_upper_bound(specifier)
        wanted = [keys.base(project)] if base else []
        if extras or groups:
            wanted += [keys.of_extra(project, extra) for extra in extras]
            wanted += [keys.of_group(project, group) for group in groups]
        self.demands: Final = tuple([Demand(key, specifier, self) for key in wanted])

    @classmethod
    def of(
        cls,
        keys: Keys,
        requirement: Requirement,
        *,
        marker: MarkerSet | None = None,
        role: Role = "requirement",
        guards: frozenset[ConflictItem] = frozenset(),
        asker: Asker = "project",
    ) -> Dependency:
        """Return the dependency that a requirement states, with another marker if one is given."""
        return cls(
            keys,
            requirement.project,
            extras=tuple(sorted(requirement.extras)),
            specifier=str(requirement.specifier),
            marker=requirement.marker if marker is None else marker,
            source=requirement.source,
            origin=requirement.origin,
            role=role,
            guards=guards,
            asker=asker,
        )

    def without(
        self, keys: Keys, *, extras: Collection[ExtraName], groups: Collection[GroupName], base: bool
    ) -> Dependency | None:
        """Return the dependency without some extras, groups and perhaps the project itself; none if nothing is left."""
        left = Dependency(
            keys,
            self.project,
            extras=tuple([extra for extra in self.extras if extra not in extras]),
            groups=tuple([group for group in self.groups if group not in groups]),
            specifier=self.specifier,
            marker=self.marker,
            source=self.source,
            group=self.group,
            origin=self.origin,
            role=self.role,
            base=self.base and not base,
            guards=self.guards,
            asker=self.asker,
        )
        return left if left.demands else None

    def __str__(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.project}{extras}{self.specifier}"

    def __repr__(self) -> str:
        marker = str(self.marker)
        return f"<{self} ; {marker}>" if marker else f"<{self}>"
