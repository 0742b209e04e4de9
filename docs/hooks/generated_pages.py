"""A hook of mkdocs: pages and tables that are written from the code, so that they cannot fall behind it."""

# ruff: noqa: INP001  # mkdocs loads hooks by their path

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from command_tables import command_tables
from error_pages import error_pages, error_table
from mkdocs.structure.files import File, Files

_TABLES = {"<!-- error table -->": error_table, "<!-- command tables -->": command_tables}


def on_files(files: Files, *, config: Any) -> Files:
    """Add one page for each family of errors."""
    for uri, content in error_pages().items():
        files.append(File.generated(config, uri, content=content))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put generated tables where a page asks for them."""
    for mark, table in _TABLES.items():
        if mark in markdown:
            markdown = markdown.replace(mark, table())
    return markdown
