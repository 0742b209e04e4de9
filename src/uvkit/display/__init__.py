"""Render events and results for people: plain lines, a live terminal display, notebook widgets.

``auto()`` chooses a sink for where the program runs; rich and IPython are imported only then.
"""

from __future__ import annotations

from .choose import auto
from .html import table_html
from .live import LiveDisplay
from .notebook import NotebookDisplay
from .text import PlainDisplay, describe

__all__ = ["LiveDisplay", "NotebookDisplay", "PlainDisplay", "auto", "describe", "table_html"]
