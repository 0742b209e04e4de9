"""Write requirements files: one requirement with its digests and comments, in the layout of pip-compile and uv."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    ExtraName,
    GitSource,
    ProjectName,
    Requirement,
    Source,
    is_url,
)

INDENT: Final = "    "


def requirement_text(
    project: ProjectName,
    *,
    version: str | None = None,
    extras: Iterable[ExtraName] = (),
    source: Source | None = None,
    place: str = "",
    marker: str = "",
) -> str:
    """Return a requirement as one line without its end: pinned to a version, or a direct reference.

    ``place`` is how the path or URL of ``source`` is to be written; without one, paths become URLs. A path stands
    alone, as it is written, a URL after the name (PEP 508). The marker of an editable one is left out: pip would not
    understand it.
    """
    if isinstance(source, DirectorySource) and source.editable:
        return f"-e {place or place_text(source)}"
    names = ", ".join(sorted(extras))
    name = f"{project}[{names}]" if names else project
    if source is None:
        text = f"{name}=={version}" if version is not None else name
    elif place and not _is_url(place):
        text = place
    else:
        text = f"{name} @ {place or place_text(source)}"
    return f"{text} ; {marker}" if marker else text


def place_text(source: Source) -> str:
    """Return the URL of a direct reference; credentials in it are the caller's to remove."""
    match source:
        case DirectorySource() | ArchiveSource() | GitSource():
            return str(Requirement(project=ProjectName("x"), source=source)).partition(" @ ")[2]
        case _:
            return source.index


def requirement_block(text: str, *, hashes: Iterable[str] = (), comments: Iterable[str] = ()) -> str:
    """Return the lines of a requirement: its digests (`sha256:…`) by `--hash` options, then comments of its own."""
    lines = [text, *(f"{INDENT}--hash={digest}" for digest in hashes)]
    body = " \\\n".join(lines)
    return "".join([f"{body}\n", *(f"{INDENT}# {comment}\n" for comment in comments)])


def _is_url(place: str) -> bool:
    return is_url(place) or place.startswith("file:")
