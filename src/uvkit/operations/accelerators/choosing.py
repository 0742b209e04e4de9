"""Where PyTorch's projects come from when a backend is chosen: the indexes of its builds, before all others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from packaging.version import Version

from uvkit.errors import InvalidOptionError
from uvkit.model import FileRow, Listing, MetadataRows, ProjectName, Source
from uvkit.resolver import Expectation, MetadataSource
from uvkit.settings import TORCH_BACKENDS, IndexConfig, Settings

from .backends import ECOSYSTEM, backends_for
from .detection import detect

if TYPE_CHECKING:
    from .backends import Accelerator

_AUTO = "auto"


def accelerated_indexes(
    settings: Settings,
    variables: Mapping[str, str],
    *,
    system: str = sys.platform,
    find: Callable[[Mapping[str, str]], Accelerator | None] = detect,
) -> tuple[IndexConfig, ...]:
    """Return the indexes on which PyTorch's projects are looked for, the best first; none without a backend.

    Each backend has an index of its own below one address, which is in no code here: it is `torch-index`, or the
    address above an index that the settings name and that ends in the name of a backend.

    Raises:
        InvalidOptionError: no address is known, or a variable that stands for an accelerator is not understood.
    """
    backend = settings.torch_backend
    if backend is None or settings.no_index:
        return ()
    base = settings.torch_index or _base(settings.indexes)
    if base is None:
        reason = (
            "where PyTorch's builds are is not known: name the address that has an index for each backend with"
            " `--torch-index` or `UVKIT_TORCH_INDEX`, or configure an index whose address ends in a backend's name"
        )
        raise InvalidOptionError(problems=(("torch-backend", reason),))
    names = backends_for(find(variables), system=system) if backend == _AUTO else (backend,)
    return tuple(IndexConfig(url=f"{base.rstrip('/')}/{name}", explicit=True) for name in names)


def _base(indexes: Iterable[IndexConfig]) -> str | None:
    """Return the address above the first index that ends in the name of a backend."""
    for index in indexes:
        address = index.url.rstrip("/")
        above, _, last = address.rpartition("/")
        if last in TORCH_BACKENDS and (urlsplit(above).netloc or Path(above).is_absolute()):
            return above
    return None


class AcceleratedSource:
    """The files and metadata of another source, but for PyTorch's projects, which come from certain indexes only.

    Of these the first that has a project at all counts. An index that a source pins is asked as it says.
    """

    def __init__(self, source: MetadataSource, indexes: tuple[str, ...]) -> None:
        self._source = source
        self._indexes = indexes

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return the project's listings."""
        if index is not None or project not in ECOSYSTEM:
            return self._source.listings(project, index=index)
        for one in self._indexes:
            found = self._source.listings(project, index=one)
            if found:
                return found
        return ()

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        """Return a file's metadata."""
        return self._source.metadata(project, version, row, index=index)

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return a direct source's metadata and the exact source."""
        return self._source.source_metadata(project, source)

    def expect(self, items: Iterable[Expectation]) -> None:
        """Begin to fetch what will probably be asked for."""
        self._source.expect([
            replace(item, index=self._indexes[0]) if item.index is None and item.project in ECOSYSTEM else item
            for item in items
        ])  # fmt: skip

    def index_names(self) -> tuple[str, ...]:
        """Return the indexes that are asked for every project."""
        names: Callable[[], tuple[str, ...]] | None = getattr(self._source, "index_names", None)
        return () if names is None else names()
