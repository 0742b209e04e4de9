"""Project pages digested: versions sorted once, the files of each version kept as text until somebody asks.

A digest is what the cache keeps of a page. It starts with a fixed header: magic, length of the names, numbers of
versions and spans, checksum of all before the text. The names are the page's URL and the versions, newest first. The
tables hold, per version, where its spans end in the table of spans (with a bit that says whether they hold rows) and a
checksum of its text, and per span where it begins and ends in the text. The text is the page as it was served, and rows
as JSON: of every version if the page was not JSON, else of the one that is nearly always asked for.
"""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Callable, Mapping, Sequence
from sys import byteorder
from typing import Any, Protocol
from zlib import crc32

from packaging.version import Version

from uvkit.errors import InvalidResponseError
from uvkit.model import FileRow, Listing, ProjectName, redacted

from .file_names import is_plain, ordered_versions, version_text
from .page_scan import scan_page
from .simple_json import check_envelope, page_files, values_of

_MAGIC = b"uvL3"
_HEADER = struct.Struct("<4sIIII")
_PAIR = struct.Struct("<II")
_ARE_ROWS = 1 << 31
_SEPARATORS = (b"},{", b"],[")
_Spans = Sequence[tuple[int, int]]


class DamagedDigestError(ValueError):
    """Bytes are not a digest, or not a whole one; whoever stored them should fetch the page again."""


def digest_json_page(body: bytes, *, url: str, project: str) -> bytes:
    """Return the digest of a JSON page.

    Raises:
        InvalidResponseError: it is not a project page.
    """
    scan = scan_page(body, project)
    if scan is not None:
        check_envelope(scan.envelope, url=url)
        return _encode(url, scan.spans, body)
    groups: dict[str, list[bytes]] = {}
    for file in page_files(body, url=url):
        version = version_text(file["filename"], project)
        if version is not None:
            groups.setdefault(version, []).append(json.dumps(file).encode()[1:-1])
    return _encode(url, *_laid_out(groups, b"},{"))


def digest_rows(rows: Mapping[str, Sequence[FileRow]], *, url: str) -> bytes:
    """Return the digest of rows by version text."""
    groups = {text: [json.dumps(row).encode()[1:-1] for row in group] for text, group in rows.items()}
    return _encode(url, *_laid_out(groups, b"],["), flag=_ARE_ROWS)


