"""The verb that adds requirements to a project or script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import Version

from uvkit.errors import EditRefusedError, InvalidMetadataError, InvalidOptionError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.formats import Place, PyprojectEdit, written_requirement
from uvkit.lockfile import Lockfile
from uvkit.markers import MarkerSet
from uvkit.model import (
    IndexSource,
    ProjectName,
    Requirement,
    RequirementLike,
    Upgrade,
    extra_name,
    group_name,
    is_url,
    without_credentials,
)
from uvkit.operations.requirement_files import RequirementSet, StrPath, read_requirements
from uvkit.operations.session import Session, borrowed
from uvkit.project import IndexConfig, Project, Script

from .bounds import BOUNDS, Bounds, bound_of
from .files import Files, kept
from .follow import Following, Target, opened, target_of, watched
from .results import EditResult, RequirementChange
from .sources import AddOptions, Sourced, relative_place, sourced
from .texts import edit_of, file_of, read_text, whole_text

if TYPE_CHECKING:
    from uvkit.operations.places import EnvironmentLike
    from uvkit.settings import Locking

_PLAIN = AddOptions()
_NO_UPGRADE = Upgrade()


def add(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    project: Target | None,
    requirements: Iterable[RequirementLike] = (),
    *,
    group: str | None = None,
    extra: str | None = None,
    files: Iterable[StrPath] = (),
    constraints: Iterable[StrPath] = (),
    options: AddOptions = _PLAIN,
    bounds: Bounds | None = None,
    indexes: Iterable[IndexConfig] = (),
    locking: Locking = "update",
    synchronize: bool = True,
    upgrade: Upgrade = _NO_UPGRADE,
    environment: EnvironmentLike | None = None,
    python: str | None = None,
    dry_run: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> EditResult:
    """Add requirements to a project or script, lock it, and bring its environment in line.

    Each requirement is one of PEP 508, or a path or URL, whose name is then looked up; ``files`` are requirements files
    with more of them, ``constraints`` such files that limit versions this time. They go to the project's own list, to
    that of an ``extra``, or of a dependency ``group``. One that is there with the same marker is changed. A place other
    than an index becomes an entry of `tool.uv.sources`. What comes from an index and names no version gets ``bounds``
    around the version that was locked (none: what `tool.uv.add-bounds` says, else ``"lower"``). ``indexes`` are written
    into the file, and pinned if there is one with a name.

    With ``locking`` ``"frozen"`` only the file changes. Everything else in it stays as it is, byte for byte. If locking
    or syncing fails or is interrupted, all files are again what they were.

    Raises:
        EditRefusedError: an option does not fit a requirement, or the project would require itself.
        InvalidOptionError: a group and an extra are given, or one of them for a script.
        InvalidRequirementError, InvalidRequirementsFileError: a requirement does not parse.
        InvalidTableError: the file is not valid, or has a list in a form that cannot be edited.
        UvkitError: as ``lock`` and ``sync`` raise.
    """
    with borrowed(session) as owner:
        target = target_of(project)
        _check_options(target, group=group, extra=extra, bounds=bounds)
        given = _split(requirements)
        asked = _asked(given.texts, files=files, constraints=constraints, session=owner, path=file_of(target))
        wanted = [_adapted(one, options) for one in (*given.ready, *asked.requirements)]
        adding = _Adding(target, options=options, indexes=tuple(indexes), extra=extra, group=group)
        limits = tuple(one for one in asked.constraints if one not in owner.settings.constraints)
        following = Following(
            owner,
            locking=locking,
            synchronize=synchronize,
            upgrade=upgrade | Upgrade(constraints=limits) if limits else upgrade,
            environment=environment,
            python=python,
            dry_run=dry_run,
            events=events,
            cancel=cancel,
        )
        with kept(watched(target), always=dry_run) as files_before, following.explained(target):
            adding.write(wanted, files_before, default_python=_python_of(target, following))
            return _followed(adding, following, files_before, bounds=bounds)


def _python_of(target: Project | Script, following: Following) -> str | None:
    """Return the Python versions that a new block of a script names."""
    return following.default_python() if isinstance(target, Script) and not target.has_block else None


def _asked(
    texts: Iterable[str], *, files: Iterable[StrPath], constraints: Iterable[StrPath], session: Session, path: Path
) -> RequirementSet:
    """Return what was asked for, with names.

    Raises:
        EditRefusedError: a path leads nowhere.
    """
    try:
        return read_requirements(texts, files=files, constraints=constraints, session=session)
    except InvalidMetadataError as error:
        if error.filename and not Path(error.filename).exists():
            raise EditRefusedError(path=path, reason=f"no distribution found at `{error.filename}`") from error
        raise


@dataclass(frozen=True, slots=True)
class _Given:
    texts: list[str] = field(default_factory=list)
    ready: list[Requirement] = field(default_factory=list)


def _split(requirements: Iterable[RequirementLike]) -> _Given:
    if isinstance(requirements, str):
        raise TypeError("requirements are several; put a single one into a list")
    given = _Given()
    for one in requirements:
        if isinstance(one, Requirement):
            given.ready.append(one)
        else:
            given.texts.append(str(one))
    return given


def _adapted(requirement: Requirement, options: AddOptions) -> Requirement:
    return replace(
        requirement,
        extras=requirement.extras | frozenset(map(extra_name, options.extras)),
        marker=requirement.marker & options.marker,
        origin=None,
    )


def _check_options(target: Project | Script, *, group: str | None, extra: str | None, bounds: Bounds | None) -> None:
    problems: list[tuple[str, str]] = []
    if group is not None and extra is not None:
        problems.append(("group", "cannot be given with an extra"))
    if isinstance(target, Script):
        problems += [(name, "a script has none") for name, value in (("group", group), ("extra", extra)) if value]
    if bounds is not None and bounds not in BOUNDS:
        problems.append(("bounds", f"`{bounds}` is none of {', '.join(BOUNDS)}"))
    if problems:
        raise InvalidOptionError(problems=tuple(problems))


def _followed(adding: _Adding, following: Following, files: Files, *, bounds: Bounds | None) -> EditResult:
    """Lock and sync what was written, with bounds for what has none once its version is known."""
    target = opened(adding.target)
    locked = following.lock(target)
    notices = list(adding.notices)
    if locked is not None:
        kind: Bounds = bounds or adding.preferred_bounds
        notices += adding.explicit_bounds(kind if bounds else "lower")
        if adding.bound(locked.lockfile, kind, files):
            target = opened(target)
            again = following.lock(target)
            locked = locked if again is None else replace(again, diff=locked.diff, created=locked.created)
    synced = following.sync(target, adding.selection, exact=False)
    return EditResult(
        path=adding.path,
        text=adding.text,
        changed=adding.changed,
        requirements=adding.changes(),
        members=tuple(adding.members),
        lock=locked,
        sync=synced,
        notices=tuple(notices),
    )


class _Adding:
    """What one call writes."""

    def __init__(
        self,
        target: Project | Script,
        *,
        options: AddOptions,
        indexes: tuple[IndexConfig, ...],
        extra: str | None,
        group: str | None,
    ) -> None:
        self.target = target
        self.path = file_of(target)
        self.edit = edit_of(target)
        self.members: list[Path] = []
        self.notices: list[Notice] = []
        self.changed = False
        self.text = ""
        self._before = read_text(self.path)
        self._default_python: str | None = None
        self._options = options
        self._indexes = indexes
        self._extra = None if extra is None else extra_name(extra)
        self._group = None if group is None else group_name(group)
        self._written: list[tuple[Place, Requirement, tuple[str, ...]]] = []
        self._unbound: list[tuple[Place, Requirement]] = []

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, wanted: Iterable[Requirement], files: Files, *, default_python: str | None) -> None:
        """Write requirements, their sources, the indexes and new members."""
        self._refuse_without_table()
        rows = self._known_sources()
        named = [one.name for one in self._indexes if one.name]
        index = named[0] if named and len(self._indexes) == 1 else None
        for requirement in wanted:
            self._refuse_itself(requirement)
            one = sourced(requirement, self.target, self._options, index=index, known=rows.get(requirement.project))
            self._put(one, files)
        for config in reversed(self._indexes):
            self.edit.add_index(self._address(config), name=config.name, default=config.default)
        self._default_python = default_python
        self._save(files)

    def _address(self, config: IndexConfig) -> str:
        """Return an index as the file names it: without credentials, a folder as seen from that of the file."""
        if is_url(config.url):
            return without_credentials(config.written or config.url)
        return relative_place(self.target.lockfile_path.parent / config.url, self.target.root)

    def _put(self, one: Sourced, files: Files) -> None:
        requirement, place = one.requirement, self._place(one.requirement)
        before = tuple(
            written_requirement(found)
            for found in self.edit.requirements(place)
            if found.project == requirement.project and found.marker == requirement.marker
        )
        is_new = self.edit.add(place, requirement, written_requirement(requirement), raw=self._options.raw)
        self._written.append((place, requirement, before))
        if one.member is not None and one.member not in self.members:
            self.members.append(one.member)
            self._add_member(one.member, files)
        if one.row is not None:
            self.edit.set_source(requirement.project, one.row)
        if is_new and not requirement.specifier and requirement.source is None and not self._options.raw:
            self._unbound.append((place, requirement))

    def _save(self, files: Files) -> None:
        self.text = whole_text(self.target, self.edit, before=self._before, default_python=self._default_python)
        self.changed = files.write(self.path, self.text) or self.changed

    def _add_member(self, folder: Path, files: Files) -> None:
        assert isinstance(self.target, Project)
        root = self.target.workspace.root
        shown = folder.relative_to(root.root).as_posix() if folder.is_relative_to(root.root) else folder.as_posix()
        if root.root == self.target.root:
            self.edit.add_member(shown)
            return
        path = root.tables.path
        edit = PyprojectEdit(path.read_bytes().decode("utf-8-sig"), path)
        edit.add_member(shown)
        files.write(path, edit.text())

    def _place(self, requirement: Requirement) -> Place:
        if self._extra is not None:
            return Place("extra", self._extra)
        if self._group is not None:
            return self.edit.dev_place(requirement.project) if self._group == "dev" else Place("group", self._group)
        return Place()

    def _known_sources(self) -> Mapping[str, Mapping[str, object]]:
        """Return the source of each project; of several its first repository, which a reference may be meant for."""
        settings = self.target.settings if isinstance(self.target, Script) else self.target.tree.settings
        return {
            name: rows if isinstance(rows, dict) else next((row for row in rows if "git" in row), rows[0])
            for name, rows in settings.get("sources", {}).items()
            if isinstance(rows, dict) or rows
        }

    def _refuse_without_table(self) -> None:
        if isinstance(self.target, Project) and self.target.name is None and self._group is None:
            raise EditRefusedError(
                path=self.path,
                reason="the project is missing a `[project]` table",
                advice="add one to require something, or add to a group such as `--dev`",
            )

    def _refuse_itself(self, requirement: Requirement) -> None:
        if not isinstance(self.target, Project) or requirement.project != self.target.name:
            return
        if self._group is None and self._extra is None:
            raise EditRefusedError(
                path=self.path,
                reason=f"requirement name `{requirement.project}` matches project name `{self.target.name}`, but "
                "self-dependencies are not permitted without the `--dev` or `--optional` flags",
                advice="rename the project if its name shadows that of a third-party dependency",
            )

    # -- bounds --------------------------------------------------------------------------------------------------------

    @property
    def preferred_bounds(self) -> Bounds:
        """Return the kind of bounds that the project asks for."""
        settings = self.target.settings if isinstance(self.target, Script) else self.target.tree.settings
        return settings.get("add-bounds", "lower")

    def explicit_bounds(self, kind: Bounds) -> Iterable[Notice]:
        """Yield a notice for every requirement that has versions of its own although bounds were asked for."""
        if kind == "lower":
            return
        for _, requirement, _ in self._written:
            if requirement.specifier:
                text = written_requirement(requirement)
                yield Notice("explicit-bounds", f"using explicit requirement `{text}` over bounds preference `{kind}`")

    def bound(self, lockfile: Lockfile, kind: Bounds, files: Files) -> bool:
        """Give bounds to what has none and comes from an index; tell whether that changed the file."""
        lowest: dict[ProjectName, Version] = {}
        for one in lockfile.distributions:
            if isinstance(one.source, IndexSource) and one.version is not None:
                lowest[one.project] = min(one.version, lowest.get(one.project, one.version))
        changed = False
        for place, requirement in self._unbound:
            version = lowest.get(requirement.project)
            if version is None or kind == "none":
                continue
            bounded = bound_of(version, kind)
            self.edit.rewrite(place, lambda found, one=requirement, text=bounded: _bounded(found, one, text))  # type: ignore[misc]
            changed = True
        if changed:
            self._save(files)
        return changed

    # -- results -------------------------------------------------------------------------------------------------------

    def changes(self) -> tuple[RequirementChange, ...]:
        """Return what was written."""
        found = []
        for place, requirement, before in self._written:
            after = next(
                (
                    written_requirement(one)
                    for one in self.edit.requirements(place)
                    if (one.project, one.marker) == (requirement.project, requirement.marker)
                ),
                None,
            )
            found.append(RequirementChange(project=requirement.project, place=str(place), before=before, after=after))
        return tuple(found)

    @property
    def selection(self) -> tuple[str | None, str | None]:
        """Return the extra and the group that must be installed to have what was added."""
        return self._extra, self._group


def _bounded(found: Requirement, wanted: Requirement, bounds: str) -> str | None:
    if (found.project, found.marker) != (wanted.project, wanted.marker):
        return None
    text = written_requirement(found.with_marker(MarkerSet.everywhere())) + bounds
    marker = str(found.marker)
    return f"{text} ; {marker}" if marker else text
