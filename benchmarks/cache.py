"""Load index pages and metadata of many projects from a warm cache, as a lock with nothing to fetch does."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from statistics import median

from uvkit.cache import Cache, PageEntry
from uvkit.model import DependencyRow, MetadataRows

INDEX = "https://index.example/simple/"


def fill(cache: Cache, projects: int, page_size: int) -> None:
    for number in range(projects):
        project = f"project-{number}"
        entry = PageEntry(
            digest=os.urandom(page_size),
            etag='"abc"',
            last_modified=None,
            fresh_until=2e9,
            fetched=1e9,
            final_url=INDEX,
        )
        cache.pages.store(INDEX, project, entry)
        rows = tuple(DependencyRow(f"dependency-{n}", (), ">=1.0,<2", "python_version >= '3.8'", "") for n in range(8))
        extras = {f"extra-{n}": rows[:3] for n in range(4)}
        value = MetadataRows(project=project, version="1.0", requires_python=">=3.8", requires=rows, extras=extras)
        cache.metadata.store(f"sha256:{number:064x}", value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--page-size", type=int, default=90_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fill(Cache(folder), options.projects, options.page_size)
        times: dict[str, list[float]] = {"pages": [], "metadata": [], "again, from memory": []}
        for _ in range(options.rounds):
            cache = Cache(folder)
            steps = [time.perf_counter()]
            for number in range(options.projects):
                assert cache.pages.load(INDEX, f"project-{number}") is not None
            steps.append(time.perf_counter())
            for number in range(options.projects):
                assert cache.metadata.load(f"sha256:{number:064x}") is not None
            steps.append(time.perf_counter())
            for number in range(options.projects):
                cache.pages.load(INDEX, f"project-{number}")
                cache.metadata.load(f"sha256:{number:064x}")
            steps.append(time.perf_counter())
            for label, start, end in zip(times, steps, steps[1:], strict=False):
                times[label].append((end - start) * 1e3)
        print(f"{options.projects} projects, pages of {options.page_size} bytes")
        for label, values in times.items():
            print(f"{label:20} min {min(values):6.2f} ms   median {median(values):6.2f} ms")


if __name__ == "__main__":
    main()
