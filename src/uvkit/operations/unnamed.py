"""Find out the name of a project that was given as a path or URL alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from uvkit.errors import InvalidMetadataError, InvalidRequirementError, StorageError
from uvkit.formats import parse_pyproject
from uvkit.fs import extract_archive
from uvkit.model import ArchiveSource, DirectorySource, GitSource, ProjectName, Source

if TYPE_CHECKING:
    from uvkit.net import HttpResponse

    from .session import Session

_CHUNK = 1 << 17


def name_of_source(source: Source, session: Session, *, origin: str) -> ProjectName:
    """Return the name of the project at a place: as its `pyproject.toml` says, else as its backend does.

    Raises:
        InvalidRequirementError: it is not a place.
        InvalidMetadataError: there is nothing at the place.
        InvalidTableError: its `pyproject.toml` is not valid.
        BuildError, SourceError, IndexAccessError: it cannot be fetched or asked.
    """
    match source:
        case DirectorySource(path=path):
            return name_of_tree(path, session)
        case ArchiveSource(path=Path() as path):
            return _name_of_archive(path, source, session)
        case ArchiveSource(url=str(url)):
            with session.cache.scratch() as folder:
                path = folder / (unquote(urlsplit(url).path.rpartition("/")[2]) or "archive")
                _download(url, path, session)
                return _name_of_archive(path, source, session)
        case GitSource():
            with session.builder().checkout(source) as tree:
                return name_of_tree(tree, session)
        case _:
            raise InvalidRequirementError(text=str(source), origin=origin or None, reason="it has no place of its own")


def name_of_tree(tree: Path, session: Session) -> ProjectName:
    """Return the name of the project in a source tree; raises as `name_of_source`."""
    path = tree / "pyproject.toml"
    try:
        project = parse_pyproject(path.read_text(encoding="utf-8"), path).project
    except FileNotFoundError as error:
        if not tree.is_dir():
            raise InvalidMetadataError(filename=str(tree), problems=("there is no such directory",)) from error
        project = None
    return project.name if project is not None else session.builder().metadata(tree).project


def _name_of_archive(path: Path, source: ArchiveSource, session: Session) -> ProjectName:
    with session.cache.scratch() as folder:
        try:
            extract_archive(path, folder)
        except FileNotFoundError as error:
            raise InvalidMetadataError(filename=str(path), problems=("there is no such file",)) from error
        inner = [entry for entry in folder.iterdir() if entry.is_dir()]
        root = inner[0] if len(inner) == 1 else folder
        return name_of_tree(root / source.subdirectory if source.subdirectory else root, session)


def _download(url: str, path: Path, session: Session) -> None:
    def consume(response: HttpResponse) -> None:
        try:
            with path.open("wb") as file:
                for piece in response.chunks(_CHUNK):
                    file.write(piece)
        except OSError as error:
            raise StorageError(path=path, reason=error.strerror or str(error)) from error

    session.http.fetch(url, consume, accept_statuses=frozenset())
