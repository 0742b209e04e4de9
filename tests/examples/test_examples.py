"""The examples do what they say, as somebody would start them."""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
# What each example must print, among other things, and in this order.
PROMISED = {
    "custom_index.py": ("Installed 6 packages", "team-tools 1.2"),
    "embed_with_events.py": ("fetch: 9 to do", "install: done", '"packages": 9'),
    "explain_failure.py": ("`old-dashboard` 1.0 requires `httpx<0.28`", "hint:", "weather -> httpx -> anyio -> idna"),
    "lock_and_sync.py": ("Resolved 12 packages", "second time? False", "install h2 - not installed", "remove pytest"),
    "many_threads.py": (
        "fetch        ready with 5",
        "broken       failed (resolution-impossible)",
        "fetch-again  ready",
    ),
    "offline_sync.py": ("without a network: 9", "not in the cache: h2/"),
}
NOT_RUN_HERE = frozenset({"demo.py", "sandbox.py"})


def _run(example: Path, tmp_path: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", str(example)],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": os.defpath, "LANG": "C.UTF-8", **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_every_example_is_run() -> None:
    examples = {path.name for path in EXAMPLES.glob("*.py")}

    assert examples == set(PROMISED) | NOT_RUN_HERE


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_example_does_what_it_says(name: str, tmp_path: Path) -> None:
    done = _run(EXAMPLES / name, tmp_path, {})

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    rest = done.stdout
    for promise in PROMISED[name]:
        assert promise in rest, done.stdout
        rest = rest.partition(promise)[2]


def test_the_demonstration_compiles(tmp_path: Path) -> None:
    py_compile.compile(str(EXAMPLES / "demo.py"), cfile=str(tmp_path / "demo.pyc"), doraise=True)


@pytest.mark.network
@pytest.mark.slow
def test_the_demonstration_trains_a_model(tmp_path: Path) -> None:
    # Where the default index is, is the machine's affair.
    done = _run(EXAMPLES / "demo.py", tmp_path, dict(os.environ))

    assert done.returncode == 0, done.stderr
    assert "accuracy" in done.stdout
