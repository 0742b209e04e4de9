"""Tools as they are, and what was done to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from packaging.version import Version

from uvkit.events import Notice
from uvkit.model import ProjectName, Requirement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uvkit.operations.results import SyncResult

ToolAction: TypeAlias = Literal["kept", "installed", "changed", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """An installed tool: ``requirement`` is what was asked for, ``extra_requirements`` came with it.

    ``executables`` are the files by which it is called. ``python`` names its interpreter, ``python_request`` the one
    that was asked for.
    """

    project: ProjectName
    version: Version
    requirement: Requirement
    environment: Path
    executables: tuple[Path, ...] = ()
    extra_requirements: tuple[Requirement, ...] = ()
    python: str = ""
    python_request: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "name": self.project,
            "version": str(self.version),
            "requirement": str(self.requirement),
            "with": [str(one) for one in self.extra_requirements],
            "environment": str(self.environment),
            "executables": [str(path) for path in self.executables],
            "python": self.python,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What was done to a tool.

    ``executables`` are the names that were put in place, by the project that provides them; ``removed`` those that
    went. ``before`` is the version that was there.
    """

    tool: Tool
    action: ToolAction
    sync: SyncResult | None = None
    before: Version | None = None
    executables: Mapping[ProjectName, tuple[str, ...]] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        names = ", ".join(path.name for path in self.tool.executables)
        return f"`{self.tool.project}` {self.tool.version}: {self.action} ({names})"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "action": self.action,
            "before": None if self.before is None else str(self.before),
            "tool": self.tool.to_dict(),
            "sync": None if self.sync is None else self.sync.to_dict(),
            "removed_executables": list(self.removed),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }
