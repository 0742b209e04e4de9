"""Build real source distributions with both tools and compare what is installed.

    python benchmarks/parity_builds.py [--index URL] [REQUIREMENT...]

Every requirement is installed from its source distribution, without dependencies, into a folder for each tool. Both
have to end alike; file lists, metadata and tags have to be the same. Contents of other files are compared too, but for
compiled ones, which need not be reproducible. Without requirements a list of projects is taken that have no wheel, that
are old, or that use backends of many kinds; they come from the default index.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BIN = Path(sys.executable).parent
SOURCE = Path(__file__).parents[1] / "src"
UVKIT = f"import sys; sys.path[:0] = [{str(SOURCE)!r}]; from uvkit.cli import main; raise SystemExit(main())"
# No wheel, old `setup.py` files, compiled code, and things that fail on a recent Python.
AWKWARD = (
    "docopt==0.6.2", "wget==3.2", "odfpy==1.4.1", "sgmllib3k==1.0.0", "antlr4-python3-runtime==4.9.3", "easydict==1.13",
    "progress==1.6", "peewee==3.14.10", "langdetect==1.0.9", "intervaltree==3.1.0", "jsmin==3.0.1",
    "littleutils==0.2.4",
    "ofxparse==0.21", "forex-python==1.8", "bottle-websocket==0.2.9", "pyperclip==1.8.2", "crontab==1.0.1",
    "future==0.18.3", "python-hglib==2.6.2", "ply==3.11", "simplejson==3.19.2", "markupsafe==2.1.5", "pyyaml==6.0.1",
    "pycrypto==2.6.1", "ujson==1.35", "unicodecsv==0.14.1", "termcolor==1.1.0", "gevent-websocket==0.10.1",
)  # fmt: skip
# A project or two for every backend that is widely used.
BACKENDS = (
    "iniconfig==2.0.0", "platformdirs==4.3.6", "typing-extensions==4.12.2", "flit-core==3.9.0", "tomlkit==0.13.2",
    "poetry-core==1.9.1", "pdm-backend==2.4.3", "unearth==0.17.2", "meson-python==0.17.1", "pybind11==2.13.6",
    "scikit-build-core==0.10.7", "contourpy==1.3.1", "pluggy==1.5.0", "wrapt==1.16.0",
)  # fmt: skip


def run(
    tool: str, requirement: str, target: Path, *, index: str | None, work: Path, python: str
) -> tuple[int, str, float]:
    """Install a requirement from its source; return status, messages and seconds."""
    name = re.split(r"[=<>!~ ]", requirement, maxsplit=1)[0]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV", "PIP_", "PYTHON", "VIRTUAL_ENV"))}
    cache = str(work / f"cache-{tool}")
    env = {**kept, "UV_CACHE_DIR": cache, "UVKIT_CACHE_DIR": cache, "NO_COLOR": "1", "UV_PYTHON_DOWNLOADS": "never"}
    if index:
        env["UV_DEFAULT_INDEX"] = index
    program = [str(BIN / "uv")] if tool == "uv" else [sys.executable, "-c", UVKIT]
    options = ["--no-deps", "--no-binary", name, "--target", str(target), "-p", python]
    started = time.perf_counter()
    done = subprocess.run([*program, "pip", "install", *options, requirement], env=env, capture_output=True, text=True)
    return done.returncode, done.stderr, time.perf_counter() - started


def listing(folder: Path) -> dict[str, str]:
    """Return the files of an installation with what is to be compared of each."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if (
            path.is_dir()
            or "__pycache__" in name
            or path.name in {"RECORD", "INSTALLER", "REQUESTED", ".lock", ".gitignore"}
        ):
            continue
        data = path.read_bytes()
        binary = path.suffix in {".so", ".pyd"} or b"\0" in data[:4096]
        # Some projects note with which interpreter and tools they were built.
        text = "" if binary else re.sub(r"[^\s\"']*/cache-uv(kit)?/[^\s\"']*", "BUILT", data.decode(errors="replace"))
        found[name] = re.sub(r"^#!.*", "#!", text) if "bin/" in name else text
    return found


def main() -> None:
    """Go through the requirements and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("requirements", nargs="*")
    parser.add_argument("--index")
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="builds-"))
    different = 0
    for requirement in options.requirements or (*AWKWARD, *BACKENDS):
        ends, files = {}, {}
        for tool in ("uv", "uvkit"):
            target = work / "installed" / tool
            shutil.rmtree(target, ignore_errors=True)
            ends[tool] = run(tool, requirement, target, index=options.index, work=work, python=options.python)
            files[tool] = listing(target)
        seconds = "  ".join(f"{tool} {ends[tool][2]:5.1f} s" for tool in ends)
        good = [ends[tool][0] == 0 for tool in ("uv", "uvkit")]
        if good[0] != good[1]:
            verdict = "DIFFERENT ENDS"
        elif not good[0]:
            verdict = "both fail"
        else:
            verdict = "same" if files["uv"] == files["uvkit"] else "DIFFERENT FILES"
        different += verdict.startswith("DIFFERENT")
        print(f"{requirement:36} {verdict:16} {seconds}", flush=True)
        if verdict == "DIFFERENT FILES":
            names = files["uv"].keys() | files["uvkit"].keys()
            print("   ", [one for one in sorted(names) if files["uv"].get(one) != files["uvkit"].get(one)][:8])
        elif verdict != "same":
            for tool in ends:
                if ends[tool][0]:
                    print(f"--- {tool}\n" + "\n".join(f"    {line}" for line in ends[tool][1].splitlines()[-14:]))
    print(f"{different} differ")
    if options.work is None:
        shutil.rmtree(work, ignore_errors=True)
    raise SystemExit(bool(different))


if __name__ == "__main__":
    main()
