"""What a migration returns: the new files, and what became of everything that the old ones said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from uvkit.events import Notice
from uvkit.model import ProjectName
from uvkit.operations.results import counted, milliseconds

if TYPE_CHECKING:
    from uvkit.formats import Fate, MigrationItem
    from uvkit.lockfile import Lockfile

VersionFate: TypeAlias = Literal["kept", "changed", "gone", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MigratedVersion:
    """What the old lock had of a project and what the new one has; ``reason`` says why they differ."""

    project: ProjectName
    fate: VersionFate
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationResult:
    """The project as it is now.

    ``items`` has an entry for everything that the old files said, ``versions`` one for each project in either lock.
    ``backups`` are the originals of files that were replaced; ``written`` is false for a dry run.
    """

    tool: str
    root: Path
    pyproject: str
    lockfile: Lockfile | None
    items: tuple[MigrationItem, ...]
    versions: tuple[MigratedVersion, ...] = ()
    backups: tuple[Path, ...] = ()
    written: bool = False
    elapsed: timedelta = timedelta()
    notices: tuple[Notice, ...] = ()

    def of_fate(self, fate: Fate) -> tuple[MigrationItem, ...]:
        """Return the entries that were carried over, changed or left out."""
        return tuple(item for item in self.items if item.fate == fate)

    def summary(self) -> str:
        """Return one line for people."""
        kept = sum(one.fate == "kept" for one in self.versions)
        changed = sum(one.fate == "changed" for one in self.versions)
        left_out = len(self.of_fate("left-out"))
        verb = "Migrated" if self.written else "Would migrate"
        return (
            f"{verb} from {self.tool} in {milliseconds(self.elapsed)}: {counted(kept, 'locked version')} kept, "
            f"{changed} changed, {counted(left_out, 'entry').replace('entrys', 'entries')} not carried over"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "tool": self.tool,
            "root": str(self.root),
            "written": self.written,
            "pyproject": self.pyproject,
            "items": [{"fate": one.fate, "what": one.what, "detail": one.detail} for one in self.items],
            "versions": [
                {
                    "project": one.project,
                    "fate": one.fate,
                    "before": list(one.before),
                    "after": list(one.after),
                    "reason": one.reason,
                }
                for one in self.versions
            ],
            "backups": [str(path) for path in self.backups],
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }
