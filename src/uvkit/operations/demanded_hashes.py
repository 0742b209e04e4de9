"""Hold a resolution to the digests that requirements name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from uvkit.errors import HashMismatchError, InvalidRequirementError, MissingHashError, PrepareError
from uvkit.model import ArchiveSource, FileRow, Hash, IndexSource, ProjectName, Requirement, ResolvedDistribution
from uvkit.resolver import Resolution

from .installed_first import is_installed

Demanded = Mapping[ProjectName, tuple[Hash, ...]]


def demanded_hashes(roots: Iterable[Requirement], limits: Iterable[Requirement]) -> Demanded:
    """Return the digests that requirements and constraints name of one exact version each: what both name, if both do.

    Raises:
        InvalidRequirementError: a requirement and a constraint name digests, and none of them is the same.
    """
    found = _named(roots)
    for project, (one, hashes) in _named(limits).items():
        if project not in found:
            found[project] = (one, hashes)
            continue
        first, wanted = found[project]
        common = tuple(value for value in wanted if value in hashes)
        if not common:
            reason = f"none of its hashes is one of those that the constraint `{one}` names"
            raise InvalidRequirementError(text=str(first), origin=first.origin, reason=reason)
        found[project] = (first, common)
    return {project: hashes for project, (_, hashes) in found.items()}


def without_hashes(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Return requirements whose archives may have any digest."""
    return tuple(
        replace(one, source=replace(one.source, hashes=())) if isinstance(one.source, ArchiveSource) else one
        for one in requirements
    )


def _named(requirements: Iterable[Requirement]) -> dict[ProjectName, tuple[Requirement, tuple[Hash, ...]]]:
    found: dict[ProjectName, tuple[Requirement, tuple[Hash, ...]]] = {}
    for one in requirements:
        if one.hashes and _is_exact(one):
            first, hashes = found.get(one.project, (one, ()))
            found[one.project] = (first, tuple(dict.fromkeys((*hashes, *one.hashes))))
    return found


def check_all_hashed(roots: Iterable[Requirement], demanded: Demanded) -> None:
    """Refuse requirements that do not name one file by its digest.

    Raises:
        InvalidRequirementError: one does not pin a version.
        MissingHashError: one names no digest.
    """
    for one in roots:
        if isinstance(one.source, ArchiveSource):
            if not one.source.hashes:
                raise MissingHashError(filename=str(one))
        elif one.source is not None:
            raise MissingHashError(filename=str(one))
        elif not _is_exact(one):
            reason = "where hashes are required, all versions have to be pinned with `==`"
            raise InvalidRequirementError(text=str(one), origin=one.origin, reason=reason)
        elif one.project not in demanded:
            raise MissingHashError(filename=str(one))


def held_to_hashes(resolution: Resolution, demanded: Demanded, *, required: bool) -> Resolution:
    """Return the resolution with only the files that have a demanded digest.

    Raises:
        PrepareError: a distribution has no such file, or, where hashes are ``required``, nobody named one.
    """
    failures: list[HashMismatchError | MissingHashError] = []
    held = []
    for one in resolution.distributions:
        wanted = demanded.get(one.project, ())
        if not isinstance(one.source, IndexSource) or not (wanted or required) or is_installed(one):
            held.append(one)
        elif not wanted:
            failures.append(MissingHashError(filename=f"{one.project}=={one.version}"))
        else:
            rows = tuple(_held_rows(one, wanted))
            if not rows:
                actual = next((row.hash for row in one.rows if row.hash), "unknown")
                expected = tuple(map(str, wanted))
                failures.append(
                    HashMismatchError(filename=f"{one.project}=={one.version}", expected=expected, actual=actual)
                )
            held.append(replace(one, rows=rows))
    if failures:
        raise PrepareError(failures=tuple(failures))
    return replace(resolution, distributions=tuple(held))


def _held_rows(one: ResolvedDistribution, wanted: tuple[Hash, ...]) -> Iterable[FileRow]:
    """Yield the files with a demanded digest; where the index names none to compare, the only demanded one is set."""
    comparable = {value.algorithm for value in wanted}
    for row in one.rows:
        announced = Hash.parse(row.hash) if row.hash else None
        if announced in wanted:
            yield row
        elif (announced is None or announced.algorithm not in comparable) and len(wanted) == 1:
            yield row._replace(hash=str(wanted[0]))


def _is_exact(requirement: Requirement) -> bool:
    return any(one.operator in {"==", "==="} and "*" not in one.version for one in requirement.specifier)
