"""How something was built, as uv records it beside the installed metadata; what was built otherwise is built again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from uvkit.model import ArchiveSource, DirectorySource, GitSource, IndexSource, Requirement, Source


def build_record(
    *,
    config_settings: Mapping[str, str | tuple[str, ...]],
    requires: Iterable[tuple[Requirement, bool]],
    variables: Mapping[str, str],
) -> dict[str, Any]:
    """Return the record of a build: its settings, the requirements added to it, and its variables.

    Each requirement comes with whether its version was matched to what is installed. A build as its project describes
    it has an empty record.
    """
    settings = {key: value if isinstance(value, str) else list(value) for key, value in config_settings.items()}
    extra = [{"requirement": _requirement(one), "match_runtime": matched} for one, matched in requires]
    record = {
        "config_settings": dict(sorted(settings.items())),
        "extra_build_requires": extra,
        "extra_build_variables": dict(sorted(variables.items())),
    }
    return {key: value for key, value in record.items() if value}


def _requirement(requirement: Requirement) -> dict[str, Any]:
    table: dict[str, Any] = {"name": requirement.project}
    if requirement.extras:
        table["extras"] = sorted(requirement.extras)
    if not requirement.marker.is_everywhere():
        table["marker"] = str(requirement.marker)
    return table | _place(requirement.source, requirement.specifier)


def _place(source: Source | None, specifiers: SpecifierSet) -> dict[str, Any]:
    match source:
        case GitSource():
            kind = source.reference_kind or "rev"
            at = f"?{kind}={source.reference}" if source.reference else ""
            below = f"#subdirectory={source.subdirectory}" if source.subdirectory else ""
            return {"git": f"{source.repository}{at}{below}"}
        case ArchiveSource(path=Path() as path):
            return {"path": path.as_posix()}
        case ArchiveSource():
            return {"url": source.url, "subdirectory": source.subdirectory}
        case DirectorySource():
            kind = "editable" if source.editable else "directory"
            return {kind: source.path.as_posix()}
        case IndexSource():
            index: str | None = source.index
        case None:
            index = None
    ordered = sorted(specifiers, key=lambda one: (Version(one.version.removesuffix(".*")), one.operator))
    written = {"specifier": ",".join(map(str, ordered))} if ordered else {}
    return {**written, "index": index, "conflict": None}
