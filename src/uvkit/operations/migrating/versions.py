"""Versions of an old lock: as preferences for a resolution, and compared with what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from uvkit.errors import UvkitError
from uvkit.markers import MarkerSet
from uvkit.model import GitSource, Hash, ProjectName, project_name, without_credentials
from uvkit.resolver import Preference

from .migrated import MigratedVersion

if TYPE_CHECKING:
    from uvkit.formats import LockedProject
    from uvkit.index import IndexSet
    from uvkit.lockfile import Lockfile
    from uvkit.resolver import ResolveRequest

    from .sources import Found


def locked_preferences(locked: Iterable[LockedProject]) -> tuple[Preference, ...]:
    """Return the versions that a resolution tries first, each where it was locked."""
    found = []
    for one in locked:
        try:
            version = Version(one.version)
        except InvalidVersion:
            continue
        found.append(Preference(project=project_name(one.project), version=version, markers=_markers(one)))
    return tuple(found)


def _markers(one: LockedProject) -> tuple[MarkerSet, ...]:
    if not one.marker:
        return ()
    try:
        return (MarkerSet.parse(one.marker),)
    except (UvkitError, ValueError):
        return ()


def locked_commits(found: Found, request: ResolveRequest) -> tuple[GitSource, ...]:
    """Return the commits of the repositories that the project requires, as they were locked."""
    commits: list[GitSource] = []
    for source in _repositories(request):
        same = [one for one in found.locked if one.commit and _same_place(one.repository, source.repository)]
        commits += [replace(source, commit=one.commit) for one in same]
    return tuple(commits)


def _repositories(request: ResolveRequest) -> Iterator[GitSource]:
    for member in request.members:
        for declared in (member.dependencies, *member.extras.values(), *member.groups.values()):
            sources = (one.requirement.source for one in declared)
            yield from (source for source in sources if isinstance(source, GitSource))


def _same_place(one: str, other: str) -> bool:
    def bare(url: str) -> str:
        return without_credentials(url).removesuffix("/").removesuffix(".git").lower()

    return bare(one) == bare(other)


def compared(locked: Sequence[LockedProject], lockfile: Lockfile, indexes: IndexSet) -> tuple[MigratedVersion, ...]:
    """Return what became of every version, those that did not stay first."""
    before: dict[ProjectName, list[LockedProject]] = {}
    for one in locked:
        before.setdefault(project_name(one.project), []).append(one)
    after: dict[ProjectName, list[str]] = {}
    digests: dict[str, str] = {}
    for distribution in lockfile.distributions:
        if distribution.project in lockfile.members:
            continue
        after.setdefault(distribution.project, []).append(str(distribution.version or ""))
        digests |= {row.filename: row.hash for row in distribution.rows if row.hash}
    if not before:
        return tuple(MigratedVersion(project=name, fate="new", after=tuple(after[name])) for name in sorted(after))
    rows = [_fate(name, before.get(name, []), after.get(name, []), indexes=indexes) for name in {*before, *after}]
    rows = [_with_hashes(row, before.get(row.project, []), digests) for row in rows]
    order = ("changed", "gone", "new", "kept")
    return tuple(sorted(rows, key=lambda row: (order.index(row.fate), row.project)))


def _fate(
    project: ProjectName, old: Sequence[LockedProject], new: Sequence[str], *, indexes: IndexSet
) -> MigratedVersion:
    texts = tuple(dict.fromkeys(_normal(one.version) or one.commit[:12] for one in old))
    found = tuple(dict.fromkeys(map(_normal, new)))
    if not old:
        reason = "the new lock is for all platforms and Python versions"
        return MigratedVersion(project=project, fate="new", after=found, reason=reason)
    if not new:
        return MigratedVersion(project=project, fate="gone", before=texts, reason="nothing requires it any more")
    without_version = all(not one.version for one in old)
    if without_version or set(found) <= set(texts):
        return MigratedVersion(project=project, fate="kept", before=texts, after=found)
    reason = _reason(project, [one for one in old if _normal(one.version) not in found], indexes)
    return MigratedVersion(project=project, fate="changed", before=texts, after=found, reason=reason)


def _reason(project: ProjectName, lost: Sequence[LockedProject], indexes: IndexSet) -> str:
    """Return why versions that were locked are not in the new lock."""
    if not lost:
        return "other platforms or Python versions need another one as well"
    if any(not one.from_index for one in lost):
        return "it came from elsewhere than an index"
    try:
        listings = [index.listing(project) for index in indexes.indexes]
    except UvkitError as error:
        return f"the index could not be asked: {error}"
    known = {_normal(version) for listing in listings if listing is not None for version in listing.versions}
    missing = [one.version for one in lost if _normal(one.version) not in known]
    if missing:
        return f"the index does not have {', '.join(f'`{version}`' for version in missing)}"
    return "it does not fit the requirements on all platforms and Python versions"


def _with_hashes(row: MigratedVersion, old: Sequence[LockedProject], digests: dict[str, str]) -> MigratedVersion:
    """Return a kept version as changed if a file of it has another digest than the one that was locked."""
    for one in old:
        for filename, text in one.hashes.items():
            now = digests.get(filename)
            if now is None or row.fate != "kept":
                continue
            try:
                same = Hash.parse(text).algorithm != Hash.parse(now).algorithm or Hash.parse(text) == Hash.parse(now)
            except ValueError:
                continue
            if not same:
                reason = f"`{filename}` on the index has another digest than the one that was locked"
                return MigratedVersion(
                    project=row.project, fate="changed", before=row.before, after=row.after, reason=reason
                )
    return row


def _normal(text: str) -> str:
    try:
        return str(Version(text))
    except InvalidVersion:
        return text
