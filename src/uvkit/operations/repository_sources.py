"""What a project in a repository requires, with the sources of its own `pyproject.toml` applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from uvkit.errors import InvalidTableError
from uvkit.model import (
    ArchiveSource,
    DeclaredRequirement,
    DirectorySource,
    GitSource,
    LocalMetadata,
    MetadataRows,
    without_credentials,
)
from uvkit.project import NoSources, lowered_tree

if TYPE_CHECKING:
    from uvkit.vcs import GitRepositories


def declared_in_repository(
    repositories: GitRepositories, source: GitSource, rows: MetadataRows, *, no_sources: NoSources
) -> LocalMetadata | None:
    """Return what a project at a commit requires, or none if its files name no sources.

    A folder or archive of the repository becomes a place in the repository at the same commit.

    Raises:
        InvalidTableError: a source cannot serve: it is broken, or leads out of the repository.
        GitError: the repository cannot be read.
    """
    if not any("sources" in text for text in _files(repositories, source)):
        return None
    with repositories.checkout(source) as top:
        folder = top / (source.subdirectory or "")
        try:
            declared = lowered_tree(folder, rows, root=top, no_sources=no_sources)
        except InvalidTableError as error:
            # The folder of the checkout is gone when somebody reads of it.
            path = error.path.relative_to(top) if error.path.is_relative_to(top) else error.path
            raise _error(source, path, error.problems) from error
    requires = tuple(_in_repository(one, source) for one in declared.requires_dist)
    return LocalMetadata(requires_dist=requires, provides_extras=declared.provides_extras)


def _files(repositories: GitRepositories, source: GitSource) -> Iterator[str]:
    """Yield the tables of the project and of the folders above it, one of which may be the root of its workspace."""
    folder = PurePosixPath(source.subdirectory or "")
    for place in (folder, *folder.parents):
        text = repositories.read(source, (place / "pyproject.toml").as_posix())
        if text is not None:
            yield text


def _in_repository(declared: DeclaredRequirement, around: GitSource) -> DeclaredRequirement:
    requirement = declared.requirement
    match requirement.source:
        case DirectorySource(path=path):
            inside = _inside(path, requirement.project, around)
            source = replace(around, subdirectory=None if inside == "." else inside, path=None)
        case ArchiveSource(path=Path() as path, subdirectory=subdirectory):
            inside = _inside(path, requirement.project, around)
            source = replace(around, subdirectory=subdirectory, path=inside)
        case _:
            return declared
    return replace(declared, requirement=replace(requirement, source=source))


def _inside(path: Path, project: str, around: GitSource) -> str:
    if path.is_absolute() or ".." in path.parts:
        problem = (f"tool.uv.sources.{project}", "it leads out of the repository")
        raise _error(around, Path(around.subdirectory or "", "pyproject.toml"), (problem,))
    return path.as_posix()


def _error(source: GitSource, path: Path, problems: tuple[tuple[str, str], ...]) -> InvalidTableError:
    error = InvalidTableError(path=path, problems=problems)
    error.add_note(f"in the repository `{without_credentials(source.repository)}` at `{source.commit}`")
    return error
