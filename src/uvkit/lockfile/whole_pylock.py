"""A whole lock as a `pylock.toml` that any tool installs from (PEP 751), and back without loss.

The standard's part has what anybody may install of the project at the root: the choice between extras and groups is in
the markers. What the standard has no place for is in a table of our own, as the text of a `uv.lock` without the files
that stand above.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace

from uvkit.errors import InvalidLockfileError
from uvkit.formats import (
    LockDocument,
    LockOpen,
    LockPackage,
    PylockDocument,
    embedded_text,
    read_uv_lock,
    write_pylock,
    write_uv_lock,
)
from uvkit.model import FileRow, IndexSource, Selection, Source, is_url
from uvkit.resolver import Wanted

from .export_graph import ExportGraph
from .export_options import ExportOptions
from .exported import Exported, LockView
from .pylock_entries import PylockEntries

_CREATOR = "uvkit"


def whole_pylock(lock: LockView) -> str:
    """Return the text of a whole lock.

    Raises:
        UnrepresentableLockError: a file has no hash.
    """
    document = lock.document
    selection = Selection(extras="all", groups="all")
    roots, _ = lock.roots_for(selection)
    wanted = Wanted(lock.distributions, selection, roots)
    graph = ExportGraph(
        lock.distributions,
        wanted,
        bounds=lock.requires_python.bounds,
        forks=lock.forks,
        conflicts=lock.conflicts,
        open_choice=True,
    )
    exported = Exported(
        distributions=lock.distributions,
        rows=graph.rows(),
        wanted=wanted,
        selection=selection,
        options=ExportOptions(),
    )
    entries = PylockEntries(lock, exported, movable=True)
    packages = tuple(entries.entry(one, row.marker) for one, row in exported.listed())
    entries.check()
    groups = sorted({*roots.groups, *(group for names in wanted.groups.values() for group in names)})
    named: set[tuple[str, str, Source]] = {(one.project, str(one.version), one.source) for one, _ in exported.listed()}
    rest = replace(document, packages=tuple(_without_files(one, named) for one in document.packages))
    return write_pylock(
        PylockDocument(
            created_by=_CREATOR,
            requires_python=document.requires_python,
            environments=document.supported_markers,
            extras=tuple(sorted({extra for names in wanted.extras.values() for extra in names})),
            dependency_groups=tuple(groups),
            default_groups=tuple(group for group in groups if _is_default(group, wanted)),
            packages=packages,
            tool=f"\n[tool.uvkit]\nlock = {embedded_text(write_uv_lock(rest))}\n",
        ),
        whole_moments=True,
    )


def open_pylock(lock: LockView, choice: LockOpen) -> str:
    """Return the text of a lock that was read from this format and has nothing but its entries.

    Raises:
        UnrepresentableLockError: a file has no hash.
    """
    roots = lock.roots_for(Selection())[0]
    exported = Exported(
        distributions=lock.distributions,
        rows=(),
        wanted=Wanted(lock.distributions, Selection(), roots),
        selection=Selection(),
        options=ExportOptions(),
    )
    entries = PylockEntries(lock, exported, movable=True)
    known = {(one.project, one.version, one.source): one for one in lock.distributions}
    packages = tuple(
        entries.entry(known[edge.project, edge.version, edge.source], edge.marker)
        for edge in lock.roots
        if edge.source is not None
    )
    entries.check()
    return write_pylock(
        PylockDocument(
            created_by=_CREATOR,
            requires_python=lock.document.requires_python,
            environments=lock.document.supported_markers,
            extras=choice.extras,
            dependency_groups=choice.groups,
            default_groups=choice.default_groups,
            packages=packages,
        ),
        whole_moments=True,
    )


def _is_default(group: str, wanted: Wanted) -> bool:
    defaults = wanted.default_groups
    return defaults == "all" or group in (defaults if isinstance(defaults, tuple) else ("dev",))


def _without_files(package: LockPackage, named: AbstractSet[tuple[str, str, Source]]) -> LockPackage:
    """Return a package without the files that its entry has."""
    if (package.name, str(package.version), package.source) not in named or not _is_remote(package):
        return package
    return replace(package, sdist=None, wheels=())


def _is_remote(package: LockPackage) -> bool:
    source = package.source
    return isinstance(source, IndexSource) and is_url(source.index) and all(map(_is_complete, _files(package)))


def _is_complete(row: FileRow) -> bool:
    return is_url(row.url) and bool(row.hash)


def _files(package: LockPackage) -> Iterable[FileRow]:
    return (*(() if package.sdist is None else (package.sdist,)), *package.wheels)


def whole_document(standard: LockDocument, text: str) -> LockDocument:
    """Return the document that was written: the text of our table with the files of the standard's part.

    Raises:
        InvalidLockfileError: the two do not belong together.
    """
    rest = read_uv_lock(text)
    files = {(one.name, one.version, one.source): one for one in standard.packages}
    packages = []
    for package in rest.packages:
        found = files.pop((package.name, package.version, package.source), None)
        is_bare = found is not None and not tuple(_files(package))
        packages.append(replace(package, sdist=found.sdist, wheels=found.wheels) if found and is_bare else package)
    left = [one for one in files.values() if isinstance(one.source, IndexSource) and is_url(one.source.index)]
    strange = sorted(one.name for one in left)
    if strange:
        reason = f"`tool.uvkit.lock` knows nothing of {', '.join(f'`{name}`' for name in strange)}"
        raise InvalidLockfileError(problems=(reason,))
    return replace(rest, packages=tuple(packages))
