"""A tool is not there, or cannot be put where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from .base import UvkitError


class ToolError(UvkitError):
    """A tool is not there, or cannot be put where it belongs."""

    code: ClassVar[str] = "tool"


@dataclass(eq=False, kw_only=True)
class ToolNotInstalledError(ToolError):
    """A tool that was named is not installed."""

    code: ClassVar[str] = "tool-not-installed"
    project: str

    def __str__(self) -> str:
        return f"`{self.project}` is not installed"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return how to get it."""
        return (f"run `uvkit tool install {self.project}` to install it",)


@dataclass(eq=False, kw_only=True)
class InvalidToolRequestError(ToolError):
    """What was asked for does not say which tool is meant, or says two different things."""

    code: ClassVar[str] = "invalid-tool-request"
    request: str
    reason: str
    advice: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"`{self.request}` does not name a tool: {self.reason}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what may have been meant."""
        return self.advice


@dataclass(eq=False, kw_only=True)
class ExecutableExistsError(ToolError):
    """Executables of a tool would replace those of somebody else."""

    code: ClassVar[str] = "executable-exists"
    project: str
    paths: tuple[Path, ...]

    def __str__(self) -> str:
        plural = "s" if len(self.paths) > 1 else ""
        names = ", ".join(f"`{path.name}`" for path in self.paths)
        return f"executable{plural} already exist{'' if plural else 's'} in `{self.paths[0].parent}`: {names}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return how to replace them."""
        return ("use `--force` to overwrite what is there",)


@dataclass(eq=False, kw_only=True)
class ExecutableNotProvidedError(ToolError):
    """A package has no executable of the name that was asked for, or none at all."""

    code: ClassVar[str] = "executable-not-provided"
    project: str
    executable: str = ""
    available: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.available:
            return f"the package `{self.project}` provides no executables"
        names = "".join(f"\n- {name}" for name in self.available)
        return (
            f"the package `{self.project}` provides no executable `{self.executable}`; the following are available:"
            f"{names}"
        )

    @property
    def hints(self) -> tuple[str, ...]:
        """Return which command has it."""
        return self.advice
