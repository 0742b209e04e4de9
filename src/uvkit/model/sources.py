"""Where a project comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .urls import without_credentials

if TYPE_CHECKING:
    from .hashes import Hash


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSource:
    """An index, by its URL as configured without credentials, or by a local path."""

    index: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSource:
    """A wheel or source archive at a URL (``url``) or a local path (``path``)."""

    url: str | None = None
    path: Path | None = None
    hashes: tuple[Hash, ...] = ()
    subdirectory: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GitSource:
    """A git repository at a reference; ``commit`` is the full object name once it is known."""

    repository: str
    reference: str | None = None
    reference_kind: str | None = None  # "tag", "branch", "rev"; none for the default branch
    commit: str | None = None
    subdirectory: str | None = None
    path: str | None = None  # of an archive inside the repository
    lfs: bool = False
    hashes: tuple[Hash, ...] = field(default=(), compare=False)  # of the archive at ``path``, once it was read

    def is_same_reference(self, other: GitSource) -> bool:
        """Tell whether both mean the same branch, tag or revision of one repository, so that they share a commit."""
        return (
            self.reference == other.reference
            and self.reference_kind == other.reference_kind
            and without_credentials(self.repository) == without_credentials(other.repository)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySource:
    """A source tree on this machine; ``virtual`` ones are never installed themselves."""

    path: Path
    editable: bool = False
    virtual: bool = False


Source: TypeAlias = IndexSource | ArchiveSource | GitSource | DirectorySource
