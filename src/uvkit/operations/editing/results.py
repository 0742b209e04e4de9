"""What the verbs that change a project's files return."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvkit.events import Notice
from uvkit.model import ProjectName

if TYPE_CHECKING:
    from uvkit.operations.results import LockResult, SyncResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementChange:
    """A requirement that was written into a list of a file, or taken out of it (``after`` none).

    ``place`` is the list as TOML calls it (`project.dependencies`, `dependency-groups.dev`); ``before`` are the texts
    that stood there for the project.
    """

    project: ProjectName
    place: str
    before: tuple[str, ...] = ()
    after: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {"project": self.project, "place": self.place, "before": list(self.before), "after": self.after}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditResult:
    """What was changed in the files of a project or script, and the lock and environment that came of it.

    ``text`` is the file's new text, also of a dry run; ``members`` are folders that became members of the workspace.
    """

    path: Path
    text: str
    changed: bool
    requirements: tuple[RequirementChange, ...] = ()
    members: tuple[Path, ...] = ()
    lock: LockResult | None = None
    sync: SyncResult | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def added(self) -> tuple[RequirementChange, ...]:
        """Return what was added or changed."""
        return tuple(one for one in self.requirements if one.after is not None)

    @property
    def removed(self) -> tuple[RequirementChange, ...]:
        """Return what was removed."""
        return tuple(one for one in self.requirements if one.after is None)

    def summary(self) -> str:
        """Return one line for people."""
        if not self.changed:
            return f"`{self.path.name}` already says so"
        parts = [f"{'-' if one.after is None else '+'} {one.after or one.project}" for one in self.requirements]
        return f"Updated `{self.path.name}`" + (f" ({', '.join(parts)})" if parts else "")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "path": str(self.path),
            "changed": self.changed,
            "requirements": [one.to_dict() for one in self.requirements],
            "members": [str(path) for path in self.members],
            "lock": None if self.lock is None else self.lock.to_dict(),
            "sync": None if self.sync is None else self.sync.to_dict(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }
