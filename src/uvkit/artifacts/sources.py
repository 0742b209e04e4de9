"""What is to be fetched for a pin, and from where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from packaging.version import InvalidVersion, Version

from uvkit.errors import (
    HashMismatchError,
    InvalidResponseError,
    MetadataMismatchError,
    MissingHashError,
    NoCompatibleFileError,
    SelectionError,
)
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    DistributionFile,
    GitSource,
    Hash,
    IndexSource,
    PinnedDistribution,
    is_url,
    without_credentials,
    without_fragment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from typing import Protocol

    from uvkit.cache import WheelImage
    from uvkit.index import IndexSet

    class Opener(Protocol):
        """An index that gives a file's bytes."""

        def open(self, file: DistributionFile) -> AbstractContextManager[Iterator[bytes]]:
            """Give a file's bytes in pieces."""
            ...


Kind: TypeAlias = Literal["wheel", "archive", "tree", "repository"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A pin with the place of its file: a local path, a file of an index, or a URL."""

    pin: PinnedDistribution
    kind: Kind
    filename: str
    path: Path | None = None
    url: str | None = None
    hashes: tuple[Hash, ...] = ()
    size: int | None = None
    index: Opener | None = None
    subdirectory: str | None = None

    @property
    def subject(self) -> str:
        """Return the distribution as shown to people."""
        pin = self.pin
        return f"{pin.project} {pin.version}" if pin.version is not None else str(pin.project)

    @property
    def address(self) -> str:
        """Return where the file is, without credentials."""
        return str(self.path) if self.path is not None else without_credentials(self.url or "")

    def names(self) -> tuple[str, ...]:
        """Return what names this very content in the cache: its digests, or else its place.

        A file on disk counts as another one when its time or size changes.
        """
        if self.hashes:
            return tuple(sorted(map(str, self.hashes), key=_sha256_first))
        if self.path is not None:
            try:
                state = self.path.stat()
            except OSError as error:
                raise unreadable(self.path, error) from error
            return (f"path:{self.path.absolute()}:{state.st_mtime_ns}:{state.st_size}",)
        return (self.address,)


def artifact_of(pin: PinnedDistribution, indexes: IndexSet, *, root: Path, require_hashes: bool = False) -> Artifact:
    """Return what is to be fetched for a pin.

    Raises:
        NoCompatibleFileError: a pin from an index names no file.
        MissingHashError: hashes are required and there is none.
    """
    artifact = _artifact(pin, indexes, root)
    if require_hashes and not artifact.hashes:
        raise MissingHashError(filename=artifact.filename)
    return artifact


def _artifact(pin: PinnedDistribution, indexes: IndexSet, root: Path) -> Artifact:
    source = pin.source
    if isinstance(source, DirectorySource):
        return Artifact(pin=pin, kind="tree", filename=str(source.path), path=root / source.path)
    if isinstance(source, GitSource):
        hashes = source.hashes or (() if pin.file is None else pin.file.hashes)
        return Artifact(pin=pin, kind="repository", filename=source.repository, url=source.repository, hashes=hashes)
    if isinstance(source, ArchiveSource):
        return _of_archive(pin, source, root)
    return _of_index(pin, source, indexes, root=root)


def _of_archive(pin: PinnedDistribution, source: ArchiveSource, root: Path) -> Artifact:
    path = None if source.path is None else root / source.path
    url = None if source.url is None else without_fragment(source.url)
    filename = path.name if path is not None else unquote(urlsplit(url or "").path.rpartition("/")[2])
    file = pin.file
    return Artifact(
        pin=pin,
        kind="wheel" if filename.endswith(".whl") else "archive",
        filename=filename,
        path=path,
        url=url,
        hashes=source.hashes or (file.hashes if file is not None else ()),
        size=file.size if file is not None else None,
        subdirectory=source.subdirectory,
    )


def _of_index(pin: PinnedDistribution, source: IndexSource, indexes: IndexSet, *, root: Path) -> Artifact:
    file = pin.file
    if file is None:
        raise NoCompatibleFileError(project=pin.project, version=str(pin.version), rejected=())
    index = path = None
    try:
        index = indexes.find(source.index)
    except SelectionError:
        # The lock names an index that is not configured here; its files can be fetched without it.
        path = None if is_url(file.url) else root / source.index / file.url
    else:
        path = index.file_path(file.url)
    return Artifact(
        pin=pin,
        kind="wheel" if file.filename.endswith(".whl") else "archive",
        filename=file.filename,
        path=path,
        url=None if path is not None else file.url,
        hashes=file.hashes,
        size=file.size,
        index=index,
    )


def from_folder(artifact: Artifact, folder: Path) -> Artifact:
    """Return an artifact whose file is taken from a folder, where it is there; its digest is verified as ever."""
    path = folder / artifact.filename
    if artifact.kind not in {"wheel", "archive"} or not path.is_file():
        return artifact
    return replace(artifact, path=path, url=None, index=None)


def check_image(image: WheelImage, artifact: Artifact) -> None:
    """Refuse a wheel of another project or version than was pinned.

    Raises:
        MetadataMismatchError: it is another one.
    """
    pin, manifest = artifact.pin, image.manifest
    if manifest.name != pin.project:
        raise MetadataMismatchError(
            filename=artifact.filename, field="name", expected=pin.project, actual=manifest.name
        )
    if pin.version is not None and manifest.version != str(pin.version):
        try:
            same = Version(manifest.version) == pin.version
        except InvalidVersion:
            same = False
        if not same:
            raise MetadataMismatchError(
                filename=artifact.filename, field="version", expected=str(pin.version), actual=manifest.version
            )


def check_local(artifact: Artifact) -> None:
    """Refuse an archive on this machine that is named by its path and is another one than was pinned.

    What is in the cache would do, but then the lock, the file and the environment would not agree.

    Raises:
        HashMismatchError: it has another digest.
        InvalidResponseError: it cannot be read.
    """
    path, source = artifact.path, artifact.pin.source
    if path is None or not isinstance(source, ArchiveSource):
        return
    pinned = tuple(str(one) for one in artifact.hashes if one.algorithm == "sha256")
    if not pinned:
        return
    try:
        with path.open("rb") as file:
            actual = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise unreadable(path, error) from error
    if actual not in pinned:
        raise HashMismatchError(filename=artifact.filename, expected=pinned, actual=actual)


def unreadable(path: Path, error: OSError) -> InvalidResponseError:
    """Return the typed error for a local file that cannot be read."""
    return InvalidResponseError(url=str(path), reason=(error.strerror or str(error)).lower())


def _sha256_first(key: str) -> bool:
    return not key.startswith("sha256:")
