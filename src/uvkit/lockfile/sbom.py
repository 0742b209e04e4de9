"""Write a lock as a bill of materials (CycloneDX 1.5); `cyclonedx-python-lib` does the writing."""

from __future__ import annotations

from collections.abc import Iterator

from uvkit.errors import MissingLibraryError
from uvkit.formats import git_text
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    FileRow,
    GitSource,
    IndexSource,
    ResolvedDistribution,
    is_url,
    without_credentials,
)
from uvkit.resolver import is_root
from uvkit.version import __version__

from .export_graph import ExportRow
from .exported import Exported, LockView

try:
    from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.tool import ToolRepository
    from cyclonedx.output.json import JsonV1Dot5
    from packageurl import PackageURL
except ImportError as error:
    raise MissingLibraryError(
        ability="writing a bill of materials", library="cyclonedx-python-lib", extra="sbom"
    ) from error

_ALGORITHMS = {
    "md5": HashAlgorithm.MD5,
    "sha1": HashAlgorithm.SHA_1,
    "sha256": HashAlgorithm.SHA_256,
    "sha384": HashAlgorithm.SHA_384,
    "sha512": HashAlgorithm.SHA_512,
    "blake2b": HashAlgorithm.BLAKE2B_256,
}


def sbom(lock: LockView, exported: Exported, *, files: bool = True) -> str:
    """Return the bill of materials: a component for each distribution, and what depends on what.

    ``files`` lists where each distribution's files are, with their hashes.
    """
    return JsonV1Dot5(_Bill(lock, exported, files=files).bom()).output_as_string(indent=2)


class _Bill:
    """Makes one bill; components are numbered in the order in which they are made."""

    def __init__(self, lock: LockView, exported: Exported, *, files: bool) -> None:
        self._distributions = exported.distributions
        self._selection = exported.selection
        self._rows = {row.position: row for one, row in exported.reached() if not exported.wanted.excludes(one)}
        self._members = {
            position for position, one in enumerate(self._distributions) if one.project in set(lock.members)
        }
        self._chosen = set(exported.wanted.members)
        self._files = files
        self._public = exported.options.public_index
        self._made = 0
        self._root = self._main()
        self._components = self._make()

    def bom(self) -> Bom:
        """Return the bill."""
        bom = Bom()
        tool = Component(type=ComponentType.APPLICATION, name="uvkit", version=__version__)
        bom.metadata.tools = ToolRepository(components=[tool])
        listed = dict(self._components)
        if self._root is not None and not self._is_synthetic():
            bom.metadata.component = listed.pop(self._root)
        bom.components.update(listed.values())
        for position, row in self._rows.items():
            needs = [self._components[number] for number in row.requirements if number in self._components]
            bom.register_dependency(self._components[position], needs)
        if self._is_synthetic() or self._root is None:
            name = "uv-workspace" if self._root is None else self._distributions[self._root].project
            top = self._component(name, None, [Property(name="uv:package:is_synthetic_root", value="true")])
            bom.metadata.component = top
            chosen = sorted(self._chosen & self._rows.keys())
            bom.register_dependency(top, [self._components[number] for number in chosen])
        return bom

    def _main(self) -> int | None:
        """Return the member that the bill is about: the only one asked for, else the project at the root."""
        chosen = self._selection.members
        if isinstance(chosen, frozenset) and len(chosen) == 1 and self._chosen <= self._rows.keys():
            return next(iter(self._chosen))
        for position in sorted(self._members):
            if is_root(self._distributions[position].source):
                return position
        if len(self._chosen & self._rows.keys()) == 1:
            return next(iter(self._chosen))
        return None

    def _is_synthetic(self) -> bool:
        return self._selection.members == "all"

    def _make(self) -> dict[int, Component]:
        order = dict.fromkeys([*([] if self._root is None else [self._root]), *self._rows])
        return {position: self._of(position) for position in order}

    def _of(self, position: int) -> Component:
        one = self._distributions[position]
        row = self._rows.get(position)
        version = None if one.version is None else str(one.version)
        component = self._component(one.project, version, list(self._properties(one, position, row)))
        component.purl = _purl(one, self._public)
        if self._files:
            component.external_references.update(_references(one))
        return component

    def _component(self, name: str, version: str | None, properties: list[Property]) -> Component:
        self._made += 1
        reference = f"{name}-{self._made}" + (f"@{version}" if version else "")
        return Component(
            type=ComponentType.LIBRARY, name=name, version=version, bom_ref=reference, properties=properties
        )

    def _properties(self, one: ResolvedDistribution, position: int, row: ExportRow | None) -> Iterator[Property]:
        if position == self._root:
            yield Property(name="uv:package:is_project_root", value="true")
        elif position in self._members and isinstance(one.source, DirectorySource):
            yield Property(name="uv:workspace:path", value=one.source.path.as_posix())
        if position != self._root and row is not None and not row.marker.is_everywhere():
            yield Property(name="uv:package:marker", value=str(row.marker))


def _purl(one: ResolvedDistribution, public: str | None) -> PackageURL | None:
    match one.source:
        case IndexSource(index=index):
            assumed = public is not None and index.rstrip("/") == public.rstrip("/")
            qualifiers = {} if assumed or not is_url(index) else {"repository_url": without_credentials(index)}
        case GitSource() as git:
            qualifiers = {"vcs_url": git_text(git)}
        case ArchiveSource(url=str(url)):
            qualifiers = {"download_url": url}
        case _:
            return None
    return PackageURL(type="pypi", name=one.project, version=str(one.version or ""), qualifiers=qualifiers)


def _references(one: ResolvedDistribution) -> Iterator[ExternalReference]:
    for row in one.rows:
        direct_archive = not isinstance(one.source, IndexSource) and not row.filename.endswith(".whl")
        if is_url(row.url) and not direct_archive:
            yield ExternalReference(
                type=ExternalReferenceType.DISTRIBUTION, url=XsUri(row.url), hashes=list(_hashes(row))
            )


def _hashes(row: FileRow) -> Iterator[HashType]:
    algorithm, _, digest = (row.hash or "").partition(":")
    known = _ALGORITHMS.get(algorithm)
    if known is not None:
        yield HashType(alg=known, content=digest)
