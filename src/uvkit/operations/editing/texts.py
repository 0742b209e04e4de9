"""The texts that edits work on: a `pyproject.toml`, or the block of a script within the script."""

from __future__ import annotations

from pathlib import Path

from uvkit.formats import PyprojectEdit, script_block, with_block
from uvkit.project import Project, Script


def file_of(target: Project | Script) -> Path:
    """Return the file that says what a project or script requires."""
    return target.path if isinstance(target, Script) else target.tables.path


def edit_of(target: Project | Script, text: str | None = None) -> PyprojectEdit:
    """Return the editor of a project's file, or of a script's block, empty if it has none; of its text if given.

    Raises:
        InvalidTableError: the text is not valid.
    """
    path = file_of(target)
    text = read_text(path) if text is None else text
    if isinstance(target, Script):
        block = script_block(text, path=path)
        # Every block ends with a line end, also one without a line.
        return PyprojectEdit("" if block is None else block or "\n", path, of_script=True)
    return PyprojectEdit(text, path)


def whole_text(target: Project | Script, edit: PyprojectEdit, *, before: str, default_python: str | None = None) -> str:
    """Return the file's text with what was edited, from the one before.

    The new block of a script says first which Python it was written for.
    """
    block = edit.text()
    if not isinstance(target, Script):
        return block
    if default_python is not None:
        block = f'requires-python = "{default_python}"\n{block}'
    return with_block(before, block, path=target.path)


def read_text(path: Path) -> str:
    """Return the text of a file with its line ends as they are."""
    return path.read_bytes().decode("utf-8-sig")
