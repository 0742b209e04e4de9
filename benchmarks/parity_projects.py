"""What `parity_locks.py` does with one real project: lock it with both tools in several ways and compare bytes.

Every question is asked in twin folders that differ by nothing but the tool: from empty, unless the question starts from
a lock, and then from the same one. An earlier cut-off makes that lock old, so that there is something to keep.
"""

from __future__ import annotations

import csv
import itertools
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent
ENGINES = ("pubgrub", "resolvelib")
# The command line with another engine behind `auto`.
ENGINE = (
    "import sys; from uvkit.resolver import driver; driver.AUTO_ENGINE = sys.argv[1];"
    "from uvkit.cli import main; raise SystemExit(main(sys.argv[2:]))"
)
PLACEHOLDER = "https://index.example/"
OLDER = "2026-10-01T00:00:00Z"
NEWER = "2026-11-01T00:00:00Z"
# What an installer writes about itself, and what it writes for the place of an environment.
OWN = ("INSTALLER", "RECORD", "REQUESTED", "uv_cache.json", "uv_build.json")


class Run(NamedTuple):
    """How one command ended."""

    code: int
    seconds: float
    message: str


@dataclass
class Bench:
    """Where things are: the index, a folder for all work, an interpreter that is in no environment."""

    index: str
    work: Path
    python: str
    timeout: float = 600.0
    counter: itertools.count[int] = field(default_factory=itertools.count)

    def folder(self, project: Path | str, *, lock: bytes | None = None) -> Path:
        """Return a new folder with a project (a folder of it, or its text) and perhaps a lock."""
        folder = self.work / f"{next(self.counter):05d}"
        if isinstance(project, str):
            folder.mkdir(parents=True)
            (folder / "pyproject.toml").write_text(project)
        else:
            shutil.copytree(project, folder)
        for file in folder.rglob("pyproject.toml"):
            text = file.read_text()
            if PLACEHOLDER in text:
                file.write_text(text.replace(PLACEHOLDER, self.index.removesuffix("simple")))
        if lock is not None:
            (folder / "uv.lock").write_bytes(lock)
        return folder

    def run(self, tool: str, args: Sequence[str], cwd: Path, **variables: str) -> Run:
        """Run `uv`, or uvkit with the engine that ``tool`` names."""
        argv = [str(BIN / "uv"), *args] if tool == "uv" else [sys.executable, "-c", ENGINE, tool, *args]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "UVKIT_", "PIP_", "VIRTUAL_ENV"))}
        cache = str(self.work / f"cache-{tool}")
        base = {
            "UV_DEFAULT_INDEX": self.index,
            "UV_PYTHON": self.python,
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_EXCLUDE_NEWER": NEWER,
            "UV_CACHE_DIR": cache,
            "UVKIT_CACHE_DIR": cache,
            "NO_COLOR": "1",
        }
        started = time.perf_counter()
        try:
            done = subprocess.run(
                argv, cwd=cwd, env=kept | base | variables, capture_output=True, text=True, timeout=self.timeout
            )
        except subprocess.TimeoutExpired:
            return Run(124, self.timeout, f"not done after {self.timeout:.0f} s")
        return Run(done.returncode, time.perf_counter() - started, done.stderr.strip()[-600:])


@dataclass
class Row:
    """What was found about one project: a verdict for each question, and seconds."""

    name: str
    packages: int = 0
    forks: int = 0
    verdicts: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, question: str, verdict: str, message: str = "") -> None:
        self.verdicts[question] = verdict
        if verdict not in ("same", "yes", "-"):
            self.notes.append(f"{question}: {verdict}{': ' if message else ''}{' | '.join(message.splitlines())}")


