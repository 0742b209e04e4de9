"""The `[build-system]` table of a source tree (PEP 517, 518), read leniently: the other tables are not judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from uvkit.errors import InvalidRequirementError, InvalidTableError
from uvkit.formats import BuildSystem, parse_toml
from uvkit.model import Requirement

# What a tree without the table, or without a backend in it, is built with (PEP 517, "source trees").
LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
_LEGACY_REQUIRES = "setuptools>=40.8.0"


def read_build_system(tree: Path) -> BuildSystem:
    """Return how a source tree is built, with the defaults of the standard filled in.

    Only this table is judged: mistakes in others are the backend's to find.

    Raises:
        InvalidTableError: the file is not TOML, or the table does not say how to build; all problems are listed.
    """
    path = tree / "pyproject.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _legacy()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidTableError(path=path, problems=(("", f"it cannot be read: {error}"),)) from error
    table = parse_toml(text, path=path).get("build-system")
    if table is None:
        return _legacy()
    return _read(table, path)


def _legacy() -> BuildSystem:
    return BuildSystem(requires=(Requirement.parse(_LEGACY_REQUIRES),), backend=LEGACY_BACKEND)


def _read(table: Any, path: Path) -> BuildSystem:
    if not isinstance(table, dict):
        raise InvalidTableError(path=path, problems=(("build-system", "it must be a table"),))
    problems: list[tuple[str, str]] = []
    backend = table.get("build-backend")
    if backend is not None and not isinstance(backend, str):
        problems.append(("build-system.build-backend", "it must be a text"))
    backend_path = _texts(table.get("backend-path", []), "build-system.backend-path", problems)
    if "requires" not in table:
        problems.append(("build-system.requires", "it is missing"))
    requires = []
    for text in _texts(table.get("requires", []), "build-system.requires", problems):
        try:
            requires.append(Requirement.parse(text, origin=str(path)))
        except InvalidRequirementError as error:
            problems.append(("build-system.requires", str(error)))
    if problems:
        raise InvalidTableError(path=path, problems=tuple(problems))
    return BuildSystem(requires=tuple(requires), backend=backend or LEGACY_BACKEND, backend_path=backend_path)


def _texts(value: Any, key: str, problems: list[tuple[str, str]]) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    problems.append((key, "it must be a list of texts"))
    return ()
