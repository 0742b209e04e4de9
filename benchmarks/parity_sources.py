"""Lock and sync every kind of source with both tools, change the source, do it again, and compare all that is left.

    python benchmarks/parity_sources.py [--only WORD]... [--keep FOLDER] [--python PATH]

Both tools work in twin folders on one and the same source. After each step the locks, the records of the environments
(`direct_url.json`, metadata, files) and the number of builds are compared, and each tool checks the lock and the
environment of the other (`lock --check`, `sync --check`). Git repositories are read from a folder, over HTTP and over
SSH, all on this machine; nothing else is asked.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sources_servers import git_over_http, git_over_ssh, plain_files

BIN = Path(sys.executable).parent
SOURCE = Path(__file__).parents[1] / "src"
UVKIT = f"import sys; sys.path[:0] = [{str(SOURCE)!r}]; from uvkit.cli import main; raise SystemExit(main())"
BACKEND = """\
import os, pathlib, tomllib, zipfile

PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
NAME, VERSION = PROJECT["name"], PROJECT.get("version") or pathlib.Path("VERSION").read_text().strip()
INFO = f"{NAME}-{VERSION}.dist-info"


def _note(hook):
    with open(os.environ["CALLS"], "a") as file:
        file.write(f"{hook} {NAME}\\n")


def _metadata():
    needs = PROJECT.get("dependencies") or []
    if "dependencies" in PROJECT.get("dynamic", ()):
        needs = pathlib.Path("REQUIRES").read_text().split()
    rows = [f"Requires-Dist: {one}" for one in needs]
    return "\\n".join(["Metadata-Version: 2.2", f"Name: {NAME}", f"Version: {VERSION}", *rows, ""])


def prepare_metadata_for_build_wheel(folder, settings=None):
    _note("metadata")
    info = pathlib.Path(folder) / INFO
    info.mkdir()
    (info / "METADATA").write_text(_metadata())
    return info.name


def _wheel(folder, files):
    head = "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files |= {f"{INFO}/METADATA": _metadata(), f"{INFO}/WHEEL": head}
    files[f"{INFO}/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{INFO}/RECORD"])
    name = f"{NAME}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return name


def build_wheel(folder, settings=None, metadata=None):
    _note("wheel")
    found = {path.name: path.read_text() for path in pathlib.Path(".").glob("*.py") if path.name != "bk.py"}
    return _wheel(folder, found | {path.as_posix(): path.read_text() for path in pathlib.Path(".").glob("*/*.txt")})


def build_editable(folder, settings=None, metadata=None):
    _note("editable")
    return _wheel(folder, {f"{NAME}.pth": str(pathlib.Path(".").absolute()) + "\\n"})


def build_sdist(folder, settings=None):
    raise SystemExit("not needed here")
