"""Wheels unpacked once, found again by their digest."""

from __future__ import annotations

import os
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import CorruptCacheError, StorageError
from uvkit.fs import file_lock, storage_error

from .entries import key_digest
from .images import MANIFEST_NAME, WheelImage, load_image
from .memory import Memory
from .records import discard_file, pack_plain, read_file, unpack_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from os import PathLike
    from typing import TypeAlias

    from .refresh import Refresh
    from .staging import Staging

    StrPath: TypeAlias = str | PathLike[str]
    Wheel: TypeAlias = StrPath | bytes | bytearray

WHEELS = "wheels-v1"
IMAGES = "sha256"
ALIASES = "keys"
LOCKS = "locks"
_READ_SIZE = 1 << 20
_MEMORY_ENTRIES = 1024
# Each attempt fails only if yet another process stored a damaged image in between.
_ATTEMPTS = 3


class WheelStore:
    """Unpacked wheels.

    Guarantees: an image that ``find`` returns was stored complete; the same wheel added by many processes at once is
    stored once; a process that dies at any instant leaves nothing that is found later; an image with a damaged manifest
    is a miss and goes. Thread-safe.
    """

    def __init__(self, root: str, staging: Staging, refresh: Refresh, *, check_names: bool = True) -> None:
        self._root = f"{root}/{WHEELS}"
        self._staging = staging
        self._refresh = refresh
        self._check_names = check_names
        self._memory: Memory[WheelImage] = Memory(_MEMORY_ENTRIES)

    def find(self, key: str) -> WheelImage | None:
        """Return the image of the wheel with this digest (``algorithm:hex``) or other key, or none.

        A key other than a SHA-256 digest is one that ``add`` or ``link`` was told; one that is a URL or path is a miss
        on a refreshing view until told again through that view.
        """
        if key.startswith("sha256:"):
            return self._find(key[7:])
        digest = self._resolve(key)
        image = None if digest is None else self._find(digest)
        if image is not None and "/" in key and self._refresh.wanted(image.manifest.name, key):
            return None
        return image

    def add(
        self, wheel: Wheel, *, filename: str | None = None, digest: str | None = None, keys: Iterable[str] = ()
    ) -> WheelImage:
        """Unpack a wheel into the cache and return its image, at once if it is there already.

        ``wheel`` is a path or the content itself; ``filename`` is its real name, needed for content and for a file that
        has another. ``digest`` is its SHA-256 in hexadecimal if the caller knows it from reading the file; ``keys`` are
        further names under which ``find`` shall know the image.

        Raises:
            UnsafeArchiveError, InvalidMetadataError, MetadataMismatchError: the wheel is refused; nothing is stored.
            StorageError: the cache cannot be written to; nothing half stored is ever found.
            OSError: the wheel cannot be read.
        """
        if isinstance(wheel, (bytes, bytearray)):
            known = digest or sha256(wheel).hexdigest()
            name = filename or ""
        else:
            known = digest or file_digest(wheel)
            name = filename or os.path.basename(os.fspath(wheel))
        image = self._find(known) or self._unpack(wheel, name, known)
        for key in keys:
            self.link(key, known)
        return image

    def link(self, key: str, digest: str) -> None:
        """Let ``find`` know a wheel (by its SHA-256 in hexadecimal) under another key.

        Raises:
            StorageError: the cache cannot be written to.
        """
        self._staging.put(self._alias(key), pack_plain((key, digest)))
        self._refresh.done(key)

    @contextmanager
    def fetching(self, key: str, *, check: Callable[[], None] | None = None) -> Iterator[None]:
        """Keep others, in this process and in other ones, from fetching the same wheel during a block.

        Hold one at a time per thread: a lock serves several keys. ``check`` is called while waiting and may raise.

        Raises:
            StorageError: the cache cannot be written to.
        """
        # A fixed number of files that stay: one for each wheel would have to be deleted, and on ext4 deletions slow
        # down everything that is created in the following minutes.
        folder = f"{self._root}/{LOCKS}"
        path = f"{folder}/{key_digest(key)[:3]}"
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise storage_error(error, folder) from error
        with file_lock(path, check=check):
            yield

    def verify(self, image: WheelImage) -> bool:
        """Tell whether every file of an image is there with its size; one that is not whole is removed.

        Nothing of uvkit's damages an image, but people and cleaners of temporary folders delete files. Looking at
        every file takes about as long as linking it, so this is for when something went wrong.
        """
        for tree, path, _, size in image.manifest.record:
            try:
                found = os.lstat(f"{image.path}/{tree}/{path}").st_size
            except OSError:
                found = -1
            if found != size:
                self.discard(image)
                return False
        return True

    def discard(self, image: WheelImage) -> None:
        """Remove an image that turned out to be damaged."""
        self._memory.drop(image.path.name)
        self._remove(str(image.path), unless_whole=False)

    def forget(self) -> None:
        """Forget what is in memory."""
        self._memory.clear()

    def _find(self, digest: str) -> WheelImage | None:
        image = self._memory.get(digest)
        folder = self._folder(digest)
        if image is not None and os.path.exists(f"{folder}/{MANIFEST_NAME}"):
            return image
        image = load_image(folder)
        if image is not None:
            self._memory.put(digest, image)
        elif os.path.isdir(folder):
            try:
                self._remove(folder, unless_whole=True)
            except StorageError:
                # A read-only cache: a miss all the same.
                return None
        return image

    def _resolve(self, key: str) -> str | None:
        path = self._alias(key)
        raw = read_file(path)
        if raw is None:
            return None
        plain = unpack_plain(raw)
        if not isinstance(plain, tuple) or len(plain) != 2 or plain[0] != key:
            discard_file(path)
            return None
        return str(plain[1])

    def _unpack(self, wheel: Wheel, filename: str, digest: str) -> WheelImage:
        from .unpack import unpack_wheel

        staged = self._staging.folder()
        try:
            unpack_wheel(wheel, staged, filename=filename, check_name=self._check_names)
            image = self._publish(staged, self._folder(digest))
        except BaseException:
            self._staging.discard(staged)
            raise
        self._memory.put(digest, image)
        return image

    def _publish(self, staged: str, folder: str) -> WheelImage:
        """Move a complete image to its place; where another process was faster, return its image."""
        for _ in range(_ATTEMPTS):
            try:
                os.makedirs(os.path.dirname(folder), exist_ok=True)
                os.rename(staged, folder)
            except OSError as error:
                if not os.path.isdir(folder):
                    raise storage_error(error, folder) from error
            image = load_image(folder)
            if image is not None:
                if os.path.isdir(staged):
                    self._staging.discard(staged)
                return image
            self._remove(folder, unless_whole=True)
        raise CorruptCacheError(path=Path(folder))

    def _remove(self, folder: str, *, unless_whole: bool) -> None:
        """Take an image away; the lock keeps one that another process just put there from going with it."""
        trash = self._staging.path()
        with file_lock(f"{self._root}/.lock"):
            if unless_whole and load_image(folder) is not None:
                return
            try:
                os.rename(folder, trash)
            except FileNotFoundError:
                return
            except OSError as error:
                raise storage_error(error, folder) from error
        self._staging.discard(trash)

    def _folder(self, digest: str) -> str:
        return f"{self._root}/{IMAGES}/{digest[:2]}/{digest}"

    def _alias(self, key: str) -> str:
        name = key_digest(key)
        return f"{self._root}/{ALIASES}/{name[:2]}/{name[2:]}"


def file_digest(path: StrPath) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    state = sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_READ_SIZE):
            state.update(piece)
    return state.hexdigest()
