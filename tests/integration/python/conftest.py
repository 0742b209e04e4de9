from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from uvkit.cache import Cache


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def uv(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a way to run the real uv, offline and with a cache of its own; skip without it."""
    beside = Path(sys.prefix) / "bin" / "uv"
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        pytest.skip("uv is not installed")
    keep = {key: os.environ[key] for key in ("PATH", "HOME", "PYENV_ROOT") if key in os.environ}
    variables = {**keep, "UV_CACHE_DIR": str(tmp_path / "uv-cache"), "UV_OFFLINE": "1", "UV_PYTHON_DOWNLOADS": "never"}

    def run(*argv: str, directory: Path = tmp_path, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [found, *argv], cwd=directory, env={**variables, **more}, capture_output=True, text=True, timeout=120
        )

    return run
