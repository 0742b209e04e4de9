"""The requirements of a project's own file, as `pip install -r pyproject.toml` takes them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from uvkit.errors import SelectionError
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    ExtraName,
    ProjectName,
    Requirement,
    Source,
    extra_name,
    group_name,
)
from uvkit.project import Project, Script

if TYPE_CHECKING:
    from uvkit.resolver import Member

    from .session import Session

Extras: TypeAlias = "Collection[str] | Literal['all'] | AllBut"
# What a folder may be described by; the first is read, the others only a build understands.
NAMES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})


@dataclass(frozen=True, slots=True)
class AllBut:
    """Every extra but some."""

    names: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a project, one of its groups, or a script asks for; ``path`` is the file as it was named."""

    path: str
    requirements: tuple[Requirement, ...]
    name: ProjectName | None = None
    group: str | None = None
    constraints: tuple[Requirement, ...] = ()
    overrides: tuple[Requirement, ...] = ()


def is_project_file(name: str) -> bool:
    """Tell whether a file describes a project and is no list of requirements."""
    return os.path.basename(name) in NAMES


def is_script(name: str) -> bool:
    """Tell whether a file is a script with its requirements inside."""
    return name.endswith(".py") and not is_project_file(name)


def project_requirements(name: str, extras: Extras, session: Session) -> Found:
    """Return what a project requires, with some of its extras; the project itself is not among it.

    Raises:
        InvalidTableError: the file is not valid.
        SelectionError: an extra does not exist.
        BuildError: only a build tells the requirements, and it failed.
    """
    path = Path(os.path.abspath(os.path.expanduser(name)))
    member = _member(Project.open(path)) if path.name == "pyproject.toml" else None
    if member is None:
        return _built(name, extras, session)
    wanted = _chosen(extras, member.extras)
    seen = set(wanted)
    root = Project.open(path).lockfile_path.parent
    found: list[Requirement] = []
    for items in (member.dependencies, *(member.extras[extra] for extra in wanted)):
        found += _without_itself(member, (one.requirement for one in items), seen)
    return Found(path=name, name=member.project, requirements=tuple(_placed(one, root) for one in found))


def script_requirements(name: str) -> Found:
    """Return what a script requires by the block in it (PEP 723).

    Raises:
        OSError: the file cannot be read.
        InvalidTableError: the block is not valid.
    """
    script = Script.read(os.path.expanduser(name))
    request = script.request()
    plain = (one for override in request.overrides if override.scope is None for one in override.requirements)
    return Found(
        path=name,
        requirements=tuple(_placed(one, script.root) for one in request.roots),
        constraints=request.constraints,
        overrides=tuple(_placed(one, script.root) for one in plain),
    )


def group_requirements(text: str) -> Found:
    """Return what a dependency group asks for: ``name`` of `pyproject.toml` here, or ``path:name``.

    Raises:
        ProjectNotFoundError, InvalidTableError: there is no such file, or it is not valid.
        SelectionError: there is no such group.
    """
    file, colon, name = text.rpartition(":")
    project = Project.open(file if colon else Path.cwd())
    member = _member(project)
    if member is None:
        groups = dict(project.request().groups)
    else:
        groups = {group: tuple(one.requirement for one in items) for group, items in member.groups.items()}
    requirements = groups.get(group_name(name))
    if requirements is None:
        raise SelectionError(reason=f"there is no group `{name}` in `{project.tables.path}`", available=tuple(groups))
    root = project.lockfile_path.parent
    return Found(
        path=file if colon else "pyproject.toml",
        name=None if member is None else member.project,
        group=name,
        requirements=tuple(_placed(one, root) for one in requirements),
    )


def _member(project: Project) -> Member | None:
    """Return what a project says of itself, or none if it leaves its requirements to a build."""
    table = project.tables.project
    if table is None or not table.has_static_requirements:
        return None
    return next(one for one in project.request().members if one.project == project.name)


def _without_itself(member: Member, requirements: Iterable[Requirement], seen: set[ExtraName]) -> Iterator[Requirement]:
    """Yield requirements; those on extras of the project itself are replaced by what these extras require."""
    for requirement in requirements:
        if requirement.project != member.project:
            yield requirement
            continue
        for extra in sorted(requirement.extras - seen):
            seen.add(extra)
            inner = (one.requirement for one in member.extras.get(extra, ()))
            for one in _without_itself(member, inner, seen):
                yield one.with_marker(one.marker & requirement.marker)


def _built(name: str, extras: Extras, session: Session) -> Found:
    """Return what the backend of a source tree says that it requires."""
    metadata = session.builder().metadata(Path(os.path.abspath(os.path.expanduser(name))).parent)
    active = frozenset(_chosen(extras, metadata.provides_extra))
    found: list[Requirement] = []
    for requirement in metadata.requires_dist:
        marker = requirement.marker.with_extras(active)
        if not marker.is_empty():
            found.append(requirement.with_marker(marker))
    return Found(path=name, name=metadata.project, requirements=tuple(found))


def _chosen(extras: Extras, known: Iterable[ExtraName]) -> list[ExtraName]:
    available = tuple(known)
    if extras == "all":
        return list(available)
    named = extras.names if isinstance(extras, AllBut) else extras
    for name in named:
        if extra_name(name) not in available:
            raise SelectionError(reason=f"the extra `{name}` is not defined by the project", available=available)
    chosen = list(map(extra_name, named))
    return [name for name in available if name not in chosen] if isinstance(extras, AllBut) else chosen


def _placed(requirement: Requirement, root: Path) -> Requirement:
    """Return a requirement whose paths no longer depend on the folder of a lock."""
    source: Source | None = requirement.source
    match source:
        case DirectorySource(path=path) | ArchiveSource(path=Path() as path):
            return replace(requirement, source=replace(source, path=Path(os.path.normpath(root / path))))
        case _:
            return requirement
