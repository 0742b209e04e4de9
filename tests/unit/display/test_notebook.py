"""The notebook's cell, and results as tables."""

from __future__ import annotations

import sys
from datetime import timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from uvkit.display import LiveDisplay, NotebookDisplay, PlainDisplay, auto, table_html
from uvkit.events import Notice, PhaseFinished, PhaseStarted, TaskAdvanced, TaskFinished, TaskId, TaskStarted


class Cell:
    """What a front end shows for one display."""

    def __init__(self) -> None:
        self.contents: list[str] = []

    def update(self, content: str) -> None:
        self.contents.append(content)


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """Stand in for the front end that is not there in tests."""
    made = Cell()

    def display(content: str, *, display_id: bool) -> Cell:
        assert display_id
        made.update(content)
        return made

    package, module = ModuleType("IPython"), ModuleType("IPython.display")
    module.HTML = str  # type: ignore[attr-defined]  # a module made here
    module.display = display  # type: ignore[attr-defined]  # likewise
    monkeypatch.setitem(sys.modules, "IPython", package)
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    return made


def test_one_cell_is_updated(cell: Cell) -> None:
    display = NotebookDisplay()

    display(PhaseStarted("fetch", 2))
    display(TaskStarted(TaskId(1), "download", "a"))
    display(TaskAdvanced(TaskId(1), 5))
    display(TaskFinished(TaskId(1), "done"))
    display(PhaseFinished("fetch", timedelta(seconds=2)))

    assert cell.contents == [
        "<p>Preparing packages (2)... 0/2</p>",
        "<p>Preparing packages (2)... 1/2</p>",
        "<p>Preparing packages took 2.00s</p>",
    ]


def test_notices_are_kept_below_and_escaped(cell: Cell) -> None:
    display = NotebookDisplay()

    display(Notice("x", "a<b"))
    display(PhaseStarted("resolve"))

    assert "warning: a&lt;b" in cell.contents[-1]
    assert "Resolving..." in cell.contents[-1]


def test_a_table_has_its_caption_head_and_rows() -> None:
    html = table_html("1 & 2", ("name",), [("<a>",)])

    assert "<p>1 &amp; 2</p>" in html
    assert ">name</th>" in html
    assert ">&lt;a&gt;</td>" in html


def test_a_table_without_rows_is_its_caption() -> None:
    html = table_html("nothing", ("name",), [])

    assert html == "<p>nothing</p>"


@pytest.mark.parametrize(
    ("is_terminal", "kind"),
    [(True, LiveDisplay), (False, PlainDisplay)],
)
def test_auto_chooses_by_the_terminal(is_terminal: bool, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    stream: Any = SimpleNamespace(isatty=lambda: is_terminal, write=written.append, encoding="utf-8")
    monkeypatch.setattr(sys, "stderr", stream)

    display = auto()

    assert isinstance(display, kind)


def test_auto_is_plain_if_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    display = auto(verbose=True)

    display(TaskStarted(TaskId(1), "listing", "a"))
    display(TaskFinished(TaskId(1), "done"))

    assert capsys.readouterr().err == "listing a: done\n"


def test_auto_is_a_cell_in_a_notebook(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = type("ZMQInteractiveShell", (), {})()
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: shell, raising=False)

    display = auto()

    assert isinstance(display, NotebookDisplay)
