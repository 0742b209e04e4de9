"""`Script`: a file with its requirements inside (PEP 723), and the question that locks it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from packaging.version import Version

from uvkit.events import Notice
from uvkit.formats import PROJECT_ONLY, ScriptTable, parse_script
from uvkit.markers import RequiresPython
from uvkit.model import DirectorySource, LocalMetadata, MetadataRows, ProjectName, Requirement
from uvkit.resolver import Member, ResolveRequest, ResolverOptions

from .local_paths import LocalPaths, kind_at, local_paths
from .project import digest_of_files, python_notice
from .request import Asking, default_requires_python, no_sources_in, script_request
from .settings_file import find_settings
from .tree import Reader, absolute

if TYPE_CHECKING:
    from uvkit.formats import ToolTable


# Of the project that a script happens to lie in.
_NOT_INHERITED = PROJECT_ONLY | {
    "build-constraint-dependencies",
    "constraint-dependencies",
    "exclude-dependencies",
    "override-dependencies",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script as its file was when it was read.

    ``settings`` are those of its block, over those of the folder it lies in.
    """

    path: Path
    table: ScriptTable
    settings: ToolTable
    settings_path: Path | None
    local_paths: LocalPaths
    files: Mapping[Path, bytes]

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Script:
        """Return the script in a file; one without a block requires nothing.

        Raises:
            OSError: the file cannot be read.
            InvalidTableError: the block is not valid.
        """
        location = absolute(path)
        reader = Reader()
        return cls._of(reader.text(location), location, reader)

    @classmethod
    def parse(cls, text: str, *, path: str | os.PathLike[str]) -> Script:
        """Return the script that is a text; ``path`` is where it would lie: for messages, settings and relative paths.

        Raises:
            InvalidTableError: the block is not valid.
        """
        return cls._of(text, absolute(path), Reader())

    @classmethod
    def _of(cls, text: str, location: Path, reader: Reader) -> Script:
        table = parse_script(text, location)
        inherited, inherited_path, _ = find_settings(location.parent, reader)
        settings = _merged(table.tool or {}, inherited)
        return cls(
            path=location,
            table=table,
            settings=settings,
            settings_path=inherited_path if table.tool is None else location,
            local_paths=local_paths([(location.parent, settings)], reader),
            files=reader.digests(),
        )

    @property
    def has_block(self) -> bool:
        """Tell whether the script says what it requires."""
        return self.table.is_there

    @property
    def root(self) -> Path:
        """Return the folder of the script."""
        return self.path.parent

    @property
    def requires_python(self) -> RequiresPython | None:
        """Return the Python versions that the script admits, or none if it says nothing."""
        text = self.table.requires_python
        return None if text is None else RequiresPython.parse(text)

    @property
    def dependencies(self) -> tuple[Requirement, ...]:
        """Return the requirements as written."""
        return self.table.dependencies

    @property
    def lockfile_path(self) -> Path:
        """Return where the lock of the script is: beside it."""
        return self.path.with_name(f"{self.path.name}.lock")

    def request(
        self,
        options: ResolverOptions | None = None,
        *,
        python: Version | None = None,
        indexes: Mapping[str, str] | None = None,
        no_sources: frozenset[ProjectName] | Literal["all"] | None = None,
        large_files: bool = False,
    ) -> ResolveRequest:
        """Return the question that locks the script; the arguments are those of `Project.request`.

        Raises:
            InvalidTableError: requirements and sources do not fit together; every such place is listed.
        """
        asking = Asking(
            settings=self.settings,
            options=options,
            indexes=indexes or {},
            no_sources=no_sources_in(self.settings) if no_sources is None else no_sources,
            kinds=partial(kind_at, self.local_paths),
            workspaces=self.local_paths.workspaces,
            large_files=large_files,
        )
        requires_python = self.requires_python or default_requires_python(python)
        return script_request(self.path, self.dependencies, asking, requires_python=requires_python)

    @property
    def repository_addresses(self) -> dict[str, str]:
        """Return the addresses of repositories that have credentials, by the address without; as `Project`'s."""
        from .repository_addresses import repository_addresses

        return repository_addresses([self.settings], self.dependencies)

    def local_member(self, source: DirectorySource) -> Member | None:
        """Return what a source tree says of itself, or none if only a build can tell; as `Project.local_member`.

        Raises:
            InvalidTableError: its `pyproject.toml` is not valid.
        """
        from .local_trees import local_member

        folder = absolute(self.root / source.path)
        return local_member(folder, source, root=self.root, no_sources=no_sources_in(self.settings))

    def declared_of(self, folder: Path, rows: MetadataRows) -> LocalMetadata:
        """Return what a source tree requires with its own sources applied; as `Project.declared_of`.

        Raises:
            InvalidTableError: its `pyproject.toml` is not valid, or a source cannot serve.
        """
        from .local_trees import lowered_tree

        return lowered_tree(folder, rows, root=self.root, no_sources=no_sources_in(self.settings))

    def notices(self, *, python: Version | None = None) -> tuple[Notice, ...]:
        """Return what the reader of the file should know: keys without effect, defaults that were taken."""
        missing = () if self.requires_python is not None else (python_notice("script", python),)
        return (*self.table.notices, *missing)

    def digest(self) -> str:
        """Return a digest of every file that was read, for keys of remembered results."""
        return digest_of_files(self.files, self.local_paths, root=self.root)


def _merged(own: ToolTable, inherited: ToolTable) -> ToolTable:
    """Return two tables as one: own values win, own indexes come first, what belongs to a project is not inherited."""
    merged = {key: value for key, value in inherited.items() if key not in _NOT_INHERITED} | dict(own)
    if "index" in own and "index" in inherited:
        merged["index"] = [*own["index"], *inherited["index"]]
    return cast("ToolTable", merged)
