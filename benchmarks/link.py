"""Time a warm installation, a sync with nothing to do, and an upgrade, of made-up wheels, beside uv.

    python benchmarks/link.py [--dists 97] [--files 12100] [--rounds 7] [--folder PATH] [--uv PATH]

Both tools have every wheel unpacked in their caches. They take turns in one loop, and each run gets an environment of
its own that is never deleted: on ext4 a deletion slows down whatever creates files in the minutes after it, so delete
the folder (by default `benchmarks/.link`) some time before the next run, or use one in memory. uv's figure is its whole
command; uvkit's is the call, in a new process each time, and `process` is that whole process with its imports.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent

WORKER = """
import os, sys, time
started = time.perf_counter()
from pathlib import Path
from packaging.version import Version
from uvkit.cache import Cache
from uvkit.environment import Environment, InstallOptions, apply, is_current, plan, read_installed
from uvkit.model import IndexSource, InstallSet, PinnedDistribution

root, venv, kind = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
cache = Cache(root / "uvkit-cache")
environment = Environment(venv, cache=cache)
pins, digests = [], {}
for line in (root / f"{sys.argv[4]}.txt").read_text().splitlines():
    name, version, digest = line.split()
    pins.append(PinnedDistribution(project=name, version=Version(version), source=IndexSource(index="x")))
    digests[name] = digest
wanted = InstallSet(tuple(pins), environment.target)
environment.target.rank("a-1-py3-none-any.whl")
begin, cpu = time.perf_counter(), os.times()
installed = read_installed(*environment.interpreter.site_folders).distributions
if is_current(installed, wanted):
    assert kind == "noop"
else:
    made = plan(installed, wanted)
    images = {name: cache.wheels.find(f"sha256:{digests[name]}") for name in made.installs}
    apply(environment, made, images, options=InstallOptions(link_mode="hardlink"))
end, spent = time.perf_counter(), os.times()
print(f"{(end - begin) * 1e3:.2f} {(spent.user - cpu.user) * 1e3:.0f} {(spent.system - cpu.system) * 1e3:.0f}")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dists", type=int, default=97)
    parser.add_argument("--files", type=int, default=12100)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=HERE / ".link")
    parser.add_argument("--uv", default=str(Path(sys.executable).parent / "uv"))
    options = parser.parse_args()
    root = options.folder / f"{options.dists}x{options.files}"
    if not (root / "new.txt").exists():
        prepare(root, options.dists, options.files, options.uv)
    bench = Bench(root, options.uv, options.rounds)
    for kind in ("install", "noop", "upgrade"):
        bench.run(kind)


def prepare(root: Path, dists: int, files: int, uv: str) -> None:
    """Make the wheels and put them into both caches."""
    from uvkit.cache import Cache

    root.mkdir(parents=True, exist_ok=True)
    cache = Cache(root / "uvkit-cache")
    for series, version in (("old", "1.0"), ("new", "2.0")):
        rows = []
        for wheel in make_wheels(root / "wheels", dists, files, version):
            image = cache.wheels.add(wheel)
            rows.append(f"{image.manifest.name} {version} {image.path.name}")
        venv = root / f"warm-{series}"
        (root / f"{series}.txt").write_text("\n".join(rows) + "\n")
        requirements = "".join(f"{row.split()[0]}=={version}\n" for row in rows)
        (root / f"{series}.in").write_text(requirements)
        subprocess.run([uv, "venv", "-q", venv], check=True)
        subprocess.run(uv_sync(uv, root, venv, series), check=True, env=uv_environment(root))


def make_wheels(folder: Path, dists: int, files: int, version: str) -> list[Path]:
    """Make wheels whose sizes fall off as in real environments: a few hold most of the files."""
    from uvkit.testing import Distribution, make_wheel

    chance = random.Random(1)
    weights = [1 / (place + 1) ** 0.9 for place in range(dists)]
    made = []
    for place, weight in enumerate(weights):
        count = max(3, round(files * weight / sum(weights)) - 6)
        name = f"project{place:03d}"
        folders = [name] + [f"{name}/part{part}" for part in range(count // 8)]
        contents = {f"{name}/__init__.py": b""}
        for number in range(count - 1):
            path = f"{chance.choice(folders)}/module{number}.py"
            contents[path] = f"# {version}\nvalue = {number}\n".encode() * chance.randint(1, 60)
        scripts = {"console_scripts": {name: f"{name}:main"}} if place % 3 == 0 else {}
        made.append(make_wheel(folder, Distribution(name=name, version=version, files=contents, entry_points=scripts)))
    return made


def uv_environment(root: Path) -> dict[str, str]:
    return {**os.environ, "UV_CACHE_DIR": str(root / "uv-cache"), "UV_LINK_MODE": "hardlink"}


def uv_sync(uv: str, root: Path, venv: Path, series: str) -> list[str | Path]:
    sources = ["--offline", "--no-index", "--find-links", root / "wheels"]
    return [uv, "pip", "sync", "-q", *sources, "-p", venv / "bin/python", root / f"{series}.in"]


class Bench:
    """Runs one kind of change with both tools in turn and prints the figures."""

    def __init__(self, root: Path, uv: str, rounds: int) -> None:
        self.root = root
        self.uv = uv
        self.rounds = rounds
        self.made = 0
        self.stamp = f"{time.time():.0f}"

    def venv(self) -> Path:
        self.made += 1
        path = self.root / f"run-{self.stamp}" / str(self.made)
        subprocess.run([self.uv, "venv", "-q", path], check=True)
        return path

    def by_uv(self, venv: Path, series: str) -> float:
        started = time.perf_counter()
        subprocess.run(uv_sync(self.uv, self.root, venv, series), check=True, env=uv_environment(self.root))
        return (time.perf_counter() - started) * 1e3

    def by_uvkit(self, venv: Path, kind: str, series: str) -> tuple[float, float, str]:
        started = time.perf_counter()
        argv = [sys.executable, "-c", WORKER, self.root, venv, kind, series]
        output = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
        return float(output[0]), (time.perf_counter() - started) * 1e3, "+".join(output[1:])

    def run(self, kind: str) -> None:
        theirs, ours, whole, cpu = [], [], [], []
        for _ in range(self.rounds):
            a, b = self.venv(), self.venv()
            series = "old"
            if kind != "install":
                self.by_uv(a, "old")
                self.by_uvkit(b, "install", "old")
                series = "new" if kind == "upgrade" else "old"
            os.sync()
            time.sleep(0.3)
            theirs.append(self.by_uv(a, series))
            os.sync()
            time.sleep(0.3)
            call, process, used = self.by_uvkit(b, kind, series)
            ours.append(call)
            whole.append(process)
            cpu.append(used)
        ratio = statistics.median(ours) / statistics.median(theirs)
        print(
            f"{kind:8} uv {min(theirs):7.1f} / {statistics.median(theirs):7.1f} ms   "
            f"uvkit {min(ours):7.2f} / {statistics.median(ours):7.2f} ms (process {statistics.median(whole):.0f}, "
            f"cpu user+system {cpu[-1]})   ratio {ratio:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    if shutil.which("uv") is None and not Path(sys.executable).parent.joinpath("uv").exists():
        sys.exit("uv is not installed beside this interpreter")
    main()
