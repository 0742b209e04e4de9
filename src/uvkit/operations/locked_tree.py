"""The verbs that look at what is locked: as a tree, and for newer versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from uvkit.events import CancelToken, EventSink, Notice
from uvkit.lockfile import Lockfile
from uvkit.model import IndexSource, ProjectName, Selection, Universal, Upgrade, project_name
from uvkit.project import Script
from uvkit.python import target_for

from .locked_graph import LockedGraph, LockedNode
from .locking import lock_project, read_lock
from .newer_versions import latest_versions
from .work import ProjectLike, Work

if TYPE_CHECKING:
    from uvkit.settings import Locking

    from .results import LockResult
    from .session import Session

_DEFAULT = Selection()
_NO_UPGRADE = Upgrade()


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeResult:
    """The trees of what is locked, and the lock they come from."""

    trees: tuple[LockedNode, ...]
    lock: LockResult
    notices: tuple[Notice, ...] = field(default=())

    def summary(self) -> str:
        """Return one line for people."""
        return f"{len(self.trees)} {'tree' if len(self.trees) == 1 else 'trees'} of `{self.lock.path.name}`"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "trees": [tree.to_dict() for tree in self.trees],
            "lock": self.lock.to_dict(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerVersion:
    """A locked project of which the indexes have a newer version for the Python versions of the lock."""

    project: ProjectName
    locked: Version
    latest: Version

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {"name": self.project, "version": str(self.locked), "latest_version": str(self.latest)}


def tree(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    project: ProjectLike | Script | None = None,
    *,
    packages: Iterable[str] = (),
    invert: bool = False,
    depth: int | None = None,
    prune: Iterable[str] = (),
    dedupe: bool = True,
    outdated: bool = False,
    universal: bool = False,
    platform: str | None = None,
    version: str | None = None,
    selection: Selection = _DEFAULT,
    locking: Locking = "update",
    upgrade: Upgrade = _NO_UPGRADE,
    python: str | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> TreeResult:
    """Return what a project or script requires as trees, locking it first where needed.

    They show what holds for the interpreter in use, for a Python ``version`` or a ``platform``, or for all machines.
    All extras of members are shown, and the groups of the ``selection``. ``packages`` are roots of their own; with
    ``invert`` a tree shows who requires its root. ``prune`` are left out with what only they lead to. What was followed
    once is not followed again, unless ``dedupe`` is off. ``outdated`` looks for newer versions of everything.

    Raises:
        ValueError: the platform or version is unknown.
        UvkitError: as ``lock`` raises.
    """
    with Work.on(project, session=session, python=python) as work:
        locked = _locked(work, locking, upgrade, events=events, cancel=cancel)
        holds = None
        if not universal:
            wanted = None if version is None else Version(version)
            holds = target_for(work.interpreter, version=wanted, platform=platform).holds
        graph = LockedGraph(locked.lockfile, selection=selection, holds=holds)
        newer = _newer(work, locked.lockfile, graph, events=events, cancel=cancel) if outdated else {}
        trees = graph.trees(
            frozenset(map(project_name, packages)),
            invert=invert,
            depth=depth,
            prune=frozenset(map(project_name, prune)),
            dedupe=dedupe,
            latest=newer,
        )
        return TreeResult(trees=trees, lock=locked, notices=locked.notices)


def outdated_locked(
    project: ProjectLike | Script | None = None,
    *,
    selection: Selection = _DEFAULT,
    locking: Locking = "update",
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> tuple[NewerVersion, ...]:
    """Return the locked projects of which the indexes have newer versions, whether or not the requirements admit them.

    What "newest" means follows the settings: pre-releases, cut-off date, formats. Projects that no index has are passed
    over.

    Raises:
        UvkitError: as ``lock`` raises.
    """
    with Work.on(project, session=session) as work:
        locked = _locked(work, locking, _NO_UPGRADE, events=events, cancel=cancel)
        graph = LockedGraph(locked.lockfile, selection=selection)
        newer = _newer(work, locked.lockfile, graph, events=events, cancel=cancel)
    return tuple(
        NewerVersion(project=one.project, locked=one.version, latest=newer[one.project])
        for one in graph.distributions
        if one.version is not None and newer.get(one.project, one.version) > one.version
    )


def _locked(
    work: Work, locking: Locking, upgrade: Upgrade, *, events: EventSink | None, cancel: CancelToken | None
) -> LockResult:
    if locking == "frozen":
        return read_lock(work)
    # The lock of a script is written only where there is one.
    silent = isinstance(work.project, Script) and not work.project.lockfile_path.exists()
    check = locking == "check"
    return lock_project(work, upgrade=upgrade, check=check, dry_run=silent, events=events, cancel=cancel)


def _newer(
    work: Work, lockfile: Lockfile, graph: LockedGraph, *, events: EventSink | None, cancel: CancelToken | None
) -> dict[ProjectName, Version]:
    """Return the newest version of everything that comes from an index."""
    projects = list(dict.fromkeys(one.project for one in graph.distributions if isinstance(one.source, IndexSource)))
    target = Universal(requires_python=SpecifierSet(str(lockfile.requires_python)))
    search = work.resolver.without_dependencies()
    found: dict[ProjectName, Version] = {}
    for resolution in latest_versions(search, projects, target, events=events, cancel=cancel):
        for project, version in _pairs(resolution.distributions):
            found[project] = max(version, found.get(project, version))
    return found


def _pairs(distributions: Iterable[Any]) -> Iterator[tuple[ProjectName, Version]]:
    return ((one.project, one.version) for one in distributions if one.version is not None)
