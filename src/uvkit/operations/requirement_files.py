"""Read what somebody asks for on a command line and in requirements files, as one value that `install` takes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from uvkit.errors import InvalidRequirementError, InvalidRequirementsFileError, SelectionError, UvkitError
from uvkit.events import Notice
from uvkit.formats import RequirementLine, RequirementsFiles, UnnamedRequirement, parse_requirement
from uvkit.formats import read_requirements as read_files
from uvkit.model import ArchiveSource, DirectorySource, Hash, ProjectName, Requirement, Selection, Source, is_url
from uvkit.settings import Settings

from .mentions import Kind, Mention, of_file, of_project, of_settings
from .project_requirements import (
    AllBut,
    Extras,
    Found,
    group_requirements,
    is_project_file,
    is_script,
    project_requirements,
    script_requirements,
)
from .session import borrowed
from .unnamed import name_of_source

if TYPE_CHECKING:
    from .session import Session

StrPath: TypeAlias = str | os.PathLike[str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementSet:
    """Requirements with what was said beside them.

    ``settings`` hold the indexes and formats that files name; they apply below those of a session. ``excludes`` are
    projects that are not required, whoever asks for them. ``mentions`` say which file asked for what.
    """

    requirements: tuple[Requirement, ...] = ()
    constraints: tuple[Requirement, ...] = ()
    overrides: tuple[Requirement, ...] = ()
    excludes: tuple[ProjectName, ...] = ()
    settings: Settings = field(default_factory=Settings)
    notices: tuple[Notice, ...] = ()
    mentions: tuple[Mention, ...] = field(default=(), repr=False)


def read_requirements(  # noqa: PLR0913  # one keyword for each thing a command line may name
    texts: Iterable[str] = (),
    *,
    files: Iterable[StrPath] = (),
    editable: Iterable[str] = (),
    groups: Iterable[str] = (),
    extras: Collection[str] | Literal["all"] = (),
    without_extras: Collection[str] = (),
    constraints: Iterable[StrPath] = (),
    overrides: Iterable[StrPath] = (),
    excludes: Iterable[StrPath] = (),
    contents: Mapping[str, bytes] | None = None,
    session: Session | None = None,
) -> RequirementSet:
    """Return what requirements, paths and URLs, and requirements files ask for together.

    Each text is a requirement (PEP 508), or the path or URL of a source tree or archive, whose name is then looked up
    there. A source tree that is named like this is installed again even if nothing seems to have changed in it.
    ``constraints``, ``overrides`` and ``excludes`` are files; what the session's settings name comes first. Files that
    limit build requirements are those of the session's settings.
    Files are paths or URLs; ``contents`` gives the content of some, such as ``-``. Of a `pyproject.toml` or `setup.py`
    among ``files`` the project's requirements are taken, with those of ``extras`` (of all, but for ``without_extras``),
    of another ``.py`` file those of the block in it (PEP 723); ``groups`` are dependency groups, each ``name`` or
    ``path:name``.

    Relative paths start at the working directory, those of included files at the file that names them. ``${NAME}`` in
    a file stands for a variable of the session.

    Raises:
        InvalidRequirementError: a text does not parse.
        InvalidRequirementsFileError: files cannot be read, or lines in them are wrong; all of them are listed.
        SelectionError: an extra or a group does not exist.
        MetadataError, BuildError, IndexAccessError: the name of a source cannot be found out.
    """
    with borrowed(session) as owner:
        reading = _Reading(owner, contents or {})
        known = owner.settings.files
        given = [os.fspath(name) for name in files]
        lists = [name for name in given if not (is_project_file(name) or is_script(name))]
        parts: Extras = AllBut(without_extras) if extras == "all" and without_extras else extras
        if extras and not any(map(is_project_file, given)):
            raise SelectionError(reason="extras are of a project among the files; write `name[extra]` for others")
        listed, limits, asked = reading.lists(lists, (*known.constraints, *constraints))
        replaced, _, _ = reading.lists((*known.overrides, *overrides))
        left_out = reading.files((*known.excludes, *excludes))
        lines = [*(_line(text) for text in texts), *(_line(text, editable=True) for text in editable)]
        named = tuple(map(reading.named, lines))
        scripts = [script_requirements(name) for name in given if is_script(name)]
        found = [*reading.projects(given, parts), *map(group_requirements, groups)]
        plain = _Plain(owner.settings.selection)
        again = [one.project for one in named if isinstance(one.source, DirectorySource)]
        settings = owner.settings
        return RequirementSet(
            requirements=tuple(
                map(plain, _editable_once((
                    *named, *listed.requirements, *_all_of(each.requirements for each in (*scripts, *found))
                )))
            ),
            constraints=(
                *settings.constraints, *limits.requirements, *_all_of(each.constraints for each in scripts)
            ),
            overrides=(*settings.overrides, *replaced.requirements, *_all_of(each.overrides for each in scripts)),
            excludes=(*settings.excludes, *(one.project for one in _all_named(left_out.requirements, "excludes"))),
            settings=_settings(asked, again=again).merged(reading.build_limits(known.build_constraints)),
            notices=tuple(_notices(asked, lists)),
            mentions=(
                *listed.mentions("requirement"),
                *limits.mentions("constraint"),
                *replaced.mentions("override"),
                *(of_settings(one, "constraint") for one in settings.constraints),
                *(of_settings(one, "override") for one in settings.overrides),
                *_all_of(map(of_project, each.requirements, repeat(each)) for each in found),
            ),
        )  # fmt: skip


def _editable_once(requirements: tuple[Requirement, ...]) -> Iterator[Requirement]:
    """Yield requirements; a source tree that one of them wants editable is so for all."""
    editable = {
        one.source.path for one in requirements if isinstance(one.source, DirectorySource) and one.source.editable
    }
    for one in requirements:
        source = one.source
        if isinstance(source, DirectorySource) and source.path in editable:
            yield replace(one, source=replace(source, editable=True))
        else:
            yield one


@dataclass(frozen=True, slots=True)
class _Plain:
    """Makes plain installations of editable ones, where a selection wants that."""

    selection: Selection

    def __call__(self, requirement: Requirement) -> Requirement:
        source = requirement.source
        if not (isinstance(source, DirectorySource) and source.editable):
            return requirement
        if self.selection.editable is not False and requirement.project not in self.selection.not_editable:
            return requirement
        return replace(requirement, source=replace(source, editable=False))


def _all_of(parts: Iterable[Iterable[T]]) -> Iterator[T]:
    return (one for part in parts for one in part)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of files with the requirements they came to; ``given`` are the files that the caller named."""

    requirements: tuple[Requirement, ...]
    lines: tuple[RequirementLine, ...]
    given: frozenset[str]

    def mentions(self, kind: Kind) -> Iterator[Mention]:
        """Yield who asked for what; standard input is nobody."""
        for requirement, line in zip(self.requirements, self.lines, strict=True):
            file = line.origin.rpartition(":")[0]
            # A limit that limits nothing is none.
            says_something = kind != "constraint" or bool(requirement.specifier) or requirement.source is not None
            if file != "-" and says_something:
                yield of_file(requirement, file, kind=kind, given=file in self.given)


