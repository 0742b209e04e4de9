"""Pairs of measurements in fresh folders: uv and uvkit alternate in one loop."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from recorded import PROJECTS

BIN = Path(sys.executable).parent
UV = shutil.which("uv", path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}") or "uv"
UVKIT = str(BIN / "uvkit")
TARGETS = {
    "venv": 0.2,
    "cold lock": 1.5,
    "warm lock": 1.0,
    "cold sync": 1.2,
    "warm sync": 0.7,
    "no-op sync": 0.15,
    "no-op sync, command line": 1.5,
    "no-op lock, command line": 1.5,
}


class Sample(NamedTuple):
    """What one run took: on the clock, and of processors (user and system), both in seconds."""

    wall: float
    cpu: float


Job = Callable[[], Sample]


def used(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def timed(job: Callable[[], object], who: int = resource.RUSAGE_SELF) -> Sample:
    cpu, started = used(who), time.perf_counter()
    job()
    return Sample(time.perf_counter() - started, used(who) - cpu)


class Bench:
    """Runs pairs in new folders and keeps the rows."""

    def __init__(self, work: Path, index: str, rounds: int) -> None:
        self.work = work
        self.rounds = rounds
        self.count = 0
        self.rows: list[dict[str, object]] = []
        base = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "UVKIT_", "PIP_", "VIRTUAL_ENV"))}
        # Naming the interpreter spares uv a search that may start wrapper scripts of version managers every time.
        python = os.path.realpath(sys.executable)
        self.variables = base | {"UV_DEFAULT_INDEX": index, "UV_PYTHON": python, "UV_PYTHON_DOWNLOADS": "never"}

    def folder(self, name: str) -> Path:
        self.count += 1
        path = self.work / f"{self.count:05d}-{name}"
        path.mkdir()
        return path

    def project(self, size: str, lock: bytes | None = None) -> Path:
        path = self.folder(size)
        shutil.copy(PROJECTS / size / "pyproject.toml", path)
        if lock is not None:
            (path / "uv.lock").write_bytes(lock)
        return path

    def command(self, argv: list[str], cwd: Path, **variables: str) -> Sample:
        def run() -> None:
            done = subprocess.run(argv, cwd=cwd, env=self.variables | variables, capture_output=True)
            if done.returncode:
                raise SystemExit(f"{argv} failed in {cwd}:\n{done.stderr.decode()}")

        return timed(run, resource.RUSAGE_CHILDREN)

    def uv(self, args: list[str], cwd: Path, cache: Path) -> Sample:
        return self.command([UV, *args], cwd, UV_CACHE_DIR=str(cache))

    def pair(self, name: str, size: str, *, uv: Job, uvkit: Job) -> None:
        """Alternate both for all rounds, the first of each unmeasured, and record the ratios of the medians."""
        theirs: list[Sample] = []
        ours: list[Sample] = []
        for number in range(self.rounds + 1):
            for job, samples in ((uv, theirs), (uvkit, ours)) if number % 2 else ((uvkit, ours), (uv, theirs)):
                sample = job()
                if number:
                    samples.append(sample)
            time.sleep(0.05)
        a, b = summary(theirs), summary(ours)
        ratio, target = b["wall"] / a["wall"], TARGETS.get(name)
        verdict = "" if target is None else f"  target {target}: {'met' if ratio <= target else 'MISSED'}"
        self.rows.append({"what": name, "size": size, "uv": a, "uvkit": b, "ratio": ratio, "rounds": self.rounds})
        print(
            f"{name:26} {size:7} uv {a['wall']:8.1f} (min {a['min']:8.1f}, cpu {a['cpu']:8.1f})   "
            f"uvkit {b['wall']:8.1f} (min {b['min']:8.1f}, cpu {b['cpu']:8.1f})   "
            f"ratio {ratio:6.3f} (cpu {b['cpu'] / a['cpu']:6.3f}){verdict}",
            flush=True,
        )


def summary(samples: list[Sample]) -> dict[str, float]:
    """Return medians and the least wall time, in milliseconds."""
    walls = [sample.wall * 1e3 for sample in samples]
    cpu = statistics.median(sample.cpu * 1e3 for sample in samples)
    return {"wall": statistics.median(walls), "min": min(walls), "cpu": cpu}
