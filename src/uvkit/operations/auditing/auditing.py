"""The verb that looks for known vulnerabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uvkit.environment import Environment
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.formats import Advisory
from uvkit.lockfile import ExportOptions, Lockfile, exported_part
from uvkit.model import ArchiveSource, IndexSource, ProjectName, Selection, Target
from uvkit.operations.compiling_target import TargetRequest
from uvkit.operations.locking import lock_project, read_lock
from uvkit.operations.session import borrowed
from uvkit.operations.syncing import of_member
from uvkit.operations.work import ProjectLike, Work
from uvkit.project import Project, Script

from .advisories import AdvisorySource, Package, advisory_source
from .audited import AuditResult
from .vulnerability import Vulnerability

if TYPE_CHECKING:
    from uvkit.operations.session import Session
    from uvkit.settings import Locking

# What is developed with is as dangerous as what is shipped: an audit looks at everything unless told otherwise.
_EVERYTHING = Selection.of(extras="all", groups="all", members="all")
_INFORMATION = "https://osv.dev/vulnerability/"


def audit(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    source: ProjectLike | Script | Lockfile | Environment | None = None,
    *,
    advisories: str | Path | AdvisorySource | None = None,
    selection: Selection = _EVERYTHING,
    target: Target | TargetRequest | None = None,
    ignore: Iterable[str] = (),
    ignore_until_fixed: Iterable[str] = (),
    locking: Locking = "update",
    python: str | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> AuditResult:
    """Look for known vulnerabilities of what is locked, or installed in an environment.

    ``source`` is a project, whose lock is brought up to date first, a script, a lock, or an environment.
    ``advisories`` is the address of a service with the interface of OSV, or a file, folder or zip archive with records
    in its format; none is the service of OSV itself. Of a lock, everything that ``selection`` names is looked at, on
    all platforms unless a ``target`` is given; members of the workspace, source trees and repositories have no
    advisories.

    Vulnerabilities that ``ignore`` names, by any identifier, are not reported, nor are those of ``ignore_until_fixed``
    while there is no version without them; what the project's settings ignore is added.

    Raises:
        InvalidAdvisoriesError: the advisories cannot be read.
        IndexAccessError: the service cannot be reached.
        SelectionError: the selection names something unknown.
        UvkitError: as ``lock`` raises.
    """
    started = perf_counter()
    with borrowed(session) as owner:
        if isinstance(source, Environment):
            packages = _installed(source)
            path, settings = None, owner.settings
        elif isinstance(source, Lockfile):
            packages = _locked(source, selection, _machine(owner, target, python))
            path, settings = source.path, owner.settings
        else:
            with Work.on(source, session=owner, python=python) as work:
                if isinstance(work.project, Project):
                    selection = of_member(work.project, selection)
                if locking == "frozen":
                    lock = read_lock(work).lockfile
                else:
                    lock = lock_project(work, check=locking == "check", events=events, cancel=cancel).lockfile
                packages = _locked(lock, selection, _machine(owner, target, work.python_request))
                path, settings = work.project.lockfile_path, work.settings
        known = advisory_source(advisories, owner.http)
        found = _vulnerabilities(packages, known.advisories(packages, cancel=cancel))
    ignored = {*ignore, *settings.audit.ignored}
    until_fixed = {*ignore_until_fixed, *settings.audit.until_fixed}
    reported = [one for one in found if not _is_ignored(one, ignored, until_fixed)]
    return AuditResult(
        audited=len(packages),
        vulnerabilities=tuple(reported),
        ignored=tuple(one for one in found if one not in reported),
        source=path,
        elapsed=timedelta(seconds=perf_counter() - started),
        notices=tuple(_unused(ignored | until_fixed, found)),
    )


def _is_ignored(one: Vulnerability, ignored: set[str], until_fixed: set[str]) -> bool:
    return bool(one.names & ignored) or (bool(one.names & until_fixed) and not one.fix_versions)


def _unused(ignored: set[str], found: Sequence[Vulnerability]) -> Iterable[Notice]:
    for name in sorted(ignored):
        if not any(name in one.names for one in found):
            message = f"ignored vulnerability `{name}` does not match any vulnerability in the project"
            yield Notice("unused-ignore", message)


# -- what is audited ---------------------------------------------------------------------------------------------------


def _machine(owner: Session, target: Target | TargetRequest | None, python: str | None) -> Target | None:
    """Return the machine that is meant, or none for all of them."""
    if not isinstance(target, TargetRequest):
        return target
    from packaging.version import Version

    from uvkit.python import target_for

    interpreter = owner.pythons.find(target.python or python, environments="never")
    version = None if target.version is None else Version(target.version)
    return target_for(interpreter, version=version, platform=target.platform)


def _locked(lock: Lockfile, selection: Selection, target: Target | None) -> list[Package]:
    part = exported_part(lock, selection, target=target, options=ExportOptions(), exclusive=False)
    found: dict[Package, None] = {}
    for one, _ in part.reached():
        if one.version is not None and isinstance(one.source, IndexSource | ArchiveSource):
            found[one.project, str(one.version)] = None
    return sorted(found)


def _installed(environment: Environment) -> list[Package]:
    return sorted((one.project, str(one.version)) for one in environment.installed() if not one.editable)


# -- what is known of it -----------------------------------------------------------------------------------------------


def _vulnerabilities(packages: Sequence[Package], advisories: Iterable[Advisory]) -> list[Vulnerability]:
    by_project: dict[ProjectName, list[Advisory]] = {}
    for advisory in {one.id: one for one in advisories if not one.withdrawn}.values():
        for project in {one.project for one in advisory.affected}:
            by_project.setdefault(project, []).append(advisory)
    found = []
    for project, version in packages:
        about = [one for one in by_project.get(project, ()) if one.affects(project, version)]
        found += [_one(project, version, same) for same in _same(about)]
    return sorted(found, key=lambda one: (one.project, one.version, one.display_id))


def _same(advisories: Sequence[Advisory]) -> list[list[Advisory]]:
    """Return advisories in groups of those that are about the same: they share an identifier."""
    groups: list[tuple[set[str], list[Advisory]]] = []
    for advisory in advisories:
        names, members = set(advisory.names), [advisory]
        apart = []
        for known in groups:
            if known[0] & names:
                names |= known[0]
                members = [*known[1], *members]
            else:
                apart.append(known)
        groups = [*apart, (names, members)]
    return [members for _, members in groups]


def _one(project: ProjectName, version: str, same: Sequence[Advisory]) -> Vulnerability:
    ordered = sorted(same, key=lambda one: one.id)
    first = ordered[0]
    names = {name for one in ordered for name in one.names}
    fixes = {fix: None for one in ordered for fix in one.fixes(project, version)}
    severities = [one.severity for one in ordered if one.severity]
    return Vulnerability(
        project=project,
        version=version,
        id=first.id,
        display_id=min(names, key=_preference),
        aliases=tuple(sorted(names - {first.id})),
        summary=next((one.summary for one in ordered if one.summary), ""),
        details=next((one.details for one in ordered if one.details), ""),
        severity=_strongest(severities),
        fix_versions=_sorted_versions(fixes),
        link=next((one.link for one in ordered if one.link), f"{_INFORMATION}{first.id}"),
        published=min((one.published for one in ordered if one.published), default=None),
        modified=max((one.modified for one in ordered if one.modified), default=None),
    )


def _preference(name: str) -> tuple[int, str]:
    """Return how well an identifier is known to people who write Python."""
    prefixes = ("PYSEC-", "GHSA-", "CVE-")
    return next((rank for rank, prefix in enumerate(prefixes) if name.startswith(prefix)), len(prefixes)), name


def _strongest(severities: Sequence[str]) -> str | None:
    from uvkit.formats import SEVERITIES

    return max(severities, key=SEVERITIES.index) if severities else None


def _sorted_versions(texts: Iterable[str]) -> tuple[str, ...]:
    from packaging.version import Version

    return tuple(map(str, sorted({Version(text) for text in texts})))
