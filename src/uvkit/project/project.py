"""`Project`: a snapshot of a project and its workspace, and the question that locks it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path

from packaging.version import Version

from uvkit.errors import ProjectNotFoundError
from uvkit.events import Notice
from uvkit.formats import Pyproject, ToolTable, parse_uv_toml
from uvkit.markers import RequiresPython
from uvkit.model import ProjectName, project_name
from uvkit.resolver import ResolveRequest, ResolverOptions

from .lowering import PathKind, source_entries
from .request import Asking, default_requires_python, joint_requires_python, workspace_request
from .tree import FILE_NAME, Reader, SourceTree, absolute, nearest
from .workspace import Workspace, find_workspace

LOCK_NAME = "uv.lock"
SETTINGS_NAME = "uv.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as its files were when it was opened; nothing is read later.

    A project inside a workspace shares the workspace's lock: `request` asks for all members. ``settings`` are those of
    the workspace, from ``settings_path``: `uv.toml` beside or above the root, else `[tool.uv]`.
    """

    tree: SourceTree
    workspace: Workspace
    settings: ToolTable
    settings_path: Path | None
    local_trees: Mapping[Path, SourceTree | PathKind]
    python_request: str | None
    files: Mapping[Path, bytes]

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Project:
        """Return the project in a folder, or of a `pyproject.toml`.

        Raises:
            ProjectNotFoundError: there is no `pyproject.toml`.
            InvalidTableError: a file is not valid, or the workspace does not fit together.
        """
        folder = absolute(path)
        if folder.name == FILE_NAME and folder.is_file():
            folder = folder.parent
        reader = Reader()
        workspace = find_workspace(folder, reader)
        settings, settings_path = _settings(workspace.root.root, reader)
        return cls(
            tree=reader.tree(folder),
            workspace=workspace,
            settings=settings,
            settings_path=settings_path,
            local_trees=_local_trees(workspace, reader),
            python_request=_python_request(folder, workspace.root.root, reader),
            files=reader.digests(),
        )

    @classmethod
    def discover(cls, start: str | os.PathLike[str]) -> Project:
        """Return the project around a folder: that of the closest `pyproject.toml` upwards.

        Raises:
            ProjectNotFoundError: there is none.
            InvalidTableError: a file is not valid.
        """
        folder = absolute(start)
        found = nearest(folder)
        if found is None:
            raise ProjectNotFoundError(start=folder)
        return cls.open(found)

    @property
    def root(self) -> Path:
        """Return the project's own folder."""
        return self.tree.root

    @property
    def tables(self) -> Pyproject:
        """Return what the project's own `pyproject.toml` says."""
        return self.tree.tables

    @property
    def name(self) -> ProjectName | None:
        """Return the project's name, or none without a `[project]` table."""
        return self.tree.name

    @property
    def version(self) -> Version | None:
        """Return the project's version, or none if it is dynamic."""
        return None if self.tables.project is None else self.tables.project.version

    @property
    def requires_python(self) -> RequiresPython | None:
        """Return the Python versions that all members admit, or none if no member says anything.

        Raises:
            InvalidTableError: no version is left.
        """
        return joint_requires_python(self.workspace)

    @property
    def members(self) -> tuple[Project, ...]:
        """Return the members of the workspace, sorted by name; a project that stands alone is its only member."""
        return tuple(
            Project(
                tree=tree,
                workspace=self.workspace,
                settings=self.settings,
                settings_path=self.settings_path,
                local_trees=self.local_trees,
                python_request=self.python_request,
                files=self.files,
            )
            for tree in self.workspace.trees.values()
        )

    @property
    def lockfile_path(self) -> Path:
        """Return where the lock of the workspace is."""
        return self.workspace.root.root / LOCK_NAME

    @property
    def environment_path(self) -> Path:
        """Return where the environment of the workspace is by default."""
        return self.workspace.root.root / ".venv"

    def request(
        self,
        options: ResolverOptions | None = None,
        *,
        python: Version | None = None,
        indexes: Mapping[str, str] | None = None,
        no_sources: bool | frozenset[ProjectName] | None = None,
    ) -> ResolveRequest:
        """Return the question that locks the workspace.

        ``options`` are those of the project's tables if none are given. ``python`` is the interpreter in use, from
        which the bound comes where no member gives one. ``indexes`` adds names to those that sources may use.

        Raises:
            InvalidTableError: requirements, sources and groups do not fit together; every such place is listed.
        """
        return workspace_request(
            self.workspace,
            Asking(
                settings=self.settings,
                options=options,
                indexes=indexes or {},
                python=python,
                no_sources=self._no_sources() if no_sources is None else no_sources,
                kinds=partial(_kind, self.local_trees),
            ),
        )

    def _no_sources(self) -> bool | frozenset[ProjectName]:
        if self.settings.get("no-sources"):
            return True
        return frozenset(map(project_name, self.settings.get("no-sources-package", ())))

    def notices(self, *, python: Version | None = None) -> tuple[Notice, ...]:
        """Return what the reader of the files should know: keys and sources without effect, defaults that were taken."""
        trees = {tree.root: tree for tree in (self.workspace.root, *self.workspace.trees.values())}.values()
        result = [notice for tree in trees for notice in (*tree.tables.notices, *_legacy(tree), *_unused_sources(tree))]
        if self.requires_python is None:
            bound = default_requires_python(python)
            result.append(
                Notice(
                    "requires-python-default",
                    f"no `requires-python` value found in the workspace. Defaulting to `{bound}`",
                    "set `requires-python` in `[project]`",
                )
            )
        return tuple(result)

    def digest(self) -> str:
        """Return a digest of every file that was read, for keys of remembered results."""
        state = blake2b(digest_size=20)
        root = self.workspace.root.root
        for path, digest in sorted(self.files.items()):
            state.update(os.fsencode(os.path.relpath(path, root)) + b"\0" + digest)
        for path, kind in sorted(self.local_trees.items()):
            state.update(os.fsencode(path) + b"\0" + (kind if isinstance(kind, str) else "tree").encode())
        return state.hexdigest()


