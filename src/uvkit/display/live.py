"""A live display on a terminal, drawn by rich."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from uvkit.events import (
    CandidatePinned,
    Event,
    Notice,
    Phase,
    PhaseFinished,
    PhaseStarted,
    TaskAdvanced,
    TaskFinished,
    TaskId,
    TaskStarted,
)

from .text import describe, ending, is_worth_showing

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

_COUNTED = frozenset({"download", "checkout", "python", "build", "link", "upload"})

_TITLES: dict[Phase, str] = {
    "resolve": "Resolving dependencies",
    "fetch": "Preparing packages",
    "build": "Building packages",
    "install": "Installing wheels",
    "compile-bytecode": "Compiling bytecode",
    "publish": "Publishing files",
}


class LiveDisplay:
    """A sink and context manager: a spinner for the phase and bars for large downloads, gone when it ends."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console as RichConsole

        self._console = console or RichConsole(stderr=True)
        self._progress: Progress | None = None
        self._phase: TaskID | None = None
        self._bars: dict[TaskId, TaskID] = {}
        self._shown: dict[TaskId, TaskStarted] = {}
        self._counted: set[TaskId] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what is drawn."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
        self._phase = None
        self._bars.clear()
        self._shown.clear()
        self._counted.clear()

    def _running(self) -> Progress:
        if self._progress is None:
            from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn

            class Size(DownloadColumn):
                """Bytes for transfers, a count for phases, nothing for what has no measure."""

                def render(self, task: Any) -> Any:
                    from rich.text import Text

                    if task.total is None:
                        return Text("")
                    if task.fields.get("is_phase"):
                        return Text(f"{int(task.completed)}/{int(task.total)}")
                    return super().render(task)

            self._progress = Progress(
                SpinnerColumn(style="dim"),
                TextColumn("{task.description}"),
                BarColumn(bar_width=28),
                Size(binary_units=True),
                console=self._console,
                transient=True,
            )
            self._progress.start()
        return self._progress

    def __call__(self, event: Event) -> None:
        """Draw the event."""
        match event:
            case PhaseStarted(phase=phase, total=total):
                self._bars.clear()
                progress = self._running()
                if self._phase is not None:
                    progress.remove_task(self._phase)
                self._phase = progress.add_task(f"[bold]{_TITLES[phase]}[/]", total=total, is_phase=True)
            case PhaseFinished():
                self.close()
            case CandidatePinned(project=project, version=version):
                self._describe(f"[bold]Resolving dependencies[/] [dim]{_plain(f'{project}=={version}')}[/]")
            case TaskStarted():
                self._start(event)
            case TaskAdvanced(task=task, completed=completed) if task in self._bars:
                self._running().update(self._bars[task], completed=completed)
            case TaskFinished():
                self._finish(event)
            case Notice():
                self._console.print(describe(event), style="yellow", markup=False, highlight=False)
            case _:
                pass

    def _start(self, event: TaskStarted) -> None:
        if event.kind not in _COUNTED:
            return
        self._counted.add(event.task)
        if is_worth_showing(event):
            title = f"Building {event.subject}" if event.kind == "build" else event.subject
            self._bars[event.task] = self._running().add_task(_plain(title), total=event.total, is_phase=False)
            self._shown[event.task] = event

    def _describe(self, text: str) -> None:
        if self._progress is not None and self._phase is not None:
            self._progress.update(self._phase, description=text)

    def _finish(self, event: TaskFinished) -> None:
        if self._progress is None:
            return
        if (bar := self._bars.pop(event.task, None)) is not None:
            self._progress.remove_task(bar)
        started = self._shown.pop(event.task, None)
        if started is not None and started.kind == "build" and event.outcome == "done":
            self._console.print(ending(started.kind, started.subject), style="dim", markup=False, highlight=False)
        if event.task in self._counted:
            self._counted.discard(event.task)
            if self._phase is not None:
                self._progress.advance(self._phase)


def _plain(text: str) -> str:
    """Return a text in which brackets are not taken for rich's markup."""
    from rich.markup import escape

    return escape(text)
