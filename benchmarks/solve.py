"""Time the solver alone, on made-up universes in memory.

    python benchmarks/solve.py [--rounds 7] [--profile N]

A universe of N reachable projects has pages like real ones (a few with thousands of versions, wheels for many
machines), lower and upper bounds, markers and extras. Listings and metadata are made before the clock starts, so what
is measured is the solver, the marker algebra and the merge.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from collections.abc import Iterable
from typing import Any

from packaging.version import Version

from uvkit.markers import RequiresPython
from uvkit.model import DependencyRow, FileRow, Listing, MetadataRows, Requirement, Target, Universal, project_name
from uvkit.resolver import ResolveRequest, ResolverOptions, solve

INDEX = "https://index.example/simple"
PLATFORMS = [
    "manylinux_2_17_x86_64.manylinux2014_x86_64",
    "manylinux_2_17_aarch64.manylinux2014_aarch64",
    "musllinux_1_2_x86_64",
    "macosx_10_9_x86_64",
    "macosx_11_0_arm64",
    "win_amd64",
]
PYTHONS = ["cp39-cp39", "cp310-cp310", "cp311-cp311", "cp312-cp312", "cp313-cp313"]
MARKERS = ["", "", "", "", "python_version < '3.11'", "sys_platform == 'win32'", "platform_system == 'Windows'"]


class Universe:
    """Projects p0, p1, ...: each depends on a few later ones, so that all are reachable from the first ten."""

    def __init__(self, size: int, *, seed: int = 7) -> None:
        self._listings: dict[str, tuple[Listing, ...]] = {}
        self._metadata: dict[tuple[str, str], MetadataRows] = {}
        dice = random.Random(seed)
        versions = {number: self._versions(dice) for number in range(size)}
        for number in range(size):
            name = f"p{number}"
            self._add_listing(name, versions[number], native=dice.random() < 0.25)
            self._add_metadata(name, versions, number=number, size=size, dice=dice)

    @staticmethod
    def _versions(dice: random.Random) -> list[str]:
        count = dice.choice([20, 40, 60, 120, 120, 300, 2000] if dice.random() < 0.3 else [20, 30, 40, 60])
        found = [f"{n // 20}.{n % 20}.{dice.randint(0, 2)}" for n in range(count)]
        return [*found, f"{count // 20 + 1}.0rc1"]

    def _add_listing(self, name: str, versions: list[str], *, native: bool) -> None:
        tags = [f"{p}-{o}" for p in PYTHONS for o in PLATFORMS] if native else ["py3-none-any"]

        def rows(version: str) -> list[FileRow]:
            names = [*(f"{name}-{version}-{tag}.whl" for tag in tags), f"{name}-{version}.tar.gz"]
            uploaded = "2024-01-01T00:00:00Z"
            return [FileRow(n, f"{INDEX}/{n}", "sha256:00", 1000, ">=3.8", uploaded, None, "") for n in names]

        ordered = tuple(sorted(versions, key=Version, reverse=True))
        self._listings[name] = (Listing(project_name(name), INDEX, versions=ordered, read=lambda i: rows(ordered[i])),)

    def _add_metadata(
        self, name: str, versions: dict[int, list[str]], *, number: int, size: int, dice: random.Random
    ) -> None:
        later = range(number + 1, min(size, number + 40))
        wanted = dice.sample(later, k=min(len(later), dice.randint(2, 7))) if later else []
        if number + 10 < size:
            wanted = [*wanted, number + 10]
        others = dict.fromkeys(wanted)
        templates = [(other, dice.choice(MARKERS), dice.random(), dice.randint(1, 8)) for other in others]
        for version in versions[number]:
            rows = []
            for other, marker, kind, back in templates:
                known = versions[other]
                low = known[max(0, len(known) // 2 - back)]
                high = known[-1 - min(back, len(known) - 2)]
                bound = f">={low}" if kind < 0.6 else f">={low},<{high}" if kind < 0.64 else ""
                rows.append(DependencyRow(f"p{other}", ("fast",) if kind > 0.95 else (), bound, marker, ""))
            self._metadata[name, version] = MetadataRows(
                project=name, version=version, requires_python=">=3.8", requires=tuple(rows), extras={"fast": ()}
            )

    def fresh(self) -> Universe:
        """Return the same universe with listings of which nothing was parsed yet."""
        other = object.__new__(Universe)
        other._metadata = self._metadata
        other._listings = {
            name: tuple(Listing(one.project, one.index, versions=one.versions, read=one._read) for one in listings)
            for name, listings in self._listings.items()
        }
        return other

    # -- the port ------------------------------------------------------------------------------------------------------

    def listings(self, project: str, *, index: str | None = None) -> tuple[Listing, ...]:
        return self._listings.get(project, ())

    def metadata(self, project: str, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        return self._metadata[project, str(version)]

    def source_metadata(self, project: str, source: Any) -> Any:
        raise NotImplementedError

    def expect(self, items: Iterable[Any]) -> None:
        pass


def request(target: Target | Universal) -> ResolveRequest:
    return ResolveRequest(
        target=target,
        roots=tuple(Requirement.parse(f"p{number}") for number in range(10)),
        requires_python=RequiresPython.parse(">=3.10") if isinstance(target, Universal) else None,
        options=ResolverOptions(),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--profile", type=int, metavar="N", help="profile one solve of N projects instead")
    parser.add_argument("--universal", action="store_true", help="with --profile: for all environments")
    given = parser.parse_args()
    linux = Target.for_platform("linux", python="3.12.1")
    if given.profile:
        import cProfile

        universe = Universe(given.profile)
        asked = request(Universal() if given.universal else linux)
        solve(asked, universe.fresh())
        names = {"asked": asked, "universe": universe}
        cProfile.runctx("solve(asked, universe.fresh())", globals(), names, sort="tottime")
        return
    print(f"{'projects':>8} {'chosen':>6} {'target':>9} {'min ms':>8} {'median':>8}")
    for size in (35, 100, 200):
        universe = Universe(size)
        for label, target in (("linux", linux), ("universal", Universal())):
            times = []
            for _ in range(given.rounds):
                copy = universe.fresh()
                gc.collect()
                started = time.process_time()
                resolution = solve(request(target), copy)
                times.append((time.process_time() - started) * 1000)
            chosen = len(resolution.distributions)
            forks = f" {len(resolution.forks)} forks" if resolution.forks else ""
            print(f"{size:8} {chosen:6} {label:>9} {min(times):8.1f} {statistics.median(times):8.1f}{forks}")


if __name__ == "__main__":
    main()
