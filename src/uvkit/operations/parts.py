"""The public parts made for one set of settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from uvkit.runtime import lazy_property

if TYPE_CHECKING:
    from uvkit.cache import Cache
    from uvkit.index import IndexSet
    from uvkit.net import HttpClient
    from uvkit.python import Interpreter, Pythons
    from uvkit.settings import IndexConfig, Settings

    from .builder import Builder
    from .installer import Installer
    from .resolver import Resolver


class Owner(Protocol):
    """What a session lends to the parts made for it."""

    @property
    def cache(self) -> Cache:
        """Return the cache."""
        ...

    @property
    def http(self) -> HttpClient:
        """Return the HTTP client."""
        ...

    @property
    def pythons(self) -> Pythons:
        """Return the finder of interpreters."""
        ...

    @property
    def variables(self) -> Mapping[str, str]:
        """Return the environment variables that the caller handed in."""
        ...

    def indexes_for(self, settings: Settings, root: Path | None) -> IndexSet:
        """Return the indexes that settings name."""
        ...


class Parts:
    """Indexes, builder, resolver and installer of one session under one set of settings, made when first needed."""

    def __init__(self, session: Owner, settings: Settings, root: Path | None) -> None:
        self.session = session
        self.settings = settings
        self.root = root

    @lazy_property
    def indexes(self) -> IndexSet:
        """Return the indexes under these settings."""
        settings = self.settings
        if self.accelerated:
            settings = replace(settings, indexes=(*settings.indexes, *self.accelerated))
        return self.session.indexes_for(settings, self.root)

    @lazy_property
    def accelerated(self) -> tuple[IndexConfig, ...]:
        """Return the indexes of PyTorch's builds for a backend, where one is chosen."""
        if self.settings.torch_backend is None:
            return ()
        from .accelerators import accelerated_indexes

        return accelerated_indexes(self.settings, self.session.variables)

    @lazy_property
    def builder(self) -> Builder:
        """Return the builder under these settings."""
        from .builder import Builder

        return Builder(
            self.indexes,
            cache=self.session.cache,
            http=self.session.http,
            python=self.find_interpreter,
            options=self.settings.build,
            resolver_options=self.settings.resolver_options,
            variables=self.session.variables,
            root=self.root,
            addresses=self.repository_addresses,
            concurrency=self.settings.concurrency.builds,
        )

    def repository_addresses(self) -> Mapping[str, str]:
        """Return the addresses of repositories with credentials, by those without."""
        return {}

    def find_interpreter(self) -> Interpreter:
        """Return the interpreter that builds are for."""
        return self.session.pythons.find(self.settings.python, environments="never")

    @lazy_property
    def resolver(self) -> Resolver:
        """Return the resolver under these settings."""
        from .resolver import Resolver

        resolver = Resolver(
            self.indexes,
            cache=self.session.cache,
            builder=self.builder,
            options=self.settings.resolver_options,
            http=self.session.http,
        )
        if not self.accelerated:
            return resolver
        from .accelerators import AcceleratedSource

        return resolver.through(partial(AcceleratedSource, indexes=tuple(one.identity for one in self.accelerated)))

    @lazy_property
    def installer(self) -> Installer:
        """Return the installer under these settings."""
        from .installer import Installer

        return Installer(
            self.indexes,
            cache=self.session.cache,
            http=self.session.http,
            builder=self.builder,
            options=self.settings.install,
            concurrency=self.settings.concurrency,
            root=self.root,
            break_system=self.settings.break_system_packages,
            variables=self.session.variables,
        )
