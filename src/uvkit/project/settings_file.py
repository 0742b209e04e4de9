"""Which file holds the settings of a folder: the closest `uv.toml`, or `pyproject.toml` with a `[tool.uv]` table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .tree import Reader, absolute, nearest
from .workspace import workspace_root

if TYPE_CHECKING:
    from uvkit.formats import ToolTable

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
            from uvkit.formats import parse_uv_toml

            return parse_uv_toml(text, path), path
        tree = reader.find(place)
        if tree is not None and tree.tables.tool is not None:
            return tree.tables.tool, tree.tables.path
    return {}, None


def settings_in(folder: str | os.PathLike[str]) -> tuple[ToolTable, Path | None, Path]:
    """Return the settings that hold in a folder, their file, and the folder of the lock: of the workspace, if any.

    Raises:
        InvalidTableError: a file is not valid.
    """
    start = absolute(folder)
    reader = Reader()
    found = nearest(start)
    tree = reader.find(found) if found is not None else None
    root = start if tree is None else workspace_root(tree, reader).root
    return (*find_settings(root, reader), root)


def read_settings(path: Path) -> ToolTable | None:
    """Return the settings in a `uv.toml`, or none if there is no such file.

    Raises:
        InvalidTableError: it is not valid.
    """
    from uvkit.formats import parse_uv_toml

    text = Reader().find_text(path)
    return None if text is None else parse_uv_toml(text, path)
