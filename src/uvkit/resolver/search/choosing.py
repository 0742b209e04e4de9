"""What a fork makes of the universe: which versions serve here and in which order, and what they ask for here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from packaging.version import Version

from uvkit.errors import IndexAccessError
from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import ConflictItem, IndexSource, ProjectName, Universal, split_wheel_name
from uvkit.resolver.candidates.candidates import Choice, Refusal
from uvkit.resolver.candidates.coverage import coverage
from uvkit.resolver.candidates.packages import Candidate, DirectPackage, IndexPackage, Package, python_bounds
from uvkit.resolver.candidates.wheels import admits_python
from uvkit.resolver.demands.demands import Demand, Dependency
from uvkit.resolver.demands.lowering import Dependencies
from uvkit.resolver.demands.origins import origin
from uvkit.resolver.demands.scope import Fork, Ground
from uvkit.resolver.demands.split import (
    Piece,
    Split,
    branches,
    by_demand,
    by_local_version,
    by_python,
    division_of,
    is_lowest_first,
)
from uvkit.resolver.divisions import Division, Reason
from uvkit.resolver.keys import Key

from .universe import ROOT, Universe


class Chooser:
    """The choices of one fork. Whatever does not depend on the fork is remembered by the universe."""

    def __init__(self, universe: Universe, ground: Ground) -> None:
        self.universe: Final = universe
        self.ground: Final = ground
        self.root: Final = universe.root
        self._packages: dict[ProjectName, Package] = {ROOT: universe.root.package}
        self._demands: dict[Candidate, tuple[Demand, ...]] = {}
        self._dependencies: dict[Candidate, tuple[Dependency, ...]] = {}
        self._usable: dict[Candidate, bool] = {}
        self._forced: dict[Key, Candidate] = {}
        self._wanted_python: dict[Candidate, PythonBounds] = {}
        self._direct: dict[ProjectName, bool] = {}
        self._best: dict[tuple[Key, int, int], Candidate | None] = {}
        target = universe.request.target
        self._lasts: Final = not (
            isinstance(target, Universal) and (target.environments or target.required_environments)
        )

    def branch(self, ground: Ground, decided: Iterable[Candidate], forced: Candidate | None) -> Chooser:
        """Return the chooser of a part of the fork, in which what was decided keeps what it asked for."""
        other = Chooser(self.universe, ground)
        other._packages.update(self._packages)
        for candidate in decided:
            other._demands[candidate] = self._demands[candidate]
            other._dependencies[candidate] = self._dependencies[candidate]
        if forced is not None:
            other._forced[forced.key] = forced
        return other

    # -- packages and masks --------------------------------------------------------------------------------------------

    def base(self, key: Key) -> Key:
        """Return the key of the project itself."""
        return self.universe.keys.base(key.project)

    def known(self, project: ProjectName) -> Package | None:
        """Return the package of a project if it was looked up before."""
        return self._packages.get(project)

    def package(self, project: ProjectName) -> Package:
        """Return the package of a project, looking it up if need be."""
        package = self._packages.get(project)
        if package is None:
            try:
                package = self._packages[project] = self.universe.package(project, self.ground)
            except IndexAccessError as error:
                self._tell_origin(error, project)
                raise
        return package

    def _tell_origin(self, error: IndexAccessError, project: ProjectName) -> None:
        """Let an index that fails say who asked."""
        note = origin(project, self.known_dependencies(), self.root.key)
        if note is not None:
            error.add_note(note)

    def is_direct(self, project: ProjectName) -> bool:
        """Tell whether a project comes from a certain tree, repository or archive in this fork."""
        known = self._direct.get(project)
        if known is None:
            source = self.universe.source_of(project, self.ground)
            known = self._direct[project] = source is not None and not isinstance(source, IndexSource)
        return known

    @staticmethod
    def demand_mask(demand: Demand, package: Package) -> int:
        """Return the versions that a demand admits."""
        return package.mask(demand.specifier) if demand.bit is None else demand.bit

    def mask(self, key: Key, demands: Iterable[Demand]) -> int:
        """Return the versions that all demands on a key admit."""
        package = self.package(key.project)
        mask = package.full
        for demand in demands:
            mask &= self.demand_mask(demand, package)
        return mask

    # -- candidates ----------------------------------------------------------------------------------------------------

    def best(self, key: Key, mask: int, pins: Mapping[Key, Candidate], *, unread: int) -> Candidate | None:
        """Return the first that `usable` yields ``with_newer``, none if there is none.

        It is remembered, for a search that goes back often asks for the same sets again; not where the decisions that
        stand have a say.

        Raises:
            Split: a version serves only a part of the fork.
        """
        question = (key, mask, unread)
        if question in self._best:
            return self._best[question]
        lasts = self._lasts and key not in self._forced
        found = next(self.usable(key, mask, pins, unread=unread, with_newer=True), None)
        if lasts:
            self._best[question] = found
        return found

    def usable(
        self, key: Key, mask: int, pins: Mapping[Key, Candidate], *, unread: int = 0, with_newer: bool = False
    ) -> Iterator[Candidate]:
        """Yield the usable versions of a set, best first; ``pins`` are the decisions that stand.

        The metadata of ``unread`` versions is not asked for: what the index says of their files decides. Those that
        need a newer Python by what the index says come as well ``with_newer`` (see `wanted_python`).

        Raises:
            Split: a version serves only a part of the fork.
        """
        package = self.package(key.project)
        for position in self._ordered(key, package, mask):
            candidate = package.candidate(key, position)
            is_unread = bool(unread & candidate.bit)
            if not (self._has_usable_file(candidate) if is_unread else self._is_usable(candidate)):
                if with_newer and candidate in self._wanted_python:
                    yield candidate
                continue
            if isinstance(package, IndexPackage) and isinstance(self.ground, Fork):
                candidate = self._fitting(candidate, mask)
                if self._lacks_wheels(candidate, pins):
                    continue
            yield candidate

    def wanted_python(self, candidate: Candidate) -> PythonBounds | None:
        """Return the Python that a version needs by what the index says, if the fork has older ones."""
        return self._wanted_python.get(candidate)

    def _ordered(self, key: Key, package: Package, mask: int) -> Iterator[int]:
        """Return the positions of a set, best first: what was settled at a fork, what is preferred, then by version."""
        if isinstance(package, DirectPackage):
            return iter((0,) if mask else ())
        lowest = self._is_lowest(key.project)
        preferred = self.universe.preferences.positions(package, self.ground, lowest=lowest)
        forced = self._forced.pop(key, None)
        if forced is not None:
            preferred = (forced.position, *preferred)
        if preferred:
            return self._preferred_first(package, mask, preferred, lowest=lowest)
        return package.ordered(mask, lowest=lowest)

    @staticmethod
    def _preferred_first(package: IndexPackage, mask: int, preferred: Sequence[int], *, lowest: bool) -> Iterator[int]:
        for position in preferred:
            if mask >> position & 1:
                mask &= ~(1 << position)
                yield position
        yield from package.ordered(mask, lowest=lowest)

    def _is_lowest(self, project: ProjectName) -> bool:
        match self.universe.request.options.strategy:
            case "highest":
                return False
            case "lowest":
                return True
            case _:
                return any(self.ground.overlaps(marker) for marker in self.universe.question.direct_markers(project))

    def _is_usable(self, candidate: Candidate) -> bool:
        known = self._usable.get(candidate)
        if known is None:
            known = self._usable[candidate] = self._examine(candidate)
        return known

    def _examine(self, candidate: Candidate) -> bool:
        """Tell whether a version serves here; the universe remembers why if it does not."""
        if not self._has_usable_file(candidate):
            return False
        try:
            stated = self.universe.stated(candidate)
        except IndexAccessError as error:
            self._tell_origin(error, candidate.key.project)
            raise
        if isinstance(stated, Refusal):
            return False
        if candidate is self.universe.root:
            return True
        specifier = self.universe.lowering.requires_python(candidate)
        if isinstance(candidate.package, DirectPackage):
            return self._is_for_python(candidate, specifier)
        return self._admits_python(candidate, specifier)

    def _has_usable_file(self, candidate: Candidate) -> bool:
        package, position = candidate.package, candidate.position
        if isinstance(package, DirectPackage):
            return True
        choice = package.choice(position)
        if isinstance(choice, Refusal):
            return False
        specifier = package.file_python(position)
        if not self._admits_python(candidate, specifier):
            self._wanted_python[candidate] = python_bounds(specifier)
            return False
        return self._has_wheel(choice)

    def _is_for_python(self, candidate: Candidate, specifier: str | None) -> bool:
        """Tell whether a direct source admits every Python of the fork; there is no other version for the rest."""
        if python_bounds(specifier).lower_at_most(self.ground.python):
            return True
        self.universe.note_python(candidate, specifier or "")
        return False

    def _admits_python(self, candidate: Candidate, specifier: str | None) -> bool:
        bounds = python_bounds(specifier)
        ground = self.ground
        if bounds.lower_at_most(ground.python):
            return True
        if isinstance(ground, Fork) and self.universe.request.options.fork_strategy == "requires-python":
            parts = by_python(ground, bounds)
            if parts:
                raise Split(parts, self._division(candidate, "python", specifier or ""))
        self.universe.note_python(candidate, specifier or "")
        return False

    def _has_wheel(self, choice: Choice) -> bool:
        """Tell whether a version without source archive has a wheel for the Pythons below the fork's upper bound."""
        if not isinstance(self.ground, Fork) or choice.sdist or self.ground.python.upper is None:
            return True
        bounds = PythonBounds(upper=self.ground.python.upper)  # wheels for older Pythons only do not rule it out
        names = (split_wheel_name(row.filename) for row in choice.wheels)
        return any(name is not None and admits_python(name.python, name.abi, bounds) for name in names)

    # -- coverage of a fork by wheels ----------------------------------------------------------------------------------

    def _fitting(self, candidate: Candidate, mask: int) -> Candidate:
        """Return the candidate, or the plain version of a local one that serves nothing of the fork."""
        package, fork = candidate.package, self.ground
        if "+" not in candidate.version:
            return candidate
        assert isinstance(package, IndexPackage)
        assert isinstance(fork, Fork)
        position = package.find(Version(package.version(candidate.position).public))
        if position is None or not mask >> position & 1:
            return candidate
        plain = package.candidate(candidate.key, position)
        if not self._is_usable(plain):
            return candidate
        part = by_local_version(fork, self._coverage(candidate), self._coverage(plain))
        if part is None or not fork.narrowed(part).is_possible():
            return candidate
        rest = fork.marker - part
        if not fork.narrowed(rest).is_possible():
            return plain
        raise Split([Piece(part, plain), Piece(rest, candidate)], self._division(candidate, "local-version"))

    def _lacks_wheels(self, candidate: Candidate, pins: Mapping[Key, Candidate]) -> bool:
        """Tell whether no wheel serves an environment that is demanded, and the fork cannot be divided there."""
        if self._lasts:
            return False
        target, fork = self.universe.request.target, self.ground
        assert isinstance(target, Universal)
        assert isinstance(fork, Fork)
        demands = [one for one in (*target.environments, *target.required_environments) if fork.overlaps(one)]
        if not demands:
            return False
        choice = candidate.package.choice(candidate.position)
        if isinstance(choice, Choice) and choice.sdist:
            return False
        reach = reached(self, pins, candidate.key)
        covered = self._coverage(candidate) & fork.marker
        for demanded in demands:
            if demanded.is_disjoint(reach) or not covered.is_disjoint(demanded):
                continue
            parts = by_demand(fork, demanded, covered)
            if parts:
                raise Split(parts, self._division(candidate, "wheels", str(demanded)))
            self.universe.note_coverage(candidate, demanded)
            return True
        return False

    def _coverage(self, candidate: Candidate) -> MarkerSet:
        """Return the environments that a version's files serve."""
        choice = candidate.package.choice(candidate.position)
        if not isinstance(choice, Choice) or choice.sdist:
            return MarkerSet.everywhere()
        return coverage(choice.wheels, self.universe.request.options.minimum_libc)

    @staticmethod
    def _division(candidate: Candidate, reason: Reason, detail: str = "") -> Division:
        return Division(reason=reason, project=candidate.key.project, version=candidate.version, detail=detail)

    # -- dependencies --------------------------------------------------------------------------------------------------

    def demands(self, candidate: Candidate) -> tuple[Demand, ...]:
        """Return what a candidate asks for in this fork.

        Raises:
            Split: its requirements divide the fork.
        """
        demands = self._demands.get(candidate)
        if demands is None:
            stated = self.universe.stated(candidate)
            assert not isinstance(stated, Refusal), candidate
            dependencies = self._applicable(candidate, stated)
            self.universe.hint(dependencies)
            ties = () if candidate.key.is_base or self._is_left_out(candidate.key) else (self.universe.tie(candidate),)
            demands = (*ties, *(demand for one in dependencies for demand in one.demands))
            self._demands[candidate] = demands
            self._dependencies[candidate] = dependencies
        return demands

    def _is_left_out(self, key: Key) -> bool:
        """Tell whether only a group is wanted of a project, which other groups or extras exclude."""
        return key.group is not None and ConflictItem(project=key.project) in self.ground.choice.excluded

    def _applicable(self, candidate: Candidate, stated: Dependencies) -> tuple[Dependency, ...]:
        ground = self.ground
        if not isinstance(ground, Fork):
            overlaps = ground.overlaps
            return tuple([one for one in stated if overlaps(one.marker)])  # as declared, which is uv's order here
        options = self.universe.request.options
        conflicts = self.universe.question.conflicts
        parts = branches(stated, ground, conflicts, lowest_first=is_lowest_first(options))
        if len(parts) > 1:
            pieces = [Piece(part.marker, candidate, part.choice) for part in parts]
            raise Split(pieces, division_of(candidate, parts))
        return parts[0].dependencies if parts else ()

    def dependencies(self, candidate: Candidate) -> tuple[Dependency, ...]:
        """Return the dependencies of a candidate whose demands were asked for."""
        return self._dependencies[candidate]

    def known_dependencies(self) -> Iterable[tuple[Candidate, tuple[Dependency, ...]]]:
        """Return the candidates that were read, each with its dependencies here."""
        return self._dependencies.items()

    def unusable(self) -> Iterator[Candidate]:
        """Yield the candidates that were found not to serve here."""
        return (candidate for candidate, is_usable in self._usable.items() if not is_usable)

    def hint_older(self, candidate: Candidate, specifiers: Iterable[str]) -> None:
        """Let older versions be fetched ahead: many were rejected already."""
        if isinstance(candidate.package, IndexPackage):
            self.universe.hint_older(candidate.package, candidate.position, specifiers)


def reached(chooser: Chooser, pins: Mapping[Key, Candidate], key: Key) -> MarkerSet:
    """Return the environments in which decisions so far ask for a key."""
    markers = {chooser.root.key: MarkerSet.everywhere()}
    waiting = [chooser.root.key]
    nowhere = MarkerSet.nowhere()
    while waiting:
        parent = waiting.pop()
        candidate = pins.get(parent)
        if candidate is None:
            continue
        for dependency in chooser.dependencies(candidate):
            way = markers[parent] & dependency.marker
            for demand in dependency.demands:
                before = markers.get(demand.key, nowhere)
                after = before | way
                if after is not before:
                    markers[demand.key] = after
                    waiting.append(demand.key)
    return markers.get(key, nowhere)
