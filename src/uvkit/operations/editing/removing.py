"""The verb that takes requirements out of a project or script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from uvkit.errors import EditRefusedError, InvalidOptionError, RequirementNotFoundError
from uvkit.events import CancelToken, EventSink
from uvkit.formats import Place, PyprojectEdit, written_requirement
from uvkit.model import ProjectName, Requirement, Upgrade, extra_name, group_name
from uvkit.operations.session import Session, borrowed
from uvkit.project import Project, Script

from .files import kept
from .follow import Following, Target, opened, target_of, watched
from .results import EditResult, RequirementChange
from .texts import edit_of, file_of, read_text, whole_text

if TYPE_CHECKING:
    from uvkit.operations.places import EnvironmentLike
    from uvkit.settings import Locking

_NO_UPGRADE = Upgrade()
_DEV = "dev"


def remove(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    project: Target | None,
    projects: Iterable[str],
    *,
    group: str | None = None,
    extra: str | None = None,
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
    """Take all requirements on some projects out of a project or script, lock it, and sync its environment.

    They are looked for in the project's own list, or in that of an ``extra`` or a dependency ``group``. The source of
    a project that nothing requires any more goes as well. The options are those of ``add``, and as there all files are
    what they were if something fails.

    Raises:
        RequirementNotFoundError: one is not there; the error says where it is instead.
        InvalidOptionError: a group and an extra are given, or one of them for a script.
        EditRefusedError: a script does not say what it requires.
        InvalidRequirementError, InvalidTableError: a name or the file is not valid.
        UvkitError: as ``lock`` and ``sync`` raise.
    """
    if isinstance(projects, str):
        raise TypeError("projects are several; put a single one into a list")
    with borrowed(session) as owner:
        target = target_of(project)
        _check_options(target, group=group, extra=extra)
        names = [Requirement.parse(text).project for text in projects]
        edit = edit_of(target)
        changes = _taken_out(edit, names, places=tuple(_places(group=group, extra=extra)))
        following = Following(
            owner,
            locking=locking,
            synchronize=synchronize,
            upgrade=upgrade,
            environment=environment,
            python=python,
            dry_run=dry_run,
            events=events,
            cancel=cancel,
        )
        text = whole_text(target, edit, before=read_text(file_of(target)))
        with kept(watched(target), always=dry_run) as files, following.explained(target):
            changed = files.write(file_of(target), text)
            locked = following.lock(opened(target))
            synced = following.sync(opened(target), None, exact=True)
        return EditResult(
            path=file_of(target), text=text, changed=changed, requirements=changes, lock=locked, sync=synced
        )


def _check_options(target: Project | Script, *, group: str | None, extra: str | None) -> None:
    problems: list[tuple[str, str]] = []
    if group is not None and extra is not None:
        problems.append(("group", "cannot be given with an extra"))
    if isinstance(target, Script):
        problems += [(name, "a script has none") for name, value in (("group", group), ("extra", extra)) if value]
        if not target.has_block:
            raise EditRefusedError(
                path=target.path,
                reason=f"`{target.path.name}` does not contain a PEP 723 metadata tag",
                advice=f"run `uvkit init --script {target.path.name}` to initialize the script",
            )
    if problems:
        raise InvalidOptionError(problems=tuple(problems))


def _places(*, group: str | None, extra: str | None) -> Iterator[Place]:
    """Yield the lists that are meant: the group `dev` may also be uv's older one."""
    if extra is not None:
        yield Place("extra", extra_name(extra))
    elif group is None:
        yield Place()
    else:
        if group_name(group) == _DEV:
            yield Place("legacy-dev")
        yield Place("group", group_name(group))


def _taken_out(
    edit: PyprojectEdit, names: Iterable[ProjectName], *, places: tuple[Place, ...]
) -> tuple[RequirementChange, ...]:
    changes: list[RequirementChange] = []
    for name in dict.fromkeys(names):
        found = False
        for place in places:
            before = tuple(written_requirement(one) for one in edit.requirements(place) if one.project == name)
            if edit.remove(place, name):
                found = True
                changes.append(RequirementChange(project=name, place=str(place), before=before))
        if not found:
            raise RequirementNotFoundError(project=name, place=_shown(places), elsewhere=tuple(_elsewhere(edit, name)))
        if not edit.mentions(name):
            edit.remove_source(name)
    return tuple(changes)


def _shown(places: tuple[Place, ...]) -> str:
    return "` or `".join(map(str, places))


def _elsewhere(edit: PyprojectEdit, name: ProjectName) -> Iterator[str]:
    for place in edit.mentions(name):
        match place.kind:
            case "dependencies":
                yield f"`{name}` is a production dependency"
            case "extra":
                yield f"`{name}` is an optional dependency (try: `uvkit remove {name} --optional {place.name}`)"
            case "group":
                yield f"`{name}` is in the `{place.name}` group (try: `uvkit remove {name} --group {place.name}`)"
            case "legacy-dev":
                yield f"`{name}` is a development dependency (try: `uvkit remove {name} --dev`)"
