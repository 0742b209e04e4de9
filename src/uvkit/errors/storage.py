"""The cache or a file system cannot be used; a command failed; the caller cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .base import UvkitError


class CacheError(UvkitError):
    """The cache cannot be used."""

    code: ClassVar[str] = "cache"


@dataclass(eq=False, kw_only=True)
class CorruptCacheError(CacheError):
    """A cache entry is damaged."""

    code: ClassVar[str] = "corrupt-cache"
    path: Path

    def __str__(self) -> str:
        return f"the cache entry `{self.path}` is damaged"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the remedy."""
        return ("run `uvkit cache clean`",)


@dataclass(eq=False, kw_only=True)
class StorageError(CacheError):
    """A file could not be written: the disk is full, the folder is read-only or access is denied."""

    code: ClassVar[str] = "storage"
    path: Path
    reason: str

    def __str__(self) -> str:
        return f"could not write `{self.path}`: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to check."""
        return ("check free space and permissions; `UVKIT_CACHE_DIR` moves the cache to another disk",)


@dataclass(eq=False, kw_only=True)
class CommandFailedError(UvkitError):
    """A command that uvkit ran for the caller returned a non-zero status."""

    code: ClassVar[str] = "command-failed"
    argv: tuple[str, ...]
    returncode: int

    def __str__(self) -> str:
        return f"`{' '.join(self.argv)}` failed with status {self.returncode}"


@dataclass(eq=False, kw_only=True)
class CommandNotFoundError(UvkitError):
    """A command that uvkit was to run for the caller is not there, or cannot be started."""

    code: ClassVar[str] = "command-not-found"
    command: str
    reason: str = "no such file or directory"
    advice: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"failed to run `{self.command}`: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what may have been meant."""
        return self.advice


@dataclass(eq=False, kw_only=True)
class CancelledError(UvkitError):
    """The caller cancelled the operation; everything it had begun was undone."""

    code: ClassVar[str] = "cancelled"

    def __str__(self) -> str:
        return "the operation was cancelled"
