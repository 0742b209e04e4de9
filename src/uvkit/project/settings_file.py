"""Which file holds the settings of a folder: the closest `uv.toml`, or `pyproject.toml` with a `[tool.uv]` table."""

from __future__ import annotations

from pathlib import Path

from uvkit.formats import ToolTable, parse_uv_toml

from .tree import Reader

SETTINGS_NAME = "uv.toml"


def find_settings(folder: Path, reader: Reader) -> tuple[ToolTable, Path | None]:
    """Return the settings that hold in a folder, and their file; empty if there is none up to the top.

    Of two files in one folder, `uv.toml` wins.

    Raises:
        InvalidTableError: the file is not valid.
    """
    for place in (folder, *folder.parents):
        path = place / SETTINGS_NAME
        text = reader.find_text(path)
        if text is not None:
            return parse_uv_toml(text, path), path
        tree = reader.find(place)
        if tree is not None and tree.tables.tool is not None:
            return tree.tables.tool, tree.tables.path
    return {}, None
