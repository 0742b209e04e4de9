"""Unpack wheels into the cache, beside what the standard library takes to extract them.

The wheels are packed from what is installed beside the running interpreter, so contents and sizes are real. Every run
goes to a new folder and nothing is deleted before the end: after a deletion, ext4 is slow for minutes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path
from statistics import median

from uvkit.cache import Cache


def pack(target: Path) -> list[Path]:
    wheels = []
    for distribution in distributions():
        files = [file for file in distribution.files or () if ".." not in file.parts and file.locate().is_file()]
        info = next((file.parts[0] for file in files if file.parts[0].endswith(".dist-info")), None)
        keep = [
            file for file in files if file.suffix != ".pyc" and file.name not in {"direct_url.json", "entry_points.txt"}
        ]
        if info is None or not any(file.name == "WHEEL" for file in keep):
            continue
        wheel = target / f"{info.removesuffix('.dist-info')}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in keep:
                archive.write(file.locate(), str(file))
        wheels.append(wheel)
    return sorted(wheels, key=lambda path: -path.stat().st_size)


def extract_all(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / wheel.stem)


def run(work, wheels: list[Path], threads: int) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, wheels))
    return (time.perf_counter() - start) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        (folder / "wheels").mkdir()
        wheels = pack(folder / "wheels")
        size = sum(path.stat().st_size for path in wheels) / 1e6
        results: dict[str, list[float]] = {}
        for number in range(options.rounds):
            for threads in (1, 2):
                target = folder / f"zipfile-{number}-{threads}"
                took = run(lambda wheel, target=target: extract_all(wheel, target), wheels, threads)
                results.setdefault(f"zipfile.extractall, {threads} threads", []).append(took)
                cache = Cache(folder / f"cache-{number}-{threads}")
                digests = {wheel: f"{index:064x}" for index, wheel in enumerate(wheels)}
                took = run(lambda w, c=cache, d=digests: c.wheels.add(w, digest=d[w]), wheels, threads)
                results.setdefault(f"into the cache, {threads} threads", []).append(took)
        files = sum(1 for path in (folder / "cache-0-1").rglob("*") if path.is_file())
        print(f"{len(wheels)} wheels, {size:.1f} MB, {files} files, Python {sys.version.split()[0]}")
        for label, times in sorted(results.items()):
            print(f"{label:32} min {min(times):7.0f} ms   median {median(times):7.0f} ms")


if __name__ == "__main__":
    main()
