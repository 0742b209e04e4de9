"""Which source trees and archives a build is of, and where its files go."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from uvkit.errors import InvalidOptionError, InvalidTableError, SelectionError, SourceNotFoundError
from uvkit.model import ProjectName, project_name
from uvkit.project import Project

Members: TypeAlias = Iterable[str] | Literal["all"]
_ARCHIVES = (".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz", ".tar")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSource:
    """One thing to build; ``project`` is its name if its file says it, ``is_archive`` for a source distribution."""

    path: Path
    project: ProjectName | None = None
    is_archive: bool = False

    @property
    def label(self) -> str:
        """Return what it is called beside others."""
        return self.project or self.path.name


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSources:
    """What is built: the sources, the project around them if there is one, and the folder that a `dist` is made in."""

    sources: tuple[BuildSource, ...]
    project: Project | None
    root: Path


def find_sources(source: str | os.PathLike[str] | None, members: Members | None) -> BuildSources:
    """Return what is to be built: a source tree, a source distribution, or members of the workspace around.

    Raises:
        SourceNotFoundError: there is nothing at the path.
        SelectionError: a member does not exist.
        InvalidTableError: a file is not valid, or a named member says nothing of how it is built.
    """
    path = Path(os.path.abspath(source or "."))
    if not path.exists():
        raise SourceNotFoundError(what="source to build", path=path)
    if path.is_file():
        return _archive(path, members)
    if members is not None:
        return _members(path, members)
    project = Project.open(path) if (path / "pyproject.toml").is_file() else None
    named = None if project is None else project.name
    root = path if project is None else project.workspace.root.root
    return BuildSources(sources=(BuildSource(path=path, project=named),), project=project, root=root)


def _archive(path: Path, members: Members | None) -> BuildSources:
    if members is not None:
        raise InvalidOptionError(problems=(("package", "a source distribution has no members to choose from"),))
    if not path.name.endswith(_ARCHIVES):
        raise InvalidOptionError(problems=(("source", f"`{path.name}` is neither a folder nor a source distribution"),))
    return BuildSources(sources=(BuildSource(path=path, is_archive=True),), project=None, root=path.parent)


def _members(path: Path, members: Members) -> BuildSources:
    project = Project.discover(path)
    trees = project.workspace.trees
    if members == "all":
        # A member that nobody can build is part of the workspace for other reasons.
        chosen = {name: tree for name, tree in trees.items() if tree.tables.build_system is not None}
        if not chosen:
            reason = "no member of the workspace has a `[build-system]`"
            raise SelectionError(reason=reason, available=tuple(sorted(trees)))
    else:
        chosen = {}
        for name in map(project_name, members):
            if name not in trees:
                raise SelectionError(reason=f"`{name}` is no member of the workspace", available=tuple(sorted(trees)))
            if trees[name].tables.build_system is None:
                problem = ("build-system", "it is missing, so nothing says how the project is built")
                raise InvalidTableError(path=trees[name].tables.path, problems=(problem,))
            chosen[name] = trees[name]
    return BuildSources(
        sources=tuple(BuildSource(path=tree.root, project=name) for name, tree in chosen.items()),
        project=project,
        root=project.workspace.root.root,
    )
