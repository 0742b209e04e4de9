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
    TaskKind,
    TaskStarted,
)

Write: TypeAlias = Callable[[str], object]

# What is smaller is fetched before anybody has read its line.
WORTH_SHOWING_BYTES = 1_000_000

_PHASES = {
    "resolve": "Resolving",
    "fetch": "Preparing packages",
    "build": "Building",
    "install": "Installing",
    "compile-bytecode": "Compiling bytecode",
    "publish": "Publishing",
}
# Aligned, as uv prints them.
_BEGINNINGS: dict[TaskKind, str] = {
    "build": "   Building",
    "download": "Downloading",
    "checkout": "   Fetching",
    "python": "Downloading",
    "upload": "  Uploading",
}
_ENDINGS: dict[TaskKind, str] = {
    "build": "      Built",
    "download": " Downloaded",
    "checkout": "    Fetched",
    "python": " Downloaded",
    "upload": "   Uploaded",
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


def is_worth_showing(event: TaskStarted) -> bool:
    """Tell whether a task takes long enough to be shown: builds, checkouts, and downloads that are not small."""
    return event.kind in _BEGINNINGS and (event.kind != "download" or (event.total or 0) >= WORTH_SHOWING_BYTES)


def beginning(event: TaskStarted) -> str:
    """Return the line for the begin of a task that is worth showing."""
    size = f" ({_size(event.total)})" if event.total else ""
    return f"{_BEGINNINGS[event.kind]} {event.subject}{size}"


def ending(kind: TaskKind, subject: str) -> str:
    """Return the line for the end of a task that is worth showing."""
    return f"{_ENDINGS[kind]} {subject}"


class PlainDisplay:
    """A sink that writes a line when something slow begins and ends, and for notices; everything if verbose."""

    def __init__(self, write: Write, *, verbose: bool = False) -> None:
        self._write = write
        self._verbose = verbose
        self._tasks: dict[TaskId, TaskStarted] = {}

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one at this level."""
        match event:
            case TaskStarted():
                self._tasks[event.task] = event
                if not self._verbose and is_worth_showing(event):
                    self._write(beginning(event))
            case TaskFinished():
                started = self._tasks.pop(event.task, None)
                if started is not None:
                    self._finish(started, event)
            case Notice():
                self._write(describe(event) or "")
            case _ if self._verbose and (line := describe(event)):
                self._write(line)
            case _:
                pass

    def _finish(self, started: TaskStarted, event: TaskFinished) -> None:
        if self._verbose:
            self._write(f"{started.kind} {started.subject}: {event.outcome}")
        elif is_worth_showing(started) and event.outcome in {"done", "cached"}:
            self._write(ending(started.kind, started.subject))


def _size(size: int) -> str:
    value = float(size)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{value:.0f}{unit}" if unit == "B" else f"{value:.1f}{unit}"
        value /= 1024
    return f"{value:.1f}GiB"
