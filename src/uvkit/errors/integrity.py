"""A file is not what it should be, or describes itself wrongly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import UvkitError


class IntegrityError(UvkitError):
    """A file is not what its publisher or the lockfile says it is."""

    code: ClassVar[str] = "integrity"


@dataclass(eq=False, kw_only=True)
class HashMismatchError(IntegrityError):
    """A file does not have the digest it was published with."""

    code: ClassVar[str] = "hash-mismatch"
    filename: str
    expected: tuple[str, ...]
    actual: str

    def __str__(self) -> str:
        return f"`{self.filename}` has digest {self.actual}, expected {' or '.join(self.expected)}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what a mismatch means."""
        return ("the file changed after it was locked or was damaged on the way; find out which before installing it",)


@dataclass(eq=False, kw_only=True)
class MissingHashError(IntegrityError):
    """Hashes are required and this file has none."""

    code: ClassVar[str] = "missing-hash"
    filename: str

    def __str__(self) -> str:
        return f"hashes are required, but none is known for `{self.filename}`"


@dataclass(eq=False, kw_only=True)
class UnsafeArchiveError(IntegrityError):
    """An archive is damaged or holds a member that must not be unpacked."""

    code: ClassVar[str] = "unsafe-archive"
    filename: str
    member: str
    reason: str

    def __str__(self) -> str:
        # A name with control characters must not reach a terminal as it is.
        shown = self.member if self.member.isprintable() else ascii(self.member)[1:-1]
        member = f" (member `{shown}`)" if shown else ""
        return f"`{self.filename}`{member} cannot be unpacked safely: {self.reason}"


class MetadataError(UvkitError):
    """A distribution describes itself wrongly."""

    code: ClassVar[str] = "metadata"


@dataclass(eq=False, kw_only=True)
class InvalidMetadataError(MetadataError):
    """Core metadata does not parse."""

    code: ClassVar[str] = "invalid-metadata"
    filename: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"`{self.filename}` has invalid metadata: {'; '.join(self.problems)}"


@dataclass(eq=False, kw_only=True)
class MetadataMismatchError(MetadataError):
    """A distribution's own metadata contradicts its file name or its index."""

    code: ClassVar[str] = "metadata-mismatch"
    filename: str
    field: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"`{self.filename}` says {self.field} is `{self.actual}`, expected `{self.expected}`"
