"""What installing and removing interpreters came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from uvkit.events import Notice

from .managed import ManagedPython

PythonAction: TypeAlias = Literal["installed", "reinstalled", "linked", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonChange:
    """What happened to one managed interpreter; ``executables`` are the names that start it now, or did."""

    action: PythonAction
    python: ManagedPython
    executables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonChanges:
    """What happened to the managed interpreters.

    ``pythons`` are those that satisfy the requests now, in the requests' order; ``satisfied`` the requests that needed
    nothing, ``unmatched`` those for which nothing was there to remove.
    """

    changes: tuple[PythonChange, ...] = ()
    pythons: tuple[ManagedPython, ...] = ()
    satisfied: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    elapsed: timedelta = timedelta()
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        if not self.changes:
            return "Nothing changed"
        removed = all(change.action == "removed" for change in self.changes)
        verb = "Uninstalled" if removed else "Installed"
        if len(self.changes) == 1:
            return f"{verb} Python {self.changes[0].python.identity.version}"
        return f"{verb} {len(self.changes)} versions"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "changes": [
                {
                    "action": change.action,
                    "key": change.python.key,
                    "path": str(change.python.path),
                    "executables": list(change.executables),
                }
                for change in self.changes
            ],
            "pythons": [{"key": one.key, "executable": str(one.executable)} for one in self.pythons],
            "satisfied": list(self.satisfied),
            "unmatched": list(self.unmatched),
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": one.code, "message": one.message, "hint": one.hint} for one in self.notices],
        }