class Sliced(Protocol):
    """Bytes that are somewhere else, such as in a file."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def __getitem__(self, part: slice, /) -> bytes:
        """Return some of them."""
        ...


def open_digest(
    data: bytes | Sliced,
    *,
    project: ProjectName,
    index: str,
    heal: Callable[[str], Sequence[FileRow]] | None = None,
) -> Listing:
    """Return the listing that a digest holds; files are decoded when asked for, so ``data`` may stay in a file.

    ``heal`` gives the files of a version (by its text) that turns out to be damaged when it is read.

    Raises:
        DamagedDigestError: it is not a whole digest. Without ``heal`` a damaged version raises this when it is read.
        InvalidResponseError: when a version is read, the index served something else than files there.
    """
    try:
        magic, names, count, spans, checksum = _HEADER.unpack(data[: _HEADER.size])
    except struct.error as error:
        raise DamagedDigestError("the digest is too short") from error
    table = _HEADER.size + names
    places = table + _PAIR.size * count
    text = places + _PAIR.size * spans
    front = data[:text] if magic == _MAGIC and text <= len(data) else b""
    if len(front) != text or _checksum(front) != checksum:
        raise DamagedDigestError("the head of the digest is damaged")
    url, *versions = front[_HEADER.size : table].decode().split("\n")

    def read(position: int) -> Sequence[Any]:
        last, check = _PAIR.unpack_from(front, table + _PAIR.size * position)
        first = _PAIR.unpack_from(front, table + _PAIR.size * (position - 1))[0] & ~_ARE_ROWS if position else 0
        parts = []
        for number in range(first, last & ~_ARE_ROWS):
            begin, end = _PAIR.unpack_from(front, places + _PAIR.size * number)
            parts.append(data[text + begin : text + end])
        files = _SEPARATORS[last >= _ARE_ROWS].join(parts)
        if crc32(files) != check:
            if heal is not None:
                return heal(versions[position])
            raise DamagedDigestError(f"the files of {project} {versions[position]} are damaged")
        if last >= _ARE_ROWS:
            return list(json.loads(b"".join((b"[[", files, b"]]"))))
        return _values(files, url, version=versions[position])

    return Listing(project, index, versions=tuple(versions), read=read)


def _values(files: bytes, url: str, *, version: str) -> list[tuple[Any, ...]]:
    """Return the values of file objects without those that are no wheels or source distributions.

    Raises:
        InvalidResponseError: they are not JSON, or not file objects.
    """
    try:
        items = json.loads(b"".join((b"[{", files, b"}]")))
    except ValueError as error:
        reason = f"the files of version {version} are not JSON"
        raise InvalidResponseError(url=redacted(url), reason=reason) from error
    return [values for item in items if _is_listed((values := values_of(item, url))[0])]


def _checksum(front: bytes) -> int:
    """Return the checksum of everything before the text but the checksum itself."""
    return crc32(front[_HEADER.size :], crc32(front[: _HEADER.size - 4]))


def _is_listed(filename: str) -> bool:
    """Tell whether a file that begins with a project and a version is a wheel or source distribution."""
    if filename[-4:] == ".whl":
        return 3 < filename.count("-") < 6 and is_plain(filename)
    return (filename[-7:] == ".tar.gz" or filename[-4:] == ".zip") and is_plain(filename)


def _laid_out(groups: Mapping[str, Sequence[bytes]], separator: bytes) -> tuple[dict[str, _Spans], bytes]:
    """Return where the files of each version are in one text."""
    spans: dict[str, _Spans] = {}
    texts: list[bytes] = []
    end = 0
    for version, group in groups.items():
        text = separator.join(group)
        spans[version] = ((end, end + len(text)),)
        end += len(text)
        texts.append(text)
    return spans, b"".join(texts)


def _encode(url: str, spans: Mapping[str, _Spans], text: bytes, *, flag: int = 0) -> bytes:
    """Return the digest of files that stand in a text, as rows or, without the flag, as file objects."""
    versions: list[str] = []
    ends: list[int] = []
    places: list[int] = []
    view = memoryview(text)
    opened = b""
    for canonical, spellings in ordered_versions(spans):
        own = spans[spellings[0]]
        if len(spellings) > 1:
            own = [place for spelling in spellings for place in spans[spelling]]
        begin, end = own[0]
        files = view[begin:end] if len(own) == 1 else _SEPARATORS[flag > 0].join([view[b:e] for b, e in own])
        kind = flag
        if not flag and not opened and not Version(canonical).is_prerelease:
            opened = _opened(bytes(files), url)
            if opened:
                files, own, kind = opened, ((len(text), len(text) + len(opened)),), _ARE_ROWS
        for place in own:
            places += place
        ends += (len(places) // 2 | kind, crc32(files))
        versions.append(canonical)
    tables = array("I", ends + places)
    if byteorder == "big":
        tables.byteswap()
    names = "\n".join([url, *versions]).encode()
    head = names + tables.tobytes()
    header = _HEADER.pack(_MAGIC, len(names), len(versions), len(places) // 2, 0)
    checksum = _checksum(header + head)
    return b"".join((header[:-4], checksum.to_bytes(4, "little"), head, text, opened))


def _opened(files: bytes, url: str) -> bytes:
    """Return the rows of the newest stable version, which nearly every run asks for, to be read four times as fast.

    Nothing is returned for what cannot be read: the error belongs to whoever asks.
    """
    try:
        return json.dumps(_values(files, url, version="")).encode()[2:-2]
    except InvalidResponseError:
        return b""
