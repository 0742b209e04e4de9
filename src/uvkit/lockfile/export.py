"""Write a lock in another format: pick what is wanted, then say it in that format's terms."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import UnrepresentableLockError
from uvkit.formats import (
    PinnedRequirement,
    PylockArchive,
    PylockDirectory,
    PylockDocument,
    PylockPackage,
    PylockVcs,
    file_url,
    write_pylock,
    write_requirements,
)
from uvkit.markers import MarkerSet
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    FileRow,
    GitSource,
    IndexSource,
    ResolvedDistribution,
    Selection,
    Target,
    is_url,
    without_credentials,
)
from uvkit.resolver import Wanted

from .export_graph import ExportGraph, ExportRow
from .export_options import ExportFormat, ExportOptions

if TYPE_CHECKING:
    from .lockfile import Lockfile

# Whoever writes the same lock with uv must get the same file; the format has no other use for the name.
_CREATOR = "uv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The part of a lock that an export lists, in the order of the lock."""

    distributions: Sequence[ResolvedDistribution]
    rows: tuple[ExportRow, ...]
    wanted: Wanted
    selection: Selection
    options: ExportOptions

    def reached(self) -> Iterator[tuple[ResolvedDistribution, ExportRow]]:
        """Yield everything, installed or not."""
        for row in self.rows:
            yield self.distributions[row.position], row

    def is_editable(self, one: ResolvedDistribution) -> bool:
        """Tell whether a distribution is listed as an editable one."""
        return isinstance(one.source, DirectorySource) and one.source.editable and self.keeps_editable(one)

    def keeps_editable(self, one: ResolvedDistribution) -> bool:
        """Tell whether a distribution that is editable in the lock stays so."""
        return self.selection.editable and one.project not in self.options.not_editable

    def listed(self) -> Iterator[tuple[ResolvedDistribution, ExportRow]]:
        """Yield what is written: what is neither virtual nor left out."""
        for one, row in self.reached():
            if not self.wanted.leaves_out(one):
                yield one, row


def export_lock(
    lock: Lockfile, file_format: ExportFormat, *, selection: Selection, target: Target | None, options: ExportOptions
) -> str:
    """Return the text of a lock in another format.

    Raises:
        SelectionError: the selection names something unknown, or items that conflict.
        UnrepresentableLockError: the format cannot say what the lock says.
    """
    # A bill may list what never meets in one environment.
    exclusive = file_format != "cyclonedx1.5"
    exported = exported_part(lock, selection, target=target, options=options, exclusive=exclusive)
    match file_format:
        case "requirements.txt":
            return _requirements(exported)
        case "pylock.toml":
            return write_pylock(_pylock(lock, exported), header=_header(options))
        case "cyclonedx1.5":
            from .sbom import sbom

            return sbom(lock, exported, files=options.hashes)
    raise ValueError(f"`{file_format}` is not a format to export to")


def exported_part(
    lock: Lockfile, selection: Selection, *, target: Target | None, options: ExportOptions, exclusive: bool = True
) -> Exported:
    """Return what an export of a lock lists; with a target, only what is for it and with the files that fit."""
    distributions = lock.distributions
    wanted = Wanted(distributions, selection, lock.selection_roots)
    if exclusive or target is not None:
        wanted.check_conflicts(lock.conflicts)
    if target is not None:
        lock.select(target, selection)
    graph = ExportGraph(
        distributions,
        wanted,
        bounds=lock.requires_python.bounds,
        forks=lock.forks,
        conflicts=lock.conflicts,
        prune=options.prune,
        target=target,
    )
    rows = graph.rows()
    if target is None:
        return Exported(distributions=distributions, rows=rows, wanted=wanted, selection=selection, options=options)
    held = tuple(replace(row, marker=MarkerSet.everywhere()) for row in rows if target.holds(row.marker))
    fitting = tuple(_fitting(one, target) for one in distributions)
    return Exported(distributions=fitting, rows=held, wanted=wanted, selection=selection, options=options)


def _fitting(distribution: ResolvedDistribution, target: Target) -> ResolvedDistribution:
    rows = tuple(
        row for row in distribution.rows if not row.filename.endswith(".whl") or target.rank(row.filename) is not None
    )
    return distribution if len(rows) == len(distribution.rows) else replace(distribution, rows=rows)


def _header(options: ExportOptions) -> str:
    if options.command is None:
        return ""
    return f"This file was autogenerated by uv via the following command:\n   {options.command}"


