"""What is set per index besides its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from uvkit.net import AuthenticationPolicy

Layout: TypeAlias = Literal["simple", "flat"]
Strategy: TypeAlias = Literal["first-index", "unsafe-first-match", "unsafe-best-match"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexAccess:
    """How one index is asked.

    ``ignored_statuses`` mean that the project is not there, as 404 always does. ``page_cache_control`` replaces what
    the server says about its pages; what a configuration says about files has no effect, as these are kept by their
    digest, whatever a server says. ``is_find_links`` tells a place of `find-links` from a flat index.
    """

    authenticate: AuthenticationPolicy = "auto"
    ignored_statuses: frozenset[int] = frozenset()
    page_cache_control: str | None = None
    is_find_links: bool = False
