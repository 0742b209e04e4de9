"""One owner for connections, cache and interpreters over many calls."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self, TypeAlias, TypeVar

from uvkit.model import is_url
from uvkit.settings import Settings

if TYPE_CHECKING:
    from uvkit.cache import Cache
    from uvkit.index import IndexSet, PackageIndex
    from uvkit.net import CredentialProvider, Credentials, HttpClient
    from uvkit.project import Project, Script
    from uvkit.python import Pythons

    from .builder import Builder
    from .installer import Installer
    from .memory import Memory
    from .parts import Parts
    from .resolver import Resolver

StrPath: TypeAlias = str | os.PathLike[str]
T = TypeVar("T")


class Session:
    """What verbs share: settings, cache, HTTP connections and interpreters.

    Everything is made when first needed. A session may be used by many threads at once and closed when the last
    verb has returned. ``settings`` none means the defaults; ``Settings.discover`` reads files and variables. A
    project's own tables apply to the verbs that work on it, below the session's settings.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        cache: Cache | StrPath | None = None,
        http: HttpClient | None = None,
        pythons: Pythons | None = None,
        indexes: Sequence[PackageIndex] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self._given_cache = cache
        self._given_http = http
        self._given_pythons = pythons
        self._given_indexes = indexes
        self.variables = variables or {}
        self._owned: list[HttpClient] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that the session opened, and the scratch space of a cache that it opened.

        Used again, it opens new ones.
        """
        for client in self._owned:
            client.close()
        cache = vars(self).get("cache")
        if cache is not None and cache is not self._given_cache:
            cache.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a session cannot be pickled; each process makes its own")

    def with_settings(self, settings: Settings) -> Session:
        """Return a session with other settings that shares everything else with this one, and is closed with it."""
        other = Session(
            settings,
            cache=self.cache,
            http=self.http if settings.network == self.settings.network else None,
            pythons=self.pythons,
            indexes=self._given_indexes,
            variables=self.variables,
        )
        other._owned = self._owned
        return other

    @cached_property
    def memory(self) -> Memory:
        """Return what earlier calls read and selected."""
        from .memory import Memory

        return self._first("memory", Memory())

    @cached_property
    def cache(self) -> Cache:
        """Return the cache: the one given, the configured folder, or the platform's."""
        from uvkit.cache import Cache

        given = self._given_cache
        if given is None:
            given = Cache(self.settings.cache_dir, check_wheel_names=self.settings.check_wheel_names)
        return self._first("cache", given if isinstance(given, Cache) else Cache(given))

    @cached_property
    def http(self) -> HttpClient:
        """Return the HTTP client that every part of the session uses."""
        if self._given_http is not None:
            return self._given_http
        from uvkit.net import HttpClient

        client = HttpClient(
            self.settings.network,
            credentials=self._providers(),
        )
        self._owned.append(client)
        return self._first("http", client)

    def known_credentials(self, url: str) -> Credentials | None:
        """Return what netrc or keyring know for a URL, or none; for whoever wants to ask a person last."""
        return next((found for provider in self._providers() if (found := provider(url)) is not None), None)

    def _providers(self) -> list[CredentialProvider]:
        from uvkit.net import KeyringProvider, NetrcProvider

        providers: list[CredentialProvider] = [NetrcProvider(self.variables)]
        if self.settings.keyring == "subprocess":
            providers.append(KeyringProvider("subprocess"))
        return providers

    @cached_property
    def pythons(self) -> Pythons:
        """Return the finder of interpreters."""
        if self._given_pythons is not None:
            return self._given_pythons
        from uvkit.python import Pythons, PythonSources

        found = Pythons(
            self.settings.python_directory,
            prefer=self.settings.python_preference,
            downloads=self.settings.python_downloads,
            cache=self.cache,
            variables=self.variables,
            sources=PythonSources(
                http=lambda: self.http,
                catalog=self.settings.python_list,
                mirrors=_mirrors(self.settings),
                offline=self.settings.network.offline,
            ),
        )
        return self._first("pythons", found)

    def settings_for(self, project: Project | Script) -> Settings:
        """Return the settings that hold for a project: the session's over those of the project's own tables."""
        if not self.settings.project_files:
            return self.settings
        return Settings.discover(project).merged(self.settings)

    def indexes_for(self, settings: Settings, root: Path | None) -> IndexSet:
        """Return the indexes that settings name; those given to the session win."""
        from .indexes import configured_indexes, index_set

        if self._given_indexes is not None:
            return index_set(self._given_indexes)
        # The same indexes keep the pages that they have decoded; a later call asks only whether they are still fresh.
        places = (*settings.indexes, *settings.find_links)
        relative = None if all(is_url(one.url) for one in places) else root
        key = (settings.indexes, settings.find_links, settings.no_index, settings.index_strategy, relative)
        return self.memory.indexes(
            key,
            lambda: configured_indexes(settings, http=self.http, cache=self.cache, root=root, variables=self.variables),
        )

    def builder(self, project: Project | None = None) -> Builder:
        """Return the builder for a project, or for none."""
        return self._work(project).builder

    def resolver(self, project: Project | None = None) -> Resolver:
        """Return the resolver for a project, or for none."""
        return self._work(project).resolver

    def installer(self, project: Project | None = None) -> Installer:
        """Return the installer for a project, or for none."""
        return self._work(project).installer

    def _work(self, project: Project | None) -> Parts:
        from .parts import Parts

        if project is None:
            return self._parts
        return Parts(self, self.settings_for(project), project.lockfile_path.parent)

    @cached_property
    def _parts(self) -> Parts:
        """Return the parts for no project; what one build needed serves the next."""
        from .parts import Parts

        return self._first("_parts", Parts(self, self.settings, None))

    def _first(self, name: str, made: T) -> T:
        """Return what the first of several threads made that ask for a part in the same moment."""
        kept: T = vars(self).setdefault(name, made)
        return kept


def _mirrors(settings: Settings) -> dict[str, str]:
    """Return where interpreters are downloaded from, by implementation."""
    told = {
        "cpython": settings.python_mirror,
        "pypy": settings.pypy_mirror,
        "graalpy": settings.graalpy_mirror,
        "pyodide": settings.pyodide_mirror,
    }
    return {implementation: mirror for implementation, mirror in told.items() if mirror}


@contextmanager
def borrowed(session: Session | None) -> Iterator[Session]:
    """Provide the session given, or one of its own that is closed at the end."""
    if session is not None:
        yield session
        return
    with Session() as own:
        yield own
