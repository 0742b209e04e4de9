"""Compare builds and uploads of uv and uvkit: the same commands in twin folders, against a real pypiserver each.

    python benchmarks/parity_release.py [-k PART] [-v]

Needs pypiserver and uv 0.13.9 beside this interpreter; there is no traffic but on loopback. For each case the exit
statuses must agree, and so must the names of the files that were built, or that the server has afterwards.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "integration" / "publishing"))

from servers import PASSWORD, USER, PypiServer, pypiserver

from uvkit.testing import Distribution, make_sdist, make_wheel

UV = Path(sys.executable).with_name("uv")
PYTHON = shutil.which("python3", path="/usr/local/bin:/usr/bin") or sys.executable
TOOLS = {"uv": [str(UV)], "uvkit": [sys.executable, "-m", "uvkit"]}
BACKEND = """\
import io, pathlib, sys, tarfile, tomllib, zipfile
PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
STEM = f"{PROJECT['name']}-{PROJECT['version']}"
INFO = f"Metadata-Version: 2.1\\nName: {PROJECT['name']}\\nVersion: {PROJECT['version']}\\n"
def build_sdist(folder, settings=None):
    with tarfile.open(pathlib.Path(folder) / f"{STEM}.tar.gz", "w:gz") as archive:
        files = {p.name: p.read_bytes() for p in pathlib.Path().glob("*") if p.is_file()}
        for path, data in {**files, "PKG-INFO": INFO.encode()}.items():
            member = tarfile.TarInfo(f"{STEM}/{path}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    if (settings or {}).get("fail"):
        sys.exit("asked to fail")
    return f"{STEM}.tar.gz"
def build_wheel(folder, settings=None, metadata=None):
    name = f"{STEM}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        archive.writestr(f"{STEM}.dist-info/METADATA", INFO)
        archive.writestr(f"{STEM}.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr(f"{STEM}.dist-info/RECORD", "")
    return name
"""
SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def project(folder: Path, name: str = "demo", *, extra: str = "", system: str = SYSTEM) -> None:
    """Write a project that can be built."""
    folder.mkdir(parents=True, exist_ok=True)
    table = f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = ">=3.9"\n'
    (folder / "pyproject.toml").write_text(f"{table}{system}{extra}")
    (folder / "backend.py").write_text(BACKEND)


def workspace(folder: Path) -> None:
    """Write a workspace with two members that can be built and one that cannot."""
    project(folder, "root", extra='[tool.uv.workspace]\nmembers = ["packages/*"]\n')
    project(folder / "packages" / "one", "one")
    project(folder / "packages" / "two", "two")
    project(folder / "packages" / "plain", "plain", system="")


def broken(folder: Path) -> None:
    """Write a workspace with a member whose build fails."""
    workspace(folder)
    (folder / "packages" / "two" / "backend.py").write_text("raise SystemExit('no')")


def with_file(folder: Path) -> None:
    """Write a project, and a file where its distributions go."""
    project(folder)
    (folder / "dist").mkdir()
    (folder / "dist" / "old.txt").write_text("")


def dist(name: str, *, version: str = "1", requires: tuple[str, ...] = ()) -> Callable[[Path], None]:
    """Return what puts a wheel and a source distribution into `dist`."""

    def make(folder: Path) -> None:
        release = Distribution(name=name, version=version, requires=requires)
        make_wheel(folder / "dist", release)
        make_sdist(folder / "dist", release)

    return make


def config(name: str, text: str) -> Callable[[Path], None]:
    """Return what also writes a `uv.toml`; URL and INDEX stand for the server's addresses."""

    def make(folder: Path) -> None:
        dist(name)(folder)
        (folder / "uv.toml").write_text(text)

    return make


@dataclass(frozen=True, slots=True)
class Case:
    """Commands in one folder, and variables for them."""

    name: str
    make: Callable[[Path], None]
    lines: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)


AUTH = f"--publish-url URL -u {USER} -p {PASSWORD}"
NAMED = '[[index]]\nname = "srv"\nurl = "INDEX"\npublish-url = "URL"\nexplicit = true\n'
CASES = (
    Case("build", project, ("build",)),
    Case("build sdist", project, ("build --sdist",)),
    Case("build wheel", project, ("build --wheel",)),
    Case("build both from the tree", project, ("build --sdist --wheel",)),
    Case("build elsewhere", project, ("build -o out/deep", "build -o out/deep --no-create-gitignore")),
    Case("build without ignoring", project, ("build --no-create-gitignore",)),
    Case("build from an archive", project, ("build --sdist", "build --wheel dist/demo-1.0.tar.gz -o wheels")),
    Case("build from an archive, unclear", project, ("build --sdist", "build dist/demo-1.0.tar.gz")),
    Case("build a source from an archive", project, ("build --sdist", "build --sdist dist/demo-1.0.tar.gz")),
    Case("build clear", with_file, ("build --clear",)),
    Case("build not clear", with_file, ("build",)),
    Case("build failing", project, ("build -C fail=1", "build --sdist")),
    Case("build nothing there", project, ("build nowhere",)),
    Case("build without a project", lambda folder: folder.mkdir(), ("build",)),
    Case("build a member", workspace, ("build --package one", "build packages/two --sdist")),
    Case("build an unknown member", workspace, ("build --package three",)),
    Case("build a member that cannot be", workspace, ("build --package plain",)),
    Case("build all members", workspace, ("build --all-packages",)),
    Case("build all members, one failing", broken, ("build --all-packages --wheel",)),
    Case("build exclusive options", workspace, ("build --package one --all-packages",)),
    Case("publish", dist("one"), (f"publish {AUTH}",)),
    Case("publish again", dist("one"), (f"publish {AUTH}",)),
    Case("publish again with a check", dist("one"), (f"publish {AUTH} --check-url INDEX",)),
    Case("publish changed with a check", dist("one", requires=("x",)), (f"publish {AUTH} --check-url INDEX",)),
    Case("publish with a wrong password", dist("two"), (f"publish --publish-url URL -u {USER} -p wrong",)),
    Case("publish without credentials", dist("two"), ("publish --publish-url URL --trusted-publishing never",)),
    Case(
        "publish by variables", dist("three"), ("publish",),
        {"UV_PUBLISH_URL": "URL", "UV_PUBLISH_USERNAME": USER, "UV_PUBLISH_PASSWORD": PASSWORD},
    ),
    Case("publish dry", dist("four"), (f"publish {AUTH} --dry-run",)),
    Case("publish one file", dist("five"), (f"publish {AUTH} dist/five-1-py3-none-any.whl",)),
    Case("publish the rest", dist("five"), (f"publish {AUTH} --check-url INDEX",)),
    Case("publish a pattern", dist("six"), (f"publish {AUTH} dist/*.tar.gz",)),
    Case("publish nothing", project, (f"publish {AUTH}",)),
    Case("publish a missing file", project, (f"publish {AUTH} dist/gone-1-py3-none-any.whl",)),
    Case("publish what is no distribution", project, (f"publish {AUTH} pyproject.toml",)),
    Case("publish with a token and a user", dist("seven"), (f"publish {AUTH} -t x",)),
    Case("publish to an index that is unknown", dist("seven"), ("publish --index nowhere",)),
    Case(
        "publish to a named index", config("eight", NAMED), ("publish --index srv", "publish --index srv"),
        {"UV_INDEX_SRV_USERNAME": USER, "UV_INDEX_SRV_PASSWORD": PASSWORD, "UV_TRUSTED_PUBLISHING": "never"},
    ),
    Case(
        "publish by the settings",
        config("nine", 'publish-url = "URL"\ncheck-url = "INDEX"\ntrusted-publishing = "never"\n'),
        (f"publish -u {USER} -p {PASSWORD}", f"publish -u {USER} -p {PASSWORD}"),
    ),
    Case("publish to nobody", dist("ten"), ("publish --publish-url http://127.0.0.1:9/ -t x",)),
)  # fmt: skip


class Twin:
    """One tool with its server."""

    def __init__(self, tool: str, folder: Path, server: PypiServer) -> None:
        self.tool = tool
        self.folder = folder
        self.server = server

    def run(self, case: Case) -> tuple[list[int], list[str], str]:
        """Return the statuses, what is there afterwards, and what was printed."""
        work = self.folder / "work" / case.name.replace(" ", "-").replace(",", "")
        work.parent.mkdir(parents=True, exist_ok=True)
        case.make(work)
        for path in work.glob("uv.toml"):
            path.write_text(self._fill(path.read_text()))
        env = {
            "HOME": str(self.folder), "PATH": "/usr/local/bin:/usr/bin:/bin", "NO_COLOR": "1", "UV_NO_PROGRESS": "1",
            "UV_CACHE_DIR": str(self.folder / "cache"), "UVKIT_CACHE_DIR": str(self.folder / "cache"),
            "UV_PYTHON": PYTHON, "UV_PYTHON_DOWNLOADS": "never", "UV_HTTP_RETRIES": "0", "UV_NO_INDEX": "1",
            "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
            **{name: self._fill(value) for name, value in case.variables.items()},
        }  # fmt: skip
        statuses, printed = [], ""
        for line in case.lines:
            words = [self._fill(word) for word in line.split()]
            argv = [*TOOLS[self.tool], *words]
            done = subprocess.run(
                argv, cwd=work, env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
            )
            statuses.append(done.returncode)
            printed += done.stderr
        there = [path.relative_to(work).as_posix() for path in sorted(work.rglob("*")) if path.is_file()]
        made = [name for name in there if "__pycache__" not in name]
        return statuses, [*made, *sorted(path.name for path in self.server.folder.iterdir())], printed

    def _fill(self, text: str) -> str:
        return text.replace("URL", self.server.upload_url).replace("INDEX", self.server.index_url)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-k", default="", help="only cases with this in their name")
    parser.add_argument("-v", action="store_true", help="show what both print")
    arguments = parser.parse_args()
    chosen = [case for case in CASES if arguments.k in case.name]
    same = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        twins = [
            Twin(tool, folder / tool, stack.enter_context(pypiserver(folder / f"server-{tool}"))) for tool in TOOLS
        ]
        for case in chosen:
            one, other = (twin.run(case) for twin in twins)
            agrees = one[:2] == other[:2]
            same += agrees
            print("same" if agrees else "DIFFERENT", case.name, one[0], other[0])
            if not agrees or arguments.v:
                print(f"--- uv\n{one[1]}\n{one[2]}--- uvkit\n{other[1]}\n{other[2]}")
    print(f"{same} of {len(chosen)} agree")
    return 0 if same == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
