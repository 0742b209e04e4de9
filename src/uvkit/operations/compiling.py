"""The verb that turns requirements into pins: pip-compile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from uvkit.events import CancelToken, EventSink, Notice
from uvkit.model import GitSource, ProjectName, Requirement, RequirementLike, Source, Target, Universal, Upgrade
from uvkit.resolver import Exclusion, MetadataSource, Override, ResolveRequest

from .asked import as_set, upgrade_limits, with_large_files
from .compiled_hashes import CompiledHashes
from .compiled_markers import expression
from .compiled_options import emitted_options
from .compiled_text import Answer, CompileStyle, compiled_text, place_of
from .compiling_target import CompileTarget, TargetLike, compile_target
from .known_pins import KnownPin, known_pins
from .mentions import Mention
from .phases import phase
from .requirement_files import RequirementSet
from .results import counted, milliseconds
from .seen_metadata import Seen
from .session import StrPath, borrowed

if TYPE_CHECKING:
    from uvkit.model import ResolvedDistribution
    from uvkit.resolver import Resolution
    from uvkit.settings import Settings

    from .resolver import Resolver
    from .session import Session

_STYLE = CompileStyle()
CompileFormat: TypeAlias = Literal["requirements.txt", "pylock.toml"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileResult:
    """The text of pins and the resolution behind it; ``changed`` says whether the file at ``path`` was other before."""

    text: str
    resolution: Resolution
    path: Path | None
    changed: bool
    elapsed: timedelta
    notices: tuple[Notice, ...] = ()

    def summary(self) -> str:
        """Return one line for people."""
        number = len(self.resolution.distributions)
        what = f" {counted(number, 'package')}" if number else ""
        return f"Resolved{what} in {milliseconds(self.elapsed)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "path": None if self.path is None else str(self.path),
            "changed": self.changed,
            "text": self.text,
            "packages": [
                {"name": one.project, "version": None if one.version is None else str(one.version)}
                for one in self.resolution.distributions
            ],
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


def compile(  # noqa: A001, PLR0913  # pip-compile's name; a verb has one keyword for each thing a caller may choose
    requirements: Iterable[RequirementLike] | RequirementSet,
    *,
    target: TargetLike | None = None,
    constraints: Iterable[RequirementLike] = (),
    overrides: Iterable[RequirementLike] = (),
    upgrade: Upgrade | None = None,
    file_format: CompileFormat | None = None,
    hashes: bool = False,
    dependencies: bool = True,
    style: CompileStyle = _STYLE,
    output: StrPath | None = None,
    resolver: Resolver | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> CompileResult:
    """Resolve requirements and return them pinned, as a requirements file (or PEP 751 lock) for one machine or for all.

    ``target`` says for which machines; without one it is the machine and the Python in use. What only a build tells is
    built with the interpreter that a `TargetRequest` names. Versions in ``output``, where there is such a file, are
    tried first unless ``upgrade`` (without it that of the settings) releases them, and their digests are kept. A
    ``RequirementSet``, as ``read_requirements`` makes it, brings constraints, overrides and settings, and lets the text
    say which file asked for what.

    Raises:
        InvalidRequirementError, InvalidRequirementsFileError: requirements, or the file at ``output``, do not parse.
        ResolutionImpossibleError: the requirements contradict each other.
        PythonNotFoundError: there is no interpreter at all.
        ValueError: the platform or the Python version is unknown.
        IndexAccessError: an index failed.
    """
    started = perf_counter()
    wanted = as_set(requirements, constraints, overrides)
    path = None if output is None else Path(output)
    chosen_format = file_format or _format_of(path)
    with ExitStack() as stack:
        owner = stack.enter_context(borrowed(session))
        if wanted.settings.origins:
            owner = owner.with_settings(wanted.settings.merged(owner.settings))
        machine = compile_target(owner, target)
        owner = owner.with_settings(replace(owner.settings, python=str(machine.interpreter.executable)))
        released = owner.settings.upgrade if upgrade is None else upgrade
        known = [one for one in known_pins(path, chosen_format) if not released.releases(one.project)]
        question = _question(wanted, machine, replace(owner.settings, upgrade=released), known=known)
        large_files = owner.settings.large_files
        if large_files:
            question = replace(question, roots=with_large_files(question.roots))
        search = resolver or owner.resolver()
        seen = _Watch()
        with phase(events, "resolve"):
            watched = search.through(seen)
            chosen = watched if dependencies else watched.without_dependencies()
            resolution = chosen.resolve(question, events=events, cancel=cancel)
        answer = Answer(
            resolution,
            mentions=_applying(wanted, machine.target),
            places=_places(wanted.requirements),
            hashes=CompiledHashes(known, seen.source, owner) if hashes else None,
            requires_python=machine.requires_python,
            universal=isinstance(machine.target, Universal),
            options=emitted_options(owner.settings, search.indexes, style),
            lent=_without_large_files(wanted.requirements) if large_files else frozenset(),
            expression=expression(question, seen.source, resolution) if style.marker_expression else "",
        )
        if chosen_format == "pylock.toml":
            text = _lock_text(answer, question, style, path=path)
        else:
            text = compiled_text(answer, style)
    changed = path is not None and _write(path, text)
    return CompileResult(
        text=text,
        resolution=resolution,
        path=path,
        changed=changed,
        elapsed=timedelta(seconds=perf_counter() - started),
        notices=(*wanted.notices, *machine.notices, *resolution.notices),
    )


def _question(
    wanted: RequirementSet, machine: CompileTarget, settings: Settings, *, known: Iterable[KnownPin]
) -> ResolveRequest:
    return ResolveRequest(
        target=machine.target,
        roots=wanted.requirements,
        root=Path.cwd(),
        constraints=wanted.constraints,
        run_constraints=upgrade_limits(settings.upgrade),
        overrides=(Override(requirements=wanted.overrides),) if wanted.overrides else (),
        excludes=(Exclusion(projects=wanted.excludes),) if wanted.excludes else (),
        dependency_metadata=settings.dependency_metadata,
        preferences=tuple(one.preference() for one in known),
        options=settings.resolver,
    )


class _Watch:
    """The view that keeps what a resolution saw."""

    def __init__(self) -> None:
        self._seen: list[Seen] = []

    def __call__(self, source: MetadataSource) -> MetadataSource:
        self._seen.append(Seen(source))
        return self._seen[-1]

    @property
    def source(self) -> Seen:
        return self._seen[-1]


def _applying(wanted: RequirementSet, target: Target | Universal) -> tuple[Mention, ...]:
    """Return the mentions that count on a machine; for all machines every one does."""
    if isinstance(target, Universal):
        return wanted.mentions
    return tuple(one for one in wanted.mentions if target.holds(one.marker))


def _without_large_files(requirements: Iterable[Requirement]) -> frozenset[ProjectName]:
    """Return the projects from repositories whose requirements say nothing of large files."""
    return frozenset(one.project for one in requirements if isinstance(one.source, GitSource) and not one.source.lfs)


def _places(requirements: Iterable[Requirement]) -> dict[tuple[ProjectName, Source], str]:
    """Return how the places of direct references are written; repositories are written with their commit."""
    return {
        (one.project, place_of(one.source)): one.written_place
        for one in requirements
        if one.written_place and one.source is not None and not isinstance(one.source, GitSource)
    }


def _format_of(path: Path | None) -> CompileFormat:
    named = path is not None and re.fullmatch(r"pylock(?:\.[^.]+)?\.toml", path.name)
    return "pylock.toml" if named else "requirements.txt"


def _lock_text(answer: Answer, question: ResolveRequest, style: CompileStyle, *, path: Path | None) -> str:
    """Return the answer as a lock (PEP 751)."""
    from uvkit.lockfile import ExportOptions, Lockfile

    held = replace(answer.resolution, requires_python=answer.requires_python)
    held = replace(held, distributions=tuple(_with_usable_files(one, question) for one in held.distributions))
    options = ExportOptions(
        prune=frozenset(style.omit),
        command=style.command if style.header else None,
        indexes=False,  # as in uv's
        root=Path.cwd(),
        folder=None if path is None else path.absolute().parent,
    )
    return Lockfile.from_resolution(held, question).export("pylock.toml", options=options)


def _with_usable_files(one: ResolvedDistribution, question: ResolveRequest) -> ResolvedDistribution:
    """Return a distribution without the files that are not to be used, or cannot be on the one machine in question."""
    options, target = question.options, question.target
    no_wheels = options.no_binary == "all" or one.project in options.no_binary
    no_sources = options.no_build == "all" or one.project in options.no_build

    def is_usable(name: str) -> bool:
        if not name.endswith(".whl"):
            return not no_sources
        return not no_wheels and (isinstance(target, Universal) or target.rank(name) is not None)

    return replace(one, rows=tuple(row for row in one.rows if is_usable(row.filename)))


def _write(path: Path, text: str) -> bool:
    """Write the file if it would change, and tell whether it did."""
    from uvkit.fs import write_atomic

    data = text.encode()
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, data)
    return True
