"""Where the default index is, for callers who configured none.

This code knows no address. It asks pip's own setting (its variable, then its configuration files) and last a library
that already knows the public Python index.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .pip_options import pip_options

if TYPE_CHECKING:
    from uvkit.cache import Cache

_MEMO = "default-index"


def default_index_url(
    variables: Mapping[str, str] | None = None, *, home: Path | None = None, cache: Cache | None = None
) -> str:
    """Return the URL of the default index, possibly with credentials.

    Of pip's settings this one alone counts: pip merges its extra indexes and find-links, so that any of them could
    replace a project of another. ``variables`` are those of the process, as the caller gives them; ``cache`` keeps the
    library's answer, whose import takes 40 ms.

    Raises:
        InvalidTableError: one of pip's files is not valid, so that nobody knows which index was meant.
    """
    given = variables or {}
    if text := given.get("PIP_INDEX_URL", "").strip():
        return text
    configured = pip_options(given, home=home).get("index-url")
    return _known(cache) if configured is None else configured.text


def _known(cache: Cache | None) -> str:
    stored = cache.memo.load(_MEMO, _MEMO) if cache is not None else None
    if stored:
        return stored.decode()
    from distlib.index import DEFAULT_INDEX

    parts = urlsplit(str(DEFAULT_INDEX))
    url = f"{parts.scheme}://{parts.netloc}/simple"
    if cache is not None:
        from uvkit.errors import StorageError

        try:
            cache.memo.store(_MEMO, _MEMO, url.encode())
        except StorageError:
            return url  # a read-only cache costs the import again, nothing else
    return url
