"""Dependencies of poetry as requirements, with the sources that they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uvkit.model import project_name

from .constraints import all_markers, platform_marker, python_marker, specifier_of
from .draft import Draft

_KNOWN = frozenset({
    "allow-prereleases", "branch", "develop", "extras", "file", "git", "markers", "optional", "path", "platform",
    "python", "rev", "source", "subdirectory", "tag", "url", "version",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dependency:
    """What one entry becomes: a text for each of its alternatives, and whether only extras ask for it."""

    name: str
    texts: tuple[str, ...]
    optional: bool = False
    extras: tuple[str, ...] = field(default=())


def dependencies(table: Mapping[str, Any], where: str, draft: Draft) -> Iterator[Dependency]:
    """Yield the dependencies of a table; what cannot be said is noted in the draft."""
    for name, value in table.items():
        if name.lower() == "python":
            continue
        entries = value if isinstance(value, list) else [value]
        texts = []
        optional = False
        for entry in entries:
            row = {"version": entry} if isinstance(entry, str) else entry
            if not isinstance(row, Mapping):
                draft.left_out(f"{where}.{name}", "it is neither a version nor a table")
                continue
            optional = optional or bool(row.get("optional"))
            try:
                texts.append(_text(name, row, where=where, draft=draft))
            except ValueError as error:
                draft.left_out(f"{where}.{name}", str(error))
        if texts:
            yield Dependency(name, tuple(texts), optional)


def _text(name: str, row: Mapping[str, Any], *, where: str, draft: Draft) -> str:
    place = f"{where}.{name}"
    marker = all_markers(
        str(row.get("markers", "")),
        python_marker(str(row["python"])) if "python" in row else "",
        platform_marker(str(row["platform"])) if "platform" in row else "",
    )
    extras = f"[{','.join(row['extras'])}]" if row.get("extras") else ""
    version = ""
    source = _source(row, place, draft)
    if source is not None:
        draft.source(name, source, marker=marker)
        draft.carried(place, f"tool.uv.sources.{project_name(name)}")
    if "version" in row and not {"git", "path", "file", "url"} & row.keys():
        found = specifier_of(str(row["version"]))
        version = found.text
        if not found.exact:
            draft.changed(place, f"`{row['version']}` has gaps, which requirements cannot say; it is now `{version}`")
    if row.get("allow-prereleases"):
        draft.settings.setdefault("prerelease-package", {})[project_name(name)] = "allow"
        draft.carried(f"{place}.allow-prereleases", "tool.uv.prerelease-package")
    for key in sorted(row.keys() - _KNOWN):
        draft.left_out(f"{place}.{key}", "nothing corresponds to it")
    return f"{name}{extras}{version}" + (f" ; {marker}" if marker else "")


def _source(row: Mapping[str, Any], place: str, draft: Draft) -> dict[str, Any] | None:
    """Return the entry of `tool.uv.sources` for where a dependency comes from, or none for an index of no name."""
    below = {"subdirectory": row["subdirectory"]} if row.get("subdirectory") else {}
    if "git" in row:
        reference = {key: row[key] for key in ("branch", "tag", "rev") if row.get(key)}
        return {"git": _git_url(str(row["git"])), **reference, **below}
    if "url" in row:
        return {"url": row["url"], **below}
    if "path" in row or "file" in row:
        path = str(row.get("path", row.get("file")))
        if below:
            draft.left_out(f"{place}.subdirectory", "a source on this machine has none; its path was joined with it")
            path = f"{path.rstrip('/')}/{row['subdirectory']}"
        return {"path": path, "editable": True} if row.get("develop") else {"path": path}
    if "source" in row:
        if str(row["source"]).lower() == "pypi":
            return None  # the index that everybody assumes is the one that is asked anyway
        return {"index": row["source"]}
    return None


def _git_url(url: str) -> str:
    """Return an address of git as a URL: `git@host:owner/name` is one for ssh."""
    if "://" not in url and url.startswith("git@") and ":" in url:
        return f"ssh://{url.replace(':', '/', 1)}"
    return url
