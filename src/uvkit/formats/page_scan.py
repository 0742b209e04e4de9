"""Find the files of each version in a JSON page without parsing it.

Pages of several megabytes are common and a run looks at a handful of their versions, so only the beginnings of the file
objects are looked at. Whatever is not laid out as all known indexes do it is left to a real parser.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .file_names import version_text

# What may stand between two file objects, and between a key and its value; a page uses one of each throughout.
_SEPARATORS = (b"},{", b"}, {")
_MARKS = (b'"filename":"', b'"filename": "')
_KEY = b'"filename"'
# Beginnings of files that no object has: the next one is looked at, or the page is left to a parser.
_NONE, _UNSURE = b"\0", b"\1"


class Scan(NamedTuple):
    """Where the files of each version stand: the insides of neighbouring objects, and the page without its files."""

    spans: dict[str, list[tuple[int, int]]]
    envelope: dict[str, Any]


def scan_page(body: bytes, project: str) -> Scan | None:
    """Return where the files of a project's versions are, or none if a parser has to tell.

    A span may hold other files that begin with the same project and version (an installer, an egg).
    """
    key = body.find(b'"files":')
    bracket = body.find(b"[", key)
    first = body.find(b"{", bracket)
    if key < 0 or bracket < 0 or first < 0 or body[key + 8 : bracket].strip() or body[bracket + 1 : first].strip():
        return None
    # The first two files show the style of all; in a page of another style the counts below differ.
    one = body.find(_KEY, first)
    two = body.find(_KEY, one + len(_KEY))
    mark = next((mark for mark in _MARKS if body.startswith(mark, one)), _MARKS[0])
    separator = next((mark for mark in _SEPARATORS if body.rfind(mark, one, max(two, one)) >= 0), _SEPARATORS[0])
    spans = _Spans(body, mark, separator)
    count = spans.find(project, first + 1)
    if not count or count != body.count(_KEY):
        return None
    # The last object is parsed to find its end; what remains around the files proves that they were the page's own.
    try:
        last = body[spans.tail :].decode()
        end = json.JSONDecoder().raw_decode("{" + last)[1] - 1
        envelope = json.loads(body[:first] + last[end:].encode())
    except ValueError:
        return None
    if not isinstance(envelope, dict) or envelope.get("files") != []:
        return None
    return Scan(spans.close(spans.tail + len(last[: end - 1].encode())), envelope)


class _Spans:
    """Collects the spans of one page."""

    def __init__(self, body: bytes, mark: bytes, separator: bytes) -> None:
        self.tail = 0  # where the last object begins
        self._body = body
        self._mark = mark
        self._separator = separator
        self._found: dict[bytes, list[tuple[int, int]]] = {}
        self._version: bytes | None = None
        self._start = 0
        self._prefixes: dict[bytes, bool] = {}

    def find(self, project: str, start: int) -> int:
        """Note the spans of all objects but the end of the last one; return how many there are, 0 if unsure.

        The files of a version follow one another, so most begin like the one before, and a comparison or two tell their
        version. Where an object ends matters only before one of another version.
        """
        find, begins, mark = self._body.find, self._body.startswith, self._mark
        width = len(mark)
        count, earlier, before = 0, start, start
        beginning = archive = _NONE
        at = find(mark, start)
        while at >= 0:
            count += 1
            if not begins(beginning, at) and not begins(archive, at):
                version, beginning = self._read(at, project)
                archive = beginning[:-1] + b".tar.gz"
                if beginning == _UNSURE:
                    return 0
                if version is None or version != self._version:
                    if count > 1:
                        start = self._boundary(before, at)
                        if start < 0:
                            return 0
                    self._end(start - len(self._separator))
                    self._version, self._start = version, start
            earlier, before = before, at
            at = find(mark, at + width)
        self.tail = start if count == 1 else self._boundary(earlier, before)
        return count if self.tail >= 0 else 0

    def _read(self, at: int, project: str) -> tuple[bytes | None, bytes]:
        """Return the version of the file whose name stands here, and how others of the version begin."""
        body = self._body
        begin = at + len(self._mark)
        end, after = body.find(b'"', begin), begin + len(project) + 1
        prefix = body[begin:after]
        known = self._prefixes.get(prefix)
        if known is None:
            known = self._prefixes[prefix] = _is_prefix(prefix, project)
        dash = body.find(b"-", after, end)
        if known and dash > 0 and body[end - 4 : end] == b".whl" and 2 < body.count(b"-", dash, end) < 5:
            version = body[after:dash]
            return version, _UNSURE if b"\\" in version else body[at : dash + 1]
        if known and dash < 0 and body[end - 7 : end] == b".tar.gz":
            version = body[after : end - 7]
            return version, _UNSURE if b"\\" in version else _NONE
        name = body[begin:end]
        if b"\\" in name:
            return None, _UNSURE
        text = version_text(name.decode(errors="replace"), project)
        return None if text is None else text.encode(), _NONE

    def _boundary(self, before: int, at: int) -> int:
        """Return where the object begins whose name stands at ``at``, or a negative number if that is not clear."""
        cut = self._body.rfind(self._separator, before, at)
        return cut + len(self._separator) if cut >= 0 else -1

    def _end(self, stop: int) -> None:
        if self._version is not None:
            self._found.setdefault(self._version, []).append((self._start, stop))

    def close(self, stop: int) -> dict[str, list[tuple[int, int]]]:
        """End the last span and return all."""
        self._end(stop)
        return {version.decode(errors="replace"): spans for version, spans in self._found.items()}


def _is_prefix(prefix: bytes, project: str) -> bool:
    """Tell whether a file name begins with the project's name and a hyphen, each run of ``-_.`` one character long."""
    name = prefix[:-1].decode(errors="replace").lower().replace("_", "-").replace(".", "-")
    return prefix[-1:] == b"-" and name == project
