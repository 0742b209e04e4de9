"""Time the marker algebra on markers as real projects write them.

    python benchmarks/markers.py [--count 500] [--rounds 7]

Every round is a new process, because only the first time costs.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time

PYTHON = [f"python_version {operator} '3.{minor}'" for operator in ("<", ">=", "==", ">") for minor in range(7, 14)]
PYTHON += [f"python_full_version < '3.{minor}.{patch}'" for minor in range(8, 12) for patch in (1, 2, 4)]
PLATFORM = [
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
    "sys_platform == 'linux'",
    "sys_platform == 'darwin'",
    "platform_system == 'Windows'",
    "platform_system != 'Darwin'",
    "os_name == 'nt'",
    "sys_platform != 'emscripten'",
]
MACHINE = [
    "platform_machine == 'x86_64'",
    "platform_machine == 'aarch64'",
    "(platform_machine == 'arm64' or platform_machine == 'aarch64')",
    "platform_python_implementation == 'CPython'",
    "platform_python_implementation != 'PyPy'",
    "implementation_name == 'cpython'",
]
EXTRAS = [
    f"extra == '{name}'" for name in ("test", "docs", "dev", "all", "brotli", "zstd", "socks", "cli", "mypy", "speed")
]


def real_looking(count: int) -> list[str]:
    """Return different markers: single tests, pairs, and a few long ones, in the proportions of a large workspace."""
    chance = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < count:
        pick = chance.choice
        shape = chance.random()
        if shape < 0.15:
            marker = pick(PYTHON + PLATFORM + EXTRAS)
        elif shape < 0.45:
            marker = f"{pick(PYTHON + PLATFORM)} and {pick(EXTRAS)}"
        elif shape < 0.70:
            marker = f"{pick(PYTHON)} and {pick(PLATFORM)}"
        elif shape < 0.85:
            marker = f"({pick(PYTHON)} or {pick(PLATFORM)}) and {pick(MACHINE)} and {pick(EXTRAS)}"
        elif shape < 0.97:
            marker = f"{pick(PLATFORM)} and {pick(MACHINE)} and {pick(PYTHON)} and {pick(PYTHON)}"
        else:
            marker = " or ".join(f"({pick(PYTHON)} and {pick(PLATFORM)})" for _ in range(5))
        found[marker] = None
    return list(found)


def one_round(texts: list[str]) -> dict[str, float]:
    started = time.perf_counter()
    from uvkit.markers import MarkerSet, PythonBounds

    imported = time.perf_counter()
    parsed = [MarkerSet.parse(text) for text in texts]
    parsing = time.perf_counter()
    combined = [a & b for a, b in itertools.pairwise(parsed)]
    union = MarkerSet.nowhere()
    for marker in parsed[:50]:
        union |= marker
    bounds = PythonBounds.from_specifiers(">=3.9")
    simplified = [marker.simplify_python(bounds) for marker in parsed]
    combining = time.perf_counter()
    printed = [str(marker) for marker in parsed]
    printing = time.perf_counter()
    some = parsed[:150]
    overlapping = sum(not a.is_disjoint(b) for a in some for b in some)
    deciding = time.perf_counter()
    for a in some:
        for b in some:
            a.is_disjoint(b)
    again = time.perf_counter()
    print(len(combined) + len(simplified) + len(printed), overlapping, file=sys.stderr)
    pairs = len(some) ** 2
    return {
        "import, ms": (imported - started) * 1e3,
        "parse, ms": (parsing - imported) * 1e3,
        "combine and simplify, ms": (combining - parsing) * 1e3,
        "print, ms": (printing - combining) * 1e3,
        "parse, combine and print, ms": (printing - imported) * 1e3,
        "disjoint, first time, us each": (deciding - printing) * 1e6 / pairs,
        "disjoint, again, us each": (again - deciding) * 1e6 / pairs,
    }


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--count", type=int, default=500)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.once:
        print(json.dumps(one_round(real_looking(chosen.count))))
        return 0
    command = [sys.executable, __file__, "--count", str(chosen.count), "--once"]
    rounds: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as compiled:
        # The first process compiles the modules, so that the others show what an installed package costs.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": compiled}
        for _ in range(chosen.rounds + 1):
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            rounds.append(json.loads(done.stdout))
    for name in rounds[0]:
        values = sorted(result[name] for result in rounds[1:])
        print(f"{name:32} best {values[0]:8.2f}   median {values[len(values) // 2]:8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
