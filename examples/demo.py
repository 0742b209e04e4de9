"""Lock and sync a real machine-learning project, run it, and say what was done and how long it took.

The index is the default one, or the one that the environment variables or the configuration of uv and pip name.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import uvkit

PROJECT = Path(__file__).parent / "mlops"


def main() -> int:
    """Run the demonstration; the exit status is that of the project's script."""
    started = time.perf_counter()
    settings = uvkit.Settings.discover(PROJECT, variables=os.environ)
    with uvkit.Session(settings) as session:
        locked = uvkit.lock(PROJECT, session=session, events=uvkit.display.auto())
        print(locked.summary())
        synced = uvkit.sync(
            PROJECT, selection=uvkit.Selection.of(extras=["report"]), session=session, events=uvkit.display.auto()
        )
    for step in synced.plan.steps:
        if step.action != "keep":
            print(f"  {step.action:8} {step.project:28} {step.after or step.before}")
    print(synced.summary())
    run = time.perf_counter()
    done = subprocess.run([synced.environment.python, "train.py"], cwd=PROJECT, check=False)
    ended = time.perf_counter()
    phases = {"lock": locked.elapsed.total_seconds()}
    phases |= {name: elapsed.total_seconds() for name, elapsed in synced.phases.items()}
    phases |= {"run the script": ended - run, "everything": ended - started}
    print("\nphase                seconds")
    for name, seconds in phases.items():
        print(f"{name:20} {seconds:7.3f}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
