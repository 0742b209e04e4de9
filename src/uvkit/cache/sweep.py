"""Measure the cache and take entries out of it."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import StorageError
from uvkit.fs import file_lock, storage_error

from .built import BUILT, read_built
from .entries import GIT, INTERPRETERS, MEMO, METADATA, PAGES, metadata_project, page_project
from .images import MANIFEST_NAME, load_image
from .records import read_file, unpack_plain
from .staging import FOLDER as STAGING
from .staging import USE_LOCK
from .wheels import ALIASES, IMAGES, WHEELS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from .staging import Staging

_CURRENT = (PAGES, METADATA, WHEELS, BUILT, INTERPRETERS, MEMO, GIT)
# Environments of scripts and single runs, and texts that were run: made anew when needed.
_FOR_THE_MOMENT = re.compile(r"(environments|overlays|scripts)-v\d+")
_VERSIONED = re.compile(r"(?P<base>[a-z]+)-v(?P<version>\d+)")
_KEPT = frozenset({STAGING, USE_LOCK, "CACHEDIR.TAG", ".gitignore"})
_LOCK_TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheUsage:
    """A number of entries and the bytes they take."""

    entries: int
    size: int


def measure(root: str) -> CacheUsage:
    """Return what the whole cache takes; an unpacked wheel is one entry."""
    entries = size = 0
    for bucket in _list(root):
        if bucket in _KEPT:
            continue
        found = _measure_bucket(os.path.join(root, bucket))
        entries += found.entries
        size += found.size
    return CacheUsage(entries=entries, size=size)


def clean(root: str, staging: Staging, projects: frozenset[str]) -> CacheUsage:
    """Remove everything, or what belongs to some projects."""
    with _alone(root):
        staging.sweep()
        removal = _Removal(staging)
        if not projects:
            for bucket in _list(root):
                if bucket not in _KEPT:
                    path = os.path.join(root, bucket)
                    removal.take(path, _measure_bucket(path))
            return removal.total()
        for path in _files(f"{root}/{PAGES}"):
            removal.take_if(path, page_project(path) in projects)
        for path in _files(f"{root}/{METADATA}"):
            removal.take_if(path, metadata_project(path) in projects)
        for path in _files(f"{root}/{BUILT}"):
            removal.take_if(path, (read_built(path) or ("",))[0] in projects)
        for path in _images(root):
            image = load_image(path)
            removal.take_if(path, image is not None and image.manifest.name in projects)
        _drop_dangling(root, removal)
        removal.take(f"{root}/{MEMO}", _measure_bucket(f"{root}/{MEMO}"))
        return removal.total()


def prune(root: str, staging: Staging, *, unused_for: timedelta | None, keep_built: bool) -> CacheUsage:
    """Remove leftovers, old formats, what points nowhere, and entries that were not used for a time."""
    with _alone(root):
        staging.sweep()
        removal = _Removal(staging)
        for bucket in _list(root):
            if _is_outdated(bucket):
                path = os.path.join(root, bucket)
                removal.take(path, _measure_bucket(path))
            elif _FOR_THE_MOMENT.fullmatch(bucket):
                path = os.path.join(root, bucket)
                removal.take(path, CacheUsage(entries=len(_list(path)), size=_size(path)))
        if not keep_built:
            _drop_built(root, removal)
        if unused_for is not None:
            _drop_unused(root, time.time() - unused_for.total_seconds(), removal)
        for path in _images(root):
            removal.take_if(path, load_image(path) is None)
        _drop_dangling(root, removal)
        return removal.total()


class _Removal:
    """Takes entries out of the cache whole: a rename into the scratch space first, so that no half is ever found."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._entries = 0
        self._size = 0

    def take(self, path: str, usage: CacheUsage) -> None:
        trash = self._staging.path()
        try:
            os.rename(path, trash)
        except FileNotFoundError:
            return
        except OSError as error:
            raise storage_error(error, path) from error
        self._staging.discard(trash)
        self._entries += usage.entries
        self._size += usage.size

    def take_if(self, path: str, condition: bool) -> None:  # noqa: FBT001  # reads as a sentence where it is called
        if condition:
            self.take(path, CacheUsage(entries=1, size=_size(path)))

    def total(self) -> CacheUsage:
        return CacheUsage(entries=self._entries, size=self._size)


