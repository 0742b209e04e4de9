"""The versions that a `poetry.lock` holds, of any format from 1.0 to 2.x."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .constraints import all_markers, python_marker
from .draft import LockedProject


def poetry_lock_versions(document: Mapping[str, Any]) -> tuple[LockedProject, ...]:
    """Return every version with where it applies."""
    files = document.get("metadata", {}).get("files", {})
    packages = document.get("package", ())
    several = _names_of_several(packages)
    return tuple(_locked(row, files, several=row["name"] in several) for row in packages)


def _names_of_several(packages: Any) -> set[str]:
    names = [row["name"] for row in packages]
    return {name for name in names if names.count(name) > 1}


def _locked(row: Mapping[str, Any], files: Mapping[str, Any], *, several: bool) -> LockedProject:
    source = row.get("source", {})
    kind = source.get("type", "")
    return LockedProject(
        project=str(row["name"]),
        version=str(row["version"]),
        marker=_marker(row) if several else "",
        repository=str(source.get("url", "")) if kind == "git" else "",
        reference=str(source.get("reference", "")) if kind == "git" else "",
        commit=str(source.get("resolved_reference", "")) if kind == "git" else "",
        from_index=kind in {"", "legacy"},
        hashes=dict(_hashes([*row.get("files", ()), *files.get(row["name"], ())])),
    )


def _marker(row: Mapping[str, Any]) -> str:
    """Return where one of several versions applies: by its markers, else by the Python versions that it supports."""
    markers = row.get("markers", row.get("marker", ""))
    if isinstance(markers, Mapping):
        # One for each group; the version applies where any of them does.
        texts = sorted({str(text) for text in markers.values()})
        return " or ".join(f"({text})" for text in texts) if len(texts) > 1 else "".join(texts)
    if markers:
        return str(markers)
    try:
        return all_markers(python_marker(str(row.get("python-versions", "*"))))
    except ValueError:
        return ""


def _hashes(rows: Any) -> Iterator[tuple[str, str]]:
    for row in rows:
        if isinstance(row, Mapping) and "file" in row and "hash" in row:
            yield str(row["file"]), str(row["hash"])
