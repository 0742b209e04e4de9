"""Write a `pylock.toml` (PEP 751) in uv's layout."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from uvkit.model import FileRow, is_url

from .uv_lock_sources import file_name
from .uv_lock_write import _array, _key, _lines, _quoted, _text, upload_time  # one layout of TOML for both formats


@dataclass(frozen=True, slots=True, kw_only=True)
class PylockVcs:
    """A repository at a commit."""

    url: str
    commit: str
    reference: str | None = None
    subdirectory: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PylockDirectory:
    """A source tree; ``editable`` none leaves the choice to whoever installs."""

    path: str
    editable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PylockArchive:
    """A wheel or source archive outside of an index."""

    url: str | None = None
    path: str | None = None
    subdirectory: str | None = None
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PylockPackage:
    """One `[[packages]]` entry: files of an index, or one of the three other kinds."""

    name: str
    version: str | None = None
    marker: str = ""
    requires_python: str = ""
    index: str | None = None
    vcs: PylockVcs | None = None
    directory: PylockDirectory | None = None
    archive: PylockArchive | None = None
    sdist: FileRow | None = None
    wheels: Sequence[FileRow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PylockDocument:
    """A whole `pylock.toml`. ``tool`` is the text of tables that follow the packages."""

    created_by: str
    requires_python: str = ""
    environments: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    dependency_groups: tuple[str, ...] = ()
    default_groups: tuple[str, ...] = ()
    packages: tuple[PylockPackage, ...] = ()
    tool: str = ""


def write_pylock(document: PylockDocument, *, header: str = "", whole_moments: bool = False) -> str:
    """Return the text of a lock; every file must have a hash. ``whole_moments`` keeps fractions of seconds."""
    out = ["".join(f"# {line}\n" for line in header.splitlines()), 'lock-version = "1.0"\n']
    out.append(f"created-by = {_text(document.created_by)}\n")
    if document.environments:
        out.append(f"environments = {_array(document.environments)}\n")
    if document.requires_python:
        out.append(f"requires-python = {_text(document.requires_python)}\n")
    for key, names in (
        ("extras", document.extras),
        ("dependency-groups", document.dependency_groups),
        ("default-groups", document.default_groups),
    ):
        if names:
            out.append(f"{key} = {_array(names)}\n")
    if not document.packages:
        out.append("packages = []\n")
    out += [_package(package, moment if not whole_moments else upload_time) for package in document.packages]
    out.append(document.tool)
    return "".join(out)


def _package(package: PylockPackage, time: Callable[[str], str]) -> str:
    out = [f"\n[[packages]]\nname = {_text(package.name)}\n"]
    for key, value in (
        ("version", package.version),
        ("marker", package.marker),
        ("requires-python", package.requires_python),
        ("index", package.index),
    ):
        if value:
            out.append(f"{key} = {_text(value)}\n")
    if package.vcs is not None:
        out.append(f"vcs = {_vcs(package.vcs)}\n")
    if package.directory is not None:
        out.append(f"directory = {_directory(package.directory)}\n")
    if package.archive is not None:
        out.append(f"archive = {_archive(package.archive)}\n")
    if package.sdist is not None:
        out.append(f"sdist = {_file(package.sdist, time)}\n")
    if package.wheels:
        wheels = [_file(row, time) for row in package.wheels]
        out.append(f"wheels = {_lines(wheels) if len(wheels) > 1 else f'[{wheels[0]}]'}\n")
    return "".join(out)


def _vcs(vcs: PylockVcs) -> str:
    return _table(
        ("type", "git"),
        ("url", vcs.url),
        ("requested-revision", vcs.reference),
        ("commit-id", vcs.commit),
        ("subdirectory", vcs.subdirectory),
    )


def _directory(directory: PylockDirectory) -> str:
    path = f"path = {_text(directory.path)}"
    if directory.editable is None:
        return f"{{ {path} }}"
    return f"{{ {path}, editable = {'true' if directory.editable else 'false'} }}"


def _archive(archive: PylockArchive) -> str:
    place = _table(("url", archive.url), ("path", archive.path), ("subdirectory", archive.subdirectory))
    return f"{place[:-2]}, hashes = {_hashes(archive.hash)} }}"


def _file(row: FileRow, time: Callable[[str], str]) -> str:
    # Some addresses do not end with the file's name; then it has to be said.
    facts = [] if file_name(row.url) == row.filename else [f"name = {_text(row.filename)}"]
    facts.append(f"{'url' if is_url(row.url) else 'path'} = {_text(row.url)}")
    if row.uploaded:
        facts.append(f"upload-time = {time(row.uploaded)}")
    if row.size is not None:
        facts.append(f"size = {row.size}")
    facts.append(f"hashes = {_hashes(row.hash or '')}")
    return f"{{ {', '.join(facts)} }}"


def moment(text: str) -> str:
    """Return a moment without the fraction of its second."""
    return f"{upload_time(text).partition('.')[0].removesuffix('Z')}Z"


def _hashes(text: str) -> str:
    algorithm, _, digest = text.partition(":")
    return f"{{ {_key(algorithm)} = {_text(digest)} }}"


def _table(*entries: tuple[str, str | None]) -> str:
    return f"{{ {', '.join(f'{key} = {_text(value)}' for key, value in _present(entries))} }}"


def _present(entries: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return [(key, value) for key, value in entries if value]


def embedded_text(text: str) -> str:
    """Return a TOML string of several lines that holds a text."""
    if "'''" in text or "\r" in text:
        return _quoted(text)
    return f"'''\n{text}'''"