"""
BUILD = '[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n'
HEAD = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = [{needs}]\n'


class MismatchError(Exception):
    """Something differs between the tools."""


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def tree(folder: Path, *, name: str = "lib", version: str = "1.0", more: str = "", needs: str = "") -> Path:
    """Write a source tree that builds without anything else."""
    dynamic = "" if version else 'dynamic = ["version"]\n'
    said = f'version = "{version}"\n' if version else ""
    requires = f"dependencies = [{needs}]\n" if needs != "dynamic" else 'dynamic = ["dependencies"]\n'
    write(folder / "pyproject.toml", f'[project]\nname = "{name}"\n{said}{dynamic}{requires}{BUILD}{more}')
    write(folder / "bk.py", BACKEND)
    write(folder / f"{name}.py", f'VALUE = "{version}"\n')
    return folder


def git(folder: Path, *argv: str) -> str:
    done = subprocess.run(["git", *argv], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(folder: Path, message: str = "change") -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def repository(folder: Path, **options: str) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    tree(folder, **options)
    commit(folder, "first")
    return folder


def sdist(target: Path, *, below: str = "", **options: str) -> Path:
    """Pack a tree as a source archive; ``below`` puts the project into a folder of it."""
    with tempfile.TemporaryDirectory() as made:
        top = Path(made) / "lib-1"
        tree(top / below, **options)
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["tar", "--sort=name", "--mtime=2020-01-01", "-czf", str(target), "-C", made, "lib-1"], check=True
        )
    return target


def wheel(target: Path, value: str = "1") -> Path:
    import zipfile

    name, version = target.name.split("-")[:2]
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VALUE = {value}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    }
    files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{one},,\n" for one in [*files, f"{info}/RECORD"])
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return target


@dataclass
class World:
    """One form of source in a folder of its own, with a twin project for each tool."""

    root: Path
    python: str
    variables: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    step: str = ""
    told: list[str] = field(default_factory=list)
    twin_sources: bool = False  # the sources are in the twins, made at different moments

    def project(self, sources: str, *, needs: str = '"lib"', more: str = "") -> None:
        for tool in ("uv", "uvkit"):
            text = HEAD.format(needs=needs) + (f"[tool.uv.sources]\n{sources}\n" if sources else "") + more
            write(self.root / tool / "pyproject.toml", text)

    def run(self, tool: str, *argv: str, within: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a tool in a twin, by default in its own."""
        cache = str(self.root / f"cache-{tool}")
        calls = self.root / f"calls-{tool}"
        calls.touch()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV", "PIP_", "PYTHON", "VIRTUAL_ENV"))}
        env = {**kept, "UV_CACHE_DIR": cache, "UVKIT_CACHE_DIR": cache, "UV_PYTHON": self.python, "NO_COLOR": "1",
               "UV_PYTHON_DOWNLOADS": "never", "CALLS": str(calls), **self.variables}  # fmt: skip
        program = [str(BIN / "uv")] if tool == "uv" else [sys.executable, "-c", UVKIT]
        folder = self.root / (within or tool)
        return subprocess.run([*program, *argv], cwd=folder, env=env, capture_output=True, text=True)

    def both(self, *argv: str) -> tuple[bool, bool]:
        """Run a command with each tool in its own twin; both have to end alike."""
        ends = {tool: self.run(tool, *argv) for tool in ("uv", "uvkit")}
        good = {tool: done.returncode == 0 for tool, done in ends.items()}
        if good["uv"] != good["uvkit"]:
            texts = "\n".join(f"--- {tool}: {done.returncode}\n{done.stderr[-900:]}" for tool, done in ends.items())
            raise MismatchError(f"`{' '.join(argv)}` ends differently\n{texts}")
        if not good["uv"]:
            self.told.append(f"{self.step}: both refuse; uvkit: {ends['uvkit'].stderr.strip().splitlines()[0][:160]}")
        return good["uv"], good["uvkit"]

    def calls(self, tool: str) -> list[str]:
        path = self.root / f"calls-{tool}"
        lines = sorted(path.read_text().splitlines()) if path.exists() else []
        path.write_text("")
        return [line for line in lines if not line.startswith("metadata")]

    def round(self, step: str, *lock: str, checks: bool = True) -> bool:
        """Lock and sync with both tools and compare everything; tell whether that went well."""
        self.step = step
        if not all(self.both("lock", *lock)) or not all(self.both("sync")):
            return False
        self.same_locks()
        self.same_environments()
        builds = {tool: self.calls(tool) for tool in ("uv", "uvkit")}
        if builds["uv"] != builds["uvkit"]:
            raise MismatchError(f"builds differ: uv {builds['uv']}, uvkit {builds['uvkit']}")
        self.told.append(f"{step}: builds {builds['uv']}")
        for tool, within in (("uv", "uvkit"), ("uvkit", "uv"), ("uvkit", "uvkit"), ("uv", "uv")) if checks else ():
            for argv in (("lock", "--check"), ("sync", "--check")):
                done = self.run(tool, *argv, within=within)
                if done.returncode:
                    raise MismatchError(f"`{tool} {' '.join(argv)}` in the twin of {within}:\n{done.stderr[-900:]}")
        return True

    def same_locks(self) -> None:
        texts = [(self.root / tool / "uv.lock").read_text() for tool in ("uv", "uvkit")]
        if texts[0] != texts[1]:
            (self.root / "a.lock").write_text(texts[0])
            (self.root / "b.lock").write_text(texts[1])
            difference = subprocess.run(
                ["diff", "a.lock", "b.lock"], cwd=self.root, capture_output=True, text=True
            ).stdout
            raise MismatchError(f"locks differ:\n{difference[:1500]}")

    def same_environments(self) -> None:
        found = {tool: self._environment(tool) for tool in ("uv", "uvkit")}
        if found["uv"] != found["uvkit"]:
            names = found["uv"].keys() | found["uvkit"].keys()
            lines = [f"{name}:\n  uv    {found['uv'].get(name)!r}\n  uvkit {found['uvkit'].get(name)!r}"
                     for name in sorted(names) if found["uv"].get(name) != found["uvkit"].get(name)]  # fmt: skip
            raise MismatchError("environments differ:\n" + "\n".join(lines)[:2500])

    def _environment(self, tool: str) -> dict[str, str]:
        [site] = (self.root / tool / ".venv").glob("lib/python*/site-packages")
        files: dict[str, str] = {}
        for path in sorted(site.rglob("*")):
            name = path.relative_to(site).as_posix()
            if not path.is_file() or "__pycache__" in name or name.startswith("_virtualenv"):
                continue
            base = path.name
            if base in {"RECORD", "INSTALLER", "REQUESTED"} and ".dist-info/" in name:
                files[name] = ""
            else:
                text = path.read_text(errors="replace")
                if base == "uv_cache.json" and '"path":' in self._place_of(path):
                    # The moment at which the file was put into the cache; nobody compares it.
                    continue
                if self.twin_sources and base == "uv_cache.json":
                    text = re.sub(r'"timestamp":{[^}]*}', "", text)
                files[name] = text.replace(str(self.root / tool), "{twin}")
        return files

    @staticmethod
    def _place_of(record: Path) -> str:
        place = record.with_name("direct_url.json")
        return place.read_text() if place.exists() else ""


