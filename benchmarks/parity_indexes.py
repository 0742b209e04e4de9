"""Compare how uv and uvkit reach indexes: the same commands in twin folders, against real servers on loopback.

    python benchmarks/parity_indexes.py [-k PART] [-v]

Needs nginx, openssl and pypiserver, and uv 0.13.9 beside this interpreter; with $UVKIT_DEVPI (the folder of devpi's
programs) devpi takes part. For each case exit statuses, the lock's bytes, what is installed and what errors name must
agree, and no secret may be found in what uvkit wrote.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reaching.access_cases import CASES, KNOWN, Case
from reaching.world import SECRETS, World, world

UV = Path(sys.executable).with_name("uv")
PYTHON = shutil.which("python3", path="/usr/local/bin:/usr/bin") or sys.executable
TOOLS = {"uv": [str(UV)], "uvkit": [sys.executable, "-m", "uvkit"]}
# What an error may name: addresses, files, digests, versions with their project, statuses.
_NAMED = re.compile(
    r"https?://[^\s`'\")\],]+|[\w.-]+\.(?:whl|tar\.gz|html)|sha256:[0-9a-f]{64}|\b(?:4\d\d|5\d\d)\b"
    r"|\b(?:alpha|beta|delta|secret)\b(?:==[\d.]+\d)?"
)


class Twin:
    """One tool in its folder."""

    def __init__(self, tool: str, folder: Path, world: World) -> None:
        self.tool = tool
        self.folder = folder
        self.world = world
        self.statuses: list[int] = []
        self.errors: list[str] = []
        self.outputs: list[str] = []

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / "work" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.world.fill(text))
            path.chmod(0o755 if name.startswith("bin/") else 0o644)

    def run(self, line: str, variables: dict[str, str]) -> None:
        work = self.folder / "work"
        names = {"here": str(work)}
        env = {
            "HOME": str(self.folder / "home"), "PATH": f"{work / 'bin'}:/usr/local/bin:/usr/bin:/bin", "NO_COLOR": "1",
            "UV_CACHE_DIR": str(self.folder / "cache"), "UV_NO_PROGRESS": "1",
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            "UV_PYTHON_DOWNLOADS": "never", "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "UV_HTTP_TIMEOUT": "5",
        }  # fmt: skip
        if (work / ".venv").exists():
            env["VIRTUAL_ENV"] = str(work / ".venv")
        else:
            env["UV_PYTHON"] = PYTHON
        env |= {key: self.world.fill(value).replace("{here}", str(work)) for key, value in variables.items()}
        for key, value in names.items():
            line = line.replace(f"{{{key}}}", value)
        done = subprocess.run(
            [*TOOLS[self.tool], *(self.world.fill(word).replace("~", " ") for word in line.split())],
            cwd=work, env=env, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        self.statuses.append(done.returncode)
        self.errors.append(done.stderr)
        self.outputs.append(done.stdout)

    def lock(self) -> str:
        path = self.folder / "work" / "uv.lock"
        return path.read_text() if path.exists() else ""

    def installed(self) -> list[str]:
        found = []
        for info in (self.folder / "work" / ".venv").glob("lib/python*/site-packages/*.dist-info"):
            direct = info / "direct_url.json"
            found.append(info.name + (direct.read_text().replace(str(self.folder), "") if direct.exists() else ""))
        modules = (self.folder / "work" / ".venv").glob("lib/python*/site-packages/alpha/__init__.py")
        found += [path.read_text() for path in modules]
        return sorted(found)

    def made(self) -> list[str]:
        """Return the files that commands made in the folder."""
        skipped = {".venv", "bin"}
        work = self.folder / "work"
        return sorted(
            str(path.relative_to(work))
            for path in work.rglob("*")
            if path.is_file() and path.relative_to(work).parts[0] not in skipped
        )

    def leaks(self, case: Case) -> list[str]:
        """Return where a secret is that was not written there by the case."""
        given = {self.folder / "work" / name for name in case.files}
        found = []
        for path in self.folder.rglob("*"):
            if path in given or not path.is_file() or path.is_symlink():
                continue
            data = path.read_bytes()
            found += [str(path.relative_to(self.folder)) for word in SECRETS if word.encode() in data]
        text = "".join((*self.errors, *self.outputs))
        return found + ["output" for word in SECRETS if word in text]


def named(text: str, folder: Path) -> set[str]:
    words = _NAMED.findall(text.replace(str(folder), ""))
    return {re.sub(r"://[^/@]*@", "://", word).rstrip("/.:,") for word in words}


def compare(case: Case, folder: Path, place: World, *, verbose: bool) -> list[str]:
    twins = []
    for tool in TOOLS:
        twin = Twin(tool, folder / tool, place)
        (twin.folder / "home").mkdir(parents=True)
        (twin.folder / "work").mkdir()
        twin.write(case.files)
        place.flaky.broken.clear()
        place.flaky.truncated.clear()
        place.flaky.broken.update({path: list(statuses) for path, statuses in case.broken.items()})
        place.flaky.truncated.update(case.truncated)
        for step in case.steps:
            twin.run(step, dict(case.variables))
        twins.append(twin)
    uv, ours = twins
    problems = []
    if uv.statuses != ours.statuses:
        problems.append(f"statuses {uv.statuses} and {ours.statuses}")
    if uv.lock() != ours.lock():
        problems.append("locks differ")
    if uv.installed() != ours.installed():
        problems.append(f"installed {uv.installed()} and {ours.installed()}")
    if uv.made() != ours.made():
        problems.append(f"files {uv.made()} and {ours.made()}")
    if case.output and uv.outputs != [text.replace("uvkit", "uv") for text in ours.outputs]:
        problems.append("outputs differ")
    for status, theirs, mine in zip(uv.statuses, uv.errors, ours.errors, strict=True):
        said = re.sub(r"://[^/@\s]*@", "://", mine) + re.sub(r"(\w) (\d)", r"\1==\2", mine)
        if status and (missing := {one for one in named(theirs, uv.folder) - set(case.unnamed) if one not in said}):
            problems.append(f"not named: {', '.join(sorted(missing))}")
    if leaks := ours.leaks(case):
        problems.append(f"secrets in {', '.join(leaks)}")
    if verbose or (problems and case.name not in KNOWN):
        for twin in twins:
            for step, status, error in zip(case.steps, twin.statuses, twin.errors, strict=True):
                print(f"    {twin.tool}: {step} -> {status}")
                print("".join(f"      | {line}\n" for line in error.splitlines()[-16:]), end="")
            if "locks differ" in problems:
                print("".join(f"      # {line}\n" for line in twin.lock().splitlines()), end="")
            asked = twin.folder / "work" / "asked"
            if asked.exists():
                print("".join(f"      ? {line}\n" for line in asked.read_text().splitlines()), end="")
            if "outputs differ" in problems:
                print("".join(f"      > {line}\n" for text in twin.outputs for line in text.splitlines()), end="")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", default="")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    wrong = count = expected = 0
    with tempfile.TemporaryDirectory() as name, world(Path(name)) as place:
        for case in CASES:
            if options.k not in case.name or ("{devpi}" in repr(case) and "devpi" not in place.names):
                continue
            count += 1
            problems = compare(case, Path(name, "cases", re.sub(r"\W", "-", case.name)), place, verbose=options.v)
            known = KNOWN.get(case.name) if problems else None
            wrong += bool(problems) and known is None
            expected += known is not None
            word = "same" if not problems else "DIFFERENT" if known is None else "known"
            print(f"{word:10} {case.name}: {known or '; '.join(problems)}", flush=True)
    print(f"{count} cases, {wrong} differ, {expected} more on purpose")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
