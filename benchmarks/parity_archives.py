"""Compare which hostile archives uv and uvkit refuse: both install each from a path into an environment of its own.

    python benchmarks/parity_archives.py [-k PART]

The archives are those of `tests/integration/hostile`. uvkit must refuse all; what uv takes is shown.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "integration"))

from hostile.hostile import sources, wheels

UV = Path(sys.executable).with_name("uv")
PYTHON = shutil.which("python3", path="/usr/local/bin:/usr/bin") or sys.executable
TOOLS = {"uv": [str(UV)], "uvkit": [sys.executable, "-m", "uvkit"]}


def attempt(tool: str, path: Path, folder: Path) -> tuple[bool, str, list[str]]:
    """Return whether the archive was refused, the last line said, and what was written elsewhere."""
    folder.mkdir(parents=True)
    env = {
        "HOME": str(folder / "home"), "PATH": "/usr/bin:/bin", "UV_CACHE_DIR": str(folder / "cache"), "NO_COLOR": "1",
        "UV_NO_PROGRESS": "1", "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "TMPDIR": str(folder),
    }  # fmt: skip
    run = {"env": env, "cwd": folder, "capture_output": True, "text": True, "timeout": 120}
    subprocess.run([*TOOLS[tool], "venv", "-q", "-p", PYTHON, "env"], check=True, **run)  # type: ignore[call-overload]
    outside = path.parent / "outside"
    done = subprocess.run(
        [*TOOLS[tool], "pip", "install", "--no-index", "--no-deps", "-p", str(folder / "env"), str(path)], **run
    )  # type: ignore[call-overload]
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip() and "hint" not in line]
    elsewhere = sorted(one.name for one in outside.iterdir() if one.name != "kept")
    for name in elsewhere:
        (outside / name).unlink()
    return done.returncode != 0, lines[-1][:110] if lines else "", elsewhere


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", default="")
    options = parser.parse_args()
    accepted = differ = count = 0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        outside = root / "given" / "outside"
        outside.mkdir(parents=True)
        (outside / "kept").write_text("kept")
        cases = [("wheel", wheels(outside)), ("source", sources(outside))]
        for kind, group in cases:
            for case, (filename, data) in group.items():
                if options.k not in f"{kind} {case}":
                    continue
                count += 1
                path = root / "given" / filename
                path.write_bytes(data)
                results = {}
                for tool in TOOLS:
                    results[tool] = attempt(tool, path, root / "work" / f"{count}-{tool}")
                    shutil.rmtree(root / "work", ignore_errors=True)
                ours = results["uvkit"]
                accepted += not ours[0] or bool(ours[2])
                differ += results["uv"][0] != ours[0]
                words = " ".join(f"{tool}: {'refused' if one[0] else 'TAKEN'}" for tool, one in results.items())
                print(f"{kind} {case}: {words}{f' wrote {ours[2]}' if ours[2] else ''}", flush=True)
                if not ours[0]:
                    print(f"    {ours[1]}")
    print(f"{count} archives; uvkit took {accepted}, and decided otherwise than uv in {differ}")
    return min(accepted, 1)


if __name__ == "__main__":
    sys.exit(main())
