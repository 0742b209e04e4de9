"""Projects on disk, made of texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

Make: TypeAlias = Callable[..., Path]


def project_text(name: str, *lines: str, python: str = ">=3.11") -> str:
    """Return the text of a `pyproject.toml` whose first table is `[project]`; more lines follow in it."""
    bound = [f'requires-python = "{python}"'] if python else []
    return "\n".join(["[project]", f'name = "{name}"', 'version = "1"', *bound, *lines]) + "\n"


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write files by relative path below a folder of the test, and return the folder."""

    def write(files: dict[str, str], folder: str = "work") -> Path:
        root = tmp_path / folder
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write
