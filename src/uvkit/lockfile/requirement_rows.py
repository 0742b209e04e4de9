"""Requirements as a lock records them: canonical texts, sorted, each once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from uvkit.formats import LockRequirement, git_of_text, source_entry
from uvkit.markers import MarkerSet, MarkerSyntaxError
from uvkit.model import (
    ArchiveSource,
    ConflictItem,
    DeclaredRequirement,
    DirectorySource,
    GitSource,
    IndexSource,
    Requirement,
    is_url,
    without_credentials,
)

_OPERATORS = ("==", "==*", "===", "!=", "!=*", "~=", "<", "<=", ">", ">=")
_KINDS = {"registry": 0, "url": 1, "git": 2, "path": 4, "directory": 5, "editable": 5, "virtual": 5}


def declared_rows(declared: Iterable[DeclaredRequirement], *, root: Path | None) -> tuple[LockRequirement, ...]:
    """Return the rows of declared requirements, sorted, each once."""
    return sorted_rows(requirement_row(one.requirement, scope=one.scope, root=root) for one in declared)


def plain_rows(requirements: Iterable[Requirement], *, root: Path | None) -> tuple[LockRequirement, ...]:
    """Return the rows of requirements, sorted, each once."""
    return sorted_rows(requirement_row(one, root=root) for one in requirements)


def requirement_row(
    requirement: Requirement, *, scope: ConflictItem | None = None, root: Path | None = None
) -> LockRequirement:
    """Return the row of one requirement. ``root`` makes the path of a local index absolute."""
    row = LockRequirement(
        name=requirement.project,
        extras=requirement.written_extras or tuple(sorted(requirement.extras)),
        marker=str(requirement.marker),
        conflict=scope,
    )
    match requirement.source:
        case None:
            return row._replace(specifier=specifier_text(requirement.specifier))
        case IndexSource(index=index):
            return row._replace(specifier=specifier_text(requirement.specifier), index=index_url(index, root))
        case source:
            kind, location, subdirectory = source_entry(source)
            return row._replace(kind=kind, location=location, subdirectory=subdirectory)


def requirement_of_row(row: LockRequirement) -> Requirement:
    """Return the requirement of a row.

    Raises:
        ValueError: its specifier or marker does not parse.
    """
    from uvkit.formats import source_of_entry
    from uvkit.model import extra_name, project_name

    source = source_of_entry(row.kind, row.location, row.subdirectory) if row.kind != "registry" else None
    return Requirement(
        project=project_name(row.name),
        extras=frozenset(map(extra_name, row.extras)),
        specifier=SpecifierSet(row.specifier),
        marker=MarkerSet.parse(row.marker),
        source=IndexSource(index=row.index) if row.index else source,
        written_extras=tuple(map(extra_name, row.extras)),
    )


def sorted_rows(rows: Iterable[LockRequirement]) -> tuple[LockRequirement, ...]:
    """Return rows in the order of a lock, without repetitions: of equal ones the last is kept, as uv does."""
    unique: dict[tuple[Any, ...], LockRequirement] = {}
    for row in rows:
        unique[row_key(row)] = row
    return tuple(unique[key] for key in sorted(unique))


def row_key(row: LockRequirement) -> tuple[Any, ...]:
    """Return a tuple that sorts rows, and is equal for rows that mean the same."""
    marker = MarkerSet.parse(row.marker).sort_key()
    conflict = _conflict_key(row.conflict)
    if row.kind == "registry":
        return row.name, row.extras, row.groups, marker, 0, specifier_key(row.specifier), row.index, conflict
    kind = _KINDS[row.kind]
    location: tuple[Any, ...] = (row.location,)
    if row.kind == "git":
        source = git_of_text(row.location)
        kind += source.path is not None
        location = _git_key(source)
    detail = (*location, row.subdirectory, row.kind)
    return row.name, row.extras, row.groups, marker, kind, detail, "", conflict


def _git_key(source: GitSource) -> tuple[Any, ...]:
    kinds = ("branch", "tag", "rev")
    kind = kinds.index(source.reference_kind) if source.reference_kind in kinds else 3
    parts = (source.commit or "", source.subdirectory or "", source.path or "", source.lfs)
    return source.repository, kind, source.reference or "", *parts


def _conflict_key(item: ConflictItem | None) -> tuple[str, ...]:
    return () if item is None else conflict_key(item)


def conflict_key(item: ConflictItem) -> tuple[str, ...]:
    """Return a tuple that sorts the items of a conflict set."""
    if item.extra is not None:
        return item.project, "0", item.extra
    return (item.project, "1", item.group) if item.group is not None else (item.project, "2")


def index_url(index: str, root: Path | None) -> str:
    """Return an index as requirement tables name it: a URL without credentials, also for a folder on this machine."""
    if is_url(index):
        return without_credentials(index)
    path = Path(index)
    if not path.is_absolute() and root is not None:
        path = root / path
    return path.as_uri() if path.is_absolute() else index


# -- version specifiers ------------------------------------------------------------------------------------------------


def specifier_text(specifiers: SpecifierSet | str, separator: str = ",") -> str:
    """Return the specifiers sorted by version and then operator, versions in canonical form (PEP 440)."""
    return separator.join(text for _, _, text in _parts(str(specifiers)))


def specifier_key(text: str) -> tuple[tuple[int, Any], ...]:
    """Return a tuple that sorts specifier sets, and is equal for sets of equal specifiers."""
    return tuple((operator, version) for version, operator, _ in _parts(text))


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[tuple[Any, int, str], ...]:
    """Return each specifier as its version, the rank of its operator, and its text.

    Raises:
        ValueError: the text is not a specifier set.
    """
    if not text:
        return ()
    try:
        return tuple(sorted((_part(one) for one in SpecifierSet(text)), key=lambda part: part[:2]))
    except InvalidSpecifier as error:
        raise ValueError(f"`{text}` is not a set of version specifiers") from error


def _part(specifier: Specifier) -> tuple[Any, int, str]:
    operator, text = specifier.operator, specifier.version
    wildcard = text.endswith(".*")
    try:
        version = Version(text[:-2] if wildcard else text)
    except InvalidVersion:
        # `===` compares texts and takes any (PEP 440, arbitrary equality); such a thing sorts first.
        return Version("0.dev0"), _OPERATORS.index(operator), f"{operator}{text}"
    rank = _OPERATORS.index(f"{operator}*" if wildcard else operator)
    return version, rank, f"{operator}{version}{'.*' if wildcard else ''}"


def requirement_text(requirement: Requirement) -> str:
    """Return a requirement as static metadata lists it (PEP 508), extras in their written order."""
    extras = ",".join(requirement.written_extras or sorted(requirement.extras))
    text = f"{requirement.project}[{extras}]" if extras else requirement.project
    match requirement.source:
        case ArchiveSource() | GitSource() | DirectorySource():
            plain = str(Requirement(project=requirement.project, source=requirement.source))
            text += plain.removeprefix(requirement.project)
        case _:
            text += specifier_text(requirement.specifier)
    marker = str(requirement.marker)
    return f"{text} ; {marker}" if marker else text


def canonical_marker(text: str) -> str:
    """Return a marker in canonical form.

    Raises:
        ValueError: it does not parse.
    """
    try:
        return str(MarkerSet.parse(text))
    except MarkerSyntaxError as error:
        raise ValueError(f"`{text}` is not a marker") from error
