"""Choose how to show events where the program runs."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from uvkit.events import EventSink

from .live import LiveDisplay
from .notebook import NotebookDisplay
from .text import PlainDisplay


def auto(*, verbose: bool = False) -> EventSink:
    """Return a sink for a notebook, a terminal or neither.

    In a notebook one output cell is updated; on a terminal with rich installed a live display is drawn on standard
    error; elsewhere plain lines go to standard error.
    """
    shell = sys.modules.get("IPython")
    if shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell":
        return NotebookDisplay()
    if sys.stderr.isatty() and not verbose and find_spec("rich") is not None:
        return LiveDisplay()
    return PlainDisplay(lambda line: sys.stderr.write(line + "\n"), verbose=verbose)
