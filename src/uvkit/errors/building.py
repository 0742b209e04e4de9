"""A source could not be had or built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .base import UvkitError


class SourceError(UvkitError):
    """A source tree, repository or archive could not be had."""

    code: ClassVar[str] = "source"


@dataclass(eq=False, kw_only=True)
class SourceNotFoundError(SourceError):
    """There is nothing where a source tree or a folder of files is said to be."""

    code: ClassVar[str] = "source-not-found"
    what: str  # "source tree of `lib`", "find-links folder"
    path: Path

    def __str__(self) -> str:
        return f"the {self.what} is not there: `{self.path}`"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what may have happened."""
        return ("check the path, or lock again if it was moved",)


@dataclass(eq=False, kw_only=True)
class GitError(SourceError):
    """A git command failed."""

    code: ClassVar[str] = "git"
    repository: str
    command: tuple[str, ...]
    output: str

    def __str__(self) -> str:
        return f"git failed for `{self.repository}` (`{' '.join(self.command)}`): {self.output.strip()}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what git's own message leaves open."""
        output = self.output.lower()
        if "is not installed" in output:
            return ("install git and put it on the PATH",)
        if "'lfs' is not a git command" in output:
            return ("install git-lfs, or set `lfs = false` for this source",)
        if "could not read username" in output or "authentication failed" in output or "permission denied" in output:
            return ("give git access: a credential helper, an ssh key, or user name and password in the URL",)
        return ()


@dataclass(eq=False, kw_only=True)
class GitReferenceNotFoundError(SourceError):
    """A repository has no such branch, tag or commit; ``locked_from`` is the reference that led to a locked commit."""

    code: ClassVar[str] = "git-reference"
    repository: str
    reference: str
    kind: str  # "branch", "tag", "commit" or "rev"
    locked_from: str | None = None

    def __str__(self) -> str:
        if self.reference == "HEAD":
            return f"the repository `{self.repository}` has no commits"
        kind = "branch, tag or commit" if self.kind == "rev" else self.kind
        return f"the repository `{self.repository}` has no {kind} `{self.reference}`"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what may have happened."""
        if self.kind == "commit":
            moved = f"`{self.locked_from}` was" if self.locked_from else "its history was"
            return (f"{moved} probably rewritten since; upgrade the project that comes from it to lock a new commit",)
        return ("check the spelling, and whether `branch`, `tag` or `rev` is meant",)


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

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what the output shows to be missing."""
        from .build_hints import hints_of

        return hints_of(self.output)


@dataclass(eq=False, kw_only=True)
class RuntimeVersionError(BuildError):
    """A build requirement is to have the version that is installed beside the result, and there is none to be known."""

    code: ClassVar[str] = "runtime-version"
    project: str
    requirement: str
    resolved: bool  # whether it is known what is to be installed; the requirement is then not part of it

    def __str__(self) -> str:
        why = (
            "it is not among what is to be installed"
            if self.resolved
            else f"`{self.project}` has to be built before anything is resolved"
        )
        return f"the version of `{self.requirement}` that `{self.project}` is to be built with is not known: {why}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return how the version can be known."""
        if not self.resolved:
            return (f"say what `{self.project}` requires in `tool.uv.dependency-metadata`, so that it is not built",)
        return (f"require `{self.requirement}` too, or take `match-runtime` away",)


@dataclass(eq=False, kw_only=True)
class BuildCycleError(BuildError):
    """Build requirements need each other to be built first."""

    code: ClassVar[str] = "build-cycle"
    chain: tuple[str, ...]

    def __str__(self) -> str:
        return f"build requirements form a cycle: {' → '.join(self.chain)}"


@dataclass(eq=False, kw_only=True)
class BuildsFailedError(BuildError):
    """Of several sources some could not be built; ``built`` are the files of the others."""

    code: ClassVar[str] = "builds-failed"
    sources: tuple[str, ...]
    failures: tuple[UvkitError, ...]
    built: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = "".join(f"\n  {name}: {error}" for name, error in zip(self.sources, self.failures, strict=False))
        return f"some sources could not be built:{lines}"
