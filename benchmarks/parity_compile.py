"""Compile random universes, or requirement sets on an index, with uv and with uvkit, and compare every byte.

    python benchmarks/parity_compile.py [--count 100] [--seed 1] [--hard] [--show 3]
    python benchmarks/parity_compile.py --index URL --sets FILE   # one set of requirements a line, as JSON

Each universe is compiled for one machine and for all of them, under options that the seed chooses. Lines of the header
that name the command are left out of the comparison.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import parity_universes

import uvkit
import uvkit.errors
from uvkit.cli import main as command
from uvkit.testing import Distribution, IndexServer

STYLES = (
    (), ("--no-strip-extras",), ("--annotation-style", "line"), ("--generate-hashes",), ("--no-annotate",),
    ("--no-strip-extras", "--no-strip-markers"), ("--emit-index-annotation",), ("--resolution", "lowest"),
    ("--prerelease", "allow"),
)  # fmt: skip
TARGETS = (
    (), ("--universal",), ("--universal", "--python-version", "3.9"), ("--universal", "--python-version", "3.12"),
    ("--python-version", "3.9"), ("--python-platform", "windows"), ("--python-platform", "macos"),
)  # fmt: skip


def fill(index: IndexServer, universe: parity_universes.Universe) -> None:
    """Put a universe on an index."""
    for name, versions in universe["packages"].items():
        for version, spec in versions.items():
            for tag in spec.get("tags", ["py3-none-any"]):
                made = Distribution(
                    name=name,
                    version=version,
                    requires=tuple(spec["requires"]),
                    extras={extra: tuple(found) for extra, found in spec.get("extras", {}).items()},
                    requires_python=spec.get("python"),
                    tag=tag,
                )
                index.add(made, yanked="broken" if spec.get("yanked") else None)


def said(text: str) -> list[str]:
    """Return the lines that count."""
    return [line for line in text.splitlines() if not line.startswith("#    ")]


def both(folder: Path, index: str, options: Sequence[str]) -> tuple[list[str] | None, list[str] | None, str]:
    """Return what uv and uvkit print, none where one refuses, and what uvkit says about it."""
    variables = parity_universes._variables(index)
    argv = ["pip", "compile", "requirements.in", *options]
    theirs = subprocess.run(
        [parity_universes.UV, *argv, "-q", "--cache-dir", str(folder / "uv-cache")],
        cwd=folder, env=variables, capture_output=True, text=True,
    )  # fmt: skip
    mine = subprocess.run(
        [sys.executable, __file__, "--one", *argv, "-q", "--cache-dir", str(folder / "cache")],
        cwd=folder, env=variables, capture_output=True, text=True,
    )  # fmt: skip
    return (
        said(theirs.stdout) if theirs.returncode == 0 else None,
        said(mine.stdout) if mine.returncode == 0 else None,
        mine.stderr,
    )


def compare(folder: Path, index: str, options: Sequence[str], title: str, *, show: bool) -> str:
    """Return one word for the outcome; print how the two differ."""
    theirs, mine, errors = both(folder, index, options)
    if theirs == mine:
        return "refused" if theirs is None else "same"
    kind = "outcome" if None in (theirs, mine) else "text"
    if show:
        print(f"--- {title} {' '.join(options)}: {kind}")
        for line in difflib.unified_diff(theirs or ["refused"], mine or ["refused"], "uv", "uvkit", lineterm="", n=1):
            print(f"    {line}")
        if mine is None:
            print(f"    {errors[-600:]}")
    return kind


def universes(arguments: argparse.Namespace) -> Counter[str]:
    """Compile random universes."""
    outcomes: Counter[str] = Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        universe = parity_universes.generate(seed, hard=arguments.hard)
        dice = random.Random(seed)
        with (
            tempfile.TemporaryDirectory(prefix="uvkit-compile-") as made,
            IndexServer(Path(made) / "files") as index,
        ):
            folder = Path(made)
            fill(index, universe)
            (folder / "requirements.in").write_text("\n".join([*universe["requires"], ""]))
            for target in (dice.choice(TARGETS[4:] + TARGETS[:1]), dice.choice(TARGETS[1:4])):
                options = (*target, *dice.choice(STYLES))
                show = sum(outcomes[kind] for kind in ("text", "outcome")) < arguments.show
                outcomes[compare(folder, index.url, options, f"seed {seed}", show=show)] += 1
    return outcomes


def sets(arguments: argparse.Namespace) -> Counter[str]:
    """Compile sets of requirements that a file lists."""
    outcomes: Counter[str] = Counter()
    for line in arguments.sets.read_text().splitlines():
        with tempfile.TemporaryDirectory(prefix="uvkit-compile-") as made:
            folder = Path(made)
            (folder / "requirements.in").write_text("\n".join([*json.loads(line), ""]))
            for target in ((), ("--universal",)):
                outcomes[compare(folder, arguments.index, target, line[:100], show=True)] += 1
    return outcomes


def main() -> None:
    """Read the command line and compare."""
    if sys.argv[1:2] == ["--one"]:
        raise SystemExit(command(sys.argv[2:]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--show", type=int, default=3)
    parser.add_argument("--index")
    parser.add_argument("--sets", type=Path)
    arguments = parser.parse_args()
    outcomes = sets(arguments) if arguments.sets else universes(arguments)
    total = sum(outcomes.values())
    print(
        f"uvkit {uvkit.__version__}: {total - outcomes['text'] - outcomes['outcome']} of {total} the same",
        dict(outcomes),
    )


if __name__ == "__main__":
    main()
