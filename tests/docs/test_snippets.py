"""Every example in the documentation is run, against a real index on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .pages import ROOT, blocks, documented_pages

HERE = Path(__file__).parent
_RUN = frozenset({"python", "console"})
_KNOWN = frozenset({"python", "console", "text", "toml", "ini", "json", ""})


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", documented_pages(), ids=_name)
def test_blocks_name_a_language_that_is_checked(page: Path) -> None:
    languages = {block.language for block in blocks(page)}

    assert languages <= _KNOWN


@pytest.mark.parametrize(
    "page", [page for page in documented_pages() if any(b.language in _RUN for b in blocks(page))], ids=_name
)
def test_examples_work_as_the_page_says(page: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # A page that runs pytest must not wait while it tidies up the temporary folders of the suite's former runs.
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), "/usr/bin", "/bin")),
        "PYTHONPATH": str(HERE / "guard"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
    }

    done = subprocess.run(
        [sys.executable, "-W", "error", str(HERE / "run_page.py"), str(page)],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
