"""What a session remembers between calls: locks it has read, sets it has selected, plans that found nothing to do."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from uvkit.lockfile import Lockfile
from uvkit.runtime import new_lock

if TYPE_CHECKING:
    from pathlib import Path

    from uvkit.environment import InstallPlan
    from uvkit.index import IndexSet
    from uvkit.model import InstallSet

T = TypeVar("T")

# A session works on a handful of projects; each entry may hold megabytes.
LIMIT = 16


class Memory:
    """Values that can be computed again, by what they depend on; the least recently used go first. Thread-safe."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = new_lock()

    def lockfile(self, path: Path, data: bytes) -> tuple[Lockfile, bytes]:
        """Return the lock in a file with this content, and the content's digest.

        Raises:
            LockfileError: it does not parse.
        """
        digest = sha256(data).digest()
        return self._get(("lock", digest), lambda: Lockfile.of_bytes(data, path=path)), digest

    def indexes(self, key: Hashable, make: Callable[[], IndexSet]) -> IndexSet:
        """Return the indexes of a configuration."""
        return self._get(("indexes", key), make)

    def install_set(self, lockfile: Lockfile, key: Hashable, make: Callable[[], InstallSet]) -> InstallSet:
        """Return the set selected of a lock for a key, which names the selection and the target."""
        # The entry holds the lock, so no other object can have its identity while the entry lives.
        return self._get(("set", id(lockfile), key), lambda: (lockfile, make()))[1]

    def plan(self, wanted: InstallSet, key: Hashable) -> InstallPlan | None:
        """Return the plan found empty for a set and a key, which names the options and what is installed."""
        with self._lock:
            return self._entries.get(("plan", id(wanted), key))  # type: ignore[return-value]  # as remember_plan stored

    def remember_plan(self, plan: InstallPlan, key: Hashable) -> None:
        """Remember a plan that has nothing to do; it holds its set, as above."""
        self._put(("plan", id(plan.wanted), key), plan)

    def _get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]  # type: ignore[return-value]  # a kind of key holds one kind of value
        value = make()
        self._put(key, value)
        return value

    def _put(self, key: Hashable, value: object) -> None:
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            while len(self._entries) > LIMIT:
                self._entries.popitem(last=False)


def installed_state(folders: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return the entries that describe distributions, and when the metadata of each last changed.

    Whatever installs, removes or replaces a distribution makes, removes or changes its metadata folder.
    """
    rows: list[tuple[str, int]] = []
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                rows += [(entry.path, entry.stat().st_mtime_ns) for entry in entries if entry.name.endswith(_MARKS)]
        except OSError:
            rows.append((folder, -1))
    return tuple(sorted(rows))


_MARKS = (".dist-info", ".egg-info", ".egg-link", ".pth")
