"""Dependency groups (PEP 735): includes followed, cycles and unknown names found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from uvkit.model import GroupName, Requirement

from .toml import Problem, did_you_mean

_DEV = GroupName("dev")


@dataclass(frozen=True, slots=True)
class GroupInclude:
    """A group inside another; ``path`` is the place of the entry in its file."""

    group: GroupName
    path: str = ""


GroupItem: TypeAlias = Requirement | GroupInclude
Groups: TypeAlias = Mapping[GroupName, tuple[GroupItem, ...]]


def includes(groups: Groups, group: GroupName) -> Iterator[GroupInclude]:
    """Yield the includes that a group itself declares."""
    return (item for item in groups.get(group, ()) if isinstance(item, GroupInclude))


def include_problems(groups: Groups, *, legacy_dev: bool = False) -> list[Problem]:
    """Return what is wrong with the includes: names without a group, and cycles, each cycle once.

    ``legacy_dev`` says that there is `tool.uv.dev-dependencies`, which no group can include.
    """
    problems: list[Problem] = []
    finished: set[GroupName] = set()

    def visit(group: GroupName, chain: tuple[GroupName, ...]) -> None:
        for include in includes(groups, group):
            if include.group not in groups:
                advice = did_you_mean(include.group, groups)
                if legacy_dev and include.group == _DEV:
                    advice = "; `tool.uv.dev-dependencies` cannot be included, so move its entries into a group `dev`"
                problems.append((f"{include.path}.include-group", f"there is no group `{include.group}`{advice}"))
            elif include.group in chain:
                cycle = " → ".join(f"`{name}`" for name in (*chain[chain.index(include.group) :], include.group))
                problems.append((f"{include.path}.include-group", f"the groups include each other: {cycle}"))
            elif include.group not in finished:
                visit(include.group, (*chain, include.group))
        finished.add(group)

    for group in groups:
        if group not in finished:
            visit(group, (group,))
    return problems


def included_groups(groups: Groups, group: GroupName) -> frozenset[GroupName]:
    """Return every group that a group includes, directly or through others; not the group itself."""
    found: set[GroupName] = set()
    waiting = [group]
    while waiting:
        for include in includes(groups, waiting.pop()):
            if include.group not in found:
                found.add(include.group)
                waiting.append(include.group)
    return frozenset(found)


def expand_group(
    groups: Groups, group: GroupName, *, limit: Callable[[GroupName, Requirement], Requirement]
) -> tuple[Requirement, ...]:
    """Return the requirements of a group with its includes in place.

    ``limit`` is applied with the name of each group on the way: first the one that declares the requirement, last the
    one that was asked for.
    """
    result: list[Requirement] = []
    for item in groups.get(group, ()):
        inner = expand_group(groups, item.group, limit=limit) if isinstance(item, GroupInclude) else (item,)
        result += [limit(group, requirement) for requirement in inner]
    return tuple(result)
