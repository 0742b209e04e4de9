from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from uvkit.python import Interpreter, running


class RememberedFacts:
    """A store in memory that counts what is asked of it."""

    def __init__(self) -> None:
        self.values: dict[str, dict[str, Any]] = {}
        self.hits = 0

    def load(self, key: str, /) -> object | None:
        found = self.values.get(key)
        self.hits += found is not None
        return found

    def store(self, key: str, value: dict[str, Any], /) -> None:
        self.values[key] = value


class FactCache:
    def __init__(self) -> None:
        self.interpreters = RememberedFacts()


@pytest.fixture
def cache() -> FactCache:
    return FactCache()


@pytest.fixture
def interpreter() -> Interpreter:
    found = running()
    assert found is not None
    return found


@pytest.fixture
def make_script(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of executable shell scripts."""

    def make(name: str, body: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make
