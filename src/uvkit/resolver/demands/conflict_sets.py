"""Sets of extras, groups and projects of which at most one is active: what each fork leaves open of them.

Where something asks for items of a set, a fork is divided into one in which all of them are left out, and one for each
item in which it may be asked for and the others are left out. A fork that leaves an item out has no requirement on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from typing import Final, NamedTuple, TypeAlias

from uvkit.markers import MarkerSet, extra_item, group_item, project_item
from uvkit.model import ConflictItem, ExtraName, ProjectName
from uvkit.resolver.keys import Keys

from .demands import Dependency

Items: TypeAlias = "frozenset[ConflictItem]"

_NOTHING: Final[Items] = frozenset()


class Choice(NamedTuple):
    """The items that may be asked for although others of their sets may not, and those others."""

    included: Items = _NOTHING
    excluded: Items = _NOTHING

    def with_item(self, wanted: ConflictItem | None, others: Iterable[ConflictItem]) -> Choice:
        """Return the choice that also lets one item in, if one is given, and leaves others out."""
        included = self.included if wanted is None else self.included | {wanted}
        return Choice(included, self.excluded.union(others))

    def is_possible(self) -> bool:
        """Tell whether nothing is let in and left out at once."""
        return self.included.isdisjoint(self.excluded)

    def marker(self) -> MarkerSet:
        """Return the choice as a marker over artificial extras."""
        marker = MarkerSet.everywhere()
        for item in self.excluded:
            marker -= item_marker(item)
        for item in self.included:
            marker &= item_marker(item)
        return marker


OPEN: Final = Choice()


def encoded(item: ConflictItem) -> str:
    """Return the artificial extra that stands for an item in markers."""
    if item.extra is not None:
        return extra_item(item.project, item.extra)
    return group_item(item.project, item.group) if item.group is not None else project_item(item.project)


def item_marker(item: ConflictItem) -> MarkerSet:
    """Return the environments in which an item is active."""
    return MarkerSet.extra(encoded(item))  # noqa: S610  # no database here


def impossible_choices(sets: Iterable[Sequence[ConflictItem]]) -> MarkerSet:
    """Return the environments in which two items of one set are active."""
    marker = MarkerSet.nowhere()
    for one in sets:
        for first, second in combinations(one, 2):
            marker |= item_marker(first) & item_marker(second)
    return marker


def settled_choices(marker: MarkerSet, sets: Iterable[Sequence[ConflictItem]]) -> MarkerSet:
    """Return a marker as locks show it: all that is impossible is a part of it, if it depends on choices at all."""
    impossible = impossible_choices(sets)
    return _settled(marker - impossible, impossible)


def _settled(marker: MarkerSet, impossible: MarkerSet) -> MarkerSet:
    plain, whole = marker.without_extras(), marker | impossible
    return plain if plain | impossible is whole else whole


class ConflictSets:
    """The conflict sets of a request."""

    def __init__(self, sets: Iterable[Sequence[ConflictItem]], keys: Keys) -> None:
        self.sets: Final = tuple(map(tuple, sets))
        self.items: Final = frozenset(item for one in self.sets for item in one)
        self._projects: Final = frozenset(item.project for item in self.items)
        self._keys = keys
        self._asked: dict[Dependency, Items] = {}
        self._kept: dict[tuple[Dependency, Items, bool], Dependency | None] = {}

    def __bool__(self) -> bool:
        return bool(self.sets)

    @cached_property
    def impossible(self) -> MarkerSet:
        """Return the environments in which two items of one set are active."""
        return impossible_choices(self.sets)

    def settled(self, marker: MarkerSet) -> MarkerSet:
        """Return the marker of something that is nowhere impossible as locks show it."""
        return _settled(marker, self.impossible)

    def choice_of(self, marker: MarkerSet) -> Choice:
        """Return the choice that a marker over artificial extras states."""
        names = marker.extras()
        known = [(item, item_marker(item)) for item in self.items if encoded(item) in names]
        return Choice(
            frozenset(item for item, active in known if marker.is_subset(active)),
            frozenset(item for item, active in known if marker.is_disjoint(active)),
        )

    def guards(self, project: ProjectName, extra: ExtraName, *, asker: ProjectName) -> Items:
        """Return the items without which what an extra of a member requires of a project is left out.

        uv takes the extra that asks for the one of that name of the project that is asked for.
        """
        item = ConflictItem(project=project, extra=extra)
        return frozenset({item} if item in self.items or (project in self._projects and project != asker) else ())

    def asked(self, dependency: Dependency) -> Items:
        """Return the items that a requirement asks for.

        The project counts where an extra asks for it, and where a group does and for no extra that brings it in.
        """
        if dependency.project not in self._projects and not dependency.guards:
            return _NOTHING
        known = self._asked.get(dependency)
        if known is None:
            found = {*_parts(dependency), *dependency.guards}
            if dependency.asker == "extra" or (
                dependency.asker == "group" and dependency.base and not dependency.extras
            ):
                found.add(ConflictItem(project=dependency.project))
            known = self._asked[dependency] = self.items & found
        return known

    def kept(self, dependency: Dependency, choice: Choice) -> Dependency | None:
        """Return what is left of a requirement without the items that are left out, none if nothing is.

        Where a project is left out, so are those of its extras that are not let in. Without its extras, a requirement
        is one on the project.
        """
        if any(is_left_out(guard, choice) for guard in dependency.guards):
            return None
        project = dependency.project
        if project not in self._projects:
            return dependency
        is_extra = dependency.asker == "extra"
        gone = frozenset(
            one for one in _parts(dependency) if (one in choice.excluded if is_extra else is_left_out(one, choice))
        )
        extras = frozenset(one.extra for one in gone if one.extra is not None)
        base = dependency.asker != "project" and dependency.base and len(extras) == len(dependency.extras)
        base = base and ConflictItem(project=project) in choice.excluded
        if not gone and not base:
            return dependency
        known = self._kept.get((dependency, gone, base))
        if known is None and (dependency, gone, base) not in self._kept:
            known = self._kept[dependency, gone, base] = dependency.without(
                self._keys,
                extras=extras,
                groups=frozenset(one.group for one in gone if one.group is not None),
                base=base,
            )
        return known

    def choices(self, items: Sequence[ConflictItem], choice: Choice) -> Iterator[Choice]:
        """Yield the choices into which a set divides one: the choice itself if the set leaves nothing to choose."""
        left = [item for item in items if not is_left_out(item, choice)]
        if len(left) > 1 or (len(left) == 1 and self._is_contested(left[0], choice)):
            for wanted in (None, *left):
                divided = choice.with_item(wanted, (item for item in items if item is not wanted))
                if divided.is_possible():
                    yield divided
        else:
            yield choice.with_item(None, (item for item in items if is_left_out(item, choice)))

    def _is_contested(self, item: ConflictItem, choice: Choice) -> bool:
        """Tell whether another item that is not left out conflicts with one."""
        return any(
            other is not item and other != item and not is_left_out(other, choice)
            for one in self.sets
            if item in one
            for other in one
        )


def is_left_out(item: ConflictItem, choice: Choice) -> bool:
    """Tell whether a choice leaves an item out, or the project of an extra that it does not let in."""
    if item in choice.excluded:
        return True
    project = ConflictItem(project=item.project)
    return item.extra is not None and project in choice.excluded and item not in choice.included


def _parts(dependency: Dependency) -> Iterator[ConflictItem]:
    project = dependency.project
    for extra in dependency.extras:
        yield ConflictItem(project=project, extra=extra)
    for group in dependency.groups:
        yield ConflictItem(project=project, group=group)
