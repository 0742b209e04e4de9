"""What `uvkit publish` prints while it uploads, and at the end."""

from __future__ import annotations

import sys

from uvkit import Credentials, PublishResult
from uvkit.cli.printer import Printer
from uvkit.display import LiveDisplay
from uvkit.events import Event, EventSink, PhaseStarted, TaskStarted


class PublishLog:
    """A sink that prints how much there is to do, and files as they begin; a live display shows how far each is."""

    def __init__(self, printer: Printer, *, dry_run: bool, display: EventSink | None) -> None:
        self._printer = printer
        self._dry_run = dry_run
        self._display = display if isinstance(display, LiveDisplay) else None

    def __call__(self, event: Event) -> None:
        """Print the event's line, if it has one."""
        match event:
            case PhaseStarted(phase="publish", total=total):
                verb = "Checking" if self._dry_run else "Publishing"
                self._printer.info(f"{verb} {total} file{'' if total == 1 else 's'}")
            case TaskStarted(kind="upload", subject=name, total=size):
                self._printer.info(f"Uploading {name} ({shown_size(size or 0)})")
            case _:
                pass
        if self._display is not None:
            self._display(event)


def asked() -> Credentials | None:
    """Return what the person at the terminal answers, or none if that is nothing."""
    from getpass import getpass

    sys.stderr.write("Enter username ('__token__' if using a token): ")
    sys.stderr.flush()
    username = sys.stdin.readline().strip()
    return Credentials(username, getpass("Enter password: ")) if username else None


def show_published(printer: Printer, result: PublishResult) -> None:
    """Print what was not uploaded, and why."""
    for notice in result.notices:
        printer.warn(notice.message)
    for one in result.files:
        if one.outcome == "present":
            printer.info(f"File {one.path.name} already exists, skipping")


def shown_size(size: int) -> str:
    """Return a number of bytes as uv prints it: `899B`, `1.4KiB`."""
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f}B" if unit == "B" else f"{value:.1f}{unit}"
        value /= 1024
    return f"{value:.1f}TiB"