def _drop_built(root: str, removal: _Removal) -> None:
    for path in _files(f"{root}/{BUILT}"):
        record = read_built(path)
        if record is not None:
            image = f"{root}/{WHEELS}/{IMAGES}/{record[1][:2]}/{record[1]}"
            removal.take_if(image, os.path.isdir(image))
        removal.take_if(path, condition=True)


def _drop_unused(root: str, before: float, removal: _Removal) -> None:
    built = {record[1] for path in _files(f"{root}/{BUILT}") if (record := read_built(path))}
    for path in _images(root):
        if os.path.basename(path) not in built:
            removal.take_if(path, _used(f"{path}/{MANIFEST_NAME}") < before)
    for bucket in (PAGES, METADATA, INTERPRETERS, MEMO):
        for path in _files(f"{root}/{bucket}"):
            removal.take_if(path, _used(path) < before)
    for path in _mirrors(root):
        removal.take_if(path, _used(f"{path}/HEAD") < before)


def _drop_dangling(root: str, removal: _Removal) -> None:
    """Remove other names of wheels that are gone, and notes on built ones."""
    present = {os.path.basename(path) for path in _images(root)}
    for path in _files(f"{root}/{WHEELS}/{ALIASES}"):
        plain = unpack_plain(read_file(path) or b"")
        if not isinstance(plain, tuple) or plain[-1] not in present:
            removal.take(path, CacheUsage(entries=0, size=_bytes(path)))
    for path in _files(f"{root}/{BUILT}"):
        record = read_built(path)
        removal.take_if(path, record is not None and record[1] not in present)


def _is_outdated(bucket: str) -> bool:
    """Tell whether a folder is an earlier format of a bucket; later ones belong to a newer release beside this one."""
    found = _VERSIONED.fullmatch(bucket)
    if found is None:
        return False
    for name in _CURRENT:
        base, _, version = name.rpartition("-v")
        if base == found["base"]:
            return int(found["version"]) < int(version)
    return False


@contextmanager
def _alone(root: str) -> Iterator[None]:
    """Hold the cache alone for a block."""
    path = os.path.join(root, USE_LOCK)
    deadline = time.monotonic() + _LOCK_TIMEOUT_SECONDS

    def check() -> None:
        if time.monotonic() > deadline:
            raise StorageError(path=Path(path), reason="another process uses the cache")

    try:
        os.makedirs(root, exist_ok=True)
    except OSError as error:
        raise storage_error(error, root) from error
    with file_lock(path, check=check):
        yield


def _images(root: str) -> Iterator[str]:
    top = f"{root}/{WHEELS}/{IMAGES}"
    for shard in _list(top):
        for name in _list(f"{top}/{shard}"):
            yield f"{top}/{shard}/{name}"


def _mirrors(root: str) -> Iterator[str]:
    for name in _list(f"{root}/{GIT}"):
        if not name.endswith(".lock"):
            yield f"{root}/{GIT}/{name}"


def _files(folder: str) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(place, name)


def _measure_bucket(path: str) -> CacheUsage:
    size = _size(path)
    if os.path.basename(path) == WHEELS:
        return CacheUsage(entries=sum(1 for _ in _images(os.path.dirname(path))), size=size)
    if os.path.basename(path) == GIT:
        return CacheUsage(entries=sum(1 for _ in _mirrors(os.path.dirname(path))), size=size)
    return CacheUsage(entries=sum(1 for _ in _files(path)), size=size)


def _size(path: str) -> int:
    return sum(_bytes(file) for file in _files(path)) if os.path.isdir(path) else _bytes(path)


def _bytes(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        # Gone in this moment, or never there.
        return 0


def _used(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        # Likewise; what is not there was not used.
        return 0.0


def _list(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
