"""A lockfile cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .base import UvkitError


class LockfileError(UvkitError):
    """A lockfile cannot be used."""

    code: ClassVar[str] = "lockfile"


@dataclass(eq=False, kw_only=True)
class InvalidLockfileError(LockfileError):
    """A lockfile does not parse; all problems found are listed."""

    code: ClassVar[str] = "invalid-lockfile"
    path: Path | None = None
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"`{self.path or 'lockfile'}` is not valid: {'; '.join(self.problems)}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return how to get a good one."""
        return ("restore it from version control, or delete it and lock again",)


@dataclass(eq=False, kw_only=True)
class UnsupportedLockfileError(LockfileError):
    """A lockfile has a format version that this release cannot read."""

    code: ClassVar[str] = "unsupported-lockfile"
    version: str
    supported: tuple[str, ...]
    path: Path | None = None

    def __str__(self) -> str:
        return f"`{self.path or 'lockfile'}` has format version {self.version}; supported: {', '.join(self.supported)}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the way out."""
        return ("upgrade uvkit, or delete the lockfile and lock again with this release",)


@dataclass(eq=False, kw_only=True)
class LockfileOutdatedError(LockfileError):
    """The lockfile does not match the project."""

    code: ClassVar[str] = "lockfile-outdated"
    path: Path
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        why = f": {'; '.join(self.reasons)}" if self.reasons else ""
        return f"`{self.path}` needs to be updated{why}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the command that updates it."""
        return ("lock again without `check` (`uvkit lock`)",)


@dataclass(eq=False, kw_only=True)
class LockfileMissingError(LockfileError):
    """There is no lockfile where one is needed."""

    code: ClassVar[str] = "lockfile-missing"
    path: Path

    def __str__(self) -> str:
        return f"there is no lockfile at `{self.path}`"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the command that makes one."""
        return ("lock the project first (`uvkit lock`)",)


@dataclass(eq=False, kw_only=True)
class UnrepresentableLockError(LockfileError):
    """A lock holds what another format cannot say; all problems are listed."""

    code: ClassVar[str] = "unrepresentable-lock"
    file_format: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"the lock cannot be written as `{self.file_format}`: {'; '.join(self.problems)}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the way out."""
        return ("leave out what cannot be said (`--no-emit-package`, `--prune`), or choose another format",)
