"""Events as plain lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from uvkit.events import (
    Backtracked,
    BuildOutput,
    CandidatePinned,
    Event,
    ForkOpened,
    Notice,
    PhaseFinished,
    PhaseStarted,
    TaskFinished,
    TaskId,
    TaskStarted,
)

Write: TypeAlias = Callable[[str], object]

_PHASES = {
    "resolve": "Resolving",
    "fetch": "Preparing packages",
    "build": "Building",
    "install": "Installing",
    "compile-bytecode": "Compiling bytecode",
}


def describe(event: Event) -> str | None:
    """Return a line for an event, or none for one that says nothing on its own."""
    match event:
        case Notice(message=message, hint=hint):
            return f"warning: {message}" + (f" ({hint})" if hint else "")
        case PhaseStarted(phase=phase, total=total):
            return f"{_PHASES[phase]}..." if total is None else f"{_PHASES[phase]} ({total})..."
        case PhaseFinished(phase=phase, elapsed=elapsed):
            return f"{_PHASES[phase]} took {elapsed.total_seconds():.2f}s"
        case CandidatePinned(project=project, version=version):
            return f"chose {project} {version}"
        case Backtracked(project=project, rejected=rejected, because=because):
            return f"gave up {project} {rejected}: {because}"
        case ForkOpened(marker=marker):
            return f"solving for {marker or 'all environments'}"
        case BuildOutput(line=line):
            return f"| {line}"
        case _:
            return None


class PlainDisplay:
    """A sink that writes a line for what matters: notices and finished downloads and builds; everything if verbose."""

    def __init__(self, write: Write, *, verbose: bool = False) -> None:
        self._write = write
        self._verbose = verbose
        self._subjects: dict[TaskId, tuple[str, str]] = {}

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one at this level."""
        match event:
            case TaskStarted():
                self._subjects[event.task] = (event.kind, event.subject)
            case TaskFinished(task=task, outcome=outcome):
                kind, subject = self._subjects.pop(task, ("", ""))
                if (
                    outcome == "failed"
                    or (self._verbose and kind)
                    or (kind in {"download", "build"} and outcome == "done")
                ):
                    self._write(f"{kind} {subject}: {outcome}")
            case Notice():
                self._write(describe(event) or "")
            case _ if self._verbose and (line := describe(event)):
                self._write(line)
            case _:
                pass
