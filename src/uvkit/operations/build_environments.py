"""Environments for builds, lent to one build at a time and used again by the next that needs the same."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from uvkit.runtime import new_lock, renew_after_fork

if TYPE_CHECKING:
    from uvkit.cache import Cache
    from uvkit.environment import Environment

# What building a long list of projects needs at a time; each holds some hundreds of linked files.
_MOST_IDLE = 8

State: TypeAlias = frozenset[tuple[str, int, int]]


class _Kept(NamedTuple):
    """An environment that nobody uses, and what its files were when it was new."""

    folder: str
    environment: Environment
    state: State


class EnvironmentPool:
    """Environments in the scratch space of a cache, deleted with it.

    Metadata and wheel of a project are built in the same one, and so are projects that ask for the same: that saves
    making it, and compiling the backend each time. An environment in which a build changed a file is not used again.
    Thread-safe.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._lock = new_lock()
        self._idle: OrderedDict[tuple[Hashable, int], _Kept] = OrderedDict()
        self._serial = 0
        renew_after_fork(self)

    def renew_after_fork(self) -> None:
        """Leave the parent its environments."""
        self._idle = OrderedDict()

    @contextmanager
    def lend(self, key: Hashable, make: Callable[[Path], Environment]) -> Iterator[Environment]:
        """Provide an environment for a block, used by nobody else meanwhile; ``make`` makes one in a folder.

        ``key`` says all that decides what is in it. Raises what ``make`` does.
        """
        kept = self._take(key)
        if kept is None:
            folder = self._cache.staging.folder()
            try:
                environment = make(Path(folder))
                kept = _Kept(folder, environment, _state(folder))
            except BaseException:
                self._cache.staging.discard(folder)
                raise
        try:
            yield kept.environment
        finally:
            self._give_back(key, kept)

    def _take(self, key: Hashable) -> _Kept | None:
        with self._lock:
            found = next((one for one in self._idle if one[0] == key), None)
            kept = None if found is None else self._idle.pop(found)
        # Somebody may have deleted the cache.
        return kept if kept is not None and os.path.isdir(kept.folder) else None

    def _give_back(self, key: Hashable, kept: _Kept) -> None:
        dropped = kept
        if _state(kept.folder) == kept.state:
            with self._lock:
                self._serial += 1
                self._idle[key, self._serial] = kept
                if len(self._idle) <= _MOST_IDLE:
                    return
                _, dropped = self._idle.popitem(last=False)
        self._cache.staging.discard(dropped.folder)


def _state(folder: str) -> State:
    """Return path, size and time of every file but the bytecode that running leaves."""
    found = []
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name != "__pycache__":
                            waiting.append(entry.path)
                    else:
                        facts = entry.stat(follow_symlinks=False)
                        found.append((entry.path, facts.st_size, facts.st_mtime_ns))
        except OSError:
            found.append((folder, -1, -1))
    return frozenset(found)
