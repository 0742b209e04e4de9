"""`Project`: a snapshot of a project and its workspace, and the question that locks it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from packaging.version import Version

from uvkit.errors import ProjectNotFoundError
from uvkit.events import Notice
from uvkit.formats import GroupInclude, Pyproject
from uvkit.markers import RequiresPython
from uvkit.model import (
    DirectorySource,
    GroupName,
    LocalMetadata,
    MetadataRows,
    ProjectName,
    Requirement,
    Selection,
    project_name,
)
from uvkit.resolver import Member, ResolveRequest, ResolverOptions

from .indexes import IndexConfig, index_of
from .local_paths import LocalPaths, kind_at, local_paths
from .members import group_specifiers
from .request import (
    Asking,
    default_requires_python,
    joint_requires_python,
    member_sources,
    no_sources_in,
    workspace_request,
)
from .settings_file import find_settings, shadow_notices
from .tree import FILE_NAME, Reader, SourceTree, absolute, nearest
from .workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from uvkit.formats import ToolTable

COMPATIBLE_VERSION = "0.13.9"  # the version of uv whose behaviour is followed


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
    local_paths: LocalPaths
    python_request: str | None
    files: Mapping[Path, bytes]

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, contents: Mapping[Path, bytes] | None = None) -> Project:
        """Return the project in a folder, or of a `pyproject.toml`.

        ``contents`` gives what `pyproject.toml` files at absolute paths are to hold, whatever is there now.

        Raises:
            ProjectNotFoundError: there is no `pyproject.toml`.
            InvalidTableError: a file is not valid, or the workspace does not fit together.
        """
        folder = absolute(path)
        if folder.name == FILE_NAME and folder.is_file():
            folder = folder.parent
        reader = Reader(contents)
        workspace = find_workspace(folder, reader)
        settings, settings_path, _ = find_settings(workspace.root.root, reader)
        return cls(
            tree=reader.tree(folder),
            workspace=workspace,
            settings=settings,
            settings_path=settings_path,
            local_paths=local_paths(_sources_of(workspace), reader),
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
                local_paths=self.local_paths,
                python_request=self.python_request,
                files=self.files,
            )
            for tree in self.workspace.trees.values()
        )

    @property
    def lockfile_path(self) -> Path:
        """Return where the lock of the workspace is: `uv.lock`, or `pylock.toml` if its settings say so."""
        root = self.workspace.root
        return root.root / root.tables.lock_format

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
        no_sources: frozenset[ProjectName] | Literal["all"] | None = None,
        built: Callable[[SourceTree], MetadataRows] | None = None,
        large_files: bool = False,
    ) -> ResolveRequest:
        """Return the question that locks the workspace.

        ``options`` are those of the project's tables if none are given. ``python`` is the interpreter in use, from
        which the bound comes where no member gives one. ``indexes`` adds names to those that sources may use. ``built``
        tells the metadata of members whose requirements only a build can tell; without it they have none.
        ``large_files`` lets repositories come with theirs (git-lfs) where their sources say nothing.

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
                no_sources=no_sources_in(self.settings) if no_sources is None else no_sources,
                kinds=partial(kind_at, self.local_paths),
                workspaces=self.local_paths.workspaces,
                built=built,
                large_files=large_files,
            ),
        )

    def python_for(self, selection: Selection) -> RequiresPython | None:
        """Return the Python versions that all members and the groups of a selection admit, or none without any bound.

        Raises:
            InvalidTableError: no version is left for the members.
        """
        from .group_bounds import bounds_of_groups

        joint = self.requires_python
        bounds = bounds_of_groups(self.workspace, self.tree, selection)
        return joint if not bounds else RequiresPython().intersect([*([joint] if joint is not None else []), *bounds])

    def default_groups(self, selection: Selection) -> frozenset[GroupName] | Literal["all"]:
        """Return the groups that a selection takes if it names none: of the one member meant, else of the root.

        Raises:
            InvalidTableError: one of them does not exist.
        """
        from .group_bounds import defaults_of

        return defaults_of(self.workspace, self.tree, selection)

    def check(self) -> None:
        """Refuse a workspace whose files do not fit together; sources and requirements are not looked at.

        Raises:
            InvalidTableError: members or groups contradict each other.
        """
        if self.requires_python is not None:
            member_sources(self.workspace, root=self.workspace.root.root)
        for tree in self.workspace.trees.values():
            group_specifiers(tree.tables)

    def local_member(self, source: DirectorySource) -> Member | None:
        """Return what a source tree that is no member says of itself, or none if only a build can tell.

        The tree is read now; its requirements are lowered like those of members.

        Raises:
            InvalidTableError: its `pyproject.toml` is not valid.
        """
        from .local_trees import local_member

        root = self.lockfile_path.parent
        folder = absolute(root / source.path)
        return local_member(folder, source, root=root, no_sources=no_sources_in(self.settings))

    @property
    def repository_addresses(self) -> dict[str, str]:
        """Return the addresses of repositories that have credentials in the files, by the address without them."""
        from .repository_addresses import repository_addresses

        trees = (self.workspace.root, *self.workspace.trees.values())
        tables = [tree.tables.project for tree in trees if tree.tables.project is not None]
        lists = [part for table in tables for part in (table.dependencies, *table.optional_dependencies.values())]
        return repository_addresses([tree.settings for tree in trees], [one for part in lists for one in part])

    def declared_of(self, folder: Path, rows: MetadataRows) -> LocalMetadata:
        """Return what a source tree that is no member requires with its own sources applied, and its groups.

        ``rows`` is its core metadata.

        Raises:
            InvalidTableError: its `pyproject.toml` is not valid, or a source cannot serve.
        """
        from .local_trees import lowered_tree

        root = self.lockfile_path.parent
        return lowered_tree(folder, rows, root=root, no_sources=no_sources_in(self.settings))

    @property
    def indexes(self) -> tuple[IndexConfig, ...]:
        """Return the named indexes of all files of the workspace: those that sources may pin, wherever they are."""
        root = self.lockfile_path.parent
        found: dict[str, IndexConfig] = {}
        for tree in (self.workspace.root, *self.workspace.trees.values()):
            for table in tree.settings.get("index", ()):
                if "name" in table:
                    index = index_of(table, folder=tree.root, root=root)
                    found.setdefault(index.identity, index)
        return tuple(found.values())

    def notices(self, *, python: Version | None = None) -> tuple[Notice, ...]:
        """Return what the reader of the files should know: what has no effect, and defaults that were taken."""
        trees = {tree.root: tree for tree in (self.workspace.root, *self.workspace.trees.values())}.values()
        result = [notice for tree in trees for notice in (*tree.tables.notices, *_legacy(tree), *_unused_sources(tree))]
        if self.requires_python is None:
            result.append(python_notice("workspace", python))
        result += _bound_notices(self.workspace, self.requires_python)
        result += shadow_notices(self.settings_path, self.workspace.root)
        return (*result, *version_notices(self.settings))

    def digest(self) -> str:
        """Return a digest of every file that was read, for keys of remembered results."""
        return digest_of_files(self.files, self.local_paths, root=self.workspace.root.root)


