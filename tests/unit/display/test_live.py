"""The live display, drawn on a terminal that is a text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from rich.console import Console

from uvkit.display import LiveDisplay
from uvkit.events import (
    CandidatePinned,
    Notice,
    PhaseFinished,
    PhaseStarted,
    TaskAdvanced,
    TaskFinished,
    TaskId,
    TaskStarted,
)

BIG = 8 * 1024 * 1024
NOTHING = timedelta()


class Screen:
    """A display and what is on its terminal."""

    def __init__(self) -> None:
        self.console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
        self.display = LiveDisplay(self.console)

    def rows(self) -> list[str]:
        """Return what is drawn now."""
        progress = self.display._progress
        if progress is None:
            return []
        paper = Console(file=io.StringIO(), width=100)
        with paper.capture() as capture:
            paper.print(progress.get_renderable())
        return [line.rstrip() for line in capture.get().splitlines()]

    def printed(self) -> str:
        """Return everything that was written."""
        file = self.console.file
        assert isinstance(file, io.StringIO)
        return file.getvalue()


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    with made.display:
        yield made


def test_nothing_is_drawn_before_the_first_phase(screen: Screen) -> None:
    rows = screen.rows()

    assert rows == []


def test_the_resolver_is_shown_with_its_last_choice(screen: Screen) -> None:
    screen.display(PhaseStarted("resolve"))
    screen.display(CandidatePinned("numpy", "2.1.0", 3))

    (row,) = screen.rows()

    assert "Resolving dependencies numpy==2.1.0" in row


def test_a_phase_counts_what_is_done(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 2))
    screen.display(TaskStarted(TaskId(1), "download", "small 1.0", 100))
    screen.display(TaskFinished(TaskId(1), "done"))

    (row,) = screen.rows()

    assert "Preparing packages" in row
    assert row.endswith("1/2")


def test_what_was_cached_counts_too(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 1))
    screen.display(TaskStarted(TaskId(1), "download", "small 1.0"))
    screen.display(TaskFinished(TaskId(1), "cached"))

    (row,) = screen.rows()

    assert row.endswith("1/1")


def test_a_large_download_has_a_bar_of_its_own(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 1))
    screen.display(TaskStarted(TaskId(1), "download", "big 1.0", BIG))
    screen.display(TaskAdvanced(TaskId(1), BIG // 2))

    rows = screen.rows()

    assert rows[0].endswith("0/1")
    assert "big 1.0" in rows[1]
    assert rows[1].endswith("4.0/8.0 MiB")


def test_an_upload_has_a_bar_whatever_its_size(screen: Screen) -> None:
    screen.display(PhaseStarted("publish", 2))
    screen.display(TaskStarted(TaskId(1), "upload", "a-1-py3-none-any.whl", 2048))
    screen.display(TaskAdvanced(TaskId(1), 1024))

    rows = screen.rows()

    assert "Publishing files" in rows[0]
    assert rows[0].endswith("0/2")
    assert rows[1].endswith("1.0/2.0 KiB")


def test_the_bar_goes_when_the_download_ends(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 2))
    screen.display(TaskStarted(TaskId(1), "download", "big 1.0", BIG))
    screen.display(TaskFinished(TaskId(1), "done"))

    (row,) = screen.rows()

    assert row.endswith("1/2")


def test_a_build_has_a_line_while_it_runs_and_leaves_one(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 1))
    screen.display(TaskStarted(TaskId(1), "build", "p (/src/p)"))
    running = screen.rows()
    screen.display(TaskFinished(TaskId(1), "done"))

    assert "Building p (/src/p)" in running[1]
    assert len(screen.rows()) == 1
    assert "Built p (/src/p)" in screen.printed()


def test_brackets_in_names_are_no_markup(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 1))
    screen.display(TaskStarted(TaskId(1), "build", "p[/bold] ([x])"))

    rows = screen.rows()

    assert "Building p[/bold] ([x])" in rows[1]


def test_a_failed_build_leaves_no_line(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 1))
    screen.display(TaskStarted(TaskId(1), "build", "p"))
    screen.display(TaskFinished(TaskId(1), "failed"))

    assert "Built" not in screen.printed()


def test_listings_and_metadata_are_not_counted(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 2))
    screen.display(TaskStarted(TaskId(1), "listing", "a"))
    screen.display(TaskFinished(TaskId(1), "done"))

    (row,) = screen.rows()

    assert row.endswith("0/2")


def test_a_new_phase_takes_the_place_of_the_one_before(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 2))
    screen.display(PhaseStarted("install", 5))

    (row,) = screen.rows()

    assert "Installing wheels" in row


def test_nothing_is_left_after_a_phase(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 1))
    screen.display(PhaseFinished("fetch", NOTHING))

    assert screen.rows() == []


def test_a_task_that_ends_after_its_phase_draws_nothing(screen: Screen) -> None:
    screen.display(PhaseStarted("fetch", 1))
    screen.display(TaskStarted(TaskId(1), "download", "big", BIG))
    screen.display(PhaseFinished("fetch", NOTHING))
    screen.display(TaskAdvanced(TaskId(1), 5))
    screen.display(TaskFinished(TaskId(1), "done"))

    assert screen.rows() == []


def test_notices_stay_on_the_terminal(screen: Screen) -> None:
    screen.display(PhaseStarted("resolve"))
    screen.display(Notice("yanked", "`a` [1.0] is yanked"))

    assert "warning: `a` [1.0] is yanked" in screen.printed()


def _fail_after_a_phase(display: LiveDisplay) -> None:
    display(PhaseStarted("resolve"))
    raise ZeroDivisionError


def test_an_error_inside_clears_the_display() -> None:
    made = Screen()

    with pytest.raises(ZeroDivisionError), made.display as display:
        _fail_after_a_phase(display)

    assert made.rows() == []
    assert made.printed().endswith("\x1b[2K")
