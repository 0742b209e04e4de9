"""Change projects, lock and sync them with uv and with uvkit in twin folders, and compare.

    python benchmarks/parity_reuse.py [NAME-PART] [--show] [--messages] [--jobs 2]

After every command both exit statuses, the lockfiles' bytes and the installed distributions are compared; after a
difference the next step starts from what uv left. At the end each tool checks what the other one made. `--show` prints
differences in full, `--messages` what both tools said wherever a command failed.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from reuse import cases
from reuse.case import Case, Run, Write
from reuse.known import KNOWN

import uvkit
from uvkit.cli import main as main_of_uvkit
from uvkit.testing import Distribution, IndexServer

BIN = Path(sys.executable).parent
TOOLS = ("uv", "uvkit")


class World(NamedTuple):
    """Where the indexes are, and where everything happens."""

    root: Path
    index: str
    other: str
    python: str
    python312: str

    def text(self, text: str, folder: Path) -> str:
        """Return a text with the places filled in."""
        places = {"index": self.index, "other": self.other, "folder": str(folder), "python312": self.python312}
        places["files"] = self.index.removesuffix("/simple") + "/files"
        places["bin312"] = str(Path(self.python312).parent)
        for name, place in places.items():
            text = text.replace(f"{{{name}}}", place)
        return text


class Step(NamedTuple):
    """What one command did."""

    status: int
    said: str
    lock: bytes
    installed: tuple[str, ...]


def serve(server: IndexServer) -> None:
    """Put the main index together."""
    add = server.add
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        add(Distribution(name="alpha", version=version))
    add(Distribution(name="alpha", version="2.1.0a1"))
    add(Distribution(name="beta", version="1.0.0", requires=("alpha<2",)))
    add(Distribution(name="beta", version="2.0.0", requires=("alpha>=2",)))
    for version, python in (("1.0", ">=3.8"), ("2.0", ">=3.10"), ("3.0", ">=3.12")):
        add(Distribution(name="gamma", version=version, requires_python=python))
    marks = ("alpha<2 ; sys_platform == 'win32'", "alpha>=2 ; sys_platform != 'win32'")
    add(Distribution(name="marky", version="1.0.0", requires=marks))
    for version in ("1.0.0", "2.0.0"):
        extras = {"foo": ("leaf-a",), "bar": ("leaf-b",)}
        add(Distribution(name="extry", version=version, requires=("leaf-c",), extras=extras))
    for letter in "abcdef":
        for version in ("1.0", "2.0"):
            add(Distribution(name=f"leaf-{letter}", version=version))
    add(Distribution(name="prey", version="1.0.0"))
    add(Distribution(name="prey", version="2.0.0a1"))
    add(Distribution(name="onlypre", version="1.0.0b1"))
    for version, day in (("1.0.0", "2023-01-02"), ("2.0.0", "2024-01-02"), ("3.0.0", "2025-01-02")):
        add(Distribution(name="timey", version=version), uploaded=f"{day}T03:04:05.678901Z")
    add(Distribution(name="yanky", version="1.0.0"))
    add(Distribution(name="yanky", version="1.1.0"), yanked="broken")
    add(Distribution(name="onlysdist", version="1.0.0", requires=("leaf-d",)), wheel=False, sdist=True)
    add(Distribution(name="both", version="1.0.0"), sdist=True)
    add(Distribution(name="native", version="1.0.0", tag="cp39-abi3-manylinux_2_17_x86_64"))
    add(Distribution(name="native", version="2.0.0", tag="cp39-abi3-win_amd64"))
    add(Distribution(name="tool-x", version="1.0.0", entry_points={"console_scripts": {"tool-x": "tool_x:main"}}))


def serve_other(server: IndexServer) -> None:
    """Put the second index together."""
    for version in ("1.0.0", "9.0.0"):
        server.add(Distribution(name="alpha", version=version), uploaded="2024-06-01T00:00:00Z")
    server.add(Distribution(name="leaf-a", version="7.0"))
    server.add(Distribution(name="elsewhere", version="1.0.0"))
    for version, day in (("1.0.0", "2023-01-02"), ("2.0.0", "2024-01-02"), ("3.0.0", "2025-01-02")):
        server.add(Distribution(name="timey", version=version), uploaded=f"{day}T03:04:05.678901Z")


def execute(world: World, tool: str, run: Run, folder: Path) -> Step:
    """Run one command."""
    place = folder / run.folder
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(world.root / "home"),
        "UV_DEFAULT_INDEX": world.index,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PYTHON": world.python,
        "UV_CACHE_DIR": str(world.root / f"cache-{tool}"),
        "NO_COLOR": "1",
        "TZ": "UTC",
    }
    for name, value in run.variables.items():
        environment[name] = world.text(value, folder)
        if not value:
            del environment[name]
    args = [world.text(word, folder) for word in run.args]
    start = spawned if tool == "uv" else forked
    status, said = start(args, place, environment)
    return Step(status, said.replace(str(folder), "<folder>"), lock_bytes(folder), installed(folder))


def spawned(args: list[str], place: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run uv and return its status and what it said."""
    done = subprocess.run([str(BIN / "uv"), *args], cwd=place, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def forked(args: list[str], place: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run uvkit in a copy of this process, which has loaded it already, and return its status and what it said."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            status = 70
            try:
                os.chdir(place)
                os.environ.clear()
                os.environ.update(environment)
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                sys.stdout = os.fdopen(1, "w", closefd=False)
                sys.stderr = os.fdopen(2, "w", closefd=False)
                time.tzset()
                status = main_of_uvkit(args)
                sys.stdout.flush()
                sys.stderr.flush()
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
            finally:
                os._exit(status)
        _, ended = os.waitpid(child, 0)
        output.seek(0)
        return os.waitstatus_to_exitcode(ended), output.read().decode()


def lock_bytes(folder: Path) -> bytes:
    """Return all locks of a folder, one after another."""
    locks = [*folder.rglob("uv.lock"), *folder.rglob("*.py.lock")]
    found = sorted(path for path in locks if ".venv" not in path.parts and path.is_file())
    texts = [f"# {path.relative_to(folder)}\n".encode() + path.read_bytes() for path in found]
    return b"".join(texts).replace(str(folder).encode(), b"<folder>")


def installed(folder: Path) -> tuple[str, ...]:
    """Return what is in the environments of a folder: versions, and where what is no wheel of an index is from."""
    rows = []
    for info in folder.glob("**/site-packages/*.dist-info"):
        direct = info / "direct_url.json"
        origin = ""
        if direct.exists():
            origin = json.dumps(json.loads(direct.read_text()), sort_keys=True).replace(str(folder), "<folder>")
        rows.append(f"{info.parent.parents[2].relative_to(folder)}: {info.name} {origin}".rstrip())
    return tuple(sorted(rows))


def put(world: World, files: Write, folder: Path) -> None:
    """Change the files of one folder."""
    for name, text in files.files.items():
        path = folder / name
        if text is None:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(world.text(text, folder))


def align(theirs: Path, ours: Path) -> None:
    """Let the next step start from what uv left."""
    for path in [*ours.rglob("uv.lock"), *ours.rglob("*.py.lock")]:
        if path.is_file():
            path.unlink()
    for path in [*theirs.rglob("uv.lock"), *theirs.rglob("*.py.lock")]:
        if path.is_file():
            (ours / path.relative_to(theirs)).write_text(path.read_text().replace(str(theirs), str(ours)))


def differences(uv: Step, uvkit: Step, *, show: bool) -> list[str]:
    """Return how two outcomes differ."""
    found = []
    if uv.status != uvkit.status:
        found.append(f"status: uv {uv.status}, uvkit {uvkit.status}\n{said(uv, uvkit)}")
    if uv.lock != uvkit.lock:
        lines = difflib.unified_diff(
            uv.lock.decode().splitlines(), uvkit.lock.decode().splitlines(), "uv", "uvkit", lineterm="", n=1
        )
        text = "\n".join(lines if show else list(lines)[:14])
        found.append(f"lock:\n{text}")
    if uv.installed != uvkit.installed:
        only_uv = sorted(set(uv.installed) - set(uvkit.installed))
        only_uvkit = sorted(set(uvkit.installed) - set(uv.installed))
        found.append(f"installed: only uv {only_uv}, only uvkit {only_uvkit}")
    return found


def said(uv: Step, uvkit: Step) -> str:
    """Return what both tools said."""
    both = (("uv", uv), ("uvkit", uvkit))
    return "\n".join(f"    {name}| {line}" for name, step in both for line in step.said.strip().splitlines())


def play(world: World, case: Case, *, show: bool, messages: bool) -> tuple[int, list[str]]:
    """Take the steps of a case in two new folders; return how many commands ran and what differed."""
    folders = {tool: world.root / tool / case.name for tool in TOOLS}
    for folder in folders.values():
        folder.mkdir(parents=True)
        put(world, Write(case.files), folder)
    problems: list[str] = []
    count = 0
    last: Run | None = None
    for step in case.steps:
        if isinstance(step, Write):
            last = None
            for folder in folders.values():
                put(world, step, folder)
            continue
        count += 1
        outcome = {tool: execute(world, tool, step, folder) for tool, folder in folders.items()}
        label = " ".join(step.args)
        found = differences(outcome["uv"], outcome["uvkit"], show=show)
        problems += [f"[{label}] {one}" for one in found]
        if messages and outcome["uv"].status:
            print(f"{case.name} [{label}] {outcome['uv'].status}\n{said(outcome['uv'], outcome['uvkit'])}", flush=True)
        if found:
            align(folders["uv"], folders["uvkit"])
        if outcome["uv"].status == 0 and not {"--dry-run", "--check"} & set(step.args):
            last = step
    # Environments of scripts are in the cache of each tool.
    if last is not None and last.args[:2] != ("sync", "--script"):
        problems += crossed(world, last, folders)
        count += 2
    return count, problems


def crossed(world: World, last: Run, folders: dict[str, Path]) -> list[str]:
    """Let each tool check what the other one made by the last command that succeeded."""
    keep = []
    words = iter(last.args)
    for word in words:
        if word.startswith(("--reinstall-", "--upgrade-", "-P", "--refresh-")):
            next(words)
        elif not word.startswith(("--reinstall", "--upgrade", "-U", "--refresh")):
            keep.append(word)
    found = []
    for tool, made_by in (("uv", "uvkit"), ("uvkit", "uv")):
        outcome = execute(world, tool, last._replace(args=(*keep, "--check")), folders[made_by])
        if outcome.status and "--frozen" not in keep:
            said = outcome.said.strip().replace("\n", "\n    ")
            found.append(f"{tool} does not accept what {made_by} made by `{' '.join(keep)}`:\n    {said}")
    return found


def preload() -> None:
    """Load what the commands load, so that no copy of this process has to."""
    for name in uvkit.__all__:
        getattr(uvkit, name)
    for name in ("httpx", "packaging.requirements", "uvkit.artifacts", "uvkit.builder", "uvkit.lockfile.assemble"):
        importlib.import_module(name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", nargs="?", default="")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--messages", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the folders behind")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("--python312", default=shutil.which("python3.12") or "python3.12", help="another interpreter")
    given = parser.parse_args()
    chosen = [case for case in cases.ALL if given.part in case.name]
    preload()
    root = Path(tempfile.mkdtemp(prefix="uvkit-reuse-"))
    (root / "home").mkdir()
    bad = meant = commands = 0
    with IndexServer(root / "index") as main_index, IndexServer(root / "other") as other:
        serve(main_index)
        serve_other(other)
        world = World(root, main_index.url, other.url, given.python, given.python312)
        with ProcessPoolExecutor(given.jobs, mp_context=multiprocessing.get_context("fork")) as pool:
            results = pool.map(partial(play, world, show=given.show, messages=given.messages), chosen)
            for case, (count, problems) in zip(chosen, results, strict=True):
                commands += count
                known = KNOWN.get(case.name, "")
                bad += bool(problems) and not known
                meant += bool(problems and known)
                verdict = "same" if not problems else f"meant: {known}" if known else "DIFFERENT"
                if verdict != "same" or given.part:
                    print(f"{case.name:40} {verdict}", flush=True)
                for problem in problems if not known or given.show else ():
                    print("  " + problem.replace("\n", "\n  "), flush=True)
    same = len(chosen) - bad - meant
    print(f"{same} of {len(chosen)} cases the same, {meant} differ as meant, {bad} otherwise; {commands} commands each")
    if given.keep:
        print(root)
    else:
        shutil.rmtree(root)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
