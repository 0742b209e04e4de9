"""The versions that a `pdm.lock` holds, or the `pylock.toml` (PEP 751) that PDM can write in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uvkit.model import project_name

from .draft import LockedProject


def pdm_lock_versions(document: Mapping[str, Any]) -> tuple[LockedProject, ...]:
    """Return every version with where it applies; a project with extras is there once for each set of them."""
    rows = [*document.get("package", ()), *map(_of_pylock, document.get("packages", ()))]
    several = _several(rows)
    files = document.get("metadata", {}).get("files", {})
    found: dict[tuple[str, str], LockedProject] = {}
    for row in rows:
        name = project_name(str(row["name"]))
        version = str(row.get("version", ""))
        if not version or row.get("path"):
            continue
        known = files.get(f"{row['name']} {version}", ())
        hashes = {str(one["file"]): str(one["hash"]) for one in (*row.get("files", ()), *known) if "file" in one}
        found.setdefault(
            (name, version),
            LockedProject(
                project=name,
                version=version,
                marker=str(row.get("marker", "")) if name in several else "",
                repository=str(row.get("git", "")),
                reference=str(row.get("ref", "")),
                commit=str(row.get("revision", "")),
                from_index=not (row.get("git") or row.get("url")),
                hashes=hashes,
            ),
        )
    return tuple(found.values())


def _of_pylock(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a `pylock.toml` as one of a `pdm.lock`."""
    vcs = row.get("vcs", {})
    known = {"name": row["name"], "version": row.get("version", ""), "marker": row.get("marker", "")}
    if vcs:
        known |= {"git": vcs.get("url", ""), "ref": vcs.get("requested-revision", ""), "revision": vcs["commit-id"]}
    if "directory" in row:
        known["path"] = row["directory"].get("path", "")
    return known


def _several(rows: Any) -> set[str]:
    versions: dict[str, set[str]] = {}
    for row in rows:
        versions.setdefault(project_name(str(row["name"])), set()).add(str(row.get("version", "")))
    return {name for name, found in versions.items() if len(found) > 1}