class Project:
    """One project and the questions about it."""

    def __init__(self, bench: Bench, name: str, source: Path | str, engines: Sequence[str]) -> None:
        self.bench = bench
        self.source = source
        self.engines = engines
        self.row = Row(name)
        self.folders: dict[str, Path] = {}

    def from_empty(self, *, times: bool) -> bytes | None:
        """Lock with both from empty, cold and warm; return uv's lock."""
        theirs = self._lock("uv", times=times)
        if theirs is not None:
            self.row.packages = theirs.count(b"\n[[package]]")
            self.row.forks = len(tomllib.loads(theirs.decode()).get("resolution-markers", ()))
        for engine in self.engines:
            ours = self._lock(engine, times=times)
            if theirs is None:
                self.row.note(engine, "same" if ours is None else "uv fails, uvkit does not")
            else:
                self._compare(engine, theirs, ours)
        return theirs

    def _lock(self, tool: str, *, times: bool) -> bytes | None:
        folder = self.bench.folder(self.source)
        done = self.bench.run(tool, ["lock"], folder)
        self.row.seconds[f"{tool} cold"] = done.seconds
        if done.code:
            self.row.notes.append(f"{tool} lock: {' | '.join(done.message.splitlines())}")
            return None
        self.folders[tool] = folder
        if times:
            warm = self.bench.run(tool, ["lock"], self.bench.folder(self.source))
            self.row.seconds[f"{tool} warm"] = warm.seconds
        return (folder / "uv.lock").read_bytes()

    def _compare(self, question: str, theirs: bytes | None, ours: bytes | None) -> None:
        if ours is None or theirs is None:
            self.row.note(question, "fails" if ours is None else "uv fails")
        elif ours == theirs:
            self.row.note(question, "same")
        else:
            self.row.note(question, "DIFFERS", difference(theirs, ours))

    def accepted(self, theirs: bytes) -> None:
        """Let each tool check the other's lock."""
        for engine in self.engines:
            folder = self.folders.get(engine)
            if folder is not None:
                done = self.bench.run("uv", ["lock", "--check"], folder)
                self.row.note(f"{engine} checked", "no" if done.code else "yes", done.message)
            folder = self.bench.folder(self.source, lock=theirs)
            done = self.bench.run(engine, ["lock", "--check"], folder)
            self.row.note(f"{engine} keeps", "no" if done.code else "yes", done.message)
            done = self.bench.run(engine, ["lock"], folder)
            if (folder / "uv.lock").read_bytes() != theirs:
                self.row.note(f"{engine} keeps", "rewrites", done.message)

    def twins(self, question: str, args: Sequence[str], **variables: str) -> None:
        """Lock once more from empty with other arguments or variables."""
        self._both(question, lambda: self.bench.folder(self.source), args, variables)

    def relocked(self) -> None:
        """Start from an old lock: release one version, or ask for one thing more."""
        folder = self.bench.folder(self.source)
        if self.bench.run("uv", ["lock"], folder, UV_EXCLUDE_NEWER=OLDER).code:
            self.row.note("upgrade", "-")
            self.row.note("changed", "-")
            return
        old = (folder / "uv.lock").read_bytes()
        name = first_registry_package(old)
        self._both("upgrade", lambda: self.bench.folder(self.source, lock=old), ["--upgrade-package", name], {})

        def changed() -> Path:
            folder = self.bench.folder(self.source, lock=old)
            ask_for_more(folder / "pyproject.toml")
            return folder

        self._both("changed", changed, [], {})

    def _both(self, question: str, folder: Callable[[], Path], args: Sequence[str], variables: dict[str, str]) -> None:
        locks = {}
        for tool in ("uv", *self.engines):
            place = folder()
            done = self.bench.run(tool, ["lock", *args], place, **variables)
            locks[tool] = None if done.code else (place / "uv.lock").read_bytes()
        theirs = locks["uv"]
        for engine in self.engines:
            if theirs is None:
                self.row.note(f"{engine} {question}", "same" if locks[engine] is None else "uv fails, uvkit does not")
            else:
                self._compare(f"{engine} {question}", theirs, locks[engine])

    def synced(self, lock: bytes) -> None:
        """Let both install one lock, and compare what the environments hold."""
        found = {}
        args = ["sync", "--frozen", "--no-install-workspace"]
        for tool in ("uv", self.engines[0]):
            folder = self.bench.folder(self.source, lock=lock)
            done = self.bench.run(tool, args, folder)
            if done.code:
                self.row.note("synced", f"{tool} fails", done.message)
                return
            found[tool] = installed(folder / ".venv")
            shutil.rmtree(folder / ".venv")
        theirs, ours = found["uv"], found[self.engines[0]]
        odd = sorted(theirs ^ ours)
        self.row.note("synced", "DIFFERS" if odd else "same", f"{len(odd)} of {len(theirs)}, first {odd[:3]}")


def difference(theirs: bytes, ours: bytes) -> str:
    """Return what two locks differ in, in a line."""
    a, b = (tomllib.loads(text.decode()) for text in (theirs, ours))
    pins = [{f"{one['name']} {one.get('version', '')}".strip() for one in lock["package"]} for lock in (a, b)]
    if pins[0] != pins[1]:
        return f"only uv {sorted(pins[0] - pins[1])[:6]}, only uvkit {sorted(pins[1] - pins[0])[:6]}"
    for key in a.keys() | b.keys():
        if key != "package" and a.get(key) != b.get(key):
            return f"{key}: {a.get(key)} against {b.get(key)}"
    for one, other in zip(a["package"], b["package"], strict=False):
        for key in one.keys() | other.keys():
            if one.get(key) != other.get(key):
                return f"{one['name']}: {key}"
    return "only the text"


def first_registry_package(lock: bytes) -> str:
    """Return the first package of a lock that something directly asked for."""
    packages = tomllib.loads(lock.decode())["package"]
    local = [one for one in packages if "registry" not in one["source"]]
    remote = {one["name"] for one in packages if "registry" in one["source"]}
    asked = [row["name"] for one in local for row in one.get("dependencies", ())]
    return next((name for name in asked if name in remote), min(remote))


def ask_for_more(path: Path) -> None:
    """Add one requirement to a project, in a group of its own."""
    text = path.read_text()
    group = '\nparity-more = ["attrs>=23", "tomli ; python_version < \'3.11\'"]\n'
    if "[dependency-groups]" in text:
        path.write_text(text.replace("[dependency-groups]", "[dependency-groups]" + group.rstrip(), 1))
    else:
        path.write_text(text + "\n[dependency-groups]" + group)


def installed(environment: Path) -> set[tuple[str, str]]:
    """Return every recorded file with its hash; of scripts, which name their interpreter, only the path."""
    found = set()
    for record in environment.glob("lib/python*/site-packages/*.dist-info/RECORD"):
        with record.open(newline="") as text:
            for path, digest, _ in csv.reader(text):
                if not (path.endswith(OWN) and ".dist-info/" in path):
                    found.add((path, "" if re.match(r"(\.\./)+bin/", path) else digest))
                    if not (record.parent.parent / path).exists():
                        found.add((path, "missing"))
    return found
