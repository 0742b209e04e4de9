"""What all forks of one resolution share: packages, their dependencies, and the hints given to the metadata source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from packaging.version import Version

from uvkit.errors import ResolutionImpossibleError
from uvkit.markers import MarkerSet, PythonBounds, RequiresPython
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    GitSource,
    IndexSource,
    Listing,
    ProjectName,
    Source,
    Target,
    Universal,
    project_name,
)
from uvkit.resolver.candidates.candidates import Judge, Refusal
from uvkit.resolver.candidates.packages import Candidate, DirectPackage, IndexPackage, Package
from uvkit.resolver.candidates.policy import Policy
from uvkit.resolver.demands.conflict_sets import is_left_out
from uvkit.resolver.demands.demands import Demand, Dependency
from uvkit.resolver.demands.lowering import Dependencies, Lowering
from uvkit.resolver.demands.preferences import Preferences
from uvkit.resolver.demands.question import Place, Question
from uvkit.resolver.demands.scope import Ground
from uvkit.resolver.keys import Keys
from uvkit.resolver.ports import Expectation, MetadataSource, NamesIndexes
from uvkit.resolver.request import ResolveRequest

# The project whose requirements are the question; no real one can have this name.
ROOT: Final = project_name("")


class Universe:
    """The packages of one resolution, made when first needed."""

    def __init__(self, request: ResolveRequest, source: MetadataSource) -> None:
        self.request: Final = request
        self.source: Final = source
        self.keys: Final = Keys()
        self.question: Final = Question(request, self.keys)
        self.policy: Final = Policy(request, self.question.firsthand)
        self.lowering: Final = Lowering(self.question)
        target = request.target
        self._judge = Judge(target if isinstance(target, Target) else project_bounds(request))
        self._indexed: dict[tuple[ProjectName, str | None], IndexPackage] = {}
        self._direct: dict[tuple[ProjectName, Source], DirectPackage] = {}
        self._hinted: set[tuple[ProjectName, str | None]] = set()
        self._ties: dict[Candidate, Demand] = {}
        self._python: dict[Candidate, str] = {}
        self._uncovered: dict[Candidate, MarkerSet] = {}
        self.preferences: Final = Preferences(request.preferences)
        place = DirectorySource(path=Path())
        root = DirectPackage(ROOT, place, port=source, version=Version("0"))
        self.root: Final = root.candidate(self.keys.base(ROOT), 0)

    def package(self, project: ProjectName, ground: Ground) -> Package:
        """Return the package that a project is within a fork."""
        source = self.source_of(project, ground)
        if source is None or isinstance(source, IndexSource):
            return self._from_index(project, source.index if source else None)
        return self._from_source(project, source)

    def source_of(self, project: ProjectName, ground: Ground) -> Source | None:
        """Return the place that first-hand requirements name for a project within a fork.

        Raises:
            ResolutionImpossibleError: they name several.
        """
        member = self.question.members.get(project)
        if member is not None:
            return member.source
        found: list[Source] = []
        for marker, source, holders in self.question.sources(project):
            if holders and all(is_left_out(holder, ground.choice) for holder in holders):
                continue
            if source not in found and ground.overlaps(marker):
                found.append(source)
        if len(found) > 1:
            direct = [source for source in found if not isinstance(source, IndexSource)]
            if len(direct) == 1:
                return direct[0]
            raise ResolutionImpossibleError(
                causes=(),
                marker=str(ground.marker),
                explanation=f"`{project}` is required from {' and '.join(f'`{_place(source)}`' for source in found)}",
                advice=("give each source a marker so that no environment has two",),
            )
        return found[0] if found else None

    def _from_index(self, project: ProjectName, index: str | None) -> IndexPackage:
        package = self._indexed.get((project, index))
        if package is None:
            listings = self.source.listings(project, index=index)
            strategy = self.request.options.index_strategy
            if strategy == "first-index":
                listings = _of_first_index(listings)
            package = self._indexed[project, index] = IndexPackage(
                project,
                listings,
                judge=self._judge,
                rules=self.policy.rules(project),
                port=self.source,
                pinned=index,
                best_match=strategy != "unsafe-first-match",
            )
        return package

    def _from_source(self, project: ProjectName, source: Source) -> DirectPackage:
        package = self._direct.get((project, source))
        if package is None:
            member = self.question.members.get(project)
            package = self._direct[project, source] = DirectPackage(
                project, self._at_commit(source), port=self.source, version=member.version if member else None
            )
            if member is None:
                self._adopt(package)
        return package

    def _at_commit(self, source: Source) -> Source:
        """Return a repository at the commit that an existing lock has for its reference."""
        if not isinstance(source, GitSource) or source.commit is not None:
            return source
        for locked in self.request.commits:
            if locked.is_same_reference(source):
                return replace(source, commit=locked.commit)
        return source

    def _adopt(self, package: DirectPackage) -> None:
        """Let a direct source require first-hand and name the places of what it requires, as the author may."""
        rows = package.metadata(0)
        for row in rows.requires:
            stated = self.lowering.from_row(row)
            self.question.note_direct(stated.project, stated.marker)
        if rows.declared is not None:
            for requirement in (one.requirement for one in rows.declared.requires_dist):
                if requirement.source is not None:
                    place = Place(requirement.marker.without_extras(), requirement.source)
                    self.question.note_source(requirement.project, place)
            return
        for row in (*rows.requires, *(row for extra in rows.extras.values() for row in extra)):
            if row.url:
                dependency = self.lowering.from_row(row)
                if dependency.source is not None:
                    self.question.note_source(dependency.project, Place(dependency.marker, dependency.source))

    def stated(self, candidate: Candidate) -> Dependencies | Refusal:
        """Return what a candidate asks for, or why it is no use."""
        return self.lowering.root() if candidate is self.root else self.lowering.of(candidate)

    def tie(self, candidate: Candidate) -> Demand:
        """Return the demand of an extra or group for its project at the same version."""
        tie = self._ties.get(candidate)
        if tie is None:
            base = self.keys.base(candidate.key.project)
            tie = self._ties[candidate] = Demand(base, f"=={candidate.version}", None, bit=candidate.bit)
        return tie

    def note_python(self, candidate: Candidate, specifier: str) -> None:
        """Remember that a version was refused for its Requires-Python."""
        self._python[candidate] = specifier

    def note_coverage(self, candidate: Candidate, demanded: MarkerSet) -> None:
        """Remember that a version was refused because no wheel serves an environment that must be served."""
        self._uncovered[candidate] = demanded

    def look_ahead(self) -> None:
        """Read all direct sources before the first decision: they may name further ones for later projects."""
        pending = list(self.question.direct_sources())
        seen: set[tuple[ProjectName, Source]] = set()
        while pending:
            project, source = pending.pop()
            if (project, source) in seen or project in self.question.members:
                continue
            seen.add((project, source))
            self._from_source(project, source)
            pending += self.question.direct_sources()

    def hint(self, dependencies: Iterable[Dependency]) -> None:
        """Tell the metadata source which projects will be asked for, each once, and the version that is preferred."""
        items: list[Expectation] = []
        hinted, members, is_placed = self._hinted, self.question.members, self.question.is_placed
        for dependency in dependencies:
            project = dependency.project
            if (project, None) in hinted and not dependency.source and not is_placed(project):
                continue
            places = [dependency.source] if dependency.source else self.question.places(project)
            if project in members or any(not isinstance(place, IndexSource) for place in places):
                continue  # no index may learn of what comes from elsewhere
            pinned: list[str | None] = [place.index for place in places if isinstance(place, IndexSource)]
            for index in pinned or [None]:
                if (project, index) not in hinted:
                    hinted.add((project, index))
                    preferred = self.preferences.first(project, dependency.specifier)
                    specifier = f"=={preferred}" if preferred else dependency.specifier
                    items.append(Expectation(project, specifier, index))
        if items:
            self.source.expect(items)

    def hint_older(self, package: IndexPackage, position: int, specifiers: Iterable[str]) -> None:
        """Tell the metadata source that versions below one that was tried are likely to be asked for."""
        below = f"<{package.text(position).partition('+')[0]}"
        specifier = ",".join([*(text for text in specifiers if text), below])
        self.source.expect([Expectation(package.project, specifier, package.pinned)])

    def indexes(self) -> tuple[str, ...] | None:
        """Return the indexes that are asked for every project, none if the metadata source does not say."""
        return self.source.index_names() if isinstance(self.source, NamesIndexes) else None

    def refusals(self) -> Iterable[tuple[ProjectName, str, Refusal]]:
        """Yield every version found unusable."""
        for package in self._indexed.values():
            for position, refusal in package.refusals():
                yield package.project, package.text(position), refusal
        for candidate, refusal in self.lowering.refusals():
            yield candidate.key.project, candidate.version, refusal
        for candidate, specifier in self._python.items():
            yield candidate.key.project, candidate.version, Refusal("python", specifier)
        for candidate, demanded in self._uncovered.items():
            yield candidate.key.project, candidate.version, Refusal("coverage", str(demanded))


def project_python(request: ResolveRequest) -> RequiresPython | None:
    """Return the Python versions that a universal answer must serve, none if anything goes."""
    if request.requires_python is not None:
        return request.requires_python
    target = request.target
    if isinstance(target, Universal) and target.requires_python is not None:
        return RequiresPython.parse(str(target.requires_python))
    return None


def project_bounds(request: ResolveRequest) -> PythonBounds:
    """Return the outer bounds of those versions."""
    python = project_python(request)
    return PythonBounds.everything() if python is None else python.bounds


def _place(source: Source) -> str:
    match source:
        case IndexSource(index=index):
            return index
        case GitSource(repository=repository):
            return repository
        case ArchiveSource(url=str(url)):
            return url
        case ArchiveSource(path=path) | DirectorySource(path=path):
            return str(path)


def _of_first_index(listings: Sequence[Listing]) -> tuple[Listing, ...]:
    """Return the listing of the first index, and those of links, whose versions compete with it."""
    links = tuple(listing for listing in listings if listing.is_of_links)
    return (*links, *[listing for listing in listings if not listing.is_of_links][:1])
