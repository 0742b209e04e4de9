"""A world for the resolver in memory: projects and versions as plain tables, no files and no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from packaging.version import Version

from uvkit.formats import parse_metadata
from uvkit.model import FileRow, Listing, MetadataRows, ProjectName, Source, project_name
from uvkit.resolver import Expectation

INDEX = "https://index.example/simple"
Spec: TypeAlias = Mapping[str, Any]
Universe: TypeAlias = Mapping[str, Mapping[str, Spec]]


class MemorySource:
    """A metadata source for `uvkit.resolver.solve`, from tables by project and version.

    Keys of a version's table, all optional: `requires` and `extras` (requirement texts), `requires-python`,
    `metadata-python` (told by the metadata only), `wheels` (tags; one pure wheel if absent), `sdist` (true if absent),
    `uploaded`, `yanked` (the reason), `error` (raised when its metadata is asked for). ``direct`` gives such a table,
    with its `version`, for each project that comes from elsewhere; ``indexes`` further indexes by URL, in order.

    >>> source = MemorySource({"a": {"1.0": {"requires": ["b>=2"]}}, "b": {"1.0": {}, "2.0": {}}})
    >>> source.listings("b")[0].versions
    ('2.0', '1.0')
    """

    def __init__(
        self,
        universe: Universe,
        *,
        direct: Mapping[str, Spec] | None = None,
        indexes: Mapping[str, Universe] | None = None,
    ) -> None:
        self._indexes = {url: _normalized(one) for url, one in {INDEX: universe, **(indexes or {})}.items()}
        self._direct = {project_name(name): spec for name, spec in (direct or {}).items()}
        self.asked: list[str] = []
        self.expected: list[Expectation] = []

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        """Return what each index has of a project."""
        self.asked.append(project)
        return tuple(
            Listing.of(project, url, {version: list(_rows(project, version, spec)) for version, spec in found.items()})
            for url, universe in self._indexes.items()
            if (found := universe.get(project)) is not None and index in (None, url)
        )

    def metadata(
        self,
        project: ProjectName,
        version: Version,
        row: FileRow,  # noqa: ARG002  # part of the port
        *,
        index: str,
    ) -> MetadataRows:
        """Return the metadata of a version."""
        self.asked.append(f"{project}=={version}")
        text, spec = next((t, s) for t, s in self._indexes[index][project].items() if Version(t) == version)
        if "error" in spec:
            raise spec["error"]
        return _metadata(project, text, spec)

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        """Return the metadata of a direct source."""
        self.asked.append(f"{project} @ source")
        spec = self._direct[project]
        return _metadata(project, spec.get("version", "1.0"), spec), source

    def expect(self, items: Iterable[Expectation]) -> None:
        """Remember the hints."""
        self.expected += items

    def index_names(self) -> tuple[str, ...]:
        """Return the indexes, in order."""
        return tuple(self._indexes)


def _normalized(universe: Universe) -> dict[ProjectName, Mapping[str, Spec]]:
    return {project_name(name): versions for name, versions in universe.items()}


def _rows(project: str, version: str, spec: Spec) -> Iterable[FileRow]:
    stem = f"{project.replace('-', '_')}-{version}"
    names = [f"{stem}-{tag}.whl" for tag in spec.get("wheels", ["py3-none-any"])]
    if spec.get("sdist", True):
        names.append(f"{stem}.tar.gz")
    for name in names:
        yield FileRow(
            filename=name,
            url=f"https://index.example/files/{name}",
            hash="sha256:" + "0" * 64,
            size=1000,
            requires_python=spec.get("requires-python"),
            uploaded=spec.get("uploaded", "2024-01-01T00:00:00Z"),
            yanked=spec.get("yanked"),
            metadata="",
        )


def _metadata(project: str, version: str, spec: Spec) -> MetadataRows:
    lines = ["Metadata-Version: 2.3", f"Name: {project}", f"Version: {version}"]
    python = spec.get("metadata-python", spec.get("requires-python"))
    if python:
        lines.append(f"Requires-Python: {python}")
    lines += [f"Requires-Dist: {text}" for text in spec.get("requires", [])]
    for extra, texts in spec.get("extras", {}).items():
        lines.append(f"Provides-Extra: {extra}")
        for text in texts:
            requirement, _, marker = text.partition(";")
            both = f"({marker}) and extra == '{extra}'" if marker else f"extra == '{extra}'"
            lines.append(f"Requires-Dist: {requirement} ; {both}")
    return parse_metadata(("\n".join(lines) + "\n").encode(), filename=f"{project}-{version}.whl")
