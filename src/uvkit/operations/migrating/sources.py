"""Which tool a project is of, and what its files become."""

from __future__ import annotations

import configparser
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from uvkit.errors import InvalidTableError, NothingToMigrateError
from uvkit.formats import (
    Draft,
    ForeignProject,
    LockedProject,
    RequirementFile,
    SetupCall,
    locked_apart,
    parse_toml,
    pdm_lock_versions,
    pdm_project,
    pinned_versions,
    pipfile_lock_versions,
    pipfile_project,
    poetry_lock_versions,
    poetry_project,
    read_requirements,
    read_setup_call,
    requirement_project,
    setup_cfg_project,
)
from uvkit.model import DirectorySource, Requirement

ForeignTool: TypeAlias = Literal["poetry", "pdm", "pipenv", "setuptools", "requirements"]
TOOLS: tuple[ForeignTool, ...] = ("poetry", "pdm", "pipenv", "setuptools", "requirements")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A project of another tool: what it becomes, what was locked, and files that have no place beside the new one.

    ``replaced`` maps such files to what is left of them, or none if nothing is.
    """

    project: ForeignProject
    locked: tuple[LockedProject, ...] = ()
    replaced: Mapping[Path, str | None] | None = None


def tool_of(root: Path) -> ForeignTool:
    """Return the tool that a project is of.

    Raises:
        NothingToMigrateError: it is of none, or has a standard project already.
    """
    document = _pyproject(root)
    tools = document.get("tool", {})
    for name in ("poetry", "pdm"):
        if name in tools:
            return name
    if "project" in document:
        reason = "its `[project]` is a standard one already; `uvkit lock` is all it needs"
        raise NothingToMigrateError(path=root, reason=reason)
    if (root / "Pipfile").is_file():
        return "pipenv"
    if any(section in _setup_cfg(root) for section in ("metadata", "options")) or (root / "setup.py").is_file():
        return "setuptools"
    if _requirement_files(root):
        return "requirements"
    raise NothingToMigrateError(path=root, reason="there are no files of poetry, PDM, pipenv, setuptools or pip")


def read_foreign(root: Path, tool: ForeignTool, *, python: Callable[[], str]) -> Found:
    """Return what a project becomes; ``python`` gives the Python versions where the files do not say them.

    Raises:
        NothingToMigrateError: there is no project of that tool.
        InvalidTableError, InvalidRequirementsFileError: a file cannot be read.
    """
    match tool:
        case "poetry" | "pdm":
            found = _of_pyproject(root, tool)
        case "pipenv":
            found = _of_pipenv(root)
        case "setuptools":
            found = _of_setuptools(root)
        case _:
            found = _of_requirements(root, python())
    project = found.project
    table = dict(project.tables.get("project", {}))
    if table and "requires-python" not in table and tool != "pdm":
        text = python()
        table["requires-python"] = text
        draft = Draft(project.tool)
        draft.changed("python", f"the files do not say which; it is now `{text}`")
        items = (*project.items, *draft.items)
        return replace(found, project=replace(project, tables={**project.tables, "project": table}, items=items))
    return found


def _of_pyproject(root: Path, tool: Literal["poetry", "pdm"]) -> Found:
    document = _pyproject(root)
    if tool not in document.get("tool", {}):
        raise NothingToMigrateError(path=root, reason=f"its `pyproject.toml` has no `[tool.{tool}]`")
    lock = _toml(root / f"{tool}.lock")
    if tool == "poetry":
        return Found(project=poetry_project(document, folder=root.name), locked=poetry_lock_versions(lock))
    lock = lock or _toml(root / "pylock.toml")
    return Found(project=pdm_project(document, folder=root.name), locked=pdm_lock_versions(lock))


def _of_pipenv(root: Path) -> Found:
    if not (root / "Pipfile").is_file():
        raise NothingToMigrateError(path=root, reason="there is no `Pipfile`")
    path = root / "Pipfile.lock"
    lock: Any = {}
    if path.is_file():
        try:
            lock = json.loads(_text(path))
        except ValueError as error:
            raise InvalidTableError(path=path, problems=(("", f"not JSON: {error}"),)) from error
    project = pipfile_project(_toml(root / "Pipfile"), folder=root.name)
    project = replace(project, items=(*project.items, *locked_apart(lock)))
    return Found(project=project, locked=pipfile_lock_versions(lock))


# -- setuptools --------------------------------------------------------------------------------------------------------


def _of_setuptools(root: Path) -> Found:
    script = root / "setup.py"
    call = read_setup_call(_text(script)) if script.is_file() else None
    said = _setup_cfg(root)
    sections: dict[str, dict[str, str]] = {name: dict(rows) for name, rows in said.items()}
    if call is not None:
        for name, rows in call.sections.items():
            # Where both say something, setuptools follows `setup.cfg`.
            sections[name] = {**rows, **sections.get(name, {})}
    if not (call is not None or {"metadata", "options"} & sections.keys()):
        raise NothingToMigrateError(path=root, reason="there is no `setup.cfg` or `setup.py` that says what it is")
    project = setup_cfg_project(sections, folder=root.name)
    system = _pyproject(root).get("build-system")
    if isinstance(system, dict):
        project = _with_build_system(project, system)
    replaced = {root / "setup.cfg": _rest_of_cfg(root)} if said else {}
    if call is not None and script.is_file():
        project = replace(project, items=(*project.items, *_unread(call)))
        if not call.unread:
            replaced[script] = None
    pins = _pins_beside(root)
    return Found(project=project, locked=pins, replaced=replaced)


def _with_build_system(project: ForeignProject, system: Mapping[str, Any]) -> ForeignProject:
    """Keep what a project's own build system asks for beside setuptools."""
    ours = dict(project.tables["build-system"])
    others = [text for text in system.get("requires", ()) if not str(text).startswith(("setuptools", "wheel"))]
    backend = str(system.get("build-backend", ours["build-backend"])).removesuffix(":__legacy__")
    ours.update({"requires": [*ours["requires"], *others], "build-backend": backend})
    removed = (*project.removed, ("build-system",))
    return replace(project, tables={**project.tables, "build-system": ours}, removed=removed)


