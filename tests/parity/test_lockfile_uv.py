"""uv itself reads the locks that the tests take for canonical."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from uvkit.lockfile import Lockfile

UV = Path(sys.executable).with_name("uv")
SAMPLE = Path(__file__).parents[1] / "unit" / "formats" / "everything.lock"

pytestmark = [pytest.mark.oracle, pytest.mark.skipif(not UV.exists(), reason="uv is not installed")]


def test_uv_reads_the_sample(tmp_path: Path) -> None:
    (tmp_path / "packages" / "tool").mkdir(parents=True)
    (tmp_path / "packages" / "tool" / "pyproject.toml").write_text('[project]\nname = "tool"\nversion = "3.0a1"\n')
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "app"\nversion = "0.1.0"\nrequires-python = ">=3.9"\n'
        '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    )
    Lockfile.read(SAMPLE).write(tmp_path / "uv.lock")
    command = [str(UV), "tree", "--frozen", "--universal", "--offline", "--no-cache", "--python", sys.executable]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})

    assert done.returncode == 0, done.stderr
    assert "letters[a, b] v1!2.0.post1" in done.stdout
