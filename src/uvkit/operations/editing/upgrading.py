"""The verb that raises the bounds of a project's requirements to the newest versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from uvkit.errors import RequirementNotFoundError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.formats import Place, PyprojectEdit, written_requirement
from uvkit.lockfile import Lockfile
from uvkit.model import IndexSource, ProjectName, Requirement, Upgrade, project_name
from uvkit.operations.session import Session, borrowed

from .files import kept
from .follow import Following, Target, opened, target_of, watched
from .results import RequirementChange
from .texts import edit_of, file_of, read_text, whole_text

if TYPE_CHECKING:
    from uvkit.operations.results import LockResult, SyncResult

_PLACE = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeResult:
    """The bounds that were raised, and the versions that were chosen: before (none: not locked) and now."""

    path: Path
    text: str
    changed: bool
    requirements: tuple[RequirementChange, ...] = ()
    versions: Mapping[ProjectName, tuple[Version | None, Version]] = field(default_factory=dict)
    lock: LockResult | None = None
    sync: SyncResult | None = None
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        number = len(self.requirements)
        return f"Updated {number} {'requirement' if number == 1 else 'requirements'} of `{self.path.name}`"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "path": str(self.path),
            "changed": self.changed,
            "requirements": [one.to_dict() for one in self.requirements],
            "versions": {
                name: {"before": None if before is None else str(before), "after": str(after)}
                for name, (before, after) in self.versions.items()
            },
            "lock": None if self.lock is None else self.lock.to_dict(),
            "sync": None if self.sync is None else self.sync.to_dict(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


def upgrade(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    project: Target | None = None,
    packages: Iterable[str] = (),
    *,
    exclude: Iterable[str] = (),
    synchronize: bool = False,
    python: str | None = None,
    dry_run: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> UpgradeResult:
    """Raise the upper bounds of what a project or script requires, so that they admit the newest versions, and lock.

    Only its own list counts, all of it or some ``packages``, without those to ``exclude``. A bound that admits the
    newest version stays; one that does not keeps its precision: `<2` becomes `<3`, `~=1.4` `~=2.3`, `==1.*` `==2.*`.
    Lower bounds stay as they are. Everything else in the lock keeps its version where that is possible.

    Raises:
        RequirementNotFoundError: the project does not require one of the packages itself.
        UvkitError: as ``lock`` and ``sync`` raise; all files are what they were then.
    """
    target = target_of(project)
    edit = edit_of(target)
    chosen = _chosen(edit, packages, exclude)
    names = frozenset(one.project for one in chosen)
    known = _locked(target.lockfile_path)
    before = read_text(file_of(target))
    with borrowed(session) as owner, kept(watched(target), always=dry_run) as files:
        options: dict[str, Any] = {
            "upgrade": Upgrade(names),
            "synchronize": synchronize,
            "python": python,
            "events": events,
            "cancel": cancel,
        }
        edit.rewrite(_PLACE, lambda found: _text(found, _relaxed(found.specifier)) if found in chosen else None)
        files.write(file_of(target), whole_text(target, edit, before=before))
        trial = Following(owner, dry_run=True, **options).lock(opened(target))
        newest = {} if trial is None else _versions(trial.lockfile, names)
        edit, changes = _raised(edit_of(target, before), chosen, newest)
        text = whole_text(target, edit, before=before) if changes else before
        files.write(file_of(target), text)
        following = Following(owner, dry_run=dry_run, **options)
        locked = following.lock(opened(target))
        synced = following.sync(opened(target), None, exact=True)
    return UpgradeResult(
        path=file_of(target),
        text=text,
        changed=text != before,
        requirements=tuple(changes),
        versions={name: (known.get(name), newest[name]) for name in _in_order(chosen) if name in newest},
        lock=locked,
        sync=synced,
    )


def _chosen(edit: PyprojectEdit, packages: Iterable[str], exclude: Iterable[str]) -> tuple[Requirement, ...]:
    """Return the requirements that are meant, those from an index."""
    required = [one for one in edit.requirements(_PLACE) if one.source is None and not edit.has_source(one.project)]
    wanted, left_out = [project_name(name) for name in packages], {project_name(name) for name in exclude}
    for name in wanted:
        if all(one.project != name for one in edit.requirements(_PLACE)):
            raise RequirementNotFoundError(project=name, place=str(_PLACE))
    return tuple(one for one in required if one.project not in left_out and (not wanted or one.project in wanted))


def _in_order(requirements: Iterable[Requirement]) -> Iterable[ProjectName]:
    return dict.fromkeys(one.project for one in requirements)


def _locked(path: Path) -> dict[ProjectName, Version]:
    return _versions(Lockfile.read(path), None) if path.exists() else {}


def _versions(lockfile: Lockfile, names: frozenset[ProjectName] | None) -> dict[ProjectName, Version]:
    """Return the newest version of each project that comes from an index."""
    found: dict[ProjectName, Version] = {}
    for one in lockfile.distributions:
        if one.version is None or not isinstance(one.source, IndexSource):
            continue
        if names is None or one.project in names:
            found[one.project] = max(one.version, found.get(one.project, one.version))
    return found


def _raised(
    edit: PyprojectEdit, chosen: tuple[Requirement, ...], newest: Mapping[ProjectName, Version]
) -> tuple[PyprojectEdit, list[RequirementChange]]:
    """Return the text with the bounds that the newest versions need."""
    changes: list[RequirementChange] = []

    def change(found: Requirement) -> str | None:
        version = newest.get(found.project)
        if found not in chosen or version is None or found.specifier.contains(version, prereleases=True):
            return None
        text = _text(found, SpecifierSet(",".join(_admitting(one, version) for one in found.specifier)))
        before = (edit.written(_PLACE, found) or written_requirement(found),)
        changes.append(RequirementChange(project=found.project, place=str(_PLACE), before=before, after=text))
        return text

    edit.rewrite(_PLACE, change)
    return edit, changes


def _relaxed(specifiers: SpecifierSet) -> SpecifierSet:
    """Return specifiers without their upper bounds."""
    kept = [_lower(one) for one in specifiers]
    return SpecifierSet(",".join(text for text in kept if text))


def _lower(one: Specifier) -> str:
    match one.operator:
        case ">" | ">=" | "!=":
            return str(one)
        case "~=":
            return f">={one.version}"
        case "==" if not one.version.endswith(".*"):
            return f">={Version(one.version).public}"
    return ""


def _admitting(one: Specifier, version: Version) -> str:
    """Return a specifier that admits a version, as precise as the given one; one that admits it stays as it is."""
    if one.contains(version, prereleases=True) or one.operator in {">", ">=", "!="}:
        return str(one)
    wildcard = one.version.endswith(".*")
    try:
        precision = len(Version(one.version.removesuffix(".*")).release)
    except InvalidVersion:
        return f"==={version}"
    numbers = [*version.release[:precision], *[0] * (precision - len(version.release))]
    if one.operator == "<":
        numbers[-1] += 1
    short = (f"{version.epoch}!" if version.epoch else "") + ".".join(map(str, numbers))
    if one.operator in {"<", "~="}:
        return f"{one.operator}{short}"
    return f"=={short}.*" if wildcard else f"{one.operator}{version}"


def _text(found: Requirement, specifier: SpecifierSet) -> str:
    return written_requirement(replace(found, specifier=specifier))
