"""Project pages digested: versions sorted once, the files of each version kept as text until somebody asks.

A digest is what the cache keeps of a page. It starts with a fixed header (magic, length of the head, number of
versions, checksum of head and table); the head holds the page's URL and the versions, newest first, the table each
version's offset and checksum, and the rest is one JSON text per version: file objects as served, or rows.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Callable, Mapping, Sequence
from sys import byteorder
from typing import Any
from zlib import crc32

from uvkit.model import FileRow, Listing, ProjectName

from .file_names import ordered_versions, version_text
from .simple_json import check_envelope, page_files, split_files, values_of

_MAGIC = b"uvL1"
_HEADER = struct.Struct("<4sIII")
_ENTRY = struct.Struct("<II")


class DamagedDigestError(ValueError):
    """Bytes are not a digest, or not a whole one; whoever stored them should fetch the page again."""


def digest_json_page(body: bytes, *, url: str, project: str) -> bytes:
    """Return the digest of a JSON page.

    Raises:
        InvalidResponseError: it is not a project page.
    """
    split = split_files(body)
    groups = None
    if split is not None:
        check_envelope(split[1], url=url)
        groups = _grouped(split[0], project)
    if groups is None:
        groups = {}
        for file in page_files(body, url=url):
            version = version_text(file["filename"], project)
            if version is not None:
                groups.setdefault(version, []).append(json.dumps(file).encode()[1:-1])
    return _encode(url, groups, opening=b"[{", separator=b"},{", closing=b"}]")


def digest_rows(rows: Mapping[str, Sequence[FileRow]], *, url: str) -> bytes:
    """Return the digest of rows by version text."""
    groups = {text: [json.dumps(row).encode()[1:-1] for row in group] for text, group in rows.items()}
    return _encode(url, groups, opening=b"[[", separator=b"],[", closing=b"]]")


def open_digest(
    data: bytes | memoryview,
    *,
    project: ProjectName,
    index: str,
    heal: Callable[[str], Sequence[FileRow]] | None = None,
) -> Listing:
    """Return the listing that a digest holds; files are decoded when asked for, so ``data`` may be a mapped file.

    ``heal`` gives the files of a version (by its text) that turns out to be damaged when it is read.

    Raises:
        DamagedDigestError: it is not a whole digest. Without ``heal`` a damaged version raises this when it is read.
    """
    try:
        magic, head, count, checksum = _HEADER.unpack_from(data)
    except struct.error as error:
        raise DamagedDigestError("the digest is too short") from error
    table = _HEADER.size + head
    start = table + _ENTRY.size * count
    if magic != _MAGIC or len(data) < start or crc32(data[_HEADER.size : start]) != checksum:
        raise DamagedDigestError("the head of the digest is damaged")
    url, *versions = bytes(data[_HEADER.size : table]).decode().split("\n")

    def read(position: int) -> Sequence[Any]:
        end, check = _ENTRY.unpack_from(data, table + _ENTRY.size * position)
        begin = _ENTRY.unpack_from(data, table + _ENTRY.size * (position - 1))[0] if position else 0
        text = data[start + begin : start + end]
        if crc32(text) != check:
            if heal is not None:
                return heal(versions[position])
            raise DamagedDigestError(f"the files of {project} {versions[position]} are damaged")
        items = json.loads(bytes(text))
        if items and isinstance(items[0], dict):
            return [values for item in items if _is_listed((values := values_of(item, url))[0])]
        return list(items)

    return Listing(project, index, versions=tuple(versions), read=read)


def _grouped(pieces: Sequence[bytes], project: str) -> dict[str, list[bytes]] | None:
    """Return the file objects by version text, or none if a name is spelled in a way that needs a real parser.

    Pages list the wheels of a version one after another, so most files begin like the one before them, and one
    comparison tells their version. What else begins like that (an installer, an egg) is left out when it is read.
    """
    mark = b'"filename": "' if b'"filename": "' in pieces[0] else b'"filename":"'
    width, skip = len(mark), len(project) + 1
    groups: dict[bytes, list[bytes]] = {}
    others: dict[str, list[bytes]] = {}
    prefixes: dict[bytes, bool] = {}
    beginning, at, group = b"\0", 0, [b""]
    for piece in pieces:
        if piece.startswith(beginning, at):
            group.append(piece)
            continue
        at = piece.find(mark)
        begin = at + width
        end, after = piece.find(b'"', begin), begin + skip
        prefix = piece[begin:after]
        known = prefixes.get(prefix)
        if known is None:
            known = prefixes[prefix] = _is_prefix(prefix, project)
        dash = piece.find(b"-", after, end)
        beginning = b"\0"
        if known and dash > 0 and piece[end - 4 : end] == b".whl" and 2 < piece.count(b"-", dash, end) < 5:
            version = piece[after:dash]
            beginning = piece[at : dash + 1]
        elif known and dash < 0 and piece[end - 7 : end] == b".tar.gz":
            version = piece[after : end - 7]
        else:
            name = piece[begin:end]
            if at < 0 or b"\\" in name:
                return None
            text = version_text(name.decode(errors="replace"), project)
            if text is not None:
                others.setdefault(text, []).append(piece)
            continue
        group = groups.setdefault(version, [])
        group.append(piece)
    if any(b"\\" in version for version in groups):
        return None
    merged = {version.decode(errors="replace"): group for version, group in groups.items()}
    for text, more in others.items():
        merged.setdefault(text, []).extend(more)
    return merged


def _is_prefix(prefix: bytes, project: str) -> bool:
    """Tell whether a file name begins with the project's name and a hyphen, each run of ``-_.`` one character long."""
    name = prefix[:-1].decode(errors="replace").lower().replace("_", "-").replace(".", "-")
    return prefix[-1:] == b"-" and name == project


def _is_listed(filename: str) -> bool:
    """Tell whether a file that begins with a project and a version is a wheel or source distribution."""
    if filename[-4:] == ".whl":
        return 3 < filename.count("-") < 6
    return filename[-7:] == ".tar.gz" or filename[-4:] == ".zip"


def _encode(
    url: str, groups: Mapping[str, Sequence[bytes]], *, opening: bytes, separator: bytes, closing: bytes
) -> bytes:
    versions: list[str] = []
    table = array("I")
    blobs: list[bytes] = []
    end = 0
    for canonical, spellings in ordered_versions(groups):
        pieces = [piece for spelling in spellings for piece in groups[spelling]]
        blob = b"".join((opening, separator.join(pieces), closing))
        blobs.append(blob)
        end += len(blob)
        versions.append(canonical)
        table.extend((end, crc32(blob)))
    if byteorder == "big":
        table.byteswap()
    head = "\n".join([url, *versions]).encode()
    entries = table.tobytes()
    header = _HEADER.pack(_MAGIC, len(head), len(versions), crc32(head + entries))
    return b"".join((header, head, entries, *blobs))