# -- requirements files ------------------------------------------------------------------------------------------------


def _requirements(exported: Exported) -> str:
    options = exported.options
    pins = [
        PinnedRequirement(
            project=one.project,
            version="" if one.version is None else str(one.version),
            source=one.source,
            marker="" if row.marker.is_everywhere() else str(row.marker),
            hashes=tuple(file.hash for file in one.rows if file.hash) if options.hashes else (),
            via=tuple(exported.distributions[number].project for number in row.dependents),
            editable=exported.is_editable(one),
            first=isinstance(one.source, DirectorySource) and one.source.editable,
        )
        for one, row in exported.listed()
    ]
    return write_requirements(pins, header=_header(options), options=options.options, annotate=options.annotate)


# -- pylock.toml (PEP 751) ---------------------------------------------------------------------------------------------


def _pylock(lock: Lockfile, exported: Exported) -> PylockDocument:
    places = _Places(lock, exported)
    packages = []
    for one, row in exported.listed():
        entry = PylockPackage(name=one.project, marker="" if row.marker.is_everywhere() else str(row.marker))
        packages.append(places.described(entry, one))
    if places.problems:
        raise UnrepresentableLockError(file_format="pylock.toml", problems=tuple(places.problems))
    return PylockDocument(
        created_by=_CREATOR,
        requires_python=str(lock.requires_python),
        environments=lock.document.supported_markers,
        packages=tuple(packages),
    )


class _Places:
    """Says where files and folders are, as seen from the file that is written."""

    def __init__(self, lock: Lockfile, exported: Exported) -> None:
        options = exported.options
        self._exported = exported
        self._root = options.root or (Path.cwd() if lock.path is None else lock.path.absolute().parent)
        self._folder = options.folder
        self._digest = options.digest
        self.problems: list[str] = []

    def described(self, entry: PylockPackage, one: ResolvedDistribution) -> PylockPackage:
        """Return an entry with what it is installed from."""
        version = None if one.version is None else str(one.version)
        match one.source:
            case IndexSource(index=index):
                rows = [self.file(row, index) for row in one.rows]
                return replace(
                    entry,
                    version=version,
                    index=self.index(index),
                    sdist=next((row for row in rows if not row.filename.endswith(".whl")), None),
                    wheels=[row for row in rows if row.filename.endswith(".whl")],
                )
            case GitSource() as git:
                vcs = PylockVcs(
                    url=git.repository, commit=git.commit or "", reference=git.reference, subdirectory=git.subdirectory
                )
                return replace(entry, version=version, vcs=vcs)
            case DirectorySource() as tree:
                directory = PylockDirectory(
                    path=self.path(tree.path), editable=tree.editable if self._exported.keeps_editable(one) else None
                )
                return replace(entry, directory=directory)
            case ArchiveSource() as archive:
                return replace(entry, version=version, archive=self.archive(one, archive))
        raise AssertionError(one.source)

    def path(self, path: Path) -> str:
        if self._folder is None or path.is_absolute():
            return path.as_posix()
        text = Path(os.path.relpath(self._root / path, self._folder)).as_posix()
        # As uv writes the folder of the lock seen from below.
        return f"{text}/" if path == Path() and text != "." else text

    def index(self, index: str) -> str:
        return without_credentials(index) if is_url(index) else file_url(self._root / index)

    def file(self, row: FileRow, index: str) -> FileRow:
        url = row.url if is_url(row.url) else file_url(self._root / index / row.url)
        return row._replace(url=url, hash=row.hash or self._hash(row.filename, url))

    def archive(self, one: ResolvedDistribution, source: ArchiveSource) -> PylockArchive:
        digest = next((row.hash for row in one.rows if row.hash), None)
        inside = source.subdirectory
        if source.url is None:
            path = source.path or Path()
            digest = digest or self._hash(path.name, file_url(self._root / path))
            return PylockArchive(path=self.path(path), subdirectory=inside, hash=digest or "")
        url = f"{source.url}#subdirectory={inside}" if inside else source.url
        return PylockArchive(url=url, subdirectory=inside, hash=digest or self._hash(one.project, source.url) or "")

    def _hash(self, name: str, url: str) -> str | None:
        digest = None if self._digest is None else self._digest(url)
        if digest is None:
            self.problems.append(f"`{name}` has no hash in the lock, and every file needs one")
        return digest
