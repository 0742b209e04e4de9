"""How long a stored answer may be used without asking again (RFC 9111); pure functions of headers and a clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .retry import http_date


class Freshness(NamedTuple):
    """Until when an answer is fresh (POSIX time), its validators, and whether it may be kept at all."""

    fresh_until: float
    etag: str | None
    last_modified: str | None
    no_store: bool

    @classmethod
    def of(cls, headers: Mapping[str, str], now: float, *, override: str | None = None) -> Freshness:
        """Return the freshness of an answer received at ``now``.

        ``override`` replaces the server's ``Cache-Control``. Without a lifetime in the answer it is stale at once: no
        guess is made from ``Last-Modified``, since a stale index page hides new files.
        """
        directives = parse_cache_control(headers.get("cache-control", "") if override is None else override)
        return cls(
            fresh_until=now if "no-cache" in directives else now + _lifetime(headers, directives, now=now),
            etag=headers.get("etag") or None,
            last_modified=headers.get("last-modified") or None,
            no_store="no-store" in directives,
        )

    def conditions(self) -> dict[str, str]:
        """Return the header fields that ask for the answer only if it changed."""
        return conditions(self.etag, self.last_modified)


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Return the header fields that ask for an answer only if it changed (RFC 9110, 13.1)."""
    fields = {}
    if etag:
        fields["if-none-match"] = etag
    if last_modified:
        fields["if-modified-since"] = last_modified
    return fields


def parse_cache_control(text: str) -> dict[str, str]:
    """Return the directives of a ``Cache-Control`` field by lower-case name; of repeated ones the first."""
    directives: dict[str, str] = {}
    for part in _split_outside_quotes(text):
        name, _, value = part.partition("=")
        name = name.strip().lower()
        if name:
            directives.setdefault(name, value.strip().strip('"'))
    return directives


def _split_outside_quotes(text: str) -> list[str]:
    if '"' not in text:
        return text.split(",")
    parts, start, quoted = [], 0, False
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _lifetime(headers: Mapping[str, str], directives: Mapping[str, str], *, now: float) -> float:
    lifetime = _seconds(directives.get("max-age"))
    if lifetime is None:
        expires = headers.get("expires")
        if not expires:
            return 0.0
        end = http_date(expires)
        if end is None:
            return 0.0
        sent = http_date(headers.get("date", ""))
        lifetime = end - (now if sent is None else sent)
    return max(0.0, lifetime - (_seconds(headers.get("age")) or 0.0))


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() else None
