"""Create virtual environments and describe interpreters, side by side with uv in one interleaved run.

Every environment is a new folder, and nothing is deleted while the clock runs: on ext4 a deletion slows down whoever
creates files in the minutes after it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from uvkit.cache import Cache
from uvkit.environment import Environment
from uvkit.python import Pythons, probe, running


def timed(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return (time.perf_counter() - start) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--uv", default=shutil.which("uv") or str(Path(sys.prefix) / "bin" / "uv"))
    options = parser.parse_args()
    own = running()
    assert own is not None
    base = str(own.base_executable)
    folder = Path(tempfile.mkdtemp(prefix="uvkit-venv-"))
    cache = Cache(folder / "cache")
    variables = {**os.environ, "UV_CACHE_DIR": str(folder / "uv-cache"), "UV_PYTHON_DOWNLOADS": "never"}
    variables.pop("VIRTUAL_ENV", None)
    fresh = iter(range(10**6))

    def uv(*argv: str, **more: str) -> None:
        subprocess.run([options.uv, "-q", *argv], check=True, env={**variables, **more}, stdout=subprocess.DEVNULL)

    opened = Environment.create(folder / "opened", python=own, cache=cache).path
    foreign = next((one for one in Pythons(cache=cache, variables=variables).candidates() if one.pair != own.pair), own)
    other = Environment.create(folder / "other", python=foreign, cache=cache).path

    cases: dict[str, Callable[[], object]] = {
        "create": lambda: Environment.create(folder / f"ours-{next(fresh)}", python=own, cache=cache),
        "create, finding python": lambda: Environment.create(folder / f"ours-{next(fresh)}", python=base, cache=cache),
        "open, cached": lambda: Environment(opened, cache=cache),
        "open, base of this process": lambda: Environment(opened, cache=Cache(folder / f"cache-{next(fresh)}")),
        "open, other base cached": lambda: Environment(other, cache=cache),
        "open and compute the target": lambda: Environment(other, cache=cache).target,
        "probe, cached": lambda: probe(foreign.base_executable, cache),
        "probe, started": lambda: probe(foreign.base_executable),
        "describe this process": running,
        "find 3, cached": lambda: Pythons(cache=cache, variables=variables, working_directory=folder).find("3"),
        "uv venv": lambda: uv("venv", "-p", base, str(folder / f"theirs-{next(fresh)}")),
        "uv python find 3": lambda: uv("python", "find", "3", "--directory", str(folder)),
        "uv python find 3, no cache": lambda: uv("python", "find", "3", UV_CACHE_DIR=str(folder / f"uv-{next(fresh)}")),
        "start a process": lambda: subprocess.run(["/bin/true"], check=True),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(options.rounds):
        for name, function in cases.items():
            times[name].append(timed(function))
    for name, values in times.items():
        first, rest = values[0], values[1:] or values
        print(f"{name:30} first {first:8.3f}   median {median(rest):8.3f}   least {min(rest):8.3f} ms")
    for name, ours, theirs in (
        ("venv", "create", "uv venv"),
        ("venv, finding python", "create, finding python", "uv venv"),
        ("find", "find 3, cached", "uv python find 3"),
        ("probe", "probe, started", "uv python find 3, no cache"),
    ):
        print(f"{name:30} uvkit / uv = {median(times[ours][1:]) / median(times[theirs][1:]):.3f}")
    print(f"left in {folder}")


if __name__ == "__main__":
    main()
