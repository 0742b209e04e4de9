"""What the verbs return: facts, a one-line summary, and a plain dictionary for machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, TypeAlias

from uvkit.errors import EnvironmentOutdatedError
from uvkit.events import Notice
from uvkit.model import ProjectName

if TYPE_CHECKING:
    from uvkit.environment import Environment, InstallPlan, Step
    from uvkit.lockfile import LockDiff, Lockfile

PlaceState: TypeAlias = Literal["found", "created", "replaced"]


class Result(Protocol):
    """What every verb's result can do."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return facts about the outcome."""
        ...

    def summary(self) -> str:
        """Return one line for people."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines, as the command line prints it with ``--json``."""
        ...


def milliseconds(elapsed: timedelta) -> str:
    """Return a duration as uv prints it: ``12ms`` or ``1.25s``."""
    seconds = elapsed.total_seconds()
    if seconds >= 60:
        return f"{int(seconds // 60)}m {int(seconds % 60):02d}s"
    if seconds >= 1:
        return f"{seconds:.2f}s"
    return f"{seconds * 1000:.0f}ms" if seconds >= 0.001 else f"{seconds * 1000:.2f}ms"


def counted(number: int, noun: str) -> str:
    """Return ``1 package`` or ``3 packages``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _notices(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    return [{"code": n.code, "message": n.message, "hint": n.hint} for n in notices]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockResult:
    """The lock as it is now, and what changed against the one before."""

    lockfile: Lockfile
    path: Path
    changed: bool
    written: bool
    diff: LockDiff
    elapsed: timedelta
    created: bool = False  # there was none before
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        return f"Resolved {counted(len(self.lockfile.distributions), 'package')} in {milliseconds(self.elapsed)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        texts = {
            kind: {name: [str(v) for v in versions] for name, versions in rows.items()}
            for kind, rows in (("added", self.diff.added), ("removed", self.diff.removed))
        }
        changed = {
            n: {"before": [str(v) for v in a], "after": [str(v) for v in b]} for n, (a, b) in self.diff.changed.items()
        }
        return {
            "path": str(self.path),
            "changed": self.changed,
            "written": self.written,
            "packages": len(self.lockfile.distributions),
            "diff": {**texts, "changed": changed},
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": _notices(self.notices),
        }

    def _repr_html_(self) -> str:
        from uvkit.display import table_html

        rows = [("+", name, ", ".join(map(str, versions))) for name, versions in self.diff.added.items()]
        rows += [("-", name, ", ".join(map(str, versions))) for name, versions in self.diff.removed.items()]
        rows += [
            ("~", name, f"{', '.join(map(str, before))} → {', '.join(map(str, after))}")
            for name, (before, after) in self.diff.changed.items()
        ]
        return table_html(self.summary(), ("", "project", "version"), rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What was done to an environment, or would be.

    ``place`` says whether the environment was there, was made, or was made anew for one that did not suit, at ``path``.
    ``fetched`` are the projects whose wheels were not in the cache.
    """

    environment: Environment
    plan: InstallPlan
    changed: bool
    place: PlaceState = "found"
    path: Path | None = None
    fetched: frozenset[ProjectName] = frozenset()
    restart_needed: frozenset[ProjectName] = frozenset()
    elapsed: timedelta
    phases: dict[str, timedelta] = field(default_factory=dict)
    lock: LockResult | None = None
    resolved: int | None = None  # distributions that a resolution chose, for verbs without a lock
    notices: tuple[Notice, ...] = ()

    @property
    def checked(self) -> int:
        """Return how many distributions were looked at: those chosen, or those asked for that were there already."""
        if self.resolved is not None:
            return self.resolved
        return len(self.plan.wanted) or len(self.plan.steps)

    def check(self) -> Self:
        """Return this result of a dry run if nothing would change.

        Raises:
            EnvironmentOutdatedError: something would.
        """
        if not self.plan.is_empty:
            changes = [f"{step.action} `{step.project}`" for step in self.plan.steps if step.action != "keep"]
            raise EnvironmentOutdatedError(path=self.path or self.environment.path, changes=tuple(changes))
        return self

    def summary(self) -> str:
        """Return one line for people."""
        counts = {action: sum(step.action == action for step in self.plan.steps) for action in _VERBS}
        parts = [f"{word} {counted(counts[action], 'package')}" for action, word in _VERBS.items() if counts[action]]
        if not parts:
            return f"Checked {counted(self.checked, 'package')} in {milliseconds(self.elapsed)}"
        return f"{', '.join(parts)} in {milliseconds(self.elapsed)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "environment": str(self.path or self.environment.path),
            "place": self.place,
            "changed": self.changed,
            "steps": [_step(step) for step in self.plan.steps if step.action != "keep"],
            "fetched": sorted(self.fetched),
            "packages": self.checked,
            "restart_needed": sorted(self.restart_needed),
            "elapsed_seconds": self.elapsed.total_seconds(),
            "phases": {name: elapsed.total_seconds() for name, elapsed in self.phases.items()},
            "lock": None if self.lock is None else self.lock.to_dict(),
            "notices": _notices(self.notices),
        }

    def _repr_html_(self) -> str:
        from uvkit.display import table_html

        rows = [
            (_SIGNS[step.action], step.project, " → ".join(str(v) for v in (step.before, step.after) if v is not None))
            for step in self.plan.steps
            if step.action != "keep"
        ]
        return table_html(self.summary(), ("", "project", "version"), rows)


_VERBS = {"install": "Installed", "replace": "Replaced", "remove": "Uninstalled"}
_SIGNS = {"install": "+", "replace": "~", "remove": "-", "keep": "="}


def _step(step: Step) -> dict[str, Any]:
    return {
        "action": step.action,
        "project": step.project,
        "before": None if step.before is None else str(step.before),
        "after": None if step.after is None else str(step.after),
        "before_url": step.before_url,
        "after_url": step.after_url,
        "reason": step.reason,
    }
