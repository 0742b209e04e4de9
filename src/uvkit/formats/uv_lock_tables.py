"""Turn the tables of a parsed `uv.lock` into a document; every problem is noted with the place where it is.

Unknown keys are ignored at every level, as a later revision may add some.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from uvkit.model import (
    ArchiveSource,
    ConflictItem,
    FileRow,
    GitSource,
    IndexSource,
    Source,
    extra_name,
    group_name,
    is_valid_name,
    project_name,
)

from .uv_lock_document import (
    DefaultGroups,
    LockCutOff,
    LockDependency,
    LockDocument,
    LockExclusion,
    LockManifest,
    LockMetadata,
    LockOptions,
    LockOverride,
    LockPackage,
    LockRequirement,
    LockScope,
    LockStaticMetadata,
)
from .uv_lock_sources import direct_row, file_name, is_commit, source_of_entry

_NUMBER = r"(?:0|[1-9][0-9]*)"
# Versions that print as they are written (PEP 440), so that reading a lock does not load a version parser.
CANONICAL_VERSION = (
    rf"(?:[1-9][0-9]*!)?{_NUMBER}(?:\.{_NUMBER})*(?:(?:a|b|rc){_NUMBER})?(?:\.post{_NUMBER})?(?:\.dev{_NUMBER})?"
    rf"(?:\+(?:{_NUMBER}|[a-z0-9]*[a-z][a-z0-9]*)(?:\.(?:{_NUMBER}|[a-z0-9]*[a-z][a-z0-9]*))*)?"
)
# Digests with the number of their hexadecimal digits, the usual one first.
DIGEST = (
    r'(?:sha256:[^"]{64}|sha512:[^"]{128}|sha384:[^"]{96}|blake2b:[^"]{128}|sha224:[^"]{56}|sha1:[^"]{40}|md5:[^"]{32})'
)
_is_digest = re.compile(DIGEST).fullmatch
_is_canonical = re.compile(CANONICAL_VERSION).fullmatch

_KINDS = ("registry", "git", "url", "path", "directory", "editable", "virtual")


class TableReader:
    """Reads tables of one lock and keeps a list of what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._sources: dict[tuple[str, str, str], Source] = {}

    # -- values of any table ---------------------------------------------------------------------------------------

    def note(self, where: str, problem: str) -> None:
        """Remember a problem."""
        self.problems.append(f"{where}: {problem}" if where else problem)

    def text(self, table: Mapping[str, Any], key: str, where: str) -> str:
        """Return a string, or the empty text if it is absent or something else."""
        value = table.get(key)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        if isinstance(value, datetime):
            from .uv_lock_write import moment_text

            return moment_text(value)
        self.note(where, f"`{key}` is not a string")
        return ""

    def table(self, parent: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
        """Return a table, empty if it is absent or something else."""
        value = parent.get(key)
        if value is None or isinstance(value, dict):
            return value or {}
        self.note(where, f"`{key}` is not a table")
        return {}

    def array(self, table: Mapping[str, Any], key: str, where: str) -> list[Any]:
        """Return an array, empty if it is absent or something else."""
        value = table.get(key)
        if value is None or isinstance(value, list):
            return value or []
        self.note(where, f"`{key}` is not an array")
        return []

    def texts(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        """Return an array of strings."""
        values = self.array(table, key, where)
        if not all(isinstance(value, str) for value in values):
            self.note(where, f"`{key}` holds something that is not a string")
        return tuple(value for value in values if isinstance(value, str))

    def tables(self, table: Mapping[str, Any], key: str, where: str) -> list[dict[str, Any]]:
        """Return an array of tables."""
        values = self.array(table, key, where)
        if not all(isinstance(value, dict) for value in values):
            self.note(where, f"`{key}` holds something that is not a table")
        return [value for value in values if isinstance(value, dict)]

    def text_table(self, parent: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
        """Return a table of strings."""
        table = self.table(parent, key, where)
        return {name: self.text(table, name, f"{where}.{key}" if where else key) for name in table}

    def name(self, table: Mapping[str, Any], where: str, key: str = "name") -> str:
        """Return a normalized name that has to be there."""
        text = self.text(table, key, where)
        if not is_valid_name(text):
            self.note(where, f"`{key}` is missing" if not text else f"`{text}` is not a valid name")
            return ""
        return project_name(text)

    # -- head ------------------------------------------------------------------------------------------------------

    def document(self, tables: Mapping[str, Any], packages: tuple[LockPackage, ...]) -> LockDocument:
        """Return the document, given its packages."""
        requires_python = self.text(tables, "requires-python", "")
        if "requires-python" not in tables:
            self.note("", "`requires-python` is missing")
        revision = tables.get("revision", 0)
        if type(revision) is not int or revision < 0:
            self.note("", "`revision` is not a number")
            revision = 0
        return LockDocument(
            requires_python=requires_python,
            revision=revision,
            resolution_markers=self.texts(tables, "resolution-markers", ""),
            supported_markers=self.texts(tables, "supported-markers", ""),
            required_markers=self.texts(tables, "required-markers", ""),
            conflicts=self._conflicts(tables),
            options=self._options(self.table(tables, "options", "")),
            manifest=self._manifest(self.table(tables, "manifest", "")),
            packages=packages,
        )

    def _conflicts(self, tables: Mapping[str, Any]) -> tuple[tuple[ConflictItem, ...], ...]:
        sets = []
        for items in self.array(tables, "conflicts", ""):
            rows = self.tables({"conflicts": items}, "conflicts", "")
            sets.append(tuple(self._conflict_item(row, "conflicts") for row in rows))
        return tuple(sets)

    def _conflict_item(self, row: Mapping[str, Any], where: str) -> ConflictItem:
        extra, group = self.text(row, "extra", where), self.text(row, "group", where)
        return ConflictItem(
            project=project_name(self.name(row, where, "package")),
            extra=extra_name(extra) if extra else None,
            group=group_name(group) if group else None,
        )

    def _options(self, table: dict[str, Any]) -> LockOptions:
        where = "options"
        packages = self.table(table, "exclude-newer-package", where)
        timestamp, span = self.text(table, "exclude-newer", where), self.text(table, "exclude-newer-span", where)
        return LockOptions(
            resolution_mode=self.text(table, "resolution-mode", where),
            prerelease_mode=self.text(table, "prerelease-mode", where),
            fork_strategy=self.text(table, "fork-strategy", where),
            minimum_libc=self.text_table(table, "minimum-libc-version", where),
            exclude_newer=LockCutOff("" if span else timestamp, span) if timestamp or span else None,
            prerelease_package=self.text_table(table, "prerelease-package", where),
            exclude_newer_package={
                name: self._cut_off(value, f"{where}.exclude-newer-package.{name}") for name, value in packages.items()
            },
        )

    def _cut_off(self, value: object, where: str) -> LockCutOff | Literal[False]:
        if value is False:
            return False
        if isinstance(value, dict):
            span = self.text(value, "span", where)
            return LockCutOff("" if span else self.text(value, "timestamp", where), span)
        return LockCutOff(self.text({"value": value}, "value", where))

    def _manifest(self, table: dict[str, Any]) -> LockManifest:
        where = "manifest"
        return LockManifest(
            members=self.texts(table, "members", where),
            default_groups=self.default_groups(table, where),
            requirements=self.requirements(table, "requirements", where),
            constraints=self.requirements(table, "constraints", where),
            overrides=tuple(self._override(row) for row in self.tables(table, "overrides", where)),
            excludes=tuple(self._exclusion(item) for item in self.array(table, "excludes", where)),
            build_constraints=self.requirements(table, "build-constraints", where),
            dependency_groups=self.requirement_groups(table, "dependency-groups", where),
            group_requires_python=self.text_table(table, "group-requires-python", where),
            dependency_metadata=tuple(
                LockStaticMetadata(
                    name=self.name(row, f"{where}.dependency-metadata"),
                    version=self.text(row, "version", where),
                    requires_dist=self.texts(row, "requires-dist", where),
                    requires_python=self.text(row, "requires-python", where),
                    provides_extras=self.texts(row, "provides-extras", where),
                )
                for row in self.tables(table, "dependency-metadata", where)
            ),
        )

    def _override(self, row: Mapping[str, Any]) -> LockOverride:
        where = "manifest.overrides"
        if "package" not in row:
            return LockOverride(None, (self.requirement(row, where),))
        return LockOverride(
            self._scope(self.table(row, "package", where), where), self.requirements(row, "dependencies", where)
        )

    def _exclusion(self, item: object) -> LockExclusion:
        where = "manifest.excludes"
        if isinstance(item, dict):
            scope = self._scope(self.table(item, "package", where), where)
            return LockExclusion(scope, self.texts(item, "dependencies", where))
        return LockExclusion(None, (self.name({"name": item}, where),))

    def _scope(self, table: Mapping[str, Any], where: str) -> LockScope:
        return LockScope(self.name(table, where), self.text(table, "version", where))

    def default_groups(self, table: Mapping[str, Any], where: str) -> DefaultGroups:
        """Return the configured default groups, none if they are not."""
        value = table.get("default-groups")
        if value is None or value == "all":
            return value
        return self.texts(table, "default-groups", where)

    # -- requirements ------------------------------------------------------------------------------------------------

    def requirements(self, table: Mapping[str, Any], key: str, where: str) -> tuple[LockRequirement, ...]:
        """Return an array of requirement tables."""
        return tuple(self.requirement(row, f"{where}.{key}") for row in self.tables(table, key, where))

    def requirement_groups(
        self, parent: Mapping[str, Any], key: str, where: str
    ) -> dict[str, tuple[LockRequirement, ...]]:
        """Return the requirement tables of each group."""
        table = self.table(parent, key, where)
        return {name: self.requirements(table, name, f"{where}.{key}") for name in table}

    def requirement(self, row: Mapping[str, Any], where: str) -> LockRequirement:
        """Return one requirement table."""
        kind = next((kind for kind in _KINDS[1:] if kind in row), "registry")
        conflict = self.table(row, "conflict", where)
        return LockRequirement(
            name=self.name(row, where),
            extras=self.texts(row, "extras", where),
            groups=self.texts(row, "groups", where),
            marker=self.text(row, "marker", where),
            kind=kind,
            location="" if kind == "registry" else self.text(row, kind, where),
            subdirectory=self.text(row, "subdirectory", where),
            specifier=self.text(row, "specifier", where),
            index=self.text(row, "index", where),
            conflict=self._conflict_item(conflict, where) if conflict else None,
        )

    # -- packages ----------------------------------------------------------------------------------------------------

    def package(self, table: Mapping[str, Any], number: int) -> LockPackage:
        """Return one package."""
        name = self.name(table, f"package {number}")
        where = f"package `{name or number}`"
        source = self.source(table, where)
        return LockPackage(
            name=name,
            version=self.version(table, where),
            source=source,
            default_groups=self.default_groups(table, where),
            resolution_markers=self.texts(table, "resolution-markers", where),
            dependencies=self._each(table, "dependencies", where),
            sdist=self.sdist(table, source, where),
            wheels=tuple(self._wheel(row, source, where) for row in self.tables(table, "wheels", where)),
            **self.sub_tables(table, where),
        )

    def sub_tables(self, table: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Return the fields of a package that have tables of their own."""
        dev = "dev-dependencies" if "dev-dependencies" in table else "dependency-groups"
        return {
            "optional_dependencies": self._each_group(table, "optional-dependencies", where),
            "dev_dependencies": self._each_group(table, dev, where),
            "group_requires_python": self.text_table(table, "group-requires-python", where),
            "metadata": self._metadata(self.table(table, "metadata", where), where) if "metadata" in table else None,
        }

    def _metadata(self, table: Mapping[str, Any], where: str) -> LockMetadata:
        where = f"{where}.metadata"
        dev = "requires-dev" if "requires-dev" in table else "dependency-groups"
        return LockMetadata(
            requires_dist=self.requirements(table, "requires-dist", where),
            provides_extras=self.texts(table, "provides-extras", where),
            requires_dev=self.requirement_groups(table, dev, where),
        )

    def version(self, table: Mapping[str, Any], where: str) -> str | None:
        """Return the canonical version, none if there is no key."""
        if "version" not in table:
            return None
        text = self.text(table, "version", where)
        if _is_canonical(text):
            return text
        from packaging.version import InvalidVersion, Version

        try:
            return str(Version(text))
        except InvalidVersion:
            self.note(where, f"`{text}` is not a version")
            return None

    def source(self, table: Mapping[str, Any], where: str) -> Source:
        """Return the source of a package, which has to be there."""
        entry = table.get("source")
        if not isinstance(entry, dict):
            self.note(where, "`source` is missing" if entry is None else "`source` is not a table")
            return IndexSource(index="")
        kind = next((kind for kind in _KINDS if kind in entry), "")
        if not kind:
            self.note(where, f"`{', '.join(entry)}` is not a kind of source")
            return IndexSource(index="")
        key = (kind, self.text(entry, kind, where), self.text(entry, "subdirectory", where))
        source = self._sources.get(key)
        if source is None:
            source = self._sources[key] = source_of_entry(*key)
        if isinstance(source, GitSource) and not is_commit(source.commit):
            self.note(where, f"the git source `{key[1]}` names no full commit")
        return source

    def dependency(self, row: Mapping[str, Any], where: str) -> LockDependency:
        """Return one edge."""
        return LockDependency(
            self.name(row, where),
            self.version(row, where),
            self.source(row, where) if "source" in row else None,
            self.texts(row, "extra", where),
            self.text(row, "marker", where),
        )

    def _each(self, table: Mapping[str, Any], key: str, where: str) -> tuple[LockDependency, ...]:
        return tuple(self.dependency(row, f"{where}.{key}") for row in self.tables(table, key, where))

    def _each_group(self, parent: Mapping[str, Any], key: str, where: str) -> dict[str, tuple[LockDependency, ...]]:
        table = self.table(parent, key, where)
        return {name: self._each(table, name, f"{where}.{key}") for name in table}

    def sdist(self, table: Mapping[str, Any], source: Source, where: str) -> FileRow | None:
        """Return the source archive of a package, if it has one."""
        if "sdist" not in table:
            return None
        row = self.table(table, "sdist", where)
        return self._row(row, source, f"{where}.sdist", optional=not isinstance(source, IndexSource))

    def _wheel(self, row: Mapping[str, Any], source: Source, where: str) -> FileRow:
        file = self._row(row, source, f"{where}.wheels")
        if isinstance(source, ArchiveSource) and file.hash is None:
            self.note(f"{where}.wheels", f"`{file.filename}` has no hash")
        if file.filename and not file.filename.endswith(".whl"):
            self.note(f"{where}.wheels", f"`{file.filename}` is not the name of a wheel")
        return file

    def _row(self, row: Mapping[str, Any], source: Source, where: str, *, optional: bool = False) -> FileRow:
        digest = self.text(row, "hash", where) or None
        if digest is not None and not _is_digest(digest):
            self.note(where, f"`{digest}` is not a known kind of digest, or has the wrong length")
        size = row.get("size")
        if size is not None and (type(size) is not int or size < 0):
            self.note(where, "`size` is not a number of bytes")
            size = None
        uploaded = self.text(row, "upload-time" if "upload-time" in row else "upload_time", where)
        location = self.text(row, "url", where) or self.text(row, "path", where)
        if not location:
            filename = self.text(row, "filename", where)
            direct = direct_row(source, digest)
            if not (filename or optional):
                self.note(where, "a file has neither `url`, `path` nor `filename`")
            return direct._replace(filename=filename or direct.filename, size=size, uploaded=uploaded or None)
        return FileRow(file_name(location), location, digest, size, None, uploaded or None, None, None)
