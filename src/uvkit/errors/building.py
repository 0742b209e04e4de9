"""A source could not be had or built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import UvkitError


class SourceError(UvkitError):
    """A source tree, repository or archive could not be had."""

    code: ClassVar[str] = "source"


@dataclass(eq=False, kw_only=True)
class GitError(SourceError):
    """A git command failed."""

    code: ClassVar[str] = "git"
    repository: str
    command: tuple[str, ...]
    output: str

    def __str__(self) -> str:
        return f"git failed for `{self.repository}` (`{' '.join(self.command)}`): {self.output.strip()}"


class BuildError(UvkitError):
    """A source tree could not be built."""

    code: ClassVar[str] = "build"


@dataclass(eq=False, kw_only=True)
class BuildNotAllowedError(BuildError):
    """A build would be needed and the caller does not allow one."""

    code: ClassVar[str] = "build-not-allowed"
    project: str
    policy: str

    def __str__(self) -> str:
        return f"`{self.project}` has only a source distribution, and building it is not allowed ({self.policy})"


@dataclass(eq=False, kw_only=True)
class BackendError(BuildError):
    """A build backend's hook failed (PEP 517)."""

    code: ClassVar[str] = "backend"
    source: str
    hook: str
    returncode: int | None = None
    output: str = ""

    def __str__(self) -> str:
        status = "" if self.returncode is None else f" (exit status {self.returncode})"
        tail = "\n".join(self.output.strip().splitlines()[-20:])
        return f"the build backend of `{self.source}` failed in `{self.hook}`{status}" + (f":\n{tail}" if tail else "")


@dataclass(eq=False, kw_only=True)
class BuildCycleError(BuildError):
    """Build requirements need each other to be built first."""

    code: ClassVar[str] = "build-cycle"
    chain: tuple[str, ...]

    def __str__(self) -> str:
        return f"build requirements form a cycle: {' → '.join(self.chain)}"
