"""A project's files cannot be changed as asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .configuration import ConfigurationError


@dataclass(eq=False, kw_only=True)
class RequirementNotFoundError(ConfigurationError):
    """A requirement that is to be removed or changed is not where it was looked for."""

    code: ClassVar[str] = "requirement-not-found"
    project: str
    place: str
    elsewhere: tuple[str, ...] = ()  # sentences on where else it is

    def __str__(self) -> str:
        return f"the dependency `{self.project}` could not be found in `{self.place}`"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return where the requirement is instead."""
        return self.elsewhere


@dataclass(eq=False, kw_only=True)
class EditRefusedError(ConfigurationError):
    """A change of a project's files would not make sense, or is not possible with what they say."""

    code: ClassVar[str] = "edit-refused"
    path: Path
    reason: str
    advice: str | None = None

    def __str__(self) -> str:
        return self.reason

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to do instead."""
        return () if self.advice is None else (self.advice,)
