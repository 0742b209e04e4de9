"""Run the same pip command lines with uv and with uvkit in twin folders, and compare what they leave.

    python benchmarks/parity_pip.py [--only WORD] [--show 3] [--index URL]

After each command the exit statuses, what `compile` printed or wrote, and what listing commands print must be the same;
after each case also what is installed: the names and versions, and every file by its digest. With `--index`, cases with
well-known projects run against that index too. A line of the header that names the command is left out.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import parity_pip_cases
from parity_pip_cases import CASES, Case

from uvkit.testing import IndexServer

ROOT = Path(__file__).resolve().parent.parent
PYTHON = shutil.which("python3", path="/usr/bin:/bin") or sys.executable
# What says which tool installed something, and when or how long.
OWN_FILES = frozenset({
    ".gitignore", ".lock", "CACHEDIR.TAG", "INSTALLER", "RECORD", "_virtualenv.pth", "_virtualenv.py", "pyvenv.cfg",
    "uv_build.json", "uv_cache.json",
})  # fmt: skip
_OWN_LINES = ("#    uv ", "#    uvkit ", "created-by = ")
TIMES = re.compile(r"\bin \d+(?:m \d+|\.\d+)?m?s\b")


@dataclass
class Side:
    """One of the two tools in its folder."""

    name: str
    program: list[str]
    folder: Path
    variables: dict[str, str]
    outputs: list[tuple[int, str, str]] = field(default_factory=list)

    def run(self, line: str) -> tuple[int, str, str]:
        """Run a command line, and return its status and what it printed with neutral names."""
        done = subprocess.run(
            [*self.program, *shlex.split(line)],
            cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, self.neutral(done.stdout), self.neutral(done.stderr)

    def neutral(self, text: str) -> str:
        """Return a text without the folder and without durations."""
        return TIMES.sub("in T", text.replace(str(self.folder.parent), "<ROOT>"))

    def written(self, name: str) -> str:
        """Return a file of the folder."""
        path = self.folder / name
        return self.neutral(path.read_text()) if path.exists() else "(absent)"

    def state(self, places: tuple[str, ...]) -> list[str]:
        """Return every installed file with its digest; those of scripts and texts with neutral names."""
        return [line for place in places for line in sorted(self._files(self.folder / place))]

    def _files(self, place: Path) -> Iterator[str]:
        for path in place.rglob("*"):
            if path.name in OWN_FILES or "__pycache__" in path.parts or path.is_dir():
                continue
            if path.parent.name == "bin" and not self._is_recorded(path, place):
                continue
            name = path.relative_to(self.folder)
            if path.is_symlink() and not path.exists():
                yield f"{name} broken link"
                continue
            data = path.read_bytes()
            if path.suffix in {".json", ".pth", ".egg-link", ""} or path.parent.name == "bin":
                data = self.neutral(data.decode(errors="replace")).encode()
            if path.name == "direct_url.json":
                # That a tree is not editable may be said or left out (PEP 610).
                table = json.loads(data)
                if table.get("dir_info") == {"editable": False}:
                    table["dir_info"] = {}
                data = json.dumps(table, sort_keys=True).encode()
            yield f"{name} {hashlib.sha256(data).hexdigest()[:12]}"

    def _is_recorded(self, path: Path, place: Path) -> bool:
        """Tell whether a script belongs to a distribution, and not to the environment itself."""
        for record in place.rglob("*.dist-info/RECORD"):
            with record.open(newline="") as rows:
                if any(row and row[0].endswith(f"bin/{path.name}") for row in csv.reader(rows)):
                    return True
        return False


def sides(folder: Path, index: str) -> tuple[Side, Side]:
    """Return both tools, each with a folder, a cache and a home of its own."""
    made = []
    for name, program in (
        ("uv", [str(Path(sys.executable).with_name("uv"))]),
        ("kt", [sys.executable, "-m", "uvkit"]),
    ):
        root = folder / name
        (root / "work").mkdir(parents=True)
        (root / "home").mkdir()
        variables = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(root / "home"),
            "UV_CACHE_DIR": str(folder / f"cache-{name}"),
            "UVKIT_CACHE_DIR": str(folder / f"cache-{name}"),
            "UV_DEFAULT_INDEX": index,
            "UV_PYTHON_DOWNLOADS": "never",
            "NO_COLOR": "1",
            "PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT / "src")),
        }
        made.append(Side(name, program, root / "work", variables))
    return made[0], made[1]


def said(text: str) -> list[str]:
    """Return the lines of an output that count."""
    return [line for line in text.splitlines() if not line.startswith(_OWN_LINES)]


def compare(case: Case, pair: tuple[Side, Side], texts: Mapping[str, str]) -> list[str]:
    """Run a case on both sides and return what differs, one entry for each command line or the state."""
    for side in pair:
        for name, text in case.files.items():
            path = side.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(text, bytes):
                path.write_bytes(text)
            else:
                path.write_text(parity_pip_cases.filled(text, texts))
        if case.needs_environment:
            side.run(f"venv -q -p {PYTHON}")
    differences = []
    for line in case.lines:
        one, other = (side.run(parity_pip_cases.filled(line, texts)) for side in pair)
        if one[0] != other[0]:
            differences.append(f"{line}: status {one[0]} and {other[0]}\n{one[2]}\n---\n{other[2]}")
        elif one[0] == 0 and case.prints and said(one[1]) != said(other[1]):
            differences.append(f"{line}: prints\n" + _difference(said(one[1]), said(other[1])))
    for name in case.writes:
        texts_written = [said(side.written(name)) for side in pair]
        if texts_written[0] != texts_written[1]:
            differences.append(f"{name}: written\n" + _difference(*texts_written))
    states = [side.state(case.places) for side in pair]
    if states[0] != states[1]:
        differences.append("state\n" + _difference(*states))
    return differences


def _difference(one: list[str], other: list[str]) -> str:
    return "\n".join(list(difflib.unified_diff(one, other, "uv", "uvkit", lineterm="", n=0))[:30])


def main() -> None:
    """Run the cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--show", type=int, default=1000)
    parser.add_argument("--index")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory(prefix="parity-") as folder,
        IndexServer(Path(folder) / "index") as index,
        IndexServer(Path(folder) / "other") as other,
    ):
        parity_pip_cases.fill(index, other)
        for number, case in enumerate(CASES):
            if arguments.only not in case.name or (case.real and not arguments.index):
                continue
            address = arguments.index if case.real else index.url
            root = Path(folder) / f"case-{number}"
            texts = {"{index}": index.url, "{other}": other.url, "{files}": f"{index.root}/files", "{python}": PYTHON}
            pair = sides(root, address)
            texts |= {"{links}": str(Path(folder) / "index" / "delta")}
            differences = compare(case, pair, texts)
            counts["cases"] += 1
            counts["command lines"] += len(case.lines)
            counts["differ as known" if case.known else "differ"] += bool(differences)
            for difference in differences[: arguments.show]:
                sys.stdout.write(f"== {case.name}: {difference}\n")
            shutil.rmtree(root, ignore_errors=True)
    sys.stdout.write(f"{dict(counts)}\n")
    sys.exit(1 if counts["differ"] else 0)


if __name__ == "__main__":
    main()
