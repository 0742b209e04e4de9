"""The loop over forks: solve one to the end, divide it where it must be, unite what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from uvkit.events import CancelToken, EventSink, ForkOpened
from uvkit.markers import MarkerSet
from uvkit.model import Target, Universal

from .candidates.packages import Candidate, IndexPackage
from .demands.scope import Fork, Ground, Machine
from .demands.split import Split, is_lowest_first
from .divisions import Division
from .explaining.explain import impossible
from .keys import Key
from .options import Engine
from .outcome.forks import fork_tree
from .outcome.graph import Solved
from .outcome.merge import merge
from .outcome.resolution import Resolution
from .outcome.unpinned import unpinned
from .ports import MetadataSource
from .request import ResolveRequest
from .search.choosing import Chooser
from .search.deadends import DeadEndError
from .search.progress import Progress
from .search.universe import Universe, project_bounds

# What "auto" means: the engine with the better measured agreement with uv and speed.
AUTO_ENGINE: Engine = "pubgrub"


def solve(
    request: ResolveRequest,
    source: MetadataSource,
    *,
    emit: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> Resolution:
    """Choose versions that fit together, for one machine or for all that the request names.

    Pure but for the calls to ``source``. ``emit`` is called on this thread, for every decision, rejection and fork.

    Raises:
        ResolutionImpossibleError: the requirements contradict each other, or what they need does not exist.
        ResolutionLimitError: the time limit of the options was reached.
        CancelledError: the caller cancelled.
        IndexAccessError: an index failed.
    """
    progress = Progress(emit=emit, cancel=cancel, limit=request.options.time_limit)
    universe = Universe(request, source)
    grounds = _grounds(universe)
    universe.hint(
        one for one in universe.question.all_dependencies() if any(ground.overlaps(one.marker) for ground in grounds)
    )
    universe.look_ahead()
    begin = _engine(request)
    waiting = [begin(universe, ground, progress) for ground in grounds]
    solved: list[Solved] = []
    divided: dict[Ground, tuple[Division, Sequence[Ground]]] = {}
    while waiting:
        search = waiting.pop()
        ground = search.chooser.ground
        try:
            pins = search.run()
        except Split as split:
            assert isinstance(ground, Fork)
            parts = [(ground.narrowed(piece.marker, piece.choice), piece.candidate) for piece in split.pieces]
            divided[ground] = (split.division, [part for part, _ in parts])
            waiting += (search.branch(part, candidate) for part, candidate in parts)
            continue
        except DeadEndError as error:
            raise impossible(error, search.chooser) from None
        if emit is not None and isinstance(ground, Fork) and not ground.whole.is_everywhere():
            emit(ForkOpened(str(ground.whole)))
        solved.append(Solved(ground.whole, pins, search.chooser))
        if waiting:
            _prefer(universe, solved[-1])
    start = Division(reason="lock" if request.fork_preferences else "environments")
    resolution = merge(solved, universe)
    direct, transitive = unpinned(solved, request.options.strategy)
    return replace(
        resolution,
        fork_tree=fork_tree(grounds, divided, solved=solved, start=start, python=project_bounds(request)),
        notices=(*direct, *resolution.notices, *transitive),
    )


class Search(Protocol):
    """A run over one fork, whatever engine it is of."""

    @property
    def chooser(self) -> Chooser:
        """Return what chooses in this fork."""

    def run(self) -> Mapping[Key, Candidate]:
        """Return the decision on every key."""

    def branch(self, ground: Ground, forced: Candidate | None) -> Search:
        """Return a search that goes on for a part of the fork."""


def _engine(request: ResolveRequest) -> Callable[[Universe, Ground, Progress], Search]:
    chosen = request.options.engine
    if (AUTO_ENGINE if chosen == "auto" else chosen) == "pubgrub":
        from .engines.pubgrub import PubGrubSearch

        return PubGrubSearch.start
    from .engines.provider import Search as ResolvelibSearch

    return ResolvelibSearch.start


def _grounds(universe: Universe) -> Sequence[Ground]:
    """Return what to solve for first, the last one to be solved first."""
    request, choice_of = universe.request, universe.question.conflicts.choice_of
    if isinstance(request.target, Target):
        return (Machine(request.target),)
    bounds = project_bounds(request)
    markers = request.fork_preferences or request.target.environments or (MarkerSet.everywhere(),)
    forks = [Fork(marker.without_extras(), bounds, choice_of(marker)) for marker in reversed(markers)]
    forks.sort(key=lambda fork: fork.marker.python_bounds().lower_key, reverse=is_lowest_first(request.options))
    return [fork for fork in forks if fork.is_possible()] or forks


def _prefer(universe: Universe, solved: Solved) -> None:
    """Let later forks try the versions of this one first, so that few projects end up with several versions.

    With `lowest-direct` a project may be direct in one fork only, and its version there says nothing about the others.
    """
    if universe.request.options.strategy == "lowest-direct" or not isinstance(universe.request.target, Universal):
        return
    for key, candidate in solved.pins.items():
        if key.is_base and isinstance(candidate.package, IndexPackage):
            universe.preferences.add(candidate.package, candidate.position, solved.chooser.ground.marker)
