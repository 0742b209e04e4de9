"""The cache as a whole."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from .entries import GIT, InterpreterStore, MemoStore, MetadataStore, PageStore
from .refresh import Refresh
from .staging import USE_LOCK, Staging
from .wheels import WheelStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from os import PathLike

    from .built import BuiltStore
    from .sweep import CacheUsage


class Cache:
    """A folder that many processes may share: everything in it can be fetched or computed again.

    Making one does no input or output; without a folder it is the platform's cache folder for uvkit. Entries are
    written whole or not at all, verified when read, and a damaged one counts as absent. Thread-safe.

    Wheels that are not what their file names say are refused, unless ``check_wheel_names`` is false.
    ``pages``, ``metadata``, ``wheels``, ``built``, ``interpreters`` and ``memo`` hold the entries.
    """

    def __init__(self, root: str | PathLike[str] | None = None, *, check_wheel_names: bool = True) -> None:
        self.check_wheel_names = check_wheel_names
        self._given = None if root is None else os.path.abspath(root)
        self._refresh = Refresh()

    def __repr__(self) -> str:
        return f"Cache({str(self.root)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        """Open the same folder in the process that unpickles."""
        return (partial(Cache, check_wheel_names=self.check_wheel_names), (self.root,))

    def close(self) -> None:
        """Delete this object's scratch space, which else lasts as long as it does; the cache may be used again."""
        if "staging" in vars(self):
            self.staging.close()

    @classmethod
    @contextmanager
    def temporary(cls, *, check_wheel_names: bool = True) -> Iterator[Self]:
        """Provide an empty cache that is deleted at the end of the block."""
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="uvkit-cache-", ignore_cleanup_errors=True) as folder:
            yield cls(folder, check_wheel_names=check_wheel_names)

    def refreshing(self, *projects: str) -> Cache:
        """Return a view on the same folder that asks the indexes again about these projects, or about all if none.

        What the view has fetched once it uses without asking again.
        """
        from uvkit.model import project_name

        return _View(self, Refresh(frozenset(map(project_name, projects)), everything=not projects))

    @cached_property
    def root(self) -> Path:
        """Return the folder, which may not exist yet."""
        if self._given is not None:
            return Path(self._given)
        from platformdirs import user_cache_path

        return user_cache_path("uvkit", appauthor=False)

    @cached_property
    def pages(self) -> PageStore:
        """Return the index pages."""
        return PageStore(str(self.root), self.staging, self._refresh)

    @cached_property
    def metadata(self) -> MetadataStore:
        """Return the dependencies of distributions."""
        return MetadataStore(str(self.root), self.staging, self._refresh)

    @cached_property
    def wheels(self) -> WheelStore:
        """Return the unpacked wheels."""
        return WheelStore(str(self.root), self.staging, self._refresh, check_names=self.check_wheel_names)

    @cached_property
    def built(self) -> BuiltStore:
        """Return the wheels built from source."""
        from .built import BuiltStore

        return BuiltStore(str(self.root), self.staging, self._refresh)

    @cached_property
    def interpreters(self) -> InterpreterStore:
        """Return the facts about interpreters."""
        return InterpreterStore(str(self.root), self.staging)

    @cached_property
    def memo(self) -> MemoStore:
        """Return the results that can be computed again."""
        return MemoStore(str(self.root), self.staging)

    @property
    def mirrors(self) -> Path:
        """Return the folder of the bare repositories that were fetched."""
        return self.root / GIT

    @cached_property
    def staging(self) -> Staging:
        """Return the scratch space in which entries are made."""
        # One, also for threads that ask in the same moment: another one would not be closed.
        kept: Staging = vars(self).setdefault("staging", Staging(str(self.root)))
        return kept

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Provide an empty folder on the cache's file system, deleted at the end of the block.

        Raises:
            StorageError: the cache cannot be written to.
        """
        folder = self.staging.folder()
        try:
            yield Path(folder)
        finally:
            self.staging.discard(folder)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep other processes from cleaning the cache during a block, as long as its file system has locks.

        Without it, an image found here may be gone when it is linked. Nested and parallel uses are fine.
        """
        from uvkit.errors import StorageError
        from uvkit.fs import file_lock

        with ExitStack() as stack:
            try:
                os.makedirs(self.root, exist_ok=True)
                stack.enter_context(file_lock(self.root / USE_LOCK, shared=True))
            except (OSError, StorageError):
                # A cache that cannot be written to cannot be cleaned either.
                pass
            yield

    def usage(self) -> CacheUsage:
        """Return how many entries there are and what they take."""
        from .sweep import measure

        return measure(str(self.root))

    def prune(self, *, unused_for: timedelta | None = None, keep_built: bool = True) -> CacheUsage:
        """Remove what no later run can use, and entries not used for a time, and return what went.

        Built wheels stay unless ``keep_built`` is false. Waits until no other process uses the cache.

        Raises:
            StorageError: something could not be removed.
        """
        from .sweep import prune

        self._forget()
        return prune(str(self.root), self.staging, unused_for=unused_for, keep_built=keep_built)

    def clean(self, *projects: str) -> CacheUsage:
        """Remove everything, or all that belongs to some projects, and return what went.

        Waits until no other process uses the cache.

        Raises:
            StorageError: something could not be removed.
        """
        from uvkit.model import project_name

        from .sweep import clean

        self._forget()
        return clean(str(self.root), self.staging, frozenset(map(project_name, projects)))

    def _forget(self) -> None:
        self.pages.forget()
        self.metadata.forget()
        self.wheels.forget()


class _View(Cache):
    """A cache that shares folder and scratch space with another and asks the indexes again."""

    def __init__(self, cache: Cache, refresh: Refresh) -> None:
        super().__init__(cache.root, check_wheel_names=cache.check_wheel_names)
        self._refresh = refresh
        self._cache = cache

    def __reduce__(self) -> tuple[object, ...]:
        return (_View, (self._cache, self._refresh))

    @cached_property
    def staging(self) -> Staging:
        """Return the scratch space of the cache this is a view of."""
        return self._cache.staging
