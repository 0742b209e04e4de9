"""What `uvkit build` prints while it builds: a line for each distribution, and what backends print."""

from __future__ import annotations

from uvkit.cli.printer import Printer
from uvkit.events import BuildOutput, Event, TaskId, TaskStarted


class BuildLog:
    """A sink that prints builds as they begin, with their output as it comes unless that is not wanted."""

    def __init__(self, printer: Printer, *, output: bool) -> None:
        self._printer = printer
        self._output = output
        self._names: dict[TaskId, str] = {}

    def __call__(self, event: Event) -> None:
        """Print the event's line, if it has one."""
        match event:
            case TaskStarted(kind="build"):
                name, separator, what = event.subject.rpartition(": ")
                self._names[event.task] = f"[{name}] " if separator else ""
                self._printer.info(f"{self._names[event.task]}Building {what}...")
            case BuildOutput() if self._output:
                self._printer.info(f"{self._names.get(event.task, '')}{event.line}")
            case _:
                pass
