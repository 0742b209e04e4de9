"""Plain lines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from uvkit.display import PlainDisplay, describe
from uvkit.events import (
    Backtracked,
    BuildOutput,
    CandidatePinned,
    Event,
    ForkOpened,
    Notice,
    PhaseFinished,
    PhaseStarted,
    TaskAdvanced,
    TaskFinished,
    TaskId,
    TaskKind,
    TaskStarted,
)

ONE = TaskId(1)


def lines(*events: Event, verbose: bool = False) -> list[str]:
    written: list[str] = []
    display = PlainDisplay(written.append, verbose=verbose)
    for event in events:
        display(event)
    return written


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (Notice("yanked", "`a` is yanked"), "warning: `a` is yanked"),
        (Notice("yanked", "`a` is yanked", "choose another"), "warning: `a` is yanked (choose another)"),
        (PhaseStarted("resolve"), "Resolving..."),
        (PhaseStarted("fetch", 3), "Preparing packages (3)..."),
        (PhaseFinished("install", timedelta(seconds=1.5)), "Installing took 1.50s"),
        (CandidatePinned("a", "1.0", 1), "chose a 1.0"),
        (Backtracked("a", "1.0", "b wants another"), "gave up a 1.0: b wants another"),
        (ForkOpened(""), "solving for all environments"),
        (ForkOpened("os_name == 'nt'"), "solving for os_name == 'nt'"),
        (BuildOutput(ONE, "gcc"), "| gcc"),
        (TaskAdvanced(ONE, 3), None),
        (TaskStarted(ONE, "link", "a"), None),
    ],
)
def test_events_have_a_line_or_none(event: Event, line: str | None) -> None:
    described = describe(event)

    assert described == line


def test_a_large_download_is_announced_with_its_size() -> None:
    written = lines(TaskStarted(ONE, "download", "numpy 2.0", 16 * 1024 * 1024), TaskFinished(ONE, "done"))

    assert written == ["Downloading numpy 2.0 (16.0MiB)", " Downloaded numpy 2.0"]


@pytest.mark.parametrize("total", [None, 12_000])
def test_a_small_download_is_not_announced(total: int | None) -> None:
    written = lines(TaskStarted(ONE, "download", "six 1.0", total), TaskFinished(ONE, "done"))

    assert written == []


def test_a_build_is_announced() -> None:
    written = lines(TaskStarted(ONE, "build", "p (/src/p)"), TaskFinished(ONE, "done"))

    assert written == ["   Building p (/src/p)", "      Built p (/src/p)"]


def test_a_failed_build_has_no_end() -> None:
    written = lines(TaskStarted(ONE, "build", "p (/src/p)"), TaskFinished(ONE, "failed"))

    assert written == ["   Building p (/src/p)"]


@pytest.mark.parametrize("kind", ["listing", "metadata", "link"])
def test_quick_tasks_are_silent(kind: TaskKind) -> None:
    written = lines(TaskStarted(ONE, kind, "a"), TaskFinished(ONE, "done"))

    assert written == []


def test_the_output_of_builds_and_the_steps_of_the_resolver_are_silent_unless_verbose() -> None:
    events = (CandidatePinned("a", "1", 1), BuildOutput(ONE, "gcc"))

    assert lines(*events) == []
    assert lines(*events, verbose=True) == ["chose a 1", "| gcc"]


def test_every_task_has_a_line_if_verbose() -> None:
    written = lines(TaskStarted(ONE, "listing", "a"), TaskFinished(ONE, "cached"), verbose=True)

    assert written == ["listing a: cached"]


def test_an_end_without_a_beginning_is_ignored() -> None:
    written = lines(TaskFinished(ONE, "done"), verbose=True)

    assert written == []


def test_notices_are_always_written() -> None:
    written = lines(Notice("x", "beware"))

    assert written == ["warning: beware"]


def test_sizes_have_the_unit_that_suits_them() -> None:
    written = lines(
        TaskStarted(ONE, "checkout", "a", 500),
        TaskStarted(ONE, "checkout", "a", 2048),
        TaskStarted(ONE, "python", "3.12", 3 * 1024**3),
    )

    assert written == ["   Fetching a (500B)", "   Fetching a (2.0KiB)", "Downloading 3.12 (3.0GiB)"]