Form = Callable[[World], None]
FORMS: dict[str, Form] = {}


def form(function: Form) -> Form:
    FORMS[function.__name__.replace("_", "-")] = function
    return function


# -- directories -------------------------------------------------------------------------------------------------------


def change_tree(world: World, source: Path, lock: tuple[str, ...] = ()) -> None:
    """Go through the changes of a tree on this machine: a module, nothing, the version, a requirement."""
    world.round("first")
    world.round("again")
    write(source / "lib.py", "VALUE = 2\n")
    world.round("a module changed")
    tree(source, version="1.1")
    world.round("the version changed")
    tree(source.parent / "other", name="other")
    tree(source, version="1.1", needs='"other"', more='[tool.uv.sources]\nother = { path = "../other" }\n')
    world.round("a requirement was added")


@form
def directory(world: World) -> None:
    source = tree(world.root / "lib")
    world.project('lib = { path = "../lib" }')
    change_tree(world, source)


@form
def editable(world: World) -> None:
    source = tree(world.root / "lib")
    world.project('lib = { path = "../lib", editable = true }')
    change_tree(world, source)
    world.project('lib = { path = "../lib" }')
    world.round("no longer editable")


@form
def dynamic_version(world: World) -> None:
    source = tree(world.root / "lib", version="")
    write(source / "VERSION", "1.0")
    world.project('lib = { path = "../lib" }')
    world.round("first")
    write(source / "VERSION", "2.0")
    world.round("the file of the version changed")
    os.utime(source / "pyproject.toml")
    world.round("the project file was touched")


@form
def dynamic_requirements(world: World) -> None:
    source = tree(world.root / "lib", needs="dynamic")
    tree(world.root / "other", name="other")
    write(source / "REQUIRES", "")
    world.project('lib = { path = "../lib" }\nother = { path = "../other" }', needs='"lib", "other"')
    world.round("first")
    write(source / "REQUIRES", "other")
    os.utime(source / "pyproject.toml")
    world.round("a requirement was added")


@form
def virtual_directory(world: World) -> None:
    write(world.root / "lib/pyproject.toml", '[project]\nname = "lib"\nversion = "1"\n')
    world.project('lib = { path = "../lib" }')
    world.round("first")
    world.project('lib = { path = "../lib", package = false }')
    world.round("declared virtual")


