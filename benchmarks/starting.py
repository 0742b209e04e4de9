"""How long `run` and `tool run` take until their program runs, beside uv and beside the program alone.

Serves an index on loopback, works in a folder of its own, and prints medians and minima in milliseconds:
`python benchmarks/starting.py [ROUNDS]`. The program is a compiled one (`true`) for `run`, and a command in Python for
`tool run`, whose own time is in the first row. uv and uvkit alternate.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from uvkit.testing import Distribution, IndexServer

BIN = Path(sys.executable).parent
UV = shutil.which("uv", path=f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}")
CODE = "import sys; from uvkit.cli import main; sys.argv[0] = 'uvkit'; sys.exit(main())"
COMMANDS = {
    "uv": [UV or "uv"],
    # What the installed command does, in whatever tree this file lies.
    "uvkit": [sys.executable, "-c", CODE],
}
ROWS: dict[str, list[str]] = {
    "tool run of an installed tool": ["tool", "run", "hello"],
    "tool run out of the cache": ["tool", "run", "--isolated", "hello"],
    "tool run of a version": ["tool", "run", "hello@1.0"],
    "tool run with something besides": ["tool", "run", "--with", "helper", "hello"],
    "run in a project": ["run", "true"],
    "run with something besides": ["run", "--with", "helper", "true"],
    "run of a script (PEP 723)": ["run", "script.py"],
}


def serve(index: IndexServer) -> None:
    for version in ("1.0", "2.0"):
        index.add(
            Distribution(
                name="hello",
                version=version,
                entry_points={"console_scripts": {"hello": "hello:main"}},
                files={"hello.py": b"def main():\n    pass\n"},
            )
        )
    index.add(Distribution(name="helper", version="1.0"))


def world(root: Path, url: str) -> dict[str, dict[str, str]]:
    """Make a project for each program and return the variables in which it works."""
    found = {}
    for name in COMMANDS:
        home = root / name
        project = home / "project"
        project.mkdir(parents=True)
        (project / "pyproject.toml").write_text(
            '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["hello"]\n'
        )
        (project / "script.py").write_text(
            '# /// script\n# requires-python = ">=3.9"\n# dependencies = ["helper"]\n# ///\n'
        )
        found[name] = {
            "HOME": str(home),
            "PATH": f"{home}/.local/bin:/usr/local/bin:/usr/bin:/bin",
            "UV_CACHE_DIR": str(home / "cache"),
            "UV_DEFAULT_INDEX": url,
            "UV_PYTHON": shutil.which("python3", path="/usr/local/bin:/usr/bin:/bin") or sys.executable,
            "PYTHONPATH": str(Path(__file__).parents[1] / "src") if name == "uvkit" else "",
        }
    return found


def once(argv: list[str], variables: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        argv, env=variables, cwd=f"{variables['HOME']}/project", capture_output=True, text=True, check=False
    )
    elapsed = (time.perf_counter() - started) * 1e3
    if done.returncode:
        raise SystemExit(f"{argv}: {done.stderr}")
    return elapsed


def row(title: str, argvs: dict[str, list[str]], variables: dict[str, dict[str, str]], rounds: int) -> None:
    for name, argv in argvs.items():
        # Prepares, finds it prepared, and may remember that.
        for _ in range(3):
            once(argv, variables[name])
            time.sleep(0.06)
    times = {name: [] for name in argvs}
    for _ in range(rounds):
        for name, argv in argvs.items():
            times[name].append(once(argv, variables[name]))
    shown = "".join(f"{statistics.median(one):9.1f} {min(one):7.1f}" for one in times.values())
    print(f"{title:34}{shown}", flush=True)


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="uvkit-starting-") as folder, IndexServer(Path(folder) / "index") as index:
        serve(index)
        variables = world(Path(folder), index.url)
        print(f"{'milliseconds':34}" + "".join(f"{name:>9} {'least':>7}" for name in COMMANDS))
        for name, command in COMMANDS.items():
            once([*command, "tool", "install", "hello"], variables[name])
        alone = {name: [f"{one['HOME']}/.local/bin/hello"] for name, one in variables.items()}
        row("the tool alone", alone, variables, rounds)
        for title, words in ROWS.items():
            row(title, {name: [*command, *words] for name, command in COMMANDS.items()}, variables, rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
