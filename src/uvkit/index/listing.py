"""Pages of one remote index: fetched by HTTP's caching rules, digested once, kept digested."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from uvkit.errors import AuthenticationError, HttpStatusError, InvalidResponseError, OfflineError, StorageError
from uvkit.formats import (
    HTML_TYPE,
    JSON_TYPE,
    DamagedDigestError,
    digest_json_page,
    digest_rows,
    open_digest,
    parse_html_page,
)
from uvkit.model import FileRow, Listing, ProjectName, redacted
from uvkit.net import Answer, Freshness, HttpClient, conditions
from uvkit.runtime import new_lock

from .access import IndexAccess, Layout

if TYPE_CHECKING:
    from uvkit.cache import Cache, PageEntry, StoredBody

# JSON first: it carries sizes and upload times. The weights are those of PEP 691's example.
ACCEPT = f"{JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, {HTML_TYPE};q=0.01"
# Starts the tags that are made here; a server's own are quoted and never begin like this.
_OWN_TAG = "sha256-"
# How long a page of links is used for further projects without asking whether it changed.
_FLAT_SECONDS = 60
_HTML_TYPES = frozenset({HTML_TYPE, "application/vnd.pypi.simple.v1+html", "application/xhtml+xml"})


class Found(NamedTuple):
    """An answer from the cache: the listing, or that the index does not have the project."""

    listing: Listing | None


class Pages:
    """The project pages of one index."""

    def __init__(
        self, identity: str, address: str, *, layout: Layout, access: IndexAccess, http: HttpClient, cache: Cache | None
    ) -> None:
        self._identity = identity
        self._address = address
        self._layout = layout
        self._access = access
        self._http = http
        self._cache = cache
        self._key = identity if layout == "simple" else f"flat {identity}"
        self._opened: dict[str, tuple[object, Listing]] = {}
        self._links: tuple[float, Answer] | None = None
        self._lock = new_lock()

    def cached(self, project: ProjectName) -> Found | None:
        """Return what the cache knows for certain: a fresh page, or any page when there is no network."""
        entry = self._load(project)
        if entry is None or (entry.fresh_until <= time.time() and not self._http.options.offline):
            return None
        return self._open(project, entry)

    def get(self, project: ProjectName) -> Listing | None:
        """Return the project's listing, or none if the index does not have it.

        Raises:
            IndexAccessError: the index cannot be reached, refuses, or serves something else.
        """
        entry = self._load(project)
        found = self._open(project, entry) if entry is not None else None
        if entry is not None and found is not None:
            if entry.fresh_until > time.time() or self._http.options.offline:
                return found.listing
        elif entry is not None:
            self._discard(project)
            entry = None
        url = self._page_url(project)
        if self._http.options.offline:
            raise OfflineError(wanted=redacted(url))
        answer = self._fetch(url, _validators(entry) if entry is not None else {})
        now = time.time()
        freshness = Freshness.of(answer.headers, now, override=self._access.page_cache_control)
        if entry is not None and found is not None and (answer.status == 304 or _is_same(entry, answer)):
            if freshness.fresh_until > now:
                self._store(project, entry._replace(fresh_until=freshness.fresh_until, fetched=now), freshness)
            return found.listing
        if answer.status == 404 or answer.status in self._access.ignored_statuses:
            self._store(project, _entry(b"", answer, freshness=freshness, now=now), freshness)
            return None
        digest = self._digest(answer, project)
        kept = self._store(project, _entry(digest, answer, freshness=freshness, now=now), freshness)
        return self._decoded(project, kept.digest)

    def _page_url(self, project: str) -> str:
        return self._address if self._layout == "flat" else f"{self._address.rstrip('/')}/{project}/"

    def _fetch(self, url: str, validators: dict[str, str]) -> Answer:
        headers = {"accept": ACCEPT, **validators}
        if self._layout == "flat":
            # A page of links is for all projects: that it is not there says nothing of one of them.
            return self._fetch_links(url, frozenset({304}) | self._access.ignored_statuses)
        accepted = frozenset({304, 404}) | self._access.ignored_statuses
        return self._http.get(url, headers=headers, accept_statuses=accepted)

    def _fetch_links(self, url: str, accepted: frozenset[int]) -> Answer:
        """Return a page that lists the files of all projects: a run that asks for hundreds of them needs it once."""
        with self._lock:
            if self._links is None or time.monotonic() - self._links[0] > _FLAT_SECONDS:
                try:
                    answer = self._http.get(url, headers={"accept": ACCEPT}, accept_statuses=accepted)
                except (AuthenticationError, HttpStatusError) as error:
                    error.links = "find-links" if self._access.is_find_links else "index"
                    raise
                self._links = (time.monotonic(), answer)
            return self._links[1]

    def _digest(self, answer: Answer, project: str) -> bytes:
        kind, _, parameters = answer.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower() or _sniffed(answer.body)
        reason = "an index page is JSON or HTML of the Simple API"
        try:
            if kind == JSON_TYPE:
                return digest_json_page(answer.body, url=answer.url, project=project)
            if kind in _HTML_TYPES:
                charset = parameters.partition("charset=")[2].strip().strip('"') or None
                rows = parse_html_page(answer.body, url=answer.url, project=project, charset=charset)
                return digest_rows(rows, url=answer.url)
        except (ValueError, AssertionError, RecursionError) as error:
            # What the standard library's readers of URLs, HTML and JSON say to the worst of input.
            reason = f"it cannot be read: {str(error) or type(error).__name__}"
            raise InvalidResponseError(url=redacted(answer.url), content_type=kind, reason=reason) from error
        raise InvalidResponseError(url=redacted(answer.url), content_type=kind, reason=reason)

    def _load(self, project: str) -> PageEntry | None:
        return self._cache.pages.load(self._key, project) if self._cache is not None else None

    def _store(self, project: str, entry: PageEntry, freshness: Freshness) -> PageEntry:
        """Keep a page if that is possible and allowed; a large one then no longer takes memory."""
        if self._cache is None or freshness.no_store:
            return entry
        try:
            return self._cache.pages.store(self._key, project, entry)
        except StorageError as error:
            _note_storage(error)
            return entry

    def _open(self, project: ProjectName, entry: PageEntry) -> Found | None:
        if not entry.digest:
            return Found(None)
        try:
            return Found(self._decoded(project, entry.digest))
        except DamagedDigestError:
            return None

    def _decoded(self, project: ProjectName, digest: bytes | StoredBody) -> Listing:
        known = self._opened.get(project)
        if known is not None and known[0] is digest:
            return known[1]
        heal = partial(self._healed, project)
        listing = open_digest(digest, project=project, index=self._identity, heal=heal)
        self._opened[project] = (digest, listing)
        return listing

    def _healed(self, project: ProjectName, version: str) -> Sequence[FileRow]:
        """Fetch a page again of which a part turned out to be damaged, and return the files of that version.

        Raises:
            IndexAccessError: it cannot be fetched.
        """
        self._discard(project)
        listing = self.get(project)
        if listing is None or version not in listing.versions:
            return ()
        return listing.rows(listing.versions.index(version))

    def _discard(self, project: str) -> None:
        self._opened.pop(project, None)
        if self._cache is not None:
            self._cache.pages.discard(self._key, project)


def _entry(digest: bytes, answer: Answer, *, freshness: Freshness, now: float) -> PageEntry:
    from uvkit.cache import PageEntry

    return PageEntry(
        digest=digest,
        etag=freshness.etag or (None if freshness.last_modified else _content_tag(answer)),
        last_modified=freshness.last_modified,
        fresh_until=freshness.fresh_until,
        fetched=now,
        final_url=answer.url,
    )


def _validators(entry: PageEntry) -> dict[str, str]:
    own = entry.etag is not None and entry.etag.startswith(_OWN_TAG)
    return conditions(None if own else entry.etag, entry.last_modified)


def _content_tag(answer: Answer) -> str:
    """Return a tag of our own for a page without a validator, which tells when it comes again that nothing changed.

    The final URL belongs to it because relative links follow it.
    """
    digest = sha256(answer.body)
    digest.update(answer.url.encode())
    return f"{_OWN_TAG}{digest.hexdigest()}"


def _is_same(entry: PageEntry, answer: Answer) -> bool:
    own = entry.etag is not None and entry.etag.startswith(_OWN_TAG)
    return own and answer.status == 200 and entry.etag == _content_tag(answer)


def _sniffed(body: bytes) -> str:
    """Return the kind of a page that came without one."""
    start = body[:64].lstrip()[:1]
    return JSON_TYPE if start == b"{" else HTML_TYPE if start == b"<" else "unknown"


def _note_storage(error: StorageError) -> None:
    """Go on without storing: a cache that cannot be written must not stop a question that can be answered."""
    import logging

    logging.getLogger("uvkit.index").debug("the cache was not updated: %s", error)
