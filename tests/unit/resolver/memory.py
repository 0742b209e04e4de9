"""A metadata source in memory, from plain tables of projects and versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from packaging.version import Version

from uvkit.formats import parse_metadata
from uvkit.model import FileRow, Listing, MetadataRows, ProjectName, Source, project_name
from uvkit.resolver import Expectation

INDEX = "https://index.example/simple"
Spec = Mapping[str, Any]


class MemorySource:
    """Serves a universe: project -> version -> table with `requires`, `extras`, `requires-python`, `wheels`, ...

    Defaults: one pure wheel, one source archive, no requirements, uploaded at the start of 2024. `metadata-python` is
    a Requires-Python that only the metadata tells. `direct` gives the metadata of sources by project.
    """

    def __init__(self, universe: Mapping[str, Mapping[str, Spec]], *, direct: Mapping[str, Spec] | None = None) -> None:
        self._universe = {project_name(name): versions for name, versions in universe.items()}
        self._direct = {project_name(name): spec for name, spec in (direct or {}).items()}
        self.asked: list[str] = []
        self.expected: list[Expectation] = []

    def listings(self, project: ProjectName, *, index: str | None = None) -> tuple[Listing, ...]:
        self.asked.append(project)
        versions = self._universe.get(project)
        if versions is None:
            return ()
        rows = {version: list(_rows(project, version, spec)) for version, spec in versions.items()}
        return (Listing.of(project, index or INDEX, rows),)

    def metadata(self, project: ProjectName, version: Version, row: FileRow, *, index: str) -> MetadataRows:
        self.asked.append(f"{project}=={version}")
        for text, spec in self._universe[project].items():
            if Version(text) == version:
                if "error" in spec:
                    raise spec["error"]
                return _metadata(project, text, spec)
        raise AssertionError(row)

    def source_metadata(self, project: ProjectName, source: Source) -> tuple[MetadataRows, Source]:
        self.asked.append(f"{project} @ source")
        spec = self._direct[project]
        return _metadata(project, spec.get("version", "1.0"), spec), source

    def expect(self, items: Iterable[Expectation]) -> None:
        self.expected += items


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