@form
def workspace(world: World) -> None:
    world.twin_sources = True
    for tool in ("uv", "uvkit"):
        for name in ("lib", "other"):
            tree(world.root / tool / name, name=name)
    members = '[tool.uv.workspace]\nmembers = ["lib", "other"]\n'
    world.project("lib = { workspace = true }\nother = { workspace = true }", needs='"lib", "other"', more=members)
    world.round("first")
    world.round("again")
    for tool in ("uv", "uvkit"):
        tree(world.root / tool / "lib", version="1.1")
    world.round("one member changed", checks=False)


@form
def cache_keys_files(world: World) -> None:
    keys = '[tool.uv]\ncache-keys = [{ file = "data/*.txt" }, { file = "pyproject.toml" }]\n'
    source = tree(world.root / "lib", more=keys)
    write(source / "data/a.txt", "1")
    world.project('lib = { path = "../lib" }')
    world.round("first")
    write(source / "lib.py", "VALUE = 2\n")
    world.round("a file that does not count changed")
    write(source / "data/a.txt", "2")
    world.round("a file that counts changed")


@form
def cache_keys_variable(world: World) -> None:
    tree(world.root / "lib", more='[tool.uv]\ncache-keys = [{ env = "SPECIAL" }]\n')
    world.project('lib = { path = "../lib" }')
    world.variables["SPECIAL"] = "1"
    world.round("first")
    world.round("again")
    world.variables["SPECIAL"] = "2"
    world.round("the variable changed")


@form
def cache_keys_git(world: World) -> None:
    source = repository(world.root / "lib", more="[tool.uv]\ncache-keys = [{ git = { commit = true, tags = true } }]\n")
    world.project('lib = { path = "../lib" }')
    world.round("first")
    write(source / "lib.py", "VALUE = 2\n")
    world.round("the tree is dirty")
    commit(source)
    world.round("a commit was made")
    git(source, "tag", "v1")
    world.round("a tag was made")


# -- archives ----------------------------------------------------------------------------------------------------------


@form
def local_sdist(world: World) -> None:
    target = sdist(world.root / "lib-1.tar.gz")
    world.project('lib = { path = "../lib-1.tar.gz" }')
    world.round("first")
    world.round("again")
    sdist(target, version="1.1")
    world.step = "replaced"
    world.both("sync")
    world.round("replaced and upgraded", "--upgrade")


@form
def local_wheel(world: World) -> None:
    target = wheel(world.root / "lib-1.0-py3-none-any.whl")
    world.project('lib = { path = "../lib-1.0-py3-none-any.whl" }')
    world.round("first")
    world.round("again")
    wheel(target, "2")
    world.step = "replaced"
    world.both("sync")
    world.round("replaced and upgraded", "--upgrade")


@form
def url_sdist(world: World) -> None:
    target = sdist(world.root / "files/lib-1.tar.gz")
    world.project(f'lib = {{ url = "{world.addresses["files"]}/lib-1.tar.gz" }}')
    world.round("first")
    world.round("again")
    sdist(target, version="1.1")
    world.round("replaced and upgraded", "--upgrade", "--refresh")


@form
def url_subdirectory(world: World) -> None:
    sdist(world.root / "files/lib-1.tar.gz", below="python/lib")
    world.project(f'lib = {{ url = "{world.addresses["files"]}/lib-1.tar.gz", subdirectory = "python/lib" }}')
    world.round("first")
    world.round("again")


@form
def url_wheel(world: World) -> None:
    wheel(world.root / "files/lib-1.0-py3-none-any.whl")
    world.project(f'lib = {{ url = "{world.addresses["files"]}/lib-1.0-py3-none-any.whl" }}')
    world.round("first")
    world.round("again")


@form
def url_reference(world: World) -> None:
    sdist(world.root / "files/lib-1.tar.gz", below="python/lib")
    address = f"lib @ {world.addresses['files']}/lib-1.tar.gz#subdirectory=python/lib"
    world.project("", needs=f'"{address}"')
    world.round("first")
    world.project("", needs='"lib @ git+file://' + str(repository(world.root / "lib")) + '"')
    world.round("a repository in its place")


