"""Do installed distributions have what they require?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from uvkit.errors import InvalidMetadataError
from uvkit.events import Notice
from uvkit.formats import parse_metadata
from uvkit.markers import MarkerSet

if TYPE_CHECKING:
    from uvkit.model import DependencyRow, MetadataRows, Target

    from .installed import InstalledDistribution


def check(installed: Iterable[InstalledDistribution], target: Target) -> tuple[Notice, ...]:
    """Return a notice for each requirement that is missing or not met, in the order of the projects.

    An extra counts as asked for if an installed distribution asks for it. Metadata that is missing or cannot be read is
    a notice too: nothing can be said about that distribution.
    """
    notices: list[Notice] = []
    known: dict[str, MetadataRows] = {}
    versions: dict[str, str] = {}
    for one in installed:
        if one.project in versions:
            message = f"`{one.project}` is installed more than once: {versions[one.project]} and {one.version_text}"
            notices.append(Notice("duplicate-distribution", message, "install it again"))
            continue
        versions[one.project] = one.version_text
        raw = one.metadata()
        if raw is None:
            notices.append(Notice("unreadable-metadata", f"`{one.project}` has no metadata", "install it again"))
            continue
        try:
            known[one.project] = parse_metadata(raw, filename=str(one.dist_info))
        except InvalidMetadataError as error:
            notices.append(Notice("unreadable-metadata", str(error)))
    for project in sorted(known):
        notices.extend(_python_notice(project, known[project], target))
    for project, row in _active_rows(known, target):
        notices.extend(_notice(project, row, versions.get(row.project)))
    return tuple(notices)


def _active_rows(known: dict[str, MetadataRows], target: Target) -> list[tuple[str, DependencyRow]]:
    """Return the requirements that hold on the target, those of extras that others ask for among them."""
    queue = [(project, "") for project in sorted(known)]
    seen = set(queue)
    found: list[tuple[str, DependencyRow]] = []
    for project, extra in queue:
        metadata = known[project]
        for row in metadata.extras.get(extra, ()) if extra else metadata.requires:
            if row.marker and not target.holds(MarkerSet.parse(row.marker)):
                continue
            found.append((project, row))
            for name in row.extras:
                if row.project in known and (row.project, name) not in seen:
                    seen.add((row.project, name))
                    queue.append((row.project, name))
    return sorted(found, key=lambda item: (item[0], item[1].project))


def _notice(project: str, row: DependencyRow, version: str | None) -> Iterator[Notice]:
    wanted = f"`{project}` requires `{row.project}{row.specifier}`"
    if version is None:
        yield Notice("missing-requirement", f"{wanted}, which is not installed")
        return
    if row.url or not row.specifier:
        return
    from packaging.specifiers import SpecifierSet

    if not SpecifierSet(row.specifier).contains(version, prereleases=True):
        yield Notice("unmet-requirement", f"{wanted}, but {version} is installed")


def _python_notice(project: str, metadata: MetadataRows, target: Target) -> Iterator[Notice]:
    if metadata.requires_python is None:
        return
    from packaging.specifiers import SpecifierSet

    if not SpecifierSet(metadata.requires_python).contains(target.python, prereleases=True):
        message = f"`{project}` requires Python {metadata.requires_python}, but this is {target.python}"
        yield Notice("unmet-python", message)
