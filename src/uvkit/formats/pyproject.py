"""`pyproject.toml`: `[project]` (PEP 621), `[dependency-groups]` (PEP 735), `[build-system]` (PEP 518), `[tool.uv]`.

A file has either no problem or one error that names every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from packaging.version import InvalidVersion, Version

from uvkit.events import Notice
from uvkit.model import (
    ExtraName,
    GroupName,
    ProjectName,
    Requirement,
    extra_name,
    group_name,
    is_valid_name,
    project_name,
)

from .groups import GroupInclude, GroupItem, include_problems
from .table_reader import TableReader
from .toml import closest, key_path, kind_of, parse_toml

if TYPE_CHECKING:
    from .tool_tables import ToolTable

LockFormat: TypeAlias = Literal["uv.lock", "pylock.toml"]

# PEP 621 and PEP 794; keys that another tool reads are not judged here, but a misspelt one is pointed out.
PROJECT_KEYS = (
    "authors", "classifiers", "dependencies", "description", "dynamic", "entry-points", "gui-scripts", "import-names",
    "import-namespaces", "keywords", "license", "license-files", "maintainers", "name", "optional-dependencies",
    "readme", "requires-python", "scripts", "urls", "version",
)  # fmt: skip
_BUILD_KEYS = ("requires", "build-backend", "backend-path")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTable:
    """The `[project]` table; ``version`` is none when it is dynamic."""

    name: ProjectName
    version: Version | None
    dynamic: frozenset[str] = frozenset()
    requires_python: str | None = None
    dependencies: tuple[Requirement, ...] = ()
    optional_dependencies: Mapping[ExtraName, tuple[Requirement, ...]] = field(default_factory=dict)
    has_scripts: bool = False

    @property
    def has_static_requirements(self) -> bool:
        """Tell whether the table alone says what the project requires (PEP 621, dynamic)."""
        return self.dynamic.isdisjoint({"dependencies", "optional-dependencies"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSystem:
    """The `[build-system]` table; without a backend, setuptools' legacy one is meant (PEP 517)."""

    requires: tuple[Requirement, ...] = ()
    backend: str | None = None
    backend_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pyproject:
    """What a `pyproject.toml` says about packaging.

    ``tool`` is the `[tool.uv]` table, none if there is not even an empty one. ``lock_format`` is uvkit's own setting
    (`[tool.uvkit]`). Groups are as declared; `expand_group` follows their includes.
    """

    path: Path
    project: ProjectTable | None = None
    groups: Mapping[GroupName, tuple[GroupItem, ...]] = field(default_factory=dict)
    build_system: BuildSystem | None = None
    tool: ToolTable | None = None
    lock_format: LockFormat = "uv.lock"
    notices: tuple[Notice, ...] = ()

    @property
    def settings(self) -> ToolTable:
        """Return the `[tool.uv]` table, empty if there is none."""
        return {} if self.tool is None else self.tool


@lru_cache(maxsize=128)
def parse_pyproject(text: str, path: Path) -> Pyproject:
    """Return what a `pyproject.toml` says; remembered by text.

    Raises:
        InvalidTableError: it is not TOML, or keys are wrong; all of them are listed with their dotted paths.
    """
    document = parse_toml(text, path=path)
    reader = _Reader(path)
    project = reader.project(document["project"]) if "project" in document else None
    groups = reader.groups(document.get("dependency-groups", {}))
    build_system = reader.build_system(document["build-system"]) if "build-system" in document else None
    tool = reader.tool(document.get("tool", {}))
    reader.problems += include_problems(groups, legacy_dev=bool(tool and "dev-dependencies" in tool))
    lock_format = reader.lock_format(document.get("tool", {}))
    notices = reader.finish()
    return Pyproject(
        path=path,
        project=project,
        groups=groups,
        build_system=build_system,
        tool=tool,
        lock_format=lock_format,
        notices=notices,
    )


