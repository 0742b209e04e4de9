"""Which wheel was built from which source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .entries import key_digest
from .records import discard_file, pack_plain, read_file, unpack_plain

if TYPE_CHECKING:
    from .refresh import Refresh
    from .staging import Staging

BUILT = "built-v1"


class BuiltStore:
    """Digests of built wheels by what they were built from and for; the wheels themselves are in the wheel store."""

    def __init__(self, root: str, staging: Staging, refresh: Refresh) -> None:
        self._root = f"{root}/{BUILT}"
        self._staging = staging
        self._refresh = refresh

    def load(self, key: str) -> str | None:
        """Return the SHA-256 (in hexadecimal) of the wheel built under this key, or none.

        ``key`` names all that decides the result: the source's digest, the interpreter, the settings. A refreshing view
        forgets what was built before.
        """
        path = self._path(key)
        record = read_built(path)
        if record is None:
            return None
        return None if self._refresh.wanted(record[0], key) else record[1]

    def store(self, key: str, project: str, digest: str) -> None:
        """Note which wheel was built.

        Raises:
            StorageError: the cache cannot be written to.
        """
        self._staging.put(self._path(key), pack_plain((project, digest)))
        self._refresh.done(key)

    def _path(self, key: str) -> str:
        name = key_digest(key)
        return f"{self._root}/{name[:2]}/{name[2:]}"


def read_built(path: str) -> tuple[str, str] | None:
    """Return project and digest of a record, or none if it is damaged; it is then removed."""
    raw = read_file(path)
    if raw is None:
        return None
    plain = unpack_plain(raw)
    if not isinstance(plain, tuple) or len(plain) != 2:
        discard_file(path)
        return None
    return str(plain[0]), str(plain[1])
