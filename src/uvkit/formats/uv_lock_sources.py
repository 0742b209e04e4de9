"""Sources as `uv.lock` writes them: texts, and the order in which packages of one name are listed."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote_plus, unquote, unquote_plus

from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    FileRow,
    GitSource,
    IndexSource,
    Source,
    is_url,
    without_credentials,
    without_fragment,
)

SourceKey: TypeAlias = tuple[int, str, tuple[str, ...]]

_REFERENCES = ("tag", "branch", "rev")
_COMMIT_DIGITS = frozenset("0123456789abcdefABCDEF")


def source_entry(source: Source) -> tuple[str, str, str]:
    """Return the key that names the kind of a source, its value, and the subdirectory of an archive (or nothing)."""
    match source:
        case IndexSource(index=index):
            return "registry", index, ""
        case GitSource():
            return "git", git_text(source), ""
        case ArchiveSource(url=None, path=path, subdirectory=subdirectory):
            return "path", path_text(path or Path()), subdirectory or ""
        case ArchiveSource(url=str(url), subdirectory=subdirectory):
            return "url", without_fragment(without_credentials(url)), subdirectory or ""
        case DirectorySource(path=path, editable=editable, virtual=virtual):
            return "virtual" if virtual else "editable" if editable else "directory", path_text(path), ""
    raise AssertionError(source)


def source_of_entry(kind: str, value: str, subdirectory: str = "") -> Source:
    """Return the source that an entry names.

    Raises:
        ValueError: the kind is unknown.
    """
    match kind:
        case "registry":
            return IndexSource(index=value)
        case "git":
            return git_of_text(value)
        case "url":
            return ArchiveSource(url=value, subdirectory=subdirectory or None)
        case "path":
            return ArchiveSource(path=Path(value), subdirectory=subdirectory or None)
        case "directory" | "editable" | "virtual":
            return DirectorySource(path=Path(value), editable=kind == "editable", virtual=kind == "virtual")
    raise ValueError(f"`{kind}` is not a kind of source")


def path_text(path: Path) -> str:
    """Return a path with forward slashes; the folder of the lock itself is a dot."""
    return path.as_posix()


def git_text(source: GitSource) -> str:
    """Return the address of a repository, what of it is meant, and the commit if it is known."""
    parameters = [
        ("subdirectory", source.subdirectory),
        ("path", source.path),
        ("lfs", "true" if source.lfs else None),
        *[(source.reference_kind or "rev", source.reference)],
    ]
    query = "&".join(f"{key}={quote_plus(value, safe='*')}" for key, value in parameters if value)
    commit = f"#{source.commit}" if source.commit else ""
    return f"{without_credentials(source.repository)}{'?' if query else ''}{query}{commit}"


def git_of_text(text: str) -> GitSource:
    """Return the source that ``git_text`` wrote."""
    address, _, commit = text.partition("#")
    repository, _, query = address.partition("?")
    values = {key: unquote_plus(value) for key, _, value in (part.partition("=") for part in query.split("&"))}
    kind = next((key for key in _REFERENCES if key in values), None)
    return GitSource(
        repository=repository,
        reference=values[kind] if kind else None,
        reference_kind=kind,
        commit=commit or None,
        subdirectory=values.get("subdirectory"),
        path=values.get("path"),
        lfs=values.get("lfs") == "true",
    )


def is_commit(text: str | None) -> bool:
    """Tell whether a text is the full name of a commit."""
    return text is not None and len(text) == 40 and _COMMIT_DIGITS.issuperset(text)


def source_key(source: Source) -> SourceKey:
    """Return a tuple that sorts sources as packages of one name and version are listed."""
    match source:
        case IndexSource(index=index):
            return 0 if is_url(index) else 1, index, ()
        case GitSource(commit=commit, subdirectory=subdirectory, path=path, lfs=lfs):
            kind = _REFERENCES.index(source.reference_kind) if source.reference_kind in _REFERENCES else 3
            parts = (commit or "", subdirectory or "", path or "", str(kind), source.reference or "", str(lfs))
            return 2, source.repository, parts
    kind_text, value, subdirectory = source_entry(source)
    return ("url", "path", "directory", "editable", "virtual").index(kind_text) + 3, value, (subdirectory,)


def is_local_file(source: Source) -> bool:
    """Tell whether the file of a source is named by its name alone: an archive on this machine or in a repository."""
    if isinstance(source, GitSource):
        return source.path is not None
    return isinstance(source, ArchiveSource) and source.url is None


def direct_row(source: Source, digest: str | None) -> FileRow:
    """Return the row of the only archive that a direct source has; the lock records nothing but its digest."""
    match source:
        case ArchiveSource(url=str(url)):
            location = without_credentials(url)
        case ArchiveSource(path=path) if path is not None:
            location = path_text(path)
        case GitSource(path=str(inner)):
            location = inner
        case _:
            location = ""
    return FileRow(file_name(location), location, digest, None, None, None, None, None)


def file_name(location: str) -> str:
    """Return the file name at the end of a URL or path."""
    name = location.partition("#")[0].partition("?")[0].rpartition("/")[2] if "://" in location else location
    if name is location:
        return location.replace("\\", "/").rpartition("/")[2]
    return unquote(name) if "%" in name else name
