"""How the environments of a universal resolution were divided, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.version import Version

from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import ProjectName
from uvkit.resolver.demands.scope import Fork, Ground
from uvkit.resolver.divisions import Division

from .graph import Solved


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkTree:
    """A fork: solved as a whole, or divided into ``parts`` in the order in which they were solved.

    ``versions`` are those chosen in a fork that was solved, of the projects of which other forks chose other versions.
    """

    marker: MarkerSet
    division: Division | None = None
    parts: tuple[ForkTree, ...] = ()
    versions: tuple[tuple[ProjectName, Version], ...] = ()

    def solved(self) -> Iterator[ForkTree]:
        """Yield the forks that were solved, in order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.solved()

    def __str__(self) -> str:
        return "\n".join(_lines(self, MarkerSet.everywhere(), depth=0))


def _lines(tree: ForkTree, within: MarkerSet, *, depth: int) -> Iterator[str]:
    """Yield a line for a fork and those for its parts, indented and without what is said of the whole already."""
    marker = tree.marker if within.is_everywhere() else tree.marker.restrict(within)
    text = "  " * depth + (str(marker) or "all environments")
    if tree.versions:
        text += f": {', '.join(f'{project} {version}' for project, version in tree.versions)}"
    if tree.division is not None:
        text += f", divided because {tree.division}"
    yield text
    for part in tree.parts:
        yield from _lines(part, tree.marker, depth=depth + 1)


def fork_tree(
    grounds: Sequence[Ground],
    divided: Mapping[Ground, tuple[Division, Sequence[Ground]]],
    *,
    solved: Iterable[Solved],
    start: Division,
    python: PythonBounds,
) -> ForkTree | None:
    """Return how the search went, none for a single machine; of ``grounds`` and parts the last was solved first.

    ``start`` is why there are several grounds, if there are. Markers say nothing of versions outside of ``python``.
    """
    if not all(isinstance(ground, Fork) for ground in grounds):
        return None
    chosen = {one.chooser.ground: _versions(one) for one in solved}
    several = _several(chosen.values())

    def tree(ground: Ground) -> ForkTree:
        if ground in divided:
            division, parts = divided[ground]
            return ForkTree(
                marker=ground.whole.simplify_python(python), division=division, parts=tuple(map(tree, reversed(parts)))
            )
        versions = chosen.get(ground, {})
        return ForkTree(
            marker=ground.whole.simplify_python(python),
            versions=tuple((project, versions[project]) for project in sorted(several & versions.keys())),
        )

    if len(grounds) == 1:
        return tree(grounds[0])
    return ForkTree(marker=MarkerSet.everywhere(), division=start, parts=tuple(map(tree, reversed(grounds))))


def _versions(solved: Solved) -> dict[ProjectName, Version]:
    return {
        key.project: candidate.package.version(candidate.position)
        for key, candidate in solved.pins.items()
        if key.is_base and key.project
    }


def _several(chosen: Iterable[Mapping[ProjectName, Version]]) -> set[ProjectName]:
    """Return the projects of which different versions were chosen."""
    first: dict[ProjectName, Version] = {}
    several: set[ProjectName] = set()
    for versions in chosen:
        for project, version in versions.items():
            if first.setdefault(project, version) != version:
                several.add(project)
    return several
