"""What is installed, with who requires what: the ground of `pip show`, `pip tree` and `pip check`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from uvkit.environment import Environment, InstalledDistribution, read_installed
from uvkit.errors import InvalidMetadataError
from uvkit.formats import parse_metadata, parse_record
from uvkit.markers import MarkerSet
from uvkit.model import MetadataRows, ProjectName, project_name
from uvkit.runtime import lazy_property

from .session import StrPath
from .trees import TreeNode, grown, without_cycles


class RequirementEdge(NamedTuple):
    """One requirement of an installed distribution that holds on its machine."""

    project: ProjectName
    specifier: str  # empty: any version
    url: str  # of a direct reference, or empty


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledDetails:
    """One installed distribution with its neighbours; ``files`` are relative to its location, as recorded."""

    distribution: InstalledDistribution
    requires: tuple[ProjectName, ...]
    required_by: tuple[ProjectName, ...]
    files: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        one = self.distribution
        return {
            "name": one.project,
            "version": one.version_text,
            "location": str(one.location),
            "editable_project_location": _tree_of(one),
            "requires": list(self.requires),
            "required_by": list(self.required_by),
            "files": list(self.files),
        }


class InstalledGraph:
    """The distributions of an environment as they were when this was made, and the requirements between them.

    A requirement counts if its marker holds without extras. Metadata that cannot be read requires nothing;
    `Environment.check` says so.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.distributions: Mapping[ProjectName, InstalledDistribution] = {
            one.project: one for one in reversed(environment.installed())
        }

    @lazy_property
    def _requirements(self) -> Mapping[ProjectName, tuple[RequirementEdge, ...]]:
        return {name: tuple(self._edges(self.distributions[name])) for name in sorted(self.distributions)}

    def _edges(self, one: InstalledDistribution) -> Iterator[RequirementEdge]:
        raw = one.metadata()
        if raw is None:
            return
        try:
            rows: MetadataRows = parse_metadata(raw, filename=str(one.dist_info))
        except InvalidMetadataError:
            return
        for row in rows.requires:
            if not row.marker or self.environment.target.holds(MarkerSet.parse(row.marker)):
                yield RequirementEdge(project_name(row.project), row.specifier, row.url)

    def requirements(self, project: str) -> tuple[RequirementEdge, ...]:
        """Return what an installed project requires here, installed or not, in the order of its metadata.

        Raises:
            KeyError: it is not installed.
        """
        return self._requirements[project_name(project)]

    def dependents(self, project: str) -> tuple[ProjectName, ...]:
        """Return which installed projects require a project, sorted."""
        name = project_name(project)
        return tuple(one for one, edges in self._requirements.items() if any(edge.project == name for edge in edges))

    def details(self, project: str, *, files: bool = False) -> InstalledDetails:
        """Return one distribution with its neighbours and, if asked for, its files.

        Raises:
            KeyError: it is not installed.
        """
        name = project_name(project)
        one = self.distributions[name]
        requires = sorted({edge.project for edge in self.requirements(name)})
        recorded = one.read("RECORD") if files else None
        rows = () if recorded is None else parse_record(recorded.decode("utf-8", "replace"))
        return InstalledDetails(
            distribution=one,
            requires=tuple(requires),
            required_by=self.dependents(name),
            files=tuple(sorted(row.path for row in rows)),
        )

    def tree(
        self,
        packages: Iterable[str] = (),
        *,
        invert: bool = False,
        depth: int | None = None,
        prune: Collection[str] = (),
        dedupe: bool = True,
    ) -> tuple[TreeNode, ...]:
        """Return what requires what, as trees below the projects that nobody requires, or below some ``packages``.

        With ``invert`` a tree shows who requires its root. ``prune`` are left out as if they were not installed. A
        project whose requirements were shown above is not followed again (unless ``dedupe`` is off) and marked.

        Raises:
            KeyError: one of the packages is not installed.
        """
        edges: dict[ProjectName, list[tuple[ProjectName, str]]] = {name: [] for name in self._requirements}
        for name, requirements in self._requirements.items():
            for edge in requirements:
                if edge.project in edges:
                    edges[name].append((edge.project, edge.url or edge.specifier))
        left_out = frozenset(map(project_name, prune))
        edges = {
            name: [target for target in targets if target[0] not in left_out]
            for name, targets in edges.items()
            if name not in left_out
        }
        named = [name for name in map(project_name, packages) if name not in left_out]
        roots = self._roots(edges, named, invert=invert)
        if invert:
            reverse: dict[ProjectName, list[tuple[ProjectName, str]]] = {name: [] for name in edges}
            for name, targets in edges.items():
                for target, required in targets:
                    reverse[target].append((name, required))
            edges = reverse
        versions = {name: one.version_text for name, one in self.distributions.items()}
        return grown(roots, edges, versions, depth=depth, prune=(), dedupe=dedupe)

    def _roots(
        self, edges: Mapping[ProjectName, list[tuple[ProjectName, str]]], named: list[ProjectName], *, invert: bool
    ) -> list[ProjectName]:
        if named:
            for name in named:
                if name not in edges:
                    raise KeyError(name)
            return named
        kept = without_cycles({name: [target for target, _ in targets] for name, targets in edges.items()})
        if invert:
            return [name for name in edges if not kept[name]]
        reached = {target for targets in kept.values() for target in targets}
        return [name for name in edges if name not in reached]


def installed_in(*folders: StrPath) -> tuple[InstalledDistribution, ...]:
    """Return what is installed in folders of modules, sorted by project; a missing folder holds nothing."""
    return read_installed(*folders).distributions


def _tree_of(one: InstalledDistribution) -> str | None:
    from uvkit.model import DirectorySource

    source = one.source
    return str(source.path) if one.editable and isinstance(source, DirectorySource) else None
