"""From configured indexes to the parts that ask them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.index import Index, IndexAccess, IndexSet, PackageIndex, default_index_url
from uvkit.net import Credentials

if TYPE_CHECKING:
    from uvkit.cache import Cache
    from uvkit.net import HttpClient
    from uvkit.settings import IndexConfig, Settings


def index_set(indexes: PackageIndex | Sequence[PackageIndex] | IndexSet) -> IndexSet:
    """Return one index, several, or a set as a set."""
    if isinstance(indexes, IndexSet):
        return indexes
    return IndexSet(tuple(indexes) if isinstance(indexes, Sequence) else (indexes,))


def configured_indexes(
    settings: Settings, *, http: HttpClient, cache: Cache, root: Path | None, variables: Mapping[str, str]
) -> IndexSet:
    """Return the indexes that settings name, the default one last; without one it is found as its own module says."""

    def make(config: IndexConfig, *, is_find_links: bool = False) -> Index:
        credentials = Credentials(config.username, config.password or "") if config.username else None
        return Index(
            config.url,
            name=config.name,
            layout=config.layout,
            explicit=config.explicit,
            credentials=credentials,
            http=http,
            cache=cache,
            access=IndexAccess(
                authenticate=config.authenticate,
                ignored_statuses=config.ignore_error_codes,
                page_cache_control=config.cache_control.get("api"),
                is_find_links=is_find_links,
            ),
            root=root,
        )

    links = [make(config, is_find_links=True) for config in settings.find_links]
    if settings.no_index:
        return IndexSet((), strategy=settings.index_strategy, find_links=links)
    indexes = [make(config) for config in settings.indexes]
    if not any(config.default for config in settings.indexes):
        indexes.append(Index(http=http, cache=cache, default_url=lambda: default_index_url(variables, cache=cache)))
    return IndexSet(
        indexes,
        strategy=settings.index_strategy,
        find_links=links,
        make=lambda url: Index(url, explicit=True, http=http, cache=cache, root=root),
    )