class _Reading:
    """Reads files, and finds out the names of what has none, with the parts of a session."""

    def __init__(self, session: Session, contents: Mapping[str, bytes]) -> None:
        self._session = session
        self._contents = contents

    def lists(
        self, names: Iterable[StrPath], constraints: Iterable[StrPath] = ()
    ) -> tuple[_Lines, _Lines, RequirementsFiles]:
        """Return the requirements and constraints of files, and everything else that they say."""
        given, limits = [os.fspath(name) for name in names], [os.fspath(name) for name in constraints]
        asked = self.files(given, constraints=limits)
        requirements = tuple(map(self.named, asked.requirements))
        constrained = tuple(_all_named(asked.constraints, "constraints"))
        return (
            _Lines(requirements, asked.requirements, frozenset(given)),
            _Lines(constrained, asked.constraints, frozenset(limits)),
            asked,
        )

    def files(self, names: Iterable[StrPath], *, constraints: Iterable[StrPath] = ()) -> RequirementsFiles:
        return read_files(
            [os.fspath(name) for name in names],
            constraints=[os.fspath(name) for name in constraints],
            read=self._read,
            variables=self._session.variables,
        )

    def build_limits(self, names: Iterable[StrPath]) -> Settings:
        """Return the settings that files of constraints on build requirements come to."""
        _, limits, _ = self.lists((), names)
        if not limits.requirements:
            return Settings()
        origin = self._session.settings.origin("files.build_constraints")
        return Settings.from_fields({"build.constraints": limits.requirements}, {"build.constraints": origin})

    def _read(self, name: str) -> bytes:
        known = self._contents.get(name)
        if known is not None:
            return known
        if not is_url(name):
            return Path(name).expanduser().read_bytes()
        if name.startswith("file:"):
            from urllib.parse import urlsplit
            from urllib.request import url2pathname

            return Path(url2pathname(urlsplit(name).path)).read_bytes()
        try:
            return self._session.http.fetch(name, lambda answer: answer.read(), accept_statuses=frozenset())
        except UvkitError as error:
            raise InvalidRequirementsFileError(problems=((name, str(error)),)) from error

    def projects(self, names: Iterable[str], extras: Extras) -> Iterator[Found]:
        """Yield what the projects among files require."""
        for name in filter(is_project_file, names):
            yield project_requirements(name, extras, self._session)

    def named(self, line: RequirementLine) -> Requirement:
        """Return the requirement of a line, with a name, an absolute path and its hashes."""
        asked = line.requirement
        source = None if asked.source is None else _absolute(asked.source, line.hashes)
        if isinstance(asked, Requirement):
            return replace(asked, source=source, hashes=line.hashes if source is None else ())
        assert source is not None
        return Requirement(
            project=name_of_source(source, self._session, origin=line.origin),
            extras=asked.extras,
            marker=asked.marker,
            source=source,
            origin=asked.origin,
            written_place=asked.written_place,
        )


