"""A process that dies while it changes an environment leaves the old environment or the new one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).with_name("crash_worker.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the worker forks")


def _run(*arguments: str | Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, WORKER, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_death_at_any_step_leaves_the_old_environment_until_the_commit_and_the_new_one_after(tmp_path: Path) -> None:
    result = _run("steps", tmp_path)

    outcomes = result["outcomes"]
    assert len(outcomes) > 30
    first_new = outcomes.index("new")
    assert set(outcomes[:first_new]) == {"old"}
    assert set(outcomes[first_new:]) == {"new"}
    assert len(result["repairs"]) > 40
    assert set(result["repairs"]) == {"old"}


@pytest.mark.slow
def test_kills_at_random_instants_leave_the_old_environment_or_the_new_one(tmp_path: Path) -> None:
    result = _run("kills", tmp_path, "150", "20260101")

    assert result["wrong"] == []
    assert result["old"] + result["new"] == 150
    assert min(result["old"], result["new"]) > 0
    assert result["interrupted"] > 20
    assert result["last"] == "new"


@pytest.mark.slow
def test_interrupts_at_random_instants_undo_the_change_without_a_repair(tmp_path: Path) -> None:
    result = _run("interrupts", tmp_path, "40", "20260102")

    assert result["wrong"] == []
    assert result["old"] + result["new"] == 40
    assert min(result["old"], result["new"]) > 0
