"""Measure uvkit beside uv on a recorded index and print ratios (below 1: uvkit is faster).

    python benchmarks/recorded.py record     # once, needs the default index
    python benchmarks/run.py [--rounds N] [--only lock] [--json FILE]

Rules that keep the figures honest: uv and uvkit alternate inside one loop; every run gets new folders and nothing is
deleted between runs (on ext4 a recent deletion makes creating files several times slower); uv never gets `--no-cache`,
because it then probes the interpreter anew; medians are compared, minimums are shown. Rows without "command line" call
uvkit in one warm interpreter, as a notebook or an orchestrator does, and start uv as such a caller would.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import UV, UVKIT, Bench, Job, Sample, timed
from recorded import serving

import uvkit

LOCK = ["lock", "-q"]
SYNC = ["sync", "-q"]
FROZEN = ["sync", "-q", "--frozen"]
MEMORY = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True)
assert done.returncode == 0, done.stderr
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def session(bench: Bench, cache: Path) -> uvkit.Session:
    settings = uvkit.Settings.discover(variables=bench.variables)
    return uvkit.Session(settings, cache=cache, variables=bench.variables)


class Rows:
    """The rows of one project size."""

    def __init__(self, bench: Bench, size: str) -> None:
        self.bench = bench
        self.size = size
        self.uv_cache = bench.folder("uv-cache")
        self.cache = bench.folder("uvkit-cache")
        self.warm = session(bench, self.cache)
        start, mine = bench.project(size), bench.project(size)
        bench.uv(LOCK, start, self.uv_cache)
        self.lock = (start / "uv.lock").read_bytes()
        uvkit.lock(mine, session=self.warm)
        same = (mine / "uv.lock").read_bytes() == self.lock
        print(f"-- {size}: {self.lock.count(b'[[package]]')} packages, locks identical: {same}", flush=True)

    def pair(self, name: str, uv: Job, uvkit: Job) -> None:
        self.bench.pair(name, self.size, uv=uv, uvkit=uvkit)

    def cold_lock(self) -> None:
        def ours() -> Sample:
            project = self.bench.project(self.size)
            with session(self.bench, self.bench.folder("cache")) as fresh:
                return timed(lambda: uvkit.lock(project, session=fresh))

        self.pair(
            "cold lock", lambda: self.bench.uv(LOCK, self.bench.project(self.size), self.bench.folder("cache")), ours
        )

    def warm_lock(self) -> None:
        def ours() -> Sample:
            project = self.bench.project(self.size)
            return timed(lambda: uvkit.lock(project, session=self.warm))

        self.pair("warm lock", lambda: self.bench.uv(LOCK, self.bench.project(self.size), self.uv_cache), ours)

    def cold_sync(self) -> None:
        def ours() -> Sample:
            project = self.bench.project(self.size, self.lock)
            with session(self.bench, self.bench.folder("cache")) as fresh:
                return timed(lambda: uvkit.sync(project, session=fresh, locking="frozen"))

        def theirs() -> Sample:
            return self.bench.uv(FROZEN, self.bench.project(self.size, self.lock), self.bench.folder("cache"))

        self.pair("cold sync", theirs, ours)

    def warm_sync(self) -> None:
        def ours() -> Sample:
            project = self.bench.project(self.size, self.lock)
            return timed(lambda: uvkit.sync(project, session=self.warm, locking="frozen"))

        def theirs() -> Sample:
            return self.bench.uv(FROZEN, self.bench.project(self.size, self.lock), self.uv_cache)

        self.pair("warm sync", theirs, ours)

    def no_op_sync(self) -> None:
        a, b = self.bench.project(self.size, self.lock), self.bench.project(self.size, self.lock)
        self.bench.uv(SYNC, a, self.uv_cache)
        uvkit.sync(b, session=self.warm)
        self.pair(
            "no-op sync",
            lambda: self.bench.uv(SYNC, a, self.uv_cache),
            lambda: timed(lambda: uvkit.sync(b, session=self.warm)),
        )

    def command_line(self) -> None:
        a, b = self.bench.project(self.size, self.lock), self.bench.project(self.size, self.lock)
        cache = {"UVKIT_CACHE_DIR": str(self.cache)}
        self.bench.uv(SYNC, a, self.uv_cache)
        self.bench.command([UVKIT, *SYNC], b, **cache)
        for what, args in (("sync", SYNC), ("lock", LOCK)):
            self.pair(
                f"no-op {what}, command line",
                lambda args=args: self.bench.uv(args, a, self.uv_cache),
                lambda args=args: self.bench.command([UVKIT, *args], b, **cache),
            )

    def memory(self) -> None:
        for args in (LOCK, SYNC):
            peaks = {}
            for tool in (UV, UVKIT):
                cache = str(self.bench.folder("cache"))
                variables = self.bench.variables | {"UV_CACHE_DIR": cache, "UVKIT_CACHE_DIR": cache}
                argv = [sys.executable, "-c", MEMORY, tool, *args]
                done = subprocess.run(
                    argv, cwd=self.bench.project(self.size), env=variables, capture_output=True, text=True, check=True
                )
                peaks[tool] = float(done.stdout)
            row = {"what": f"memory, cold {args[0]}", "size": self.size, "uv_mib": peaks[UV], "uvkit_mib": peaks[UVKIT]}
            self.bench.rows.append(row)
            print(
                f"{row['what']:26} {self.size:7} uv {peaks[UV]:8.1f} MiB                uvkit {peaks[UVKIT]:8.1f} MiB"
                f"                ratio {peaks[UVKIT] / peaks[UV]:6.3f}",
                flush=True,
            )


def environments(bench: Bench) -> None:
    with session(bench, bench.folder("cache")) as warm:
        python = warm.pythons.find(sys.executable)
        argv = [UV, "venv", "-q", "-p", sys.executable, "env"]
        cache = str(bench.folder("uv-cache"))
        bench.pair(
            "venv",
            "-",
            uv=lambda: bench.command(argv, bench.folder("uv"), UV_CACHE_DIR=cache),
            uvkit=lambda: timed(lambda: uvkit.Environment.create(bench.folder("uvkit") / "env", python=python)),
        )


def imports(bench: Bench) -> None:
    def start(code: str) -> float:
        return timed(lambda: subprocess.run([sys.executable, "-c", code], check=True)).wall

    pairs = [(start("pass"), start("import uvkit")) for _ in range(21)]
    extra = statistics.median(b - a for a, b in pairs) * 1e3
    verdict = "met" if extra < 15 else "MISSED"
    print(f"import uvkit: {extra:.1f} ms beyond the interpreter's start  target 15: {verdict}", flush=True)
    bench.rows.append({"what": "import", "extra_ms": extra})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sizes", default="small,medium,large")
    parser.add_argument(
        "--only", default="", help="only the parts whose name contains this: cold_lock, no_op_sync, ..."
    )
    parser.add_argument("--index", help="an index that is being served already")
    parser.add_argument("--without-isal", action="store_true", help="inflate with zlib, as where isal is missing")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.without_isal:
        sys.modules["isal"] = None  # type: ignore[assignment]  # makes importing it fail
    work = Path(tempfile.mkdtemp(prefix="uvkit-bench-", dir=os.environ.get("UVKIT_BENCH_DIR")))
    print(f"working in {work}; delete it when you are done, not between runs")

    def everything(index: str) -> None:
        bench = Bench(work, index, given.rounds)
        for part in (environments, imports):
            if given.only in part.__name__:
                part(bench)
        parts = ("cold_lock", "warm_lock", "cold_sync", "warm_sync", "no_op_sync", "command_line", "memory")
        wanted = [name for name in parts if given.only in name]
        for size in given.sizes.split(",") if wanted else ():
            rows = Rows(bench, size)
            for name in wanted:
                getattr(rows, name)()
            rows.warm.close()
        if given.json:
            given.json.write_text(json.dumps(bench.rows, indent=1))

    if given.index:
        everything(given.index)
    else:
        with serving() as index:
            everything(index)


if __name__ == "__main__":
    main()
