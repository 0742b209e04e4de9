"""How much time building adds, side by side with uv: the same source archive and the wheel made of it, both installed.

    python benchmarks/building.py [--index URL] [--rounds N] [--only BACKEND]... [ARCHIVE...]

Of every backend a small project is built, and of each `ARCHIVE` (a source distribution) that is given. Each round packs
the project anew with other content, so that no tool has it in its cache, while the build requirements are warm. What
building adds is the time of `pip install ARCHIVE` less that of `pip install WHEEL`; of all rounds the
least counts. Processor time includes that of all children, and suffers less from what else the machine does.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent
SOURCE = Path(__file__).parents[1] / "src"
UVKIT = f"import sys; sys.path[:0] = [{str(SOURCE)!r}]; from uvkit.cli import main; raise SystemExit(main())"
STATIC = '[project]\nname = "{name}"\nversion = "1.0"\ndescription = "small"\n'
MODULE = {"{name}/__init__.py": '"""A module."""\n__version__ = "1.0"\n'}
BACKENDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "setuptools": ('requires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"', MODULE),
    "hatchling": ('requires = ["hatchling"]\nbuild-backend = "hatchling.build"', MODULE),
    "flit": ('requires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"', MODULE),
    "poetry": ('requires = ["poetry-core"]\nbuild-backend = "poetry.core.masonry.api"', MODULE),
    "pdm": ('requires = ["pdm-backend"]\nbuild-backend = "pdm.backend"', MODULE),
    "uv_build": (
        'requires = ["uv_build"]\nbuild-backend = "uv_build"',
        {f"src/{name}": text for name, text in MODULE.items()},
    ),
    "meson": (
        'requires = ["meson-python"]\nbuild-backend = "mesonpy"',
        {
            **MODULE,
            "meson.build": "project('{name}', 'c', version: '1.0')\npy = import('python').find_installation()\n"
            "py.install_sources('{name}/__init__.py', subdir: '{name}')\n",
        },
    ),
    # A program without crates, as there is no registry of crates behind the index; it wants a toolchain of Rust.
    "maturin": (
        'requires = ["maturin"]\nbuild-backend = "maturin"\n[tool.maturin]\nbindings = "bin"',
        {
            "Cargo.toml": '[package]\nname = "{name}"\nversion = "1.0.0"\nedition = "2021"\n',
            "Cargo.lock": 'version = 3\n[[package]]\nname = "{name}"\nversion = "1.0.0"\n',
            "src/main.rs": "fn main() {}\n",
        },
    ),
    "scikit-build-core": (
        'requires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"',
        {**MODULE, "CMakeLists.txt": "cmake_minimum_required(VERSION 3.15)\nproject({name} LANGUAGES NONE)\n"},
    ),
}
# What a build adds is a difference of two measurements: less than this is noise.
LEAST = 0.001
# A `setup.py` that has to be asked for its metadata: two hooks more.
LEGACY = {
    "setup.py": "from setuptools import setup\nsetup(name='{name}', version='1.0', packages=['{name}'])\n",
    **MODULE,
}


class Case(NamedTuple):
    """A project that can be packed with other content each time."""

    name: str
    stem: str
    files: Mapping[str, bytes]

    def pack(self, folder: Path, salt: str) -> Path:
        """Write a source archive that no other call has written."""
        path = folder / f"{self.stem}.tar.gz"
        with tarfile.open(path, "w:gz", compresslevel=1) as archive:
            for name, data in {**self.files, "salt.txt": salt.encode()}.items():
                member = tarfile.TarInfo(f"{self.stem}/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return path


def small_projects() -> Iterator[Case]:
    """Yield a project for each backend."""
    for backend, (system, files) in BACKENDS.items():
        if backend == "maturin" and shutil.which("cargo") is None:
            continue
        name = f"small_{backend.replace('-', '_')}"
        texts = {"pyproject.toml": f"[build-system]\n{system}\n{STATIC}", **files}
        yield _case(backend, name, texts)
    yield _case("setup.py", "small_legacy", LEGACY)


def _case(label: str, name: str, texts: Mapping[str, str]) -> Case:
    files = {key.replace("{name}", name): text.replace("{name}", name).encode() for key, text in texts.items()}
    return Case(label, f"{name}-1.0", files)


def given(path: Path) -> Case:
    """Return a source distribution from disk."""
    files: dict[str, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                files[member.name.partition("/")[2]] = stream.read()
    stem = path.name.removesuffix(".tar.gz")
    return Case(stem, stem, files)


class Cost(NamedTuple):
    """Seconds on the clock, and of the processor."""

    clock: float
    processor: float

    def added_to(self, other: Cost) -> Cost:
        """Return what this took more than another."""
        return Cost(self.clock - other.clock, self.processor - other.processor)


def least(costs: Sequence[Cost]) -> Cost:
    """Return the least of each kind."""
    return Cost(min(one.clock for one in costs), min(one.processor for one in costs))


class Tool:
    """One of the tools, with a cache and an environment of its own."""

    def __init__(self, name: str, work: Path, index: str | None, python: str) -> None:
        self.argv = [str(BIN / "uv")] if name == "uv" else [sys.executable, "-c", UVKIT]
        cache = str(work / f"cache-{name}")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV", "PIP_", "PYTHON", "VIRTUAL_ENV"))}
        self.environment = {**kept, "UV_CACHE_DIR": cache, "UVKIT_CACHE_DIR": cache, "UV_PYTHON_DOWNLOADS": "never"}
        if index:
            self.environment["UV_DEFAULT_INDEX"] = index
        self.venv = work / f"venv-{name}"
        subprocess.run([*self.argv, "venv", "-q", "-p", python, self.venv], env=self.environment, check=True)

    def install(self, path: Path) -> Cost:
        """Install a file over what is there and return what that took."""
        used, started = _processor(), time.perf_counter()
        done = subprocess.run(
            [*self.argv, "pip", "install", "-q", "--no-deps", "--reinstall", "-p", str(self.venv), str(path)],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"{self.argv[-1]} failed for {path.name}:\n{done.stderr[-2000:]}")
        return Cost(time.perf_counter() - started, _processor() - used)


def _processor() -> float:
    """Return the processor time of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def salted(wheel: Path, folder: Path, salt: str) -> Path:
    """Return a copy of a wheel with another digest."""
    copy = folder / wheel.name
    shutil.copy(wheel, copy)
    with copy.open("r+b") as file:
        # The comment of the archive, whose length stands in its last two bytes.
        file.seek(-2, os.SEEK_END)
        file.write(len(salt).to_bytes(2, "little") + salt.encode())
    return copy


