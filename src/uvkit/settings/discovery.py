"""The layers of settings, from the weakest to the strongest: system file, user file, project file, variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from uvkit.errors import InvalidTableError
from uvkit.project import read_settings, settings_in

from .flags import flag
from .tables import Layer, Place, manifest_fields, pip_fields, table_fields

if TYPE_CHECKING:
    from uvkit.events import Notice
    from uvkit.formats import ToolTable
    from uvkit.project import Project, Script, SettingsFile

Interface: TypeAlias = Literal["project", "pip"]


class FileLayer(NamedTuple):
    """A table with the file it comes from and the folder of the lock."""

    table: ToolTable
    path: Path
    root: Path
    notices: tuple[Notice, ...] = ()


def file_layers(
    project: Project | Script | str | os.PathLike[str] | None,
    *,
    variables: Mapping[str, str] | None,
    user_file: str | os.PathLike[str] | None,
) -> tuple[list[FileLayer], Path]:
    """Return the tables of all files that apply, weakest first, and the folder of the lock.

    Raises:
        InvalidTableError: a file is not valid, or one that was named does not exist.
    """
    given = variables or {}
    without_files = _is_set(given, "UV_NO_CONFIG") or _is_set(given, "UV_ISOLATED")
    named = given.get("UV_CONFIG_FILE")
    own, root = _project_layer(project)
    if named:
        path = Path(os.path.abspath(named))
        return [_required(path, root)], root
    if without_files:
        return [], root
    layers: list[FileLayer] = []
    if variables is not None:
        system = () if _is_set(given, "UV_NO_SYSTEM_CONFIG") else system_files(given)
        layers += _first(system, root)
        if user_file is None:
            layers += _first(user_files(given), root)
    if user_file is not None:
        path = Path(os.path.abspath(user_file))
        layers.append(_required(path, root))
    return [*layers, *own], root


def _project_layer(
    project: Project | Script | str | os.PathLike[str] | None,
) -> tuple[list[FileLayer], Path]:
    if project is None:
        return [], Path.cwd()
    if isinstance(project, str | os.PathLike):
        found, root = settings_in(project)
        return ([] if found.path is None else [_layer(found, found.path, root)]), root
    root, path = project.lockfile_path.parent, project.settings_path
    return ([FileLayer(project.settings, path, root)] if path is not None else []), root


def _layer(found: SettingsFile, path: Path, root: Path) -> FileLayer:
    notices = found.notices
    if "required-version" in found.table:
        from uvkit.project import version_notices

        notices = (*notices, *version_notices(found.table))
    return FileLayer(found.table, path, root, notices)


def layer_fields(layer: FileLayer, interface: Interface) -> Iterator[Layer]:
    """Yield the fields of a file, and for pip-style calls those of its `pip` table."""
    prefix = "tool.uv." if layer.path.name == "pyproject.toml" or layer.path.suffix == ".py" else ""

    def label(key: str) -> str:
        return f"`{prefix}{key}` in `{layer.path}`"

    place = Place(layer.path.parent, layer.root, label)
    yield table_fields(layer.table, place)
    if interface != "pip":
        return
    yield manifest_fields(layer.table, place)
    if "pip" in layer.table:
        yield pip_fields(layer.table["pip"], place._replace(label=lambda key: label(f"pip.{key}")))


# -- where files are ---------------------------------------------------------------------------------------------------


def user_files(variables: Mapping[str, str], *, platform: str = sys.platform) -> tuple[Path, ...]:
    """Return where the user's `uv.toml` may be."""
    if platform == "win32":
        return _below(variables, "APPDATA")
    configured = variables.get("XDG_CONFIG_HOME")
    if configured and PurePath(configured).is_absolute():
        return (Path(configured, "uv", "uv.toml"),)
    home = variables.get("HOME")
    return (Path(home, ".config", "uv", "uv.toml"),) if home else ()


def system_files(variables: Mapping[str, str], *, platform: str = sys.platform) -> tuple[Path, ...]:
    """Return where the system's `uv.toml` may be, the most important place first."""
    if platform == "win32":
        return _below(variables, "PROGRAMDATA")
    folders = variables.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    return (*(Path(folder, "uv", "uv.toml") for folder in folders.split(":") if folder), Path("/etc/uv/uv.toml"))


def _below(variables: Mapping[str, str], name: str) -> tuple[Path, ...]:
    folder = variables.get(name)
    return (Path(folder, "uv", "uv.toml"),) if folder else ()


def _first(paths: tuple[Path, ...], root: Path) -> list[FileLayer]:
    for path in paths:
        found = read_settings(path)
        if found is not None:
            return [_layer(found, path, root)]
    return []


def _required(path: Path, root: Path) -> FileLayer:
    found = read_settings(path)
    if found is None:
        raise InvalidTableError(path=path, problems=(("", "there is no such file"),))
    return _layer(found, path, root)


def ignores_projects(variables: Mapping[str, str] | None) -> bool:
    """Tell whether variables say that the files of projects do not count."""
    given = variables or {}
    return bool(given.get("UV_CONFIG_FILE")) or _is_set(given, "UV_NO_CONFIG") or _is_set(given, "UV_ISOLATED")


def _is_set(variables: Mapping[str, str], name: str) -> bool:
    text = variables.get(name, "").strip()
    try:
        return bool(text) and flag(text)
    except ValueError:
        return False
