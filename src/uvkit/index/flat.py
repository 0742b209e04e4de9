"""Indexes on this machine: a folder of files, a page of links, or the folder layout of the Simple API (PEP 503)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from uvkit.errors import SourceNotFoundError
from uvkit.formats import parse_html_page, parse_json_page, version_text
from uvkit.model import FileRow, Listing, ProjectName

from .access import Layout

_PAGES = ("index.json", "index.html")


def local_listing(
    folder: Path, project: ProjectName, *, identity: str, layout: Layout, relative: bool
) -> Listing | None:
    """Return the project's files in a local index, or none if it has none.

    ``relative`` gives the files' paths relative to the folder, as a lock records them. Hashes and sizes are not read.

    Raises:
        SourceNotFoundError: a flat one is not there.
    """
    rows = _simple(folder, project) if layout == "simple" else _page(folder, project)
    if rows is None:
        places = [folder / project, folder] if layout == "simple" else [folder]
        found = next((place for place in places if place.is_dir()), None)
        if found is None and layout == "flat" and not folder.exists():
            raise SourceNotFoundError(what="find-links folder", path=folder)
        rows = _files(found, project) if found is not None else {}
    if not rows:
        return None
    if relative and folder.is_dir():
        rows = {version: [_relative(row, folder) for row in group] for version, group in rows.items()}
    return Listing.of(project, identity, rows)


def _simple(folder: Path, project: str) -> dict[str, list[FileRow]] | None:
    """Return the rows of a page in the folder layout, or none if there is no page."""
    for name in _PAGES:
        page = folder / project / name
        if page.is_file():
            parse = parse_json_page if name.endswith(".json") else parse_html_page
            return parse(page.read_bytes(), url=page.absolute().as_uri(), project=project)
    return None


def _page(page: Path, project: str) -> dict[str, list[FileRow]] | None:
    """Return the rows of a page of links on disk, or none if the path is no file; files beside it become paths."""
    if not page.is_file():
        return None
    return parse_html_page(page.read_bytes(), url=page.absolute().as_uri(), project=project)


def _files(folder: Path, project: str) -> dict[str, list[FileRow]]:
    rows: dict[str, list[FileRow]] = {}
    for path in _children(folder):
        version = version_text(path.name, project)
        if version is not None:
            row = FileRow(path.name, path.absolute().as_posix(), None, None, None, None, None, None)
            rows.setdefault(version, []).append(row)
    return rows


def _children(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file())


def _relative(row: FileRow, folder: Path) -> FileRow:
    path = Path(row.url)
    root = folder.absolute()
    return row._replace(url=path.relative_to(root).as_posix()) if path.is_relative_to(root) else row