# -- repositories ------------------------------------------------------------------------------------------------------


def change_repository(world: World, source: Path, address: str) -> None:
    """Go through the changes of a repository, for a branch: a commit, an upgrade, a rewritten history."""
    world.project(f'lib = {{ git = "{address}", branch = "main" }}')
    world.round("first")
    world.round("again")
    tree(source, version="1.1")
    commit(source)
    world.round("the branch moved")
    world.round("the branch moved, upgraded", "--upgrade-package", "lib")
    tree(source, version="1.2")
    git(source, "add", "-A")
    git(source, "commit", "-q", "--amend", "-m", "rewritten")
    world.round("the history was rewritten")
    world.round("the history was rewritten, upgraded", "--upgrade")


@form
def git_branch(world: World) -> None:
    change_repository(world, repository(world.root / "lib"), f"file://{world.root / 'lib'}")


@form
def git_http(world: World) -> None:
    change_repository(world, repository(world.root / "git/lib"), f"{world.addresses['http']}/lib/.git")


@form
def git_ssh(world: World) -> None:
    if "ssh" not in world.addresses:
        raise MismatchError("sshd is not installed")
    change_repository(world, repository(world.root / "git/lib"), f"{world.addresses['ssh']}{world.root}/git/lib")


@form
def git_default_branch(world: World) -> None:
    source = repository(world.root / "lib")
    world.project(f'lib = {{ git = "file://{source}" }}')
    world.round("first")
    tree(source, version="1.1")
    commit(source)
    world.round("upgraded", "--upgrade")


@form
def git_tag(world: World) -> None:
    source = repository(world.root / "lib")
    git(source, "tag", "-a", "v1", "-m", "one")
    world.project(f'lib = {{ git = "file://{source}", tag = "v1" }}')
    world.round("first")
    tree(source, version="1.1")
    commit(source)
    git(source, "tag", "-f", "-a", "v1", "-m", "moved")
    world.round("the tag moved")
    world.round("the tag moved, upgraded", "--upgrade")
    world.project(f'lib = {{ git = "file://{source}", tag = "v2" }}')
    world.round("a tag that is not there")


@form
def git_rev(world: World) -> None:
    source = repository(world.root / "lib")
    first = git(source, "rev-parse", "HEAD")
    tree(source, version="1.1")
    second = commit(source)
    for step, revision in (("full", first), ("short", second[:10]), ("a branch", "main")):
        world.project(f'lib = {{ git = "file://{source}", rev = "{revision}" }}')
        world.round(step)
    world.project(f'lib = {{ git = "file://{source}", rev = "{"0" * 40}" }}')
    world.round("a commit that is not there")


@form
def git_subdirectory(world: World) -> None:
    source = world.root / "lib"
    source.mkdir()
    git(source, "init", "-q", "-b", "main")
    tree(source / "python/lib", needs='"other"', more='[tool.uv.sources]\nother = { path = "../other" }\n')
    tree(source / "python/other", name="other")
    commit(source)
    world.project(f'lib = {{ git = "file://{source}", subdirectory = "python/lib" }}')
    world.round("first")
    tree(source / "python/other", name="other", version="2.0")
    commit(source)
    world.round("upgraded", "--upgrade")


@form
def git_submodule(world: World) -> None:
    inner = world.root / "inner"
    inner.mkdir()
    git(inner, "init", "-q", "-b", "main")
    write(inner / "a.txt", "one")
    commit(inner)
    source = repository(world.root / "lib")
    git(source, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"file://{inner}", "data")
    commit(source)
    world.variables |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "protocol.file.allow",
        "GIT_CONFIG_VALUE_0": "always",
    }
    world.project(f'lib = {{ git = "file://{source}" }}')
    world.round("first")