def digest_of_files(files: Mapping[Path, bytes], paths: LocalPaths, *, root: Path) -> str:
    """Return one digest of the digests of files, and of what is at some paths."""
    state = blake2b(digest_size=20)
    for path, digest in sorted(files.items()):
        state.update(os.fsencode(os.path.relpath(path, root)) + b"\0" + digest)
    for path, kind in sorted(paths.kinds.items()):
        state.update(os.fsencode(path) + b"\0" + (kind if isinstance(kind, str) else "tree").encode())
    return state.hexdigest()


def python_notice(what: str, python: Version | None) -> Notice:
    """Return the notice that a bound of the Python version was taken from the interpreter."""
    return Notice(
        "requires-python-default",
        f"no `requires-python` value found in the {what}. Defaulting to `{default_requires_python(python)}`",
        "set `requires-python`",
    )


def _sources_of(workspace: Workspace) -> list[tuple[Path, ToolTable]]:
    return [(tree.root, tree.settings) for tree in (workspace.root, *workspace.trees.values())]


def _python_request(folder: Path, root: Path, reader: Reader) -> str | None:
    """Return the first request of the closest `.python-version`, from the project up to the root."""
    for place in (folder, *folder.parents):
        for name in (".python-version", ".python-versions"):
            text = reader.find_text(place / name)
            if text is not None:
                lines = (line.partition("#")[0].strip() for line in text.splitlines())
                return next((line for line in lines if line), None)
        if place == root or root not in place.parents:
            return None
    return None


def version_notices(settings: ToolTable) -> tuple[Notice, ...]:
    """Return a notice if the settings ask for versions of uv that behave otherwise."""
    wanted = settings.get("required-version")
    if wanted is None or RequiresPython.parse(wanted).contains(COMPATIBLE_VERSION):
        return ()
    return (
        Notice(
            "required-version",
            f"the project asks for uv `{wanted}`, and this behaves like uv {COMPATIBLE_VERSION}",
            "check what was locked, or widen `tool.uv.required-version`",
        ),
    )


def _bound_notices(workspace: Workspace, joint: RequiresPython | None) -> Iterator[Notice]:
    """Yield a notice for bounds of the Python version that probably mean something else than they say."""
    if joint is not None and joint.bounds.lower is None:
        yield Notice(
            "requires-python-open",
            f"the `requires-python` value of the workspace (`{joint}`) has no lower bound",
            "add the oldest version that works, such as `>=3.11`",
        )
    for name, tree in workspace.trees.items():
        text = None if tree.tables.project is None else tree.tables.project.requires_python
        for part in (text or "").split(","):
            version = part.strip().removeprefix("~=").strip()
            if part.strip().startswith("~=") and version.count(".") == 1:
                shown = RequiresPython.parse(part)
                meant = f"~={version}.0"
                yield Notice(
                    "requires-python-tilde",
                    f"`{part.strip()}` in the `requires-python` of `{name}` means `{shown}`",
                    f"write `{meant}` for `{RequiresPython.parse(meant)}`, or the bounds themselves",
                )


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
