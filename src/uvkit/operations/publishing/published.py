"""What an upload returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

from packaging.version import Version

from uvkit.events import Notice
from uvkit.model import ProjectName
from uvkit.operations.results import counted, milliseconds

PublishOutcome: TypeAlias = Literal["uploaded", "present", "checked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One distribution: it was uploaded, the index had the same file already, or it would have been uploaded."""

    path: Path
    project: ProjectName
    version: Version
    outcome: PublishOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """The distributions that an index has now, in the order in which they were uploaded."""

    url: str
    files: tuple[PublishedFile, ...]
    elapsed: timedelta = timedelta()
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        counts = {outcome: sum(one.outcome == outcome for one in self.files) for outcome in _VERBS}
        parts = [f"{verb} {counted(counts[outcome], 'file')}" for outcome, verb in _VERBS.items() if counts[outcome]]
        return f"{', '.join(parts)} in {milliseconds(self.elapsed)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "url": self.url,
            "files": [
                {
                    "file": str(one.path),
                    "project": one.project,
                    "version": str(one.version),
                    "outcome": one.outcome,
                }
                for one in self.files
            ],
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


_VERBS = {"uploaded": "Uploaded", "present": "Found", "checked": "Checked"}
