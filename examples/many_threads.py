"""Prepare environments for many jobs at once, with one session, and find the jobs that cannot be served."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox import sandbox

import uvkit

JOBS = {
    "fetch": ["httpx"],
    "report": ["rich<14", "httpx[http2]"],
    "test": ["pytest"],
    "broken": ["httpx>=0.28", "old-dashboard"],
    "fetch-again": ["httpx"],
}


def main() -> None:
    """Run all jobs, and print a line for each."""
    with sandbox() as place, place.session() as session:

        def prepare(job: tuple[str, list[str]]) -> tuple[str, str]:
            name, requirements = job
            environment: Path = place.folder / "environments" / name
            try:
                result = uvkit.install(requirements, environment, session=session)
            except uvkit.errors.UvkitError as error:
                return name, f"failed ({error.code})"
            return name, f"ready with {len(result.environment.installed())} distributions"

        with ThreadPoolExecutor(max_workers=4) as pool:
            for name, outcome in pool.map(prepare, JOBS.items()):
                print(f"{name:12} {outcome}")


if __name__ == "__main__":
    main()
