"""Do the installed distributions answer plain requirements as they are?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from packaging.specifiers import SpecifierSet

from uvkit.errors import InvalidMetadataError
from uvkit.formats import parse_metadata
from uvkit.markers import MarkerSet
from uvkit.model import DependencyRow, MetadataRows, ProjectName, Requirement, Target, project_name

if TYPE_CHECKING:
    from uvkit.environment import InstalledDistribution


def is_satisfied(
    roots: Sequence[Requirement],
    limits: Sequence[Requirement],
    *,
    installed: Sequence[InstalledDistribution],
    target: Target,
) -> bool:
    """Tell whether every requirement, and what it needs in turn, is installed in a fitting version.

    Requirements with a source of their own are never taken as satisfied here: whether a file or a tree changed is for
    the preparation to find out. Others are satisfied wherever the distribution came from.
    """
    found = {one.project: one for one in installed}
    wanted = [one for one in roots if target.holds(one.marker)]
    if len(found) != len(installed) or any(one.source is not None for one in wanted):
        return False
    bounds = [one for one in limits if one.project in found and target.holds(one.marker)]
    if not all(_meets(found, one.project, one.specifier) for one in (*wanted, *bounds)):
        return False
    queue = list(dict.fromkeys((one.project, extra) for one in wanted for extra in ("", *one.extras)))
    return _closure_is_met(queue, found, target)


def _closure_is_met(
    queue: list[tuple[ProjectName, str]], found: Mapping[ProjectName, InstalledDistribution], target: Target
) -> bool:
    seen = set(queue)
    metadata: dict[ProjectName, MetadataRows] = {}
    for project, extra in queue:
        rows = metadata.get(project)
        if rows is None:
            read = _metadata(found[project])
            if read is None:
                return False
            rows = metadata[project] = read
        for row in _active(rows, extra, target):
            if row.url or not _meets(found, row.project, SpecifierSet(row.specifier)):
                return False
            for item in ((project_name(row.project), name) for name in ("", *row.extras)):
                if item not in seen:
                    seen.add(item)
                    queue.append(item)
    return True


def _active(rows: MetadataRows, extra: str, target: Target) -> Iterator[DependencyRow]:
    for row in rows.extras.get(extra, ()) if extra else rows.requires:
        if not row.marker or target.holds(MarkerSet.parse(row.marker)):
            yield row


def _metadata(one: InstalledDistribution) -> MetadataRows | None:
    raw = one.metadata()
    if raw is None:
        return None
    try:
        return parse_metadata(raw, filename=str(one.dist_info))
    except InvalidMetadataError:
        # Whoever cannot say what it needs is resolved anew.
        return None


def _meets(found: Mapping[ProjectName, InstalledDistribution], project: str, specifier: SpecifierSet) -> bool:
    one = found.get(project)  # type: ignore[call-overload]  # a normalized text is a project's name
    return one is not None and specifier.contains(one.version, prereleases=True)
