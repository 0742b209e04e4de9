"""An environment could not be changed as asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .base import UvkitError


class InstallError(UvkitError):
    """An environment could not be changed as asked."""

    code: ClassVar[str] = "install"


@dataclass(eq=False, kw_only=True)
class InvalidEnvironmentError(InstallError):
    """A path is not a usable environment."""

    code: ClassVar[str] = "invalid-environment"
    path: Path
    reason: str
    advice: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"`{self.path}` is not a usable environment: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return how to get past it."""
        return self.advice


@dataclass(eq=False, kw_only=True)
class EnvironmentNotFoundError(InstallError):
    """There is no virtual environment where one was looked for."""

    code: ClassVar[str] = "environment-not-found"
    request: str = ""  # the interpreter asked for, if any

    def __str__(self) -> str:
        wanted = f" for Python `{self.request}`" if self.request else ""
        return f"no virtual environment found{wanted}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return how to get one."""
        return ("run `uvkit venv` to create one, or pass `--system` to use an interpreter's own packages",)


@dataclass(eq=False, kw_only=True)
class ExternallyManagedError(InstallError):
    """An environment belongs to another package manager (PEP 668)."""

    code: ClassVar[str] = "externally-managed"
    path: Path
    message: str

    def __str__(self) -> str:
        detail = f": {self.message.strip()}" if self.message.strip() else ""
        return f"`{self.path}` is managed by another tool{detail}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the safe way."""
        return ("create a virtual environment and install there",)


@dataclass(eq=False, kw_only=True)
class NoCompatibleFileError(InstallError):
    """A locked project has no file that fits the target."""

    code: ClassVar[str] = "no-compatible-file"
    project: str
    version: str
    rejected: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        shown = "; ".join(f"`{name}`: {reason}" for name, reason in self.rejected[:5])
        more = f"; and {len(self.rejected) - 5} more" if len(self.rejected) > 5 else ""
        return f"no file of `{self.project}` {self.version} fits this interpreter" + (
            f" ({shown}{more})" if shown else ""
        )


@dataclass(eq=False, kw_only=True)
class UnsupportedEnvironmentError(InstallError):
    """The target is none of the environments that a lockfile was made for."""

    code: ClassVar[str] = "unsupported-environment"
    supported: tuple[str, ...]

    def __str__(self) -> str:
        return "the lockfile is not for this environment; it supports " + " and ".join(f"`{m}`" for m in self.supported)

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what to do."""
        return ("add this environment to `environments` in `[tool.uv]` and lock again",)


@dataclass(eq=False, kw_only=True)
class FileConflictError(InstallError):
    """Two projects would write the same file, or a foreign file is in the way."""

    code: ClassVar[str] = "file-conflict"
    path: Path
    projects: tuple[str, ...]

    def __str__(self) -> str:
        return f"`{self.path}` is claimed by {' and '.join(f'`{p}`' for p in self.projects)}"


@dataclass(eq=False, kw_only=True)
class EnvironmentOutdatedError(InstallError):
    """An environment does not hold what the lockfile says, and the caller asked only to check."""

    code: ClassVar[str] = "environment-outdated"
    path: Path
    changes: tuple[str, ...]

    def __str__(self) -> str:
        return f"`{self.path}` is out of date: {', '.join(self.changes)}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the command that updates it."""
        return ("sync without `check` (`uvkit sync`)",)


@dataclass(eq=False, kw_only=True)
class PrepareError(InstallError):
    """One or more files could not be downloaded, built or unpacked; all failures are here."""

    code: ClassVar[str] = "prepare"
    failures: tuple[UvkitError, ...]

    def __str__(self) -> str:
        return "\n".join(str(failure) for failure in self.failures)

    @property
    def hints(self) -> tuple[str, ...]:
        """Return the hints of all failures, each once."""
        return tuple(dict.fromkeys(hint for failure in self.failures for hint in failure.hints))


@dataclass(eq=False, kw_only=True)
class TransactionError(InstallError):
    """Changing an environment failed half-way."""

    code: ClassVar[str] = "transaction"
    path: Path
    step: str
    reason: str = ""
    rolled_back: bool

    def __str__(self) -> str:
        state = "nothing was changed" if self.rolled_back else "the next sync will repair it"
        why = f": {self.reason}" if self.reason else ""
        return f"changing `{self.path}` failed while {self.step}{why}; {state}"