class _Reader(TableReader):
    """Reads the tables of a `pyproject.toml`."""

    # -- [tool.uvkit] --------------------------------------------------------------------------------------------------

    def lock_format(self, tools: object) -> LockFormat:
        """Return the format of the project's own lock."""
        # That `tool` is a table is checked where `tool.uv` is read.
        own = tools.get("uvkit", {}) if isinstance(tools, dict) else {}
        given = self.text(self.table(own, "tool.uvkit"), "lock-format", within="tool.uvkit")
        if given == "pylock.toml":
            return "pylock.toml"
        if given not in {None, "uv.lock"}:
            self.problem("tool.uvkit.lock-format", f"must be `uv.lock` or `pylock.toml`, not `{given}`")
        return "uv.lock"

    # -- [project] -----------------------------------------------------------------------------------------------------

    def project(self, value: object) -> ProjectTable | None:
        table = self.table(value, "project")
        if not isinstance(value, dict):
            return None
        self.unknown_keys(table, PROJECT_KEYS, within="project")
        dynamic = frozenset(text for _, text in self.texts(table.get("dynamic", []), "project.dynamic"))
        name = self.project_name(table)
        version = self.version(table, dynamic)
        requires_python = self.requires_python(table, within="project")
        dependencies = self.requirements(table.get("dependencies", []), "project.dependencies")
        extras = self.extras(table.get("optional-dependencies", {}))
        if name is None:
            return None
        return ProjectTable(
            name=name,
            version=version,
            dynamic=dynamic,
            requires_python=requires_python,
            dependencies=dependencies,
            optional_dependencies=extras,
            has_scripts=bool(table.get("scripts") or table.get("gui-scripts") or table.get("entry-points")),
        )

    def missing(self, table: Mapping[str, Any], key: str) -> str:
        """Return advice if a key of the table looks like the missing one."""
        unknown = [other for other in table if other not in PROJECT_KEYS]
        match = closest(key, unknown)
        return f"; is `{match}` meant to be `{key}`?" if match else ""

    def project_name(self, table: Mapping[str, Any]) -> ProjectName | None:
        if "name" not in table:
            self.problem("project.name", f"is required{self.missing(table, 'name')}")
            return None
        text = self.text(table, "name", within="project")
        if text is None:
            return None
        if not is_valid_name(text):
            self.problem(
                "project.name", f"`{text}` is not a valid name; use ASCII letters, digits, `-`, `_` and `.` only"
            )
            return None
        return project_name(text)

    def version(self, table: Mapping[str, Any], dynamic: frozenset[str]) -> Version | None:
        if "version" not in table:
            if "version" not in dynamic:
                advice = self.missing(table, "version")
                self.problem("project.version", f"is required unless `project.dynamic` lists it{advice}")
            return None
        text = self.text(table, "version", within="project")
        if text is None:
            return None
        try:
            return Version(text)
        except InvalidVersion:
            self.problem("project.version", f"`{text}` is not a valid version (PEP 440)")
            return None

    def extras(self, value: object) -> dict[ExtraName, tuple[Requirement, ...]]:
        key = "project.optional-dependencies"
        result: dict[ExtraName, tuple[Requirement, ...]] = {}
        for written, items in self.table(value, key).items():
            path = key_path(key, written)
            if not is_valid_name(written):
                self.problem(path, f"`{written}` is not a valid name of an extra")
                continue
            name = extra_name(written)
            if name in result:
                self.problem(path, f"the extra `{name}` is defined twice")
            result[name] = self.requirements(items, path)
        return result

    # -- [dependency-groups] -------------------------------------------------------------------------------------------

    def groups(self, value: object) -> dict[GroupName, tuple[GroupItem, ...]]:
        result: dict[GroupName, tuple[GroupItem, ...]] = {}
        for written, items in self.table(value, "dependency-groups").items():
            path = key_path("dependency-groups", written)
            if not is_valid_name(written):
                self.problem(path, f"`{written}` is not a valid name of a dependency group")
                continue
            name = group_name(written)
            if name in result:
                self.problem(path, f"the group `{name}` is defined twice")
            if isinstance(items, list):
                parsed = [self.group_item(item, key_path(path, position)) for position, item in enumerate(items)]
                result[name] = tuple(item for item in parsed if item is not None)
            else:
                self.problem(path, f"expected an array, got {kind_of(items)}")
                result[name] = ()
        return result

    def group_item(self, item: object, path: str) -> GroupItem | None:
        if isinstance(item, str):
            return self.requirement(path, item)
        if not isinstance(item, dict):
            self.problem(path, f"expected a requirement or `{{ include-group = … }}`, got {kind_of(item)}")
            return None
        if set(item) != {"include-group"}:
            shown = ", ".join(f"`{key}`" for key in item) or "an empty table"
            self.problem(path, f"expected a table with only the key `include-group`, got {shown}")
            return None
        name = self.text(item, "include-group", within=path)
        if name is None:
            return None
        if not is_valid_name(name):
            self.problem(f"{path}.include-group", f"`{name}` is not a valid name of a dependency group")
            return None
        return GroupInclude(group_name(name), path)

    # -- [build-system] ------------------------------------------------------------------------------------------------

    def build_system(self, value: object) -> BuildSystem:
        table = self.table(value, "build-system")
        self.unknown_keys(table, _BUILD_KEYS, within="build-system")
        return BuildSystem(
            requires=self.requirements(table.get("requires", []), "build-system.requires"),
            backend=self.text(table, "build-backend", within="build-system"),
            backend_path=tuple(
                text for _, text in self.texts(table.get("backend-path", []), "build-system.backend-path")
            ),
        )
