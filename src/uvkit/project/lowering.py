"""Requirements and where they come from: `[tool.uv.sources]` applied, groups expanded. No input or output.

A requirement without a source stays as it is. With sources it becomes one requirement for each source that applies,
and one for the environments that no source covers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from packaging.specifiers import SpecifierSet

from uvkit.markers import MarkerSet
from uvkit.model import (
    ArchiveSource,
    ConflictItem,
    DeclaredRequirement,
    DirectorySource,
    ExtraName,
    GitSource,
    GroupName,
    IndexSource,
    ProjectName,
    Requirement,
    Source,
    extra_name,
    group_name,
    is_archive_name,
)

from .workspace import Workspace, relative

if TYPE_CHECKING:
    from uvkit.formats import SourceTable

PathKind: TypeAlias = Literal["missing", "file", "package", "virtual"]
_PROJECT_ROOT = "${PROJECT_ROOT}"


class SourceEntry(NamedTuple):
    """One source of a table; paths in it start at ``folder``."""

    table: SourceTable
    folder: Path
    path: str  # of the entry in its file, for messages
    extra: ExtraName | None = None
    group: GroupName | None = None
    marker: MarkerSet = MarkerSet.everywhere()


class Surroundings(NamedTuple):
    """What the requirements of one project may refer to.

    ``root`` is the folder of the lock, ``folder`` that of the file with the requirements. ``kinds`` says what is at an
    absolute path, as far as sources name it.
    """

    project: ProjectName | None
    folder: Path
    root: Path
    kinds: Callable[[Path], PathKind]
    sources: Mapping[ProjectName, tuple[SourceEntry, ...]] = {}
    indexes: Mapping[str, str] = {}
    members: Mapping[ProjectName, DirectorySource] = {}
    workspaces: Mapping[Path, Workspace] = {}
    large_files: bool = False  # whether repositories come with them (git-lfs) where nothing is said


class LoweringError(ValueError):
    """A requirement and the sources do not fit together."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason


def source_entries(
    tables: Mapping[str, SourceTable | list[SourceTable]], *, folder: Path, within: str = "tool.uv.sources"
) -> dict[str, tuple[SourceEntry, ...]]:
    """Return the sources of a table by the name as written."""
    return {
        name: tuple(
            SourceEntry(
                table=table,
                folder=folder,
                path=f"{within}.{name}[{position}]" if isinstance(value, list) else f"{within}.{name}",
                extra=extra_name(table["extra"]) if "extra" in table else None,
                group=group_name(table["group"]) if "group" in table else None,
                marker=MarkerSet.parse(table.get("marker", "")),
            )
            for position, table in enumerate(value if isinstance(value, list) else [value])
        )
        for name, value in tables.items()
    }


def lower(
    requirement: Requirement,
    around: Surroundings,
    *,
    extra: ExtraName | None = None,
    group: GroupName | None = None,
) -> tuple[DeclaredRequirement, ...]:
    """Return what a requirement of the project, of one of its extras or of one of its groups comes to.

    Raises:
        LoweringError: a source cannot serve, or a member of the workspace is required without one.
    """
    entries = [
        entry
        for entry in around.sources.get(requirement.project, ())
        if (entry.extra is None or entry.extra == extra) and (entry.group is None or entry.group == group)
    ]
    if not entries:
        return (DeclaredRequirement(requirement=_unpinned(requirement, around)),)
    result: list[DeclaredRequirement] = []
    remainder = requirement.marker
    for entry in entries:
        marker = requirement.marker & entry.marker
        remainder = remainder - entry.marker
        if not marker.is_empty():
            source = _source(entry, requirement, around)
            keeps = isinstance(source, IndexSource)
            lowered = replace(
                requirement,
                marker=marker,
                source=source,
                specifier=requirement.specifier if keeps else SpecifierSet(),
                written_place=entry.table.get("path", "") if "git" not in entry.table else "",
            )
            result.append(DeclaredRequirement(requirement=lowered, scope=_scope(entry, around) if keeps else None))
    if not remainder.is_empty():
        result.append(DeclaredRequirement(requirement=replace(requirement, marker=remainder)))
    return tuple(result)


def lower_all(
    requirements: Iterable[Requirement],
    around: Surroundings,
    *,
    extra: ExtraName | None = None,
    group: GroupName | None = None,
) -> tuple[DeclaredRequirement, ...]:
    """Return what several requirements come to, in their order.

    Raises:
        LoweringError: one of them cannot be had.
    """
    return tuple(
        declared for requirement in requirements for declared in lower(requirement, around, extra=extra, group=group)
    )


def _scope(entry: SourceEntry, around: Surroundings) -> ConflictItem | None:
    if around.project is None or (entry.extra is None and entry.group is None):
        return None
    return ConflictItem(project=around.project, extra=entry.extra, group=entry.group)


