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

    from .tree import SourceTree

SETTINGS_NAME = "uv.toml"
# `uv.toml` may have these too, for installations without a project; a project's lock and builds rest on its own.
_OF_THE_PROJECT = frozenset({
    "build-constraint-dependencies", "cache-keys", "constraint-dependencies", "exclude-dependencies",
    "override-dependencies",
})  # fmt: skip


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
            beside = reader.find(place)
            return SettingsFile(table, path, (*notices, *shadow_notices(path, beside)))
        tree = reader.find(place)
        if tree is not None and tree.tables.tool is not None:
            return SettingsFile(tree.tables.tool, tree.tables.path, tree.tables.notices)
    return SettingsFile({}, None)


def shadow_notices(path: Path | None, beside: SourceTree | None) -> tuple[Notice, ...]:
    """Return a notice of what a `pyproject.toml` sets in vain, as the settings are those of the `uv.toml` beside it.

    What describes the project counts wherever the settings are.
    """
    if path is None or beside is None or path != beside.root / SETTINGS_NAME or not beside.settings:
        return ()
    from uvkit.events import Notice
    from uvkit.formats import PROJECT_ONLY

    ignored = [key for key in beside.settings if key not in PROJECT_ONLY | _OF_THE_PROJECT]
    if not ignored:
        return ()
    keys = ", ".join(f"`{key}`" for key in ignored)
    return (
        Notice(
            "settings-ignored",
            f"`[tool.uv]` of `{beside.tables.path}` is ignored in favor of the `uv.toml` beside it: {keys}",
            "have the settings in one of the two files",
        ),
    )


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
