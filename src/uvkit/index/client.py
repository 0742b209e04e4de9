"""`Index`: one place that lists the files of projects and serves them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple, Self, TypeAlias
from urllib.parse import unquote, urlsplit

from packaging.version import Version

from uvkit.formats import parse_core_metadata
from uvkit.model import (
    CoreMetadata,
    DistributionFile,
    FileRow,
    Listing,
    MetadataRows,
    ProjectFiles,
    ProjectName,
    WheelFile,
    is_url,
    project_name,
    row_from_file,
    without_credentials,
)
from uvkit.net import Credentials, HttpClient
from uvkit.runtime import new_lock

from .access import IndexAccess, Layout
from .default import default_index_url
from .flat import local_listing
from .listing import Found, Pages
from .metadata import WheelMetadata, check_digest

if TYPE_CHECKING:
    from uvkit.cache import Cache

StrPath: TypeAlias = str | os.PathLike[str]

_CHUNK = 1 << 17
_DEFAULT_ACCESS = IndexAccess()
# Last parts of index addresses that only hold the pages.
_PAGES = frozenset({"simple", "+simple"})


class _Place(NamedTuple):
    """Where an index is: its address, the same without credentials, and its folder if it is on this machine."""

    address: str
    identity: str
    folder: Path | None


class Index:
    """One index: an address of the Simple API, a page or folder of links to files, or a folder on this machine.

    Guarantees: a page that is not an index raises; a project that is not there is an empty answer, not an error; what
    an index announces as the digest of a file or sidecar is checked. Without ``url`` it is the default index, whose
    address is looked up when first needed. Credentials may stand in the URL; they never show in ``url``, which is the
    index's identity. Without ``http`` and ``cache`` it makes a client of its own and keeps nothing on disk.
    """

    def __init__(  # noqa: PLR0913  # the public constructor of a part; every argument but the address has a default
        self,
        url: StrPath | None = None,
        *,
        name: str | None = None,
        layout: Layout = "simple",
        explicit: bool = False,
        credentials: Credentials | None = None,
        http: HttpClient | None = None,
        cache: Cache | None = None,
        default_url: Callable[[], str] | None = None,
        access: IndexAccess = _DEFAULT_ACCESS,
        root: Path | None = None,
    ) -> None:
        self._given = None if url is None else os.fspath(url)
        self._default_url = default_url
        self._name = name
        self.layout: Layout = layout
        self.explicit = explicit
        self.access = access
        self._credentials = credentials
        self._owned = http is None
        self._http = http or HttpClient()
        self._cache = cache
        self._root = root
        self._place: _Place | None = None
        self._pages: Pages | None = None
        self._metadata: WheelMetadata | None = None
        self._lock = new_lock()
        if self._given is not None and is_url(self._given) and not self._given.startswith("file:"):
            # Files of other sources on the same origin may need the credentials before this index is asked.
            self._register(self._given)

    @classmethod
    def find_links(cls, location: StrPath, *, name: str | None = None) -> Self:
        """Return a folder, or a page of links, as an index."""
        return cls(location, name=name, layout="flat", access=IndexAccess(is_find_links=True))

    def __repr__(self) -> str:
        shown = "default" if self._given is None and self._place is None else self.url
        return f"Index({shown!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, if the client was made here."""
        if self._owned:
            self._http.close()

    @property
    def url(self) -> str:
        """Return the index's identity: its address as configured, without credentials."""
        return self._located().identity

    @property
    def name(self) -> str:
        """Return the name it was given, or its identity."""
        return self._name or self.url

    @property
    def folder(self) -> Path | None:
        """Return the folder of an index on this machine, or none for a remote one."""
        return self._located().folder

    def listing(self, project: ProjectName) -> Listing | None:
        """Return the project's files, digested, or none if the index does not have the project.

        Raises:
            IndexAccessError: the index cannot be reached, refuses, or serves something else.
        """
        folder = self.folder
        if folder is not None:
            return self._local(folder, project)
        return self._remote().get(project)

    def cached_listing(self, project: ProjectName) -> Found | None:
        """Return what is known without the network, or none if the network must be asked."""
        folder = self.folder
        if folder is not None:
            return Found(self._local(folder, project))
        return self._remote().cached(project)

    def rows_metadata(self, row: FileRow, project: ProjectName, version: Version) -> MetadataRows:
        """Return the dependencies of a wheel of this index.

        Raises:
            MetadataError: the wheel cannot serve.
            HashMismatchError: the sidecar or the wheel is not what the index announced.
            IndexAccessError: it cannot be fetched.
        """
        return self._wheels().rows(row, project, version)

    def cached_metadata(self, row: FileRow) -> MetadataRows | None:
        """Return the dependencies of a wheel as far as the cache knows them."""
        return self._wheels().cached(row)

    def files(self, project: str) -> ProjectFiles:
        """Return the project's files; none if the index does not have it.

        Raises:
            IndexAccessError: the index cannot be reached, refuses, or serves something else.
        """
        name = project_name(project)
        listing = self.listing(name)
        return ProjectFiles(project=name, index=self.url, files=()) if listing is None else listing.to_project_files()

    def metadata(self, file: WheelFile) -> CoreMetadata:
        """Return the core metadata of a wheel, fetched anew.

        Raises:
            MetadataError, HashMismatchError, IndexAccessError: it cannot be had.
        """
        return parse_core_metadata(self._wheels().raw(row_from_file(file)), filename=file.filename)

    @contextmanager
    def open(self, file: DistributionFile) -> Iterator[Iterator[bytes]]:
        """Give a file's bytes in pieces; the digest is the caller's to check.

        Raises:
            IndexAccessError: it cannot be fetched.
        """
        path = self.file_path(file.url)
        if path is not None:
            with path.open("rb") as local:
                yield iter(lambda: local.read(_CHUNK), b"")
            return
        self._remote()
        with self._http.open(file.url, headers={"accept-encoding": "identity"}, accept_statuses=frozenset()) as answer:
            yield answer.chunks(_CHUNK)

    def download(self, file: DistributionFile, directory: StrPath) -> Path:
        """Fetch a file into a directory and return its path; it is there whole and checked, or not at all.

        Raises:
            HashMismatchError: it does not have the digest that the index announced.
            IndexAccessError: it cannot be fetched.
            StorageError: it cannot be written.
        """
        from uvkit.fs import write_atomic

        with self.open(file) as pieces:
            data = b"".join(pieces)
        for expected in file.hashes[:1]:
            check_digest(data, str(expected), filename=file.filename)
        target = Path(directory) / PurePath(file.filename).name
        write_atomic(target, data)
        return target

    def file_path(self, url: str) -> Path | None:
        """Return where a file of a local index lies, or none for a remote file."""
        if is_url(url):
            return None
        folder = self.folder
        return Path(url) if folder is None else folder / url

    def _located(self) -> _Place:
        place = self._place
        if place is None:
            if self._given is not None:
                address = self._given
            else:
                lookup = self._default_url or (lambda: default_index_url(cache=self._cache))
                address = lookup()
            place = self._place = _Place(address, without_credentials(address), _folder(address, self._root))
        return place

    def _local(self, folder: Path, project: ProjectName) -> Listing | None:
        address = self._located().address
        relative = not address.startswith("file:") and not Path(address).is_absolute()
        return local_listing(folder, project, identity=self.url, layout=self.layout, relative=relative)

    def _remote(self) -> Pages:
        if self._pages is None:
            with self._lock:
                if self._pages is None:
                    address = self._located().address
                    if self._given is None:
                        self._register(address)
                    self._pages = Pages(
                        self.url,
                        without_credentials(address),
                        layout=self.layout,
                        access=self.access,
                        http=self._http,
                        cache=self._cache,
                    )
        return self._pages

    def _register(self, address: str) -> None:
        """Tell the client which credentials belong to the index, if it was given any."""
        policy = self.access.authenticate
        if self._credentials is not None or policy != "auto" or without_credentials(address) != address:
            root = _root(address, self.layout)
            self._http.register(root, self._credentials, policy=policy, address=address)

    def _wheels(self) -> WheelMetadata:
        if self._metadata is None:
            folder = self.folder
            if folder is None:
                self._remote()
            self._metadata = WheelMetadata(self._http, self._cache, folder=folder)
        return self._metadata


def _root(address: str, layout: Layout) -> str:
    """Return the prefix of everything that belongs to an index: most serve files beside the pages, not below them."""
    parent, _, last = address.rstrip("/").rpartition("/")
    if layout == "flat" or last.lower() in _PAGES:
        return parent if "://" in parent else address
    return address


def _folder(address: str, root: Path | None) -> Path | None:
    if address.startswith("file:"):
        path = unquote(urlsplit(address).path)
        return Path(path[1:] if path[2:3] == ":" else path)
    if is_url(address):
        return None
    return root / address if root is not None else Path(address)
