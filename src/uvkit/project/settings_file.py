"""Which file holds the settings of a folder: the closest `uv.toml`, or `pyproject.toml` with a `[tool.uv]` table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .tree import Reader, absolute, nearest
from .workspace import workspace_root

if TYPE_CHECKING:
    from uvkit.events import Notice
    from uvkit.formats import ToolTable

SETTINGS_NAME = "uv.toml"


class SettingsFile(NamedTuple):
    """A table of settings, its file, and what may be of interest about it."""

    table: ToolTable
    path: Path | None
    notices: tuple[Notice, ...] = ()


def find_settings(folder: Path, reader: Reader) -> SettingsFile:
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

            table, notices = parse_uv_toml(text, path)
            return SettingsFile(table, path, notices)
        tree = reader.find(place)
        if tree is not None and tree.tables.tool is not None:
            return SettingsFile(tree.tables.tool, tree.tables.path, tree.tables.notices)
    return SettingsFile({}, None)


def settings_in(folder: str | os.PathLike[str]) -> tuple[SettingsFile, Path]:
    """Return the settings that hold in a folder, and the folder of the lock: that of the workspace, if any.

    Raises:
        InvalidTableError: a file is not valid.
    """
    start = absolute(folder)
    reader = Reader()
    found = nearest(start)
    tree = reader.find(found) if found is not None else None
    root = start if tree is None else workspace_root(tree, reader).root
    return find_settings(root, reader), root


def read_settings(path: Path) -> SettingsFile | None:
    """Return the settings in a `uv.toml`, or none if there is no such file.

    Raises:
        InvalidTableError: it is not valid.
    """
    text = Reader().find_text(path)
    if text is None:
        return None
    from uvkit.formats import parse_uv_toml

    table, notices = parse_uv_toml(text, path)
    return SettingsFile(table, path, notices)