def _unpinned(requirement: Requirement, around: Surroundings) -> Requirement:
    """Return a requirement that no source is for; a path below `${PROJECT_ROOT}` is made relative."""
    name = requirement.project
    if name in around.members and name != around.project and requirement.source is None:
        raise LoweringError(
            f"tool.uv.sources.{name}",
            f"`{name}` is a member of the workspace and needs a source here: `{name} = {{ workspace = true }}`",
        )
    source = requirement.source
    if isinstance(source, ArchiveSource | DirectorySource) and source.path is not None:
        parts = source.path.parts
        if _PROJECT_ROOT in parts[:2]:
            inside = Path(*parts[parts.index(_PROJECT_ROOT) + 1 :])
            return replace(requirement, source=replace(source, path=_located(str(inside), around.folder, around.root)))
    if isinstance(source, GitSource) and source.lfs != around.large_files:
        # As uv locks it: of a project only the setting and the source's own key say so, not the fragment of a URL.
        return replace(requirement, source=replace(source, lfs=around.large_files))
    return requirement


def _located(text: str, folder: Path, root: Path) -> Path:
    """Return a path as locks write it: absolute if it was written so, else relative to the lock's folder."""
    if os.path.isabs(text):
        return Path(os.path.normpath(text))
    return relative(Path(os.path.normpath(folder / text)), root)


def _source(entry: SourceEntry, requirement: Requirement, around: Surroundings) -> Source:
    table = entry.table
    if "index" in table:
        return _index(entry, around)
    if "git" in table:
        kind = next((key for key in ("rev", "tag", "branch") if key in table), None)
        return GitSource(
            repository=table["git"],
            path=_inside(entry),
            reference=None if kind is None else str(table[kind]),
            reference_kind=kind,
            subdirectory=table.get("subdirectory"),
            lfs=table.get("lfs", around.large_files),
        )
    if "url" in table:
        if "#" in table["url"]:
            raise LoweringError(f"{entry.path}.url", "a URL with a fragment; give `subdirectory` as a key of its own")
        return ArchiveSource(url=table["url"], subdirectory=table.get("subdirectory"))
    if "path" in table:
        return _path(entry, around)
    return _member(entry, requirement.project, around)


def _inside(entry: SourceEntry) -> str | None:
    """Return where in the repository the archive is that a source names, if it names one."""
    text = entry.table.get("path")
    if text is not None and not is_archive_name(text):
        raise LoweringError(f"{entry.path}.path", f"`{text}` is neither a wheel nor a source archive")
    return text


def _index(entry: SourceEntry, around: Surroundings) -> IndexSource:
    from uvkit.formats import did_you_mean

    name = entry.table["index"]
    identity = around.indexes.get(name)
    if identity is None:
        advice = did_you_mean(name, around.indexes)
        raise LoweringError(
            f"{entry.path}.index",
            f"no index is named `{name}`; declare it in `[[tool.uv.index]]` of the project{advice}",
        )
    return IndexSource(index=identity)


def _path(entry: SourceEntry, around: Surroundings) -> Source:
    table = entry.table
    text = table["path"]
    kind = around.kinds(Path(os.path.normpath(entry.folder / text)))
    path = _located(text, entry.folder, around.root)
    if kind == "missing":
        raise LoweringError(f"{entry.path}.path", f"there is nothing at `{text}`")
    if kind == "file":
        if table.get("editable"):
            raise LoweringError(f"{entry.path}.editable", f"`{text}` is a file, and only a folder can be editable")
        if not is_archive_name(path.name):
            raise LoweringError(f"{entry.path}.path", f"`{text}` is neither a folder nor a wheel or source archive")
        return ArchiveSource(path=path)
    if table.get("editable"):
        return DirectorySource(path=path, editable=True)
    return DirectorySource(path=path, virtual=not table.get("package", kind == "package"))


def _member(entry: SourceEntry, name: ProjectName, around: Surroundings) -> Source:
    place = entry.table["workspace"]
    if isinstance(place, str):
        return _member_elsewhere(entry, place, name, around=around)
    if place is not True:
        raise LoweringError(f"{entry.path}.workspace", "expected `true` or the path of a workspace")
    member = around.members.get(name)
    if member is None:
        raise LoweringError(f"{entry.path}.workspace", f"`{name}` is not a member of the workspace")
    return member


def _member_elsewhere(entry: SourceEntry, place: str, name: ProjectName, *, around: Surroundings) -> Source:
    """Return a member of another workspace; whoever requires it makes it a package, unless it says that it is none."""
    key = f"{entry.path}.workspace"
    path = Path(os.path.normpath(entry.folder / place))
    workspace = around.workspaces.get(path)
    if workspace is None:
        raise LoweringError(key, f"there is no `pyproject.toml` at `{place}`")
    if workspace.root.root != path:
        raise LoweringError(key, f"`{place}` is not the root of a workspace; that is `{workspace.root.root}`")
    tree = workspace.trees.get(name)
    if tree is None:
        raise LoweringError(key, f"`{name}` is not a member of the workspace at `{place}`")
    is_package = tree.is_package is not False
    return DirectorySource(
        path=relative(tree.root, around.root),
        editable=is_package and entry.table.get("editable", True),
        virtual=not is_package,
    )
