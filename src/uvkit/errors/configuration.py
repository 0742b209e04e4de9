"""What the caller or the project asked for cannot be understood."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .base import UvkitError


class ConfigurationError(UvkitError):
    """What the caller or the project asked for cannot be understood."""

    code: ClassVar[str] = "configuration"


@dataclass(eq=False, kw_only=True)
class InvalidTableError(ConfigurationError):
    """A TOML file has keys that are wrong; all of them are listed."""

    code: ClassVar[str] = "invalid-table"
    path: Path
    problems: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        lines = "".join(f"\n  {key}: {reason}" if key else f"\n  {reason}" for key, reason in self.problems)
        return f"`{self.path}` is not valid:{lines}"


@dataclass(eq=False, kw_only=True)
class InvalidOptionError(ConfigurationError):
    """Options or environment variables have values that are not understood; all of them are listed."""

    code: ClassVar[str] = "invalid-option"
    problems: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "; ".join(f"`{name}`: {reason}" for name, reason in self.problems)


@dataclass(eq=False, kw_only=True)
class ProjectNotFoundError(ConfigurationError):
    """There is no `pyproject.toml` in the directory or any above it."""

    code: ClassVar[str] = "project-not-found"
    start: Path

    def __str__(self) -> str:
        return f"no `pyproject.toml` found in `{self.start}` or any parent directory"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return advice on where to run."""
        return ("run this inside a project, or pass the project's directory",)


@dataclass(eq=False, kw_only=True)
class InvalidRequirementError(ConfigurationError):
    """A dependency specifier does not parse (PEP 508)."""

    code: ClassVar[str] = "invalid-requirement"
    text: str
    origin: str | None = None
    reason: str

    def __str__(self) -> str:
        where = f" in {self.origin}" if self.origin else ""
        return f"`{self.text}`{where} is not a valid requirement: {self.reason}"


@dataclass(eq=False, kw_only=True)
class InvalidRequirementsFileError(ConfigurationError):
    """Requirements files have lines that are wrong, or cannot be read; all of them are listed."""

    code: ClassVar[str] = "invalid-requirements-file"
    problems: tuple[tuple[str, str], ...]  # file and line, reason

    def __str__(self) -> str:
        lines = [f"{place}: {reason}" for place, reason in self.problems]
        return lines[0] if len(lines) == 1 else "\n  ".join(("requirements files are not valid:", *lines))


@dataclass(eq=False, kw_only=True)
class SelectionError(ConfigurationError):
    """An extra, group or member was selected that does not exist, or that conflicts with another."""

    code: ClassVar[str] = "selection"
    reason: str
    available: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.reason

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the names that exist."""
        return (f"available: {', '.join(f'`{name}`' for name in self.available)}",) if self.available else ()


@dataclass(eq=False, kw_only=True)
class MissingLibraryError(ConfigurationError):
    """An ability needs a library that only comes with one of uvkit's extras."""

    code: ClassVar[str] = "missing-library"
    ability: str
    library: str
    extra: str

    def __str__(self) -> str:
        return f"{self.ability} needs the library `{self.library}`, which is not installed"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to install."""
        return (f"install it with `uvkit[{self.extra}]`",)


@dataclass(eq=False, kw_only=True)
class NothingToMigrateError(ConfigurationError):
    """A folder has no project of another tool, or one that cannot be migrated."""

    code: ClassVar[str] = "nothing-to-migrate"
    path: Path
    reason: str

    def __str__(self) -> str:
        return f"`{self.path}` cannot be migrated: {self.reason}"
