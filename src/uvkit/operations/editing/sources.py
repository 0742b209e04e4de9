"""Where a requirement that is added comes from, as the table of sources says it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from uvkit.errors import EditRefusedError
from uvkit.markers import MarkerSet
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    ExtraName,
    GitSource,
    Requirement,
    Source,
    without_credentials,
)
from uvkit.project import Project, Script

SourceRow: TypeAlias = dict[str, str | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOptions:
    """How requirements are written that `add` puts into a project.

    ``extras`` and ``marker`` apply to all of them. ``raw`` writes what was given as it is, without a source of its own.
    ``editable`` is for source trees; ``workspace`` says whether a source tree below the root becomes a member (none: if
    it lies there). ``rev``, ``tag`` or ``branch``, at most one of them, and ``lfs`` are for repositories.
    """

    extras: frozenset[ExtraName] = frozenset()
    marker: MarkerSet = MarkerSet.everywhere()  # noqa: RUF009  # interned and immutable
    raw: bool = False
    editable: bool | None = None
    workspace: bool | None = None
    rev: str | None = None
    tag: str | None = None
    branch: str | None = None
    lfs: bool | None = None

    @property
    def reference(self) -> tuple[str, str] | None:
        """Return the kind and name of the reference, if one is given."""
        given = (("rev", self.rev), ("tag", self.tag), ("branch", self.branch))
        return next(((kind, name) for kind, name in given if name is not None), None)


@dataclass(frozen=True, slots=True)
class Sourced:
    """A requirement without its place, the row of its source, and the folder that is to become a member."""

    requirement: Requirement
    row: SourceRow | None = None
    member: Path | None = None


def sourced(  # noqa: PLR0911  # one way out for each kind of place
    requirement: Requirement,
    target: Project | Script,
    options: AddOptions,
    *,
    index: str | None,
    known: Mapping[str, object] | None,
) -> Sourced:
    """Return a requirement as it is written into a project; ``known`` is the source that it has there by now.

    Raises:
        EditRefusedError: options do not fit the place.
    """
    source, plain = requirement.source, replace(requirement, source=None)
    members = target.workspace.trees if isinstance(target, Project) else {}
    _check(requirement, source, options, target=target, known=known, is_member=requirement.project in members)
    if source is None:
        if options.raw:
            return Sourced(plain)
        if requirement.project in members and options.workspace is not False:
            return Sourced(plain, _edited({"workspace": True}, options))
        if (options.reference or options.lfs is not None) and known is not None and "git" in known:
            return Sourced(plain, {**_git_row(_known_git(known), options), **_conditions(known)})
        return Sourced(plain, None if index is None else {"index": index})
    match source:
        case GitSource():
            return Sourced(*_written(requirement, _git_row(source, options), options))
        case ArchiveSource(url=str(url), subdirectory=folder):
            return Sourced(*_written(requirement, _row(url=url, subdirectory=folder), options))
        case ArchiveSource(path=Path() as path, subdirectory=folder):
            row = _row(path=_shown(path, requirement, target), subdirectory=folder)
            return Sourced(*_written(requirement, row, options))
        case DirectorySource(path=path):
            if isinstance(target, Project) and _becomes_member(path, target, options):
                row = _edited({"workspace": True}, options)
                is_new = all(tree.root != path for tree in members.values())
                return Sourced(*_written(requirement, row, options), path if is_new else None)
            row = _edited({"path": _shown(path, requirement, target)}, options)
            return Sourced(*_written(requirement, row, options))
        case _:
            return Sourced(plain)


def _check(
    requirement: Requirement,
    source: Source | None,
    options: AddOptions,
    *,
    target: Project | Script,
    known: Mapping[str, object] | None,
    is_member: bool,
) -> None:
    name = requirement.project
    path = target.path if isinstance(target, Script) else target.tables.path
    reference = options.reference
    is_git = isinstance(source, GitSource) or (source is None and known is not None and "git" in known)
    if reference is not None and not is_git:
        kind, value = reference
        reason = f"`{name}` did not resolve to a Git repository, but a Git reference (`--{kind} {value}`) was provided"
        raise EditRefusedError(path=path, reason=reason, advice="name the repository (`name @ git+https://...`)")
    if options.lfs and not is_git:
        reason = f"`{name}` did not resolve to a Git repository, but the `--lfs` flag was provided"
        raise EditRefusedError(path=path, reason=reason, advice="name the repository (`name @ git+https://...`)")
    is_tree = isinstance(source, DirectorySource) or (source is None and is_member)
    if options.editable and not is_tree:
        reason = f"`{name}` did not resolve to a local directory, but the `--editable` flag was provided"
        advice = "editable installs are only supported for local directories"
        raise EditRefusedError(path=path, reason=reason, advice=advice)


def _written(requirement: Requirement, row: SourceRow, options: AddOptions) -> tuple[Requirement, SourceRow | None]:
    """Return the requirement and its source apart, or as one that names its place."""
    if options.raw:
        return requirement, None
    return replace(requirement, source=None), row


def _row(**parts: str | None) -> SourceRow:
    return {key: value for key, value in parts.items() if value is not None}


def _edited(row: SourceRow, options: AddOptions) -> SourceRow:
    return row if options.editable is None else {**row, "editable": options.editable}


def _git_row(source: GitSource, options: AddOptions) -> SourceRow:
    row = _row(git=without_credentials(source.repository), path=source.path, subdirectory=source.subdirectory)
    kind, reference = options.reference or (source.reference_kind or "rev", source.commit or source.reference or "")
    if reference:
        row[kind] = reference
    if options.lfs is not None or source.lfs:
        row["lfs"] = source.lfs if options.lfs is None else options.lfs
    return row


def _known_git(known: Mapping[str, object]) -> GitSource:
    folder, path = known.get("subdirectory"), known.get("path")
    return GitSource(
        repository=str(known["git"]),
        subdirectory=None if folder is None else str(folder),
        path=None if path is None else str(path),
    )


def _conditions(known: Mapping[str, object]) -> SourceRow:
    """Return for whom a source counts: what another reference leaves as it is."""
    return _row(**{key: str(known[key]) for key in ("marker", "extra", "group") if key in known})


def _becomes_member(path: Path, project: Project, options: AddOptions) -> bool:
    if any(tree.root == path for tree in project.workspace.trees.values()):
        return options.workspace is not False
    if options.workspace is not None:
        return options.workspace
    root = project.workspace.root.root
    return path != root and path.is_relative_to(root)


def _shown(path: Path, requirement: Requirement, target: Project | Script) -> str:
    """Return a path as seen from the folder of the file; one that was given absolute stays so."""
    if os.path.isabs(requirement.written_place.removeprefix("file://") or path) and requirement.written_place:
        return path.as_posix()
    return relative_place(path, target.root)


def relative_place(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder, as files write it."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()