@form
def git_lfs(world: World) -> None:
    if shutil.which("git-lfs") is None:
        raise MismatchError("git-lfs is not installed")
    source = repository(world.root / "lib")
    git(source, "lfs", "install", "--local")
    git(source, "lfs", "track", "data/*.txt")
    write(source / "data/big.txt", "large content\n")
    commit(source)
    world.project(f'lib = {{ git = "file://{source}" }}')
    world.round("without")
    world.project(f'lib = {{ git = "file://{source}", lfs = true }}')
    world.round("with")
    world.project(f'lib = {{ git = "file://{source}" }}')
    world.variables["UV_GIT_LFS"] = "1"
    world.round("by the variable")


@form
def git_archive_inside(world: World) -> None:
    source = world.root / "lib"
    source.mkdir()
    git(source, "init", "-q", "-b", "main")
    tree(source, needs='"other"', more='[tool.uv.sources]\nother = { path = "other-1.0-py3-none-any.whl" }\n')
    wheel(source / "other-1.0-py3-none-any.whl")
    commit(source)
    world.project(f'lib = {{ git = "file://{source}" }}')
    world.round("first")


@form
def git_wheel_named(world: World) -> None:
    source = world.root / "lib"
    source.mkdir()
    git(source, "init", "-q", "-b", "main")
    (source / "dist").mkdir()
    wheel(source / "dist/lib-1.0-py3-none-any.whl")
    commit(source)
    world.project(f'lib = {{ git = "file://{source}", path = "dist/lib-1.0-py3-none-any.whl" }}')
    world.round("first")
    world.round("again")
    (source / "dist/lib-1.0-py3-none-any.whl").unlink()
    wheel(source / "dist/lib-1.0-py3-none-any.whl", value="2")
    commit(source)
    world.round("a commit was made")
    world.round("upgraded", "--upgrade")


@form
def git_sdist_named(world: World) -> None:
    source = world.root / "lib"
    source.mkdir()
    git(source, "init", "-q", "-b", "main")
    (source / "dist").mkdir()
    sdist(source / "dist/lib-1.tar.gz")
    commit(source)
    world.project(f'lib = {{ git = "file://{source}", path = "dist/lib-1.tar.gz", branch = "main" }}')
    world.round("first")
    world.round("again")


@form
def kinds_in_turn(world: World) -> None:
    """One project from one kind of place after the other: each replaces what is installed from the last."""
    source = repository(world.root / "lib")
    sdist(world.root / "lib-1.tar.gz")
    wheel(world.root / "lib-1.0-py3-none-any.whl")
    for step, place in (
        ("directory", 'path = "../lib"'),
        ("editable", 'path = "../lib", editable = true'),
        ("repository", f'git = "file://{source}"'),
        ("archive", 'path = "../lib-1.tar.gz"'),
        ("wheel", 'path = "../lib-1.0-py3-none-any.whl"'),
        ("directory again", 'path = "../lib"'),
    ):
        world.project(f"lib = {{ {place} }}")
        world.round(step)


def chosen(words: list[str] | None) -> Iterator[tuple[str, Form]]:
    yield from ((name, one) for name, one in FORMS.items() if not words or any(word in name for word in words))


def main() -> None:
    """Go through all forms and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append")
    parser.add_argument("--keep", type=Path, help="work here, and leave everything")
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    work = options.keep or Path(tempfile.mkdtemp(prefix="sources-"))
    failed = 0
    for name, one in chosen(options.only):
        root = work / name
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        world = World(root, options.python)
        with plain_files(root / "files") as files, git_over_http(root / "git") as http, git_over_ssh(root) as ssh:
            world.addresses |= {"files": files, "http": http, **({"ssh": ssh.address} if ssh else {})}
            world.variables |= ssh.variables if ssh else {}
            try:
                one(world)
            except MismatchError as error:
                failed += 1
                print(f"{name:24} {world.step}: {error}", flush=True)
            else:
                print(f"{name:24} same", flush=True)
        if options.verbose:
            print("\n".join(f"    {re.sub(r'[0-9a-f]{40}', '…', line)}" for line in world.told))
    if options.keep is None:
        shutil.rmtree(work)
    print(f"{failed} of {len(list(chosen(options.only)))} differ")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
