"""Entries of one file each: index pages, metadata, facts about interpreters, memos."""

from __future__ import annotations

import marshal
import os
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from .memory import Memory
from .records import (
    StoredBody,
    discard_file,
    left_in_file,
    pack,
    pack_plain,
    pack_with_head,
    read_file,
    read_with_head,
    unpack,
    unpack_plain,
)

if TYPE_CHECKING:
    from uvkit.model import MetadataRows

    from .refresh import Refresh
    from .staging import Staging

PAGES, METADATA, INTERPRETERS, MEMO = "pages-v1", "metadata-v1", "interpreters-v1", "memo-v1"
# Bare repositories, which git itself keeps whole.
GIT = "git-v1"
# What other parts store may be marshalled by them, in the format of the running Python.
_FORMAT = f"m{marshal.version}"
_MEMORY_BYTES = 64 << 20
_MEMORY_ENTRIES = 4096
# What an entry takes whose digest stays in its file; a smaller one is in memory.
_STORED_BYTES = 1 << 15


class PageEntry(NamedTuple):
    """A digested index page with what is needed to ask whether it is still current (RFC 9111)."""

    digest: bytes | StoredBody
    etag: str | None
    last_modified: str | None
    fresh_until: float  # seconds since the epoch
    fetched: float
    final_url: str


class PageStore:
    """Digested index pages by index and project.

    What is stored beside the digest is verified, and so is the length of everything; a page that fails is a miss and
    goes. The digest itself has checksums of its own, verified as its parts are read: summing up megabytes of which a
    run needs kilobytes would take longer than reading them.
    """

    def __init__(self, root: str, staging: Staging, refresh: Refresh) -> None:
        self._root = f"{root}/{PAGES}/{_FORMAT}"
        self._staging = staging
        self._refresh = refresh
        self._memory: Memory[PageEntry] = Memory(_MEMORY_BYTES)
        self._folders: dict[str, str] = {}

    def load(self, index_url: str, project: str) -> PageEntry | None:
        """Return the stored page, or none. On a refreshing view it is stale until stored again through that view."""
        path = self._path(index_url, project)
        entry = self._memory.get(path)
        if entry is None:
            found = read_with_head(path)
            if found is None:
                discard_file(path)
                return None
            entry = PageEntry(found[1], *found[0])
            self._memory.put(path, entry, min(len(entry.digest), _STORED_BYTES))
        if self._refresh.wanted(project, path):
            return entry._replace(fresh_until=0.0)
        return entry

    def store(self, index_url: str, project: str, entry: PageEntry) -> PageEntry:
        """Keep a page, and return it with a large digest left in its file.

        Raises:
            StorageError: the cache cannot be written to.
        """
        path = self._path(index_url, project)
        digest = entry.digest if isinstance(entry.digest, bytes) else entry.digest[:]
        self._staging.put(path, pack_with_head(tuple(entry[1:]), digest))
        entry = entry._replace(digest=left_in_file(path, digest))
        self._memory.put(path, entry, min(len(digest), _STORED_BYTES))
        self._refresh.done(path)
        return entry

    def discard(self, index_url: str, project: str) -> None:
        """Remove a page whose digest turned out to be damaged."""
        path = self._path(index_url, project)
        self._memory.drop(path)
        discard_file(path)

    def forget(self) -> None:
        """Forget what is in memory."""
        self._memory.clear()

    def _path(self, index_url: str, project: str) -> str:
        folder = self._folders.get(index_url)
        if folder is None:
            folder = self._folders[index_url] = f"{self._root}/{key_digest(index_url)}"
        return f"{folder}/{project}"


class MetadataStore:
    """Dependencies of distributions, by the digest of the file or by its URL. A damaged entry is a miss and goes."""

    def __init__(self, root: str, staging: Staging, refresh: Refresh) -> None:
        self._root = f"{root}/{METADATA}"
        self._staging = staging
        self._refresh = refresh
        self._memory: Memory[MetadataRows] = Memory(_MEMORY_ENTRIES)

    def load(self, key: str) -> MetadataRows | None:
        """Return what is stored for a file, or none.

        A digest (``algorithm:hex``) always means the same content; a URL or path is a miss on a refreshing view until
        stored again through that view.
        """
        rows = self._memory.get(key)
        if rows is None:
            path = self._path(key)
            raw = read_file(path)
            if raw is None:
                return None
            rows = _parse_metadata(raw)
            if rows is None:
                discard_file(path)
                return None
            self._memory.put(key, rows)
        if "/" in key and self._refresh.wanted(rows.project, key):
            return None
        return rows

    def store(self, key: str, rows: MetadataRows) -> None:
        """Keep the metadata of a file.

        Raises:
            StorageError: the cache cannot be written to.
        """
        self._staging.put(self._path(key), pack_plain(rows.to_plain()))
        self._memory.put(key, rows)
        self._refresh.done(key)

    def forget(self) -> None:
        """Forget what is in memory."""
        self._memory.clear()

    def _path(self, key: str) -> str:
        digest = key_digest(key)
        return f"{self._root}/{digest[:2]}/{digest[2:]}"


class InterpreterStore:
    """Facts about interpreters, by whatever key tells that they still hold."""

    def __init__(self, root: str, staging: Staging) -> None:
        self._root = f"{root}/{INTERPRETERS}"
        self._staging = staging

    def load(self, key: str) -> dict[str, Any] | None:
        """Return the facts, or none."""
        path = f"{self._root}/{key_digest(key)}"
        raw = read_file(path)
        if raw is None:
            return None
        facts = unpack_plain(raw)
        if not isinstance(facts, dict):
            discard_file(path)
            return None
        return facts

    def store(self, key: str, facts: dict[str, Any]) -> None:
        """Keep facts made of texts, numbers, lists and dictionaries.

        Raises:
            StorageError: the cache cannot be written to.
        """
        self._staging.put(f"{self._root}/{key_digest(key)}", pack_plain(facts))


class MemoStore:
    """Results that can be computed again, by what they depend on.

    ``name`` is the kind of result and goes into a path; ``key`` must name everything the result depends on.
    """

    def __init__(self, root: str, staging: Staging) -> None:
        self._root = f"{root}/{MEMO}/{_FORMAT}"
        self._staging = staging

    def load(self, name: str, key: str | bytes) -> bytes | None:
        """Return the result, or none."""
        path = f"{self._root}/{name}/{key_digest(key)}"
        raw = read_file(path)
        if raw is None:
            return None
        body = unpack(raw)
        if body is None:
            discard_file(path)
        return body

    def store(self, name: str, key: str | bytes, value: bytes) -> None:
        """Keep a result.

        Raises:
            StorageError: the cache cannot be written to.
        """
        self._staging.put(f"{self._root}/{name}/{key_digest(key)}", pack(value))


def key_digest(key: str | bytes) -> str:
    """Return a key as a file name."""
    return blake2b(key.encode() if isinstance(key, str) else key, digest_size=16).hexdigest()


def page_project(path: str) -> str:
    """Return the project whose page a file holds."""
    return os.path.basename(path)


def metadata_project(path: str) -> str | None:
    """Return the project whose metadata a file holds, or none if it is damaged."""
    raw = read_file(path)
    plain = None if raw is None else unpack_plain(raw)
    return str(plain[0]) if isinstance(plain, tuple) and plain else None


def _parse_metadata(raw: bytes) -> MetadataRows | None:
    from uvkit.model import MetadataRows

    plain = unpack_plain(raw)
    try:
        return MetadataRows.from_plain(plain)
    except (ValueError, TypeError, AttributeError):
        return None
