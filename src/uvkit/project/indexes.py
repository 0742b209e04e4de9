"""Indexes as a project configures them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from uvkit.model import is_url, redacted, without_credentials

from .workspace import relative

if TYPE_CHECKING:
    from uvkit.formats import IndexTable, ToolTable
    from uvkit.resolver import CutOff


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexConfig:
    """One index: where it is, and when it is asked.

    ``url`` is what the user wrote, with credentials if it has some, but local paths are relative to the lock's folder.
    ``identity`` is what locks and listings call the index. ``layout`` flat is a plain list of files.
    """

    url: str = field(repr=False)
    name: str | None = None
    layout: Literal["simple", "flat"] = "simple"
    explicit: bool = False
    default: bool = False
    authenticate: Literal["auto", "always", "never"] = "auto"
    ignore_error_codes: frozenset[int] = frozenset()
    cache_control: Mapping[str, str] = field(default_factory=dict, hash=False)  # header values for "api" and "files"
    exclude_newer: CutOff | Literal[False] | None = None
    hash_algorithm: str | None = None
    publish_url: str | None = field(default=None, repr=False)
    is_of_file: bool = field(default=False, compare=False)  # a settings file names it, and no option or variable
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    written: str = field(default="", repr=False, compare=False)  # the URL or path as its author wrote it

    @property
    def identity(self) -> str:
        """Return the URL without credentials, or the path."""
        return without_credentials(self.url)

    def __repr__(self) -> str:
        marks = "".join(f", {mark}=True" for mark in ("default", "explicit") if getattr(self, mark))
        return f"IndexConfig(url={redacted(self.url)!r}, name={self.name!r}, layout={self.layout!r}{marks})"


def index_location(text: str, *, folder: Path, root: Path) -> str:
    """Return the location of an index as locks name it: a tidied URL, or a path relative to the lock's folder.

    ``folder`` is that of the file that names the index. Absolute paths stay absolute, as do `file:` URLs, which
    become paths.
    """
    if text.startswith("file:"):
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        return url2pathname(urlsplit(text).path)
    if is_url(text):
        return _tidy(text)
    if os.path.isabs(text):
        return Path(os.path.normpath(text)).as_posix()
    return relative(Path(os.path.normpath(folder / text)), root).as_posix()


def _tidy(url: str) -> str:
    """Return a URL with its host in lower case, without dot segments, and with a path (RFC 3986, 6.2.2)."""
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    if not slash:
        authority, mark, query = authority.partition("?")
        path = mark + query
    user, at, host = authority.rpartition("@")
    if "./" in path or path.endswith("."):
        place, mark, query = path.partition("?")
        kept: list[str] = []
        segments = place.split("/")
        for segment in segments:
            if segment == "..":
                del kept[-1:]
            elif segment != ".":
                kept.append(segment)
        if segments[-1] in {".", ".."}:
            kept.append("")
        path = "/".join(kept) + mark + query
    return f"{scheme}://{user}{at}{host.lower()}/{path}"


def cut_off(value: str | Literal[False]) -> CutOff | Literal[False]:
    """Return the cut-off that a setting names, or false for none at all.

    Raises:
        ValueError: the text is not a cut-off.
    """
    from uvkit.formats import parse_cut_off
    from uvkit.resolver import CutOff

    if not isinstance(value, str):
        return False
    parsed = parse_cut_off(value)
    if isinstance(parsed, tuple):
        return CutOff(span=parsed.text, length=parsed.length)
    return CutOff(timestamp=parsed)


def index_of(table: IndexTable, *, folder: Path, root: Path) -> IndexConfig:
    """Return the index that an entry of `[[tool.uv.index]]` configures."""
    return IndexConfig(
        url=index_location(table["url"], folder=folder, root=root),
        name=table.get("name"),
        layout=table.get("format", "simple"),
        explicit=table.get("explicit", False),
        default=table.get("default", False),
        authenticate=table.get("authenticate", "auto"),
        ignore_error_codes=frozenset(table.get("ignore-error-codes", ())),
        cache_control={key: str(value) for key, value in table.get("cache-control", {}).items()},
        exclude_newer=cut_off(table["exclude-newer"]) if "exclude-newer" in table else None,
        hash_algorithm=table.get("hash-algorithm"),
        publish_url=table.get("publish-url"),
        written=table["url"],
    )


def table_indexes(table: ToolTable, *, folder: Path, root: Path) -> tuple[IndexConfig, ...]:
    """Return the indexes of a table in the order in which they are asked, the default one last.

    The older keys come after `index`: `extra-index-url`, then `index-url`, which is a default.
    """
    listed = [replace(index_of(entry, folder=folder, root=root), is_of_file=True) for entry in table.get("index", ())]
    older = [
        IndexConfig(url=index_location(text, folder=folder, root=root)) for text in table.get("extra-index-url", ())
    ]
    if "index-url" in table:
        older.append(IndexConfig(url=index_location(table["index-url"], folder=folder, root=root), default=True))
    return tuple(in_order((*listed, *older)))


def flat_indexes(table: ToolTable, *, folder: Path, root: Path) -> tuple[IndexConfig, ...]:
    """Return the folders and pages of `find-links`."""
    return tuple(
        IndexConfig(url=index_location(text, folder=folder, root=root), layout="flat", written=text)
        for text in table.get("find-links", ())
    )


def in_order(indexes: Iterable[IndexConfig]) -> Iterator[IndexConfig]:
    """Yield indexes by priority: as given, but the first default one last and no other default one at all."""
    ordered = list(indexes)
    yield from (index for index in ordered if not index.default)
    yield from [index for index in ordered if index.default][:1]
