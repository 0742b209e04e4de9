"""A display that updates one output cell of a notebook."""

from __future__ import annotations

from typing import Any

from uvkit.events import Event, Notice, PhaseFinished, PhaseStarted, TaskFinished, TaskId, TaskStarted

from .html import table_html
from .text import describe

_UNITS = frozenset({"download", "build", "link", "checkout", "python", "upload"})


class NotebookDisplay:
    """A sink that shows the phase and its count in one place, and keeps notices below it."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._title = ""
        self._total: int | None = None
        self._done = 0
        self._tasks: dict[TaskId, str] = {}
        self._notices: list[str] = []

    def __call__(self, event: Event) -> None:
        """Update the output for the event."""
        match event:
            case PhaseStarted(total=total):
                self._title, self._total, self._done = describe(event) or "", total, 0
            case PhaseFinished():
                self._title, self._total = describe(event) or "", None
            case TaskStarted(task=task, kind=kind, subject=subject) if kind in _UNITS:
                self._tasks[task] = subject
                return
            case TaskFinished(task=task) if task in self._tasks:
                del self._tasks[task]
                self._done += 1
            case Notice():
                self._notices.append(describe(event) or "")
            case _:
                return
        self._show()

    def html(self) -> str:
        """Return what is shown now."""
        count = f" {self._done}/{self._total}" if self._total else ""
        return table_html(f"{self._title}{count}", ("notices",), [(notice,) for notice in self._notices])

    def _show(self) -> None:
        from IPython.display import HTML, display

        content = HTML(self.html())  # type: ignore[no-untyped-call,unused-ignore]  # IPython may be absent
        if self._handle is None:
            self._handle = display(content, display_id=True)  # type: ignore[no-untyped-call,unused-ignore]  # as above
        else:
            self._handle.update(content)
