"""Who asked for a project: a requirements file, a constraints file, overrides, or a project's own file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Literal, Protocol, TypeAlias

from uvkit.markers import MarkerSet
from uvkit.model import ProjectName, Requirement, is_url

Kind: TypeAlias = Literal["constraint", "override", "requirement"]
_ORDER: dict[Kind, int] = {"constraint": 0, "override": 1, "requirement": 2}
_OPTION: dict[Kind, str] = {"constraint": "-c", "override": "--override", "requirement": "-r"}
_FILE, _PROJECT, _GROUP, _SETTINGS = range(4)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that names a project, as annotations in compiled files show it.

    They are ordered as uv orders them: by kind, then files before projects, then by the parts of their paths.
    """

    project: ProjectName
    text: str
    marker: MarkerSet = MarkerSet.everywhere()  # noqa: RUF009  # interned and immutable
    order: tuple[object, ...] = field(default=(), compare=False)


class Asking(Protocol):
    """A project's file, or a group in it."""

    @property
    def path(self) -> str:
        """Return the file as it was named."""
        ...

    @property
    def group(self) -> str | None:
        """Return the group, or none for the project itself."""
        ...

    @property
    def name(self) -> str | None:
        """Return the name of the project, if it has one."""
        ...


def of_file(requirement: Requirement, file: str, *, kind: Kind, given: bool) -> Mention:
    """Return the mention by a line of a file: one that the caller named, or one that such a file includes."""
    shown = file if given and not os.path.isabs(file) else _shown(file)
    path = file if given or is_url(file) else os.path.abspath(file)
    order = (_ORDER[kind], _FILE, _path_order(path))
    return Mention(requirement.project, f"{_OPTION[kind]} {shown}", requirement.marker, order)


def of_project(requirement: Requirement, asking: Asking) -> Mention:
    """Return the mention by a project's own file, or by a dependency group in it."""
    path, group, name = asking.path, asking.group, asking.name
    where = _shown(path) if os.path.isabs(path) else path
    place = f"({where})" if group is None else f"({where}:{group})"
    order = (_ORDER["requirement"], _PROJECT if group is None else _GROUP, _path_order(path), name or "", group or "")
    return Mention(requirement.project, f"{name} {place}" if name else place, requirement.marker, order)


def of_settings(requirement: Requirement, kind: Kind) -> Mention:
    """Return the mention by a table of settings."""
    order = (_ORDER[kind], _SETTINGS)
    return Mention(requirement.project, f"{_OPTION[kind]} (workspace)", requirement.marker, order)


def in_order(mentions: Iterable[Mention]) -> list[str]:
    """Return the texts of mentions, each once."""
    return list(dict.fromkeys(one.text for one in sorted(mentions, key=lambda one: one.order)))


def _shown(path: str) -> str:
    """Return a path relative to the working directory if it is below, otherwise absolute."""
    if is_url(path):
        return path
    absolute = os.path.abspath(path)
    relative = os.path.relpath(absolute)
    return absolute if relative.startswith(os.pardir) else PurePath(relative).as_posix()


def _path_order(path: str) -> tuple[tuple[int, str], ...]:
    """Return the parts of a path as they sort: the root before `.` before `..` before names."""
    parts = path.replace(os.sep, "/").split("/")
    ranks = {"": 0, ".": 1, "..": 2}
    first, rest = parts[0], [part for part in parts[1:] if part not in {"", "."}]
    return tuple((ranks.get(part, 3), part) for part in (first, *rest))