def _line(text: str, *, editable: bool = False) -> RequirementLine:
    try:
        requirement, found = parse_requirement(text, origin="", editable=editable)
    except InvalidRequirementError as error:
        error.origin = None
        raise
    except ValueError as error:
        raise InvalidRequirementError(text=text, reason=str(error)) from error
    return RequirementLine(requirement=requirement, hashes=() if found is None else (found,))


def _absolute(source: Source, hashes: tuple[Hash, ...]) -> Source:
    match source:
        case DirectorySource(path=path):
            return replace(source, path=_path(path))
        case ArchiveSource(path=Path() as path):
            return replace(source, path=_path(path), hashes=hashes)
        case ArchiveSource():
            return replace(source, hashes=hashes)
        case _:
            return source


def _path(path: Path) -> Path:
    return Path(os.path.abspath(path.expanduser()))


def _all_named(lines: Iterable[RequirementLine], what: str) -> Iterator[Requirement]:
    problems = []
    for line in lines:
        asked = line.requirement
        if isinstance(asked, UnnamedRequirement):
            problems.append((line.origin, f"{what} need a name (`name @ url`)"))
        else:
            yield replace(asked, hashes=line.hashes)
    if problems:
        raise InvalidRequirementsFileError(problems=tuple(problems))


def _settings(asked: RequirementsFiles, *, again: list[ProjectName]) -> Settings:
    """Return what files say of indexes, formats and builds, and which projects are to be installed ``again``."""
    options: dict[str, Any] = {
        "reinstall-package": again,
        "index-url": asked.index_url,
        "extra-index-url": list(asked.extra_index_urls),
        "find-links": list(asked.find_links),
        "no-index": asked.no_index,
        "require-hashes": asked.require_hashes,
    }
    for option, names in (("no-binary", asked.no_binary), ("no-build", asked.only_binary)):
        if names == "all":
            options[option] = True
        else:
            options[f"{option}-package"] = sorted(names)
    result = Settings().with_arguments({name: value for name, value in options.items() if value})
    configured: dict[ProjectName, Mapping[str, tuple[str, ...]]] = {
        line.requirement.project: line.config_settings
        for line in asked.requirements
        if line.config_settings and isinstance(line.requirement, Requirement)
    }
    if configured:
        origin = {"build.config_settings_by_project": "requirements files"}
        result = result.merged(Settings.from_fields(dict.fromkeys(origin, configured), origin))
    return result


def _notices(asked: RequirementsFiles, files: Iterable[str]) -> Iterator[Notice]:
    ignored = [*asked.ignored]
    ignored += ["--pre"] if asked.prereleases else []
    ignored += ["--prefer-binary"] if asked.prefer_binary else []
    ignored += ["--trusted-host"] if asked.trusted_hosts else []
    for option in ignored:
        hint = "pass it to the command instead" if option in {"--pre", "--trusted-host"} else None
        yield Notice("ignored-option", f"`{option}` in requirements files has no effect", hint)
    if not asked.requirements:
        for name in files:
            yield Notice("empty-requirements", f"the requirements file `{name}` does not contain any dependencies")
