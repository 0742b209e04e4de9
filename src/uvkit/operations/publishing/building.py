"""The verb that makes distributions of source trees."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uvkit.errors import BuildsFailedError, CancelledError, InvalidOptionError, UvkitError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.model import Requirement
from uvkit.operations.parts import Parts
from uvkit.operations.phases import phase
from uvkit.operations.requirement_files import read_requirements
from uvkit.operations.session import borrowed
from uvkit.operations.wanted_pythons import wanted_python
from uvkit.runtime import Emitter, Pool

from .built import BuildResult, BuiltDistributions, DistributionKind
from .making import Maker
from .sources import BuildSource, BuildSources, Members, find_sources

if TYPE_CHECKING:
    from uvkit.model import RequirementLike
    from uvkit.operations.builder import Builder
    from uvkit.operations.session import Session
    from uvkit.settings import Settings

_IGNORED = b"*"


def build(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    source: str | os.PathLike[str] | None = None,
    directory: str | os.PathLike[str] | None = None,
    *,
    kinds: Collection[DistributionKind] = (),
    members: Members | None = None,
    constraints: Iterable[RequirementLike] = (),
    clear: bool = False,
    dry_run: bool = False,
    gitignore: bool = True,
    python: str | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> BuildResult:
    """Build distributions of a source tree, of a source distribution, or of members of a workspace (PEP 517).

    ``source`` none is the working directory. Without ``kinds`` a source distribution is built, and the wheel from it,
    so that what is missing in the one shows in the other; a kind that is named is built from the tree itself.
    ``members`` builds projects of the workspace around ``source`` instead, ``"all"`` those that have a build system.
    ``directory`` none is `dist` in the root of the workspace; a `.gitignore` in it keeps its files out of repositories
    unless ``gitignore`` is off, and ``clear`` empties it first. ``constraints`` limit build requirements.

    A file appears in the folder whole, and only when its build has succeeded. With ``dry_run`` nothing is kept, and the
    result says what would be in the files.

    Raises:
        BackendError: a hook failed; the error has its output.
        BuildsFailedError: of several sources some could not be built; the error has all failures and what was built.
        InvalidTableError: a `pyproject.toml` does not say how to build.
        SelectionError: a member does not exist.
        SourceNotFoundError: there is nothing to build.
        StorageError: the folder cannot be written to.
    """
    started = perf_counter()
    found = find_sources(source, members)
    wanted = _wanted(kinds, found)
    folder = Path(os.path.abspath(directory)) if directory is not None else found.root / "dist"
    with borrowed(session) as owner:
        builder, notices = _builder(found, owner, tuple(map(Requirement.parse, constraints)), python=python)
        if not dry_run:
            _prepare(folder, clear=clear, gitignore=gitignore)
        workers = owner.settings.concurrency.builds or os.cpu_count() or 1
        emitter = Emitter(events)
        with phase(emitter.emit, "build", len(found.sources)):
            maker = Maker(
                builder,
                None if dry_run else folder,
                wanted,
                several=members == "all",
                emitter=emitter,
                cancel=cancel,
            )
            builds = _run(maker, found.sources, workers, cancel=cancel)
    elapsed = timedelta(seconds=perf_counter() - started)
    return BuildResult(directory=folder, builds=tuple(builds), written=not dry_run, elapsed=elapsed, notices=notices)


def _wanted(kinds: Collection[DistributionKind], found: BuildSources) -> frozenset[DistributionKind]:
    """Return the kinds to build; none of them is a source distribution and the wheel from it."""
    unknown = sorted(set(kinds) - {"sdist", "wheel"})
    if unknown:
        raise InvalidOptionError(problems=(("kinds", f"`{unknown[0]}` is neither `sdist` nor `wheel`"),))
    if found.sources[0].is_archive:
        if "sdist" in kinds:
            raise InvalidOptionError(
                problems=(("sdist", "a source distribution cannot be built from a source distribution"),)
            )
        if "wheel" not in kinds:
            raise InvalidOptionError(
                problems=(("wheel", "only a wheel can be built from a source distribution; ask for it explicitly"),)
            )
    return frozenset(kinds)


def _builder(
    found: BuildSources, owner: Session, constraints: tuple[Requirement, ...], *, python: str | None
) -> tuple[Builder, tuple[Notice, ...]]:
    settings = _settings(found, owner)
    files = settings.files.build_constraints
    listed = read_requirements(constraints=files, session=owner).constraints if files else ()
    limits = (*settings.build.constraints, *listed, *constraints)
    if not settings.verify_hashes:
        limits = tuple(replace(one, hashes=()) for one in limits)
    # Whoever asks for hashes of everything that is installed means what is installed to build, too.
    hashed = settings.build.require_hashes or settings.install.require_hashes
    settings = replace(settings, build=replace(settings.build, constraints=limits, require_hashes=hashed))
    builder = Parts(owner, settings, found.root).builder
    wanted = wanted_python(found.project or found.root, python or settings.python, variables=owner.variables)
    # Without isolation the environment that is active, or the project's own, is what has to have everything.
    shared = bool(settings.build.no_isolation)
    interpreter = owner.pythons.find(wanted.request, wanted.range, environments="allow" if shared else "never")
    return builder.using(interpreter), wanted.notices(interpreter)


def _settings(found: BuildSources, owner: Session) -> Settings:
    return owner.settings if found.project is None else owner.settings_for(found.project)


def _prepare(folder: Path, *, clear: bool, gitignore: bool) -> None:
    from uvkit.fs import remove_tree, storage_error, write_atomic

    try:
        if clear and folder.is_dir():
            for entry in folder.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    remove_tree(entry)
                else:
                    entry.unlink()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error
    ignore = folder / ".gitignore"
    if gitignore and not ignore.exists():
        write_atomic(ignore, _IGNORED)


def _run(
    maker: Maker, sources: tuple[BuildSource, ...], workers: int, *, cancel: CancelToken | None
) -> list[BuiltDistributions]:
    """Return what was built of each source.

    Raises:
        BuildsFailedError: of several sources some could not be built, after all others were.
        UvkitError: the only source could not be built.
    """
    if len(sources) == 1:
        return [maker.make(sources[0])]
    failures: dict[str, UvkitError] = {}

    def attempt(source: BuildSource) -> BuiltDistributions | None:
        try:
            return maker.make(source)
        except CancelledError:
            raise
        except UvkitError as error:
            failures[source.label] = error
            return None

    with Pool(min(workers, len(sources)), name="uvkit-build") as pool:
        made, broken = pool.map(attempt, sources, cancel=cancel, while_waiting=maker.emitter.deliver)
    maker.emitter.deliver()
    if broken:
        raise broken[0]
    builds = [one for one in made if one is not None]
    if failures:
        failed = [source.label for source in sources if source.label in failures]
        raise BuildsFailedError(
            sources=tuple(failed),
            failures=tuple(failures[label] for label in failed),
            built=tuple(str(path) for one in builds for path in one.files),
        )
    return builds
