"""What a case of the campaign is made of: files, and steps that both tools take in twin folders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Files = Mapping[str, str | None]

# A backend that needs nothing; the project says what it is in its own file, and `VERSION` a version that is dynamic.
BACKEND = """\
import pathlib, tomllib, zipfile

PROJECT = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
VERSION = PROJECT.get("version") or pathlib.Path("VERSION").read_text().strip()
NAME = PROJECT["name"].replace("-", "_")
STEM = f"{NAME}-{VERSION}"


def _metadata():
    lines = ["Metadata-Version: 2.1", f"Name: {PROJECT['name']}", f"Version: {VERSION}"]
    if "requires-python" in PROJECT:
        lines.append(f"Requires-Python: {PROJECT['requires-python']}")
    dependencies = PROJECT.get("dependencies", ())
    if "dependencies" in PROJECT.get("dynamic", ()):
        dependencies = pathlib.Path("REQUIRES").read_text().split()
    lines += [f"Requires-Dist: {one}" for one in dependencies]
    for extra, rows in PROJECT.get("optional-dependencies", {}).items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [f"Requires-Dist: {row} ; extra == '{extra}'" for row in rows]
    return "\\n".join([*lines, "", ""])


def _wheel(folder, files):
    files |= {
        f"{STEM}.dist-info/METADATA": _metadata(),
        f"{STEM}.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: b\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files[f"{STEM}.dist-info/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{STEM}.dist-info/RECORD"])
    name = f"{STEM}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name


def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, {f"{NAME}.py": "HERE = True\\n"})


def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, {f"{NAME}.pth": str(pathlib.Path.cwd())})
"""
BUILD = '[build-system]\nrequires = []\nbuild-backend = "bk"\nbackend-path = ["."]\n'


class Write(NamedTuple):
    """Change files of both folders; a text of none removes the file."""

    files: Files


class Run(NamedTuple):
    """Run one command with each tool in its folder."""

    args: tuple[str, ...]
    folder: str = "."
    variables: Mapping[str, str] = {}


class Case(NamedTuple):
    """Files and steps."""

    name: str
    files: Files
    steps: tuple[Write | Run, ...]


def run(line: str = "lock", folder: str = ".", **variables: str) -> Run:
    """Return the step of a command; `~` in it stands for a space."""
    return Run(tuple(word.replace("~", " ") for word in line.split()), folder, variables)


def project(  # one keyword for each part of the file
    *dependencies: str,
    more: str = "",
    name: str = "proj",
    python: str | None = ">=3.11",
    version: str | None = "0.1.0",
    build: bool = False,
    head: str = "",
) -> str:
    """Return a `pyproject.toml`: ``head`` stands in `[project]`, ``more`` behind it."""
    lines = ["[project]", f'name = "{name}"']
    lines += [f'version = "{version}"'] if version else ['dynamic = ["version"]']
    lines += [f'requires-python = "{python}"'] if python else []
    rows = ", ".join(f'"{one}"' for one in dependencies)
    return "\n".join([*lines, f"dependencies = [{rows}]", head, BUILD if build else "", more, ""])


def tree(folder: str, text: str) -> dict[str, str]:
    """Return the files of a source tree that can be built."""
    return {f"{folder}/pyproject.toml": text, f"{folder}/bk.py": BACKEND}


def change(name: str, before: str, after: str | Files, *steps: str | Write | Run, files: Files | None = None) -> Case:
    """Return the case: lock one file, change it, lock again by the steps (a plain lock without any)."""
    first: dict[str, str | None] = {"pyproject.toml": before, **(files or {})}
    then = Write({"pyproject.toml": after} if isinstance(after, str) else after)
    following = [run(step) if isinstance(step, str) else step for step in steps or ("lock --check", "lock")]
    return Case(name, first, (run("lock"), then, *following))
