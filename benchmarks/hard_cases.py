"""Lock inputs on which resolvers are known to go astray, with uv and with uvkit, and compare times and locks.

    python benchmarks/hard_cases.py [--rounds 3] [--engine pubgrub,resolvelib] [--index URL] [--only NAME] [--limit 60]

The index defaults to the recording (`benchmarks/recorded.py`); with `recorded.py fill` what is missing is fetched once.
Both tools run on caches that hold all they ask for: the first run of each is not counted. `uv lock` is timed as a
command, uvkit in process, and every lock must be uv's, byte for byte, or it is said what differs.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import uvkit
import uvkit.errors
import uvkit.resolver.driver

UV = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}") or "uv"
# What could only be learned by running old build scripts is left out: it would measure those.
NO_BUILD = {"no-build": True}


class Case(NamedTuple):
    """The requirements of a project, its Python and its table `tool.uv`."""

    requires: list[str]
    python: str = ">=3.11"
    options: dict[str, object] = NO_BUILD


CASES = {
    "boto3-urllib3": Case(["boto3<1.28", "urllib3>=2"]),
    "boto3-urllib3-open": Case(["boto3", "urllib3>=1.26,<2", "aiobotocore<2"], python=">=3.9"),
    "beam-dill": Case(["apache-beam<=2.49.0", "dill<0.3.9,>=0.2.2"], python=">=3.9"),
    "beam-dill-newer": Case(["apache-beam", "dill>=0.3.6"], python=">=3.9"),
    "numpy-numba": Case(["numpy>=2", "numba<0.60"]),
    "numba-numpy": Case(["numba", "numpy>1.24,<1.25"], python=">=3.9"),
    "sentry": Case(
        [
            "python-rapidjson<=1.20,>=1.4",
            "sentry-kafka-schemas<=0.1.113,>=0.1.50",
            "sentry-arroyo<=2.18.0,>=2.0.0",
            "sentry-sdk<2.19",
            "sentry-usage-accountant<=0.0.10",
            "confluent-kafka<2.4",
        ]
    ),
    "starlette-fastapi": Case(["starlette<=0.36.0", "fastapi<=0.115.2"], python=">=3.8"),
}


class Run(NamedTuple):
    """How long a lock took, and the lock or what was said."""

    seconds: float
    succeeded: bool
    text: str


class Bench:
    """Both tools on one index, each with a cache of its own."""

    def __init__(self, index: str, folder: Path, limit: float) -> None:
        self._index = index
        self._folder = folder
        self._limit = limit

    def project(self, case: Case) -> Path:
        """Return the folder of a new project."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        lines = ["[project]", 'name = "hard"', 'version = "0"', f'requires-python = "{case.python}"']
        lines += [f"dependencies = {json.dumps(case.requires)}", "[tool.uv]"]
        lines += [f"{key} = {json.dumps(value)}" for key, value in case.options.items()]
        (folder / "pyproject.toml").write_text("\n".join([*lines, ""]))
        return folder

    def _variables(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "UVKIT_", "VIRTUAL_ENV"))}
        python = os.path.realpath(sys.executable)
        return kept | {"UV_DEFAULT_INDEX": self._index, "UV_PYTHON": python, "UV_PYTHON_DOWNLOADS": "never"}

    def uv(self, case: Case) -> Run:
        """Lock with uv."""
        project = self.project(case)
        variables = self._variables() | {"UV_CACHE_DIR": str(self._folder / "uv-cache")}
        started = time.perf_counter()
        done = subprocess.run([UV, "lock", "-q"], cwd=project, env=variables, capture_output=True, text=True)
        taken = time.perf_counter() - started
        succeeded = done.returncode == 0
        return Run(taken, succeeded, (project / "uv.lock").read_text() if succeeded else done.stderr)

    def uvkit(self, case: Case, engine: str) -> Run:
        """Lock with an engine of uvkit."""
        uvkit.resolver.driver.AUTO_ENGINE = engine  # type: ignore[assignment]
        project = self.project(case)
        variables = self._variables()
        settings = uvkit.Settings.discover(variables=variables)
        cancel = uvkit.CancelToken()
        alarm = threading.Timer(self._limit, cancel.cancel)
        alarm.start()
        started = time.perf_counter()
        with uvkit.Session(settings, cache=self._folder / f"cache-{engine}", variables=variables) as session:
            try:
                uvkit.lock(project, session=session, cancel=cancel)
            except uvkit.errors.UvkitError as error:
                return Run(time.perf_counter() - started, False, f"{type(error).__name__}: {error}")
            finally:
                alarm.cancel()
            taken = time.perf_counter() - started
        return Run(taken, True, (project / "uv.lock").read_text())


def compare(bench: Bench, name: str, engine: str, *, rounds: int, show: bool) -> bool:
    """Run a case a few times with both, print a line; tell whether the locks are the same and in time."""
    case = CASES[name]
    theirs, mine = bench.uv(case), bench.uvkit(case, engine)  # fills the caches
    pairs = [(bench.uv(case).seconds, bench.uvkit(case, engine).seconds) for _ in range(rounds)]
    uv, ours = (statistics.median(taken) for taken in zip(*pairs, strict=True))
    same = mine.succeeded == theirs.succeeded and (not theirs.succeeded or mine.text == theirs.text)
    outcome = "locked" if theirs.succeeded else "impossible"
    verdict = f"the same, {outcome}" if same else f"NOT THE SAME (uv: {outcome})"
    print(f"{name:22} {engine:10} uv {uv:7.3f} s  uvkit {ours:7.3f} s  {ours / uv:6.2f}  {verdict}", flush=True)
    if show and not same:
        theirs_lines, mine_lines = theirs.text.splitlines(), mine.text.splitlines()
        print(*list(difflib.unified_diff(theirs_lines, mine_lines, "uv", engine, lineterm="", n=0))[:40], sep="\n")
    return same and ours <= 5 * uv


def main() -> int:
    """Run the cases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", default="pubgrub")
    parser.add_argument("--index", default="http://127.0.0.1:4388/simple")
    parser.add_argument("--only", default="")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds after which uvkit is interrupted")
    parser.add_argument("--show", action="store_true", help="print the first differences")
    given = parser.parse_args()
    bench = Bench(given.index, Path(tempfile.mkdtemp(prefix="uvkit-hard-")), given.limit)
    fine = [
        compare(bench, name, engine, rounds=given.rounds, show=given.show)
        for name in CASES
        if given.only in name
        for engine in given.engine.split(",")
    ]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    raise SystemExit(main())