def _settings(root: Path, reader: Reader) -> tuple[ToolTable, Path | None]:
    """Return the settings of a workspace: of the closest folder with a `uv.toml` or a `[tool.uv]` table."""
    for folder in (root, *root.parents):
        text = reader.text(folder / SETTINGS_NAME)
        if text is not None:
            return parse_uv_toml(text, folder / SETTINGS_NAME), folder / SETTINGS_NAME
        tree = reader.find(folder)
        if tree is not None and tree.tables.tool is not None:
            return tree.tables.tool, tree.tables.path
    return {}, None


def _python_request(folder: Path, root: Path, reader: Reader) -> str | None:
    """Return the first request of the closest `.python-version`, from the project up to the root."""
    for place in (folder, *folder.parents):
        for name in (".python-version", ".python-versions"):
            text = reader.text(place / name)
            if text is not None:
                lines = (line.partition("#")[0].strip() for line in text.splitlines())
                return next((line for line in lines if line), None)
        if place == root or root not in place.parents:
            return None
    return None


def _local_trees(workspace: Workspace, reader: Reader) -> dict[Path, SourceTree | PathKind]:
    """Return what is at every path that sources name, and those of the trees found there in turn."""
    found: dict[Path, SourceTree | PathKind] = {}
    waiting = [tree for tree in (workspace.root, *workspace.trees.values()) if "sources" in tree.settings]
    seen = {tree.root for tree in waiting}
    while waiting:
        tree = waiting.pop()
        for entries in source_entries(tree.settings.get("sources", {}), folder=tree.root).values():
            for entry in entries:
                if "path" in entry.table:
                    path = Path(os.path.normpath(tree.root / entry.table["path"]))
                    found[path] = _what_is_at(path, reader)
                    inner = found[path]
                    if isinstance(inner, SourceTree) and inner.root not in seen:
                        seen.add(inner.root)
                        waiting.append(inner)
    return found


def _what_is_at(path: Path, reader: Reader) -> SourceTree | PathKind:
    if path.is_dir():
        return reader.find(path) or "package"
    return "file" if path.exists() else "missing"


def _kind(trees: Mapping[Path, SourceTree | PathKind], path: Path) -> PathKind:
    found = trees.get(path, "missing")
    if isinstance(found, SourceTree):
        return "virtual" if found.settings.get("package") is False else "package"
    return found


def _legacy(tree: SourceTree) -> tuple[Notice, ...]:
    if "dev-dependencies" not in tree.settings:
        return ()
    return (
        Notice(
            "deprecated-setting",
            f"`tool.uv.dev-dependencies` in `{tree.tables.path}` is deprecated",
            "use the group `dev` of `[dependency-groups]`",
        ),
    )


def _unused_sources(tree: SourceTree) -> list[Notice]:
    """Return a notice for every source of a project alone that no requirement uses."""
    project = tree.tables.project
    if "sources" not in tree.settings or project is None or "workspace" in tree.settings:
        return []
    from uvkit.formats import GroupInclude
    from uvkit.model import Requirement

    extras = (item for items in project.optional_dependencies.values() for item in items)
    groups = (item for items in tree.tables.groups.values() for item in items if not isinstance(item, GroupInclude))
    manifest = [
        text
        for key in ("dev-dependencies", "constraint-dependencies", "build-constraint-dependencies")
        for text in tree.settings.get(key, ())  # type: ignore[attr-defined]  # lists of strings, checked
    ]
    used = {requirement.project for requirement in (*project.dependencies, *extras, *groups)}
    used |= {Requirement.parse(text).project for text in manifest}
    return [
        Notice("unused-source", f"`tool.uv.sources.{name}` in `{tree.tables.path}` belongs to no requirement")
        for name in tree.settings["sources"]
        if project_name(name) not in used
    ]