def measure(case: Case, tools: Mapping[str, Tool], *, rounds: int, work: Path) -> dict[str, Cost]:
    """Return what building adds with each tool."""
    first = case.pack(work, "first")
    made = work / "wheels" / case.stem
    command = [str(BIN / "uv"), "build", "-q", "--wheel", "-o", str(made), str(first)]
    subprocess.run(command, env=tools["uv"].environment, check=True)
    [wheel] = made.glob("*.whl")
    for tool in tools.values():
        tool.install(first)
    built: dict[str, list[Cost]] = {name: [] for name in tools}
    plain: dict[str, list[Cost]] = {name: [] for name in tools}
    for number in range(rounds):
        for name, tool in tools.items():
            built[name].append(tool.install(case.pack(work, f"{name} {number}")))
            plain[name].append(tool.install(salted(wheel, work, f"{name} {number}")))
    return {name: least(built[name]).added_to(least(plain[name])) for name in tools}


def main() -> None:
    """Print a table of what building adds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("archives", nargs="*", type=Path)
    parser.add_argument("--index")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append")
    parser.add_argument("--python", default="/usr/bin/python3")
    options = parser.parse_args()
    cases = [*small_projects(), *map(given, options.archives)]
    with tempfile.TemporaryDirectory(prefix="building-") as folder:
        work = Path(folder)
        tools = {name: Tool(name, work, options.index, options.python) for name in ("uv", "uvkit")}
        print(f"{'':24} {'seconds':^24}   {'of the processor':^24}")
        print(f"{'project':24}" + f" {'uv':>8} {'uvkit':>8} {'ratio':>6}  " * 2)
        ratios: list[Cost] = []
        for case in cases:
            if options.only and case.name not in options.only:
                continue
            adds = measure(case, tools, rounds=options.rounds, work=work)
            uv, own = adds["uv"], adds["uvkit"]
            ratios.append(Cost(*(max(a, LEAST) / max(b, LEAST) for a, b in zip(own, uv, strict=True))))
            columns = zip(uv, own, ratios[-1], strict=True)
            print(f"{case.name:24}" + "".join(f" {a:7.3f}s {b:7.3f}s {c:6.2f}  " for a, b, c in columns), flush=True)
        means = (statistics.geometric_mean(column) for column in zip(*ratios, strict=True))
        print(f"{'geometric mean':24}" + "".join(f" {'':8} {'':8} {mean:6.2f}  " for mean in means))


if __name__ == "__main__":
    main()