def _unread(call: SetupCall) -> tuple[Any, ...]:
    draft = Draft("setuptools")
    for name, reason in sorted(call.unread.items()):
        draft.left_out(f"setup.py: {name}", f"{reason}; `setup.py` stays, and setuptools goes on reading it")
    return tuple(draft.items)


def _setup_cfg(root: Path) -> dict[str, dict[str, str]]:
    path = root / "setup.cfg"
    if not path.is_file():
        return {}
    parser = configparser.RawConfigParser(delimiters=("=",))  # as setuptools reads it
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of entry points have capitals
    try:
        parser.read_string(_text(path), source=str(path))
    except configparser.Error as error:
        raise InvalidTableError(path=path, problems=(("", str(error).replace("\n", " ")),)) from error
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _rest_of_cfg(root: Path) -> str | None:
    """Return `setup.cfg` without what setuptools reads, or none if nothing is left."""
    kept: list[str] = []
    keep = True
    for line in _text(root / "setup.cfg").splitlines(keepends=True):
        if line.startswith("["):
            name = line.strip().strip("[]")
            keep = name not in {"metadata", "options"} and not name.startswith("options.")
        if keep:
            kept.append(line)
    text = "".join(kept)
    return f"{text.strip()}\n" if any(line.startswith("[") for line in kept) else None


def _pins_beside(root: Path) -> tuple[LockedProject, ...]:
    """Return what a `requirements.txt` beside a project pins, which is how such projects lock."""
    path = root / "requirements.txt"
    if not path.is_file():
        return ()
    return pinned_versions(_requirements(path).requirements)


# -- requirements files ------------------------------------------------------------------------------------------------


def _of_requirements(root: Path, python: str) -> Found:
    names = _requirement_files(root)
    if not names:
        raise NothingToMigrateError(path=root, reason="there are no requirements files")
    files = []
    locked: dict[tuple[str, str], LockedProject] = {}
    for name in names:
        chosen = (root / name).with_suffix(".txt")
        asked = _requirements(root / name)
        compiled = _requirements(chosen) if name.endswith(".in") and chosen.is_file() else None
        files.append(
            RequirementFile(
                name=name,
                asked=asked,
                chosen=compiled,
                written=dict(_written(asked)),
                names=dict(_names_of_trees(asked, root)),
            )
        )
        for one in pinned_versions((compiled or asked).requirements):
            locked.setdefault((one.project, one.version), one)
    project = requirement_project(files, folder=root.name, python=python)
    return Found(project=project, locked=tuple(locked.values()))


def _written(files: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts of the lines of requirements files by where they are."""
    texts: dict[str, list[str]] = {}
    for line in files.requirements:
        name, _, number = line.origin.rpartition(":")
        if name not in texts:
            texts[name] = _text(Path(name)).splitlines()
        if number.isdigit() and int(number) <= len(texts[name]):
            yield line.origin, texts[name][int(number) - 1]


def _names_of_trees(files: Any, root: Path) -> Iterator[tuple[str, str]]:
    """Yield the projects in source trees that requirements name by their paths only."""
    for line in files.requirements:
        source = getattr(line.requirement, "source", None)
        if isinstance(source, DirectorySource) and not isinstance(line.requirement, Requirement):
            tree = root / source.path
            document = _pyproject(tree)
            poetry = document.get("tool", {}).get("poetry", {})
            name = document.get("project", {}).get("name") or poetry.get("name")
            name = name or _setup_cfg(tree).get("metadata", {}).get("name")
            if isinstance(name, str) and name:
                yield source.path.as_posix(), name


def _requirement_files(root: Path) -> list[str]:
    """Return the files that say what is asked for: a compiled one only if what it was made of is not there."""
    patterns = ("*requirements*.in", "*requirements*.txt", "requirements/*.in", "requirements/*.txt")
    names = sorted({path.relative_to(root).as_posix() for pattern in patterns for path in root.glob(pattern)})
    return [name for name in names if name.endswith(".in") or f"{name.removesuffix('.txt')}.in" not in names]


def _requirements(path: Path) -> Any:
    def read(name: str) -> bytes:
        return Path(name).read_bytes()

    return read_requirements([str(path)], read=read, variables={})


# -- files -------------------------------------------------------------------------------------------------------------


def _pyproject(root: Path) -> dict[str, Any]:
    return _toml(root / "pyproject.toml")


def _toml(path: Path) -> dict[str, Any]:
    return parse_toml(_text(path), path=path) if path.is_file() else {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidTableError(path=path, problems=(("", f"it cannot be read: {error}"),)) from error
