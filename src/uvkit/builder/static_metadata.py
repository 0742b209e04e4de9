"""What a source tree says of itself without being run (PEP 621, 643)."""

from __future__ import annotations

from pathlib import Path

from uvkit.errors import InvalidMetadataError, InvalidTableError
from uvkit.formats import ProjectTable, header_fields, parse_metadata, parse_pyproject, split_metadata
from uvkit.markers import MarkerSet
from uvkit.model import CoreMetadata, MetadataRows, specifier_or_none

# From this version on, a field that is not named as dynamic is the same in every wheel built from the archive.
_STATIC_SINCE = (2, 2)
_NEEDED = frozenset({"version", "requires-python", "requires-dist", "provides-extra"})


def archive_metadata(tree: Path) -> MetadataRows | None:
    """Return what an unpacked source distribution says for certain, or none if its backend must be asked.

    Raises:
        InvalidMetadataError: there is nothing to read.
    """
    try:
        info = (tree / "PKG-INFO").read_bytes()
    except OSError:
        return tree_metadata(tree)
    return _of_info(info) or tree_metadata(tree)


def _of_info(info: bytes) -> MetadataRows | None:
    fields = header_fields(info.decode("utf-8", "replace"))
    written = fields.get("metadata-version", [""])[0].split(".")
    if not all(part.isdigit() for part in written) or tuple(map(int, written)) < _STATIC_SINCE:
        return None
    if not _NEEDED.isdisjoint(field.lower() for field in fields.get("dynamic", ())):
        return None
    try:
        return parse_metadata(info, filename="PKG-INFO")
    except InvalidMetadataError:
        return None


def has_computed_version(tree: Path) -> bool:
    """Tell whether a tree's `pyproject.toml` says that the backend computes the version (PEP 621)."""
    project = _project_table(tree)
    return project is not None and "version" in project.dynamic


def _project_table(tree: Path) -> ProjectTable | None:
    path = tree / "pyproject.toml"
    try:
        return parse_pyproject(path.read_text(encoding="utf-8"), path).project
    except (OSError, UnicodeDecodeError, InvalidTableError):
        return None


def tree_metadata(tree: Path) -> MetadataRows | None:
    """Return what a tree's `pyproject.toml` says for certain, or none if its backend must be asked."""
    known = tree_core_metadata(tree)
    return None if known is None else split_metadata(known)


def tree_core_metadata(tree: Path) -> CoreMetadata | None:
    """Return the same as core metadata."""
    project = _project_table(tree)
    if project is None or project.version is None or not project.has_static_requirements:
        return None
    if "requires-python" in project.dynamic:
        return None
    optional = [
        requirement.with_marker(requirement.marker & MarkerSet.extra(extra))  # noqa: S610  # no Django here
        for extra, requirements in project.optional_dependencies.items()
        for requirement in requirements
    ]
    return CoreMetadata(
        project=project.name,
        version=project.version,
        requires_dist=(*project.dependencies, *optional),
        requires_python=specifier_or_none(project.requires_python),
        provides_extra=tuple(project.optional_dependencies),
    )
