"""A project of PDM: `[project]` is a standard one already; `[tool.pdm]` is what has to change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from uvkit.model import group_name

from .draft import Draft, ForeignProject

# pdm-backend and its predecessor read these where they are; what a wheel holds does not change.
_OF_BACKEND = frozenset({
    "build", "version", "includes", "excludes", "package-dir", "source-includes", "editable-backend", "is-purelib",
})  # fmt: skip
_LEFT_OUT = {
    "options": "these are options of PDM's own commands",
    "plugins": "plugins of PDM have no counterpart",
    "ignore_package_warnings": "it is about PDM's messages",
    "publish": "set `publish-url` of an index, or `UV_PUBLISH_URL`",
    "python": "it is about PDM itself",
}
_ROOT = re.compile(r"file:///?\$\{PROJECT_ROOT\}/?")
_NAMED_PLACE = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)\s*(?P<extras>\[[^\]]*\])?\s*@\s*(?P<place>[^;]+?)\s*(?:;(?P<marker>.*))?$"
)
_EDITABLE = re.compile(r"^-e\s+(?P<place>[^#\s]+)(?:#egg=(?P<name>[A-Za-z0-9._-]+)(?P<extras>\[[^\]]*\])?)?\s*$")


def pdm_project(document: Mapping[str, Any], *, folder: str) -> ForeignProject:
    """Return what a `pyproject.toml` with `[tool.pdm]` becomes; ``folder`` names a project that has no name."""
    pdm = dict(document.get("tool", {}).get("pdm", {}))
    draft = Draft("pdm")
    draft.removed += [("tool", "pdm")]
    project = dict(document.get("project", {}))
    reader = _Pdm(draft, pdm)
    if reader.project(project, folder):
        draft.removed.append(("project",))
        draft.project.update(project)
    reader.groups(document.get("dependency-groups", {}))
    reader.indexes()
    reader.resolution()
    reader.rest()
    if draft.groups:
        draft.removed.append(("dependency-groups",))
    if "version" in draft.project or "version" in project or "version" in project.get("dynamic", ()):
        draft.carried("project", "it stays as it is" if not draft.project else "")
    return draft.done()


class _Pdm:
    """Reads the tables of one file into a draft."""

    def __init__(self, draft: Draft, pdm: dict[str, Any]) -> None:
        self.draft = draft
        self.pdm = pdm

    def project(self, project: dict[str, Any], folder: str) -> bool:
        """Complete `[project]`, and tell whether it changed."""
        before = repr(project)
        if "name" not in project:
            project["name"] = folder
            self.draft.changed("project.name", f"there was none; the project is now called `{folder}`")
        if "version" not in project and "version" not in project.get("dynamic", ()):
            project["version"] = "0"
            self.draft.changed("project.version", "there was none; it is now `0`")
        if "dependencies" in project:
            project["dependencies"] = list(self._texts(project["dependencies"], "project.dependencies"))
        extras = {
            name: list(self._texts(texts, f"project.optional-dependencies.{name}"))
            for name, texts in project.get("optional-dependencies", {}).items()
        }
        if extras:
            project["optional-dependencies"] = extras
        return repr(project) != before

    def groups(self, known: Mapping[str, Any]) -> None:
        """Read the groups; PDM installs all of them by default."""
        for name, members in known.items():
            self.draft.group(name, list(self._texts(members, f"dependency-groups.{name}")))
        legacy = self.pdm.pop("dev-dependencies", {})
        for name, members in legacy.items():
            where = f"tool.pdm.dev-dependencies.{name}"
            self.draft.group(name, list(self._texts(members, where)))
            self.draft.carried(where, f"dependency-groups.{group_name(name)}")
        names = sorted(self.draft.groups)
        if names and names != ["dev"]:
            self.draft.settings["default-groups"] = "all"
            self.draft.changed("dependency-groups", "all are installed by default, by tool.uv.default-groups")

    def _texts(self, members: Any, where: str) -> Iterator[Any]:
        """Yield requirements with places on this machine as sources."""
        for member in members:
            if not isinstance(member, str):
                yield member
                continue
            found = _EDITABLE.match(member)
            named = None if found else _NAMED_PLACE.match(member)
            if found is not None:
                yield from self._placed(found, where, member, editable=True)
            elif named is not None and _ROOT.match(named["place"]):
                yield from self._placed(named, where, member, editable=False)
            else:
                yield member

    def _placed(self, found: re.Match[str], where: str, text: str, *, editable: bool) -> Iterator[str]:
        groups = found.groupdict()
        name, place = groups.get("name"), groups["place"]
        if not name:
            self.draft.left_out(where, f"`{text}` does not say which project it is")
            return
        if _ROOT.match(place):
            path = _ROOT.sub("", place) or "."
            entry: dict[str, Any] = {"path": path, "editable": True} if editable else {"path": path}
        elif place.startswith("git+"):
            address, _, reference = place.removeprefix("git+").rpartition("@")
            entry = {"git": address, "rev": reference} if "://" in address else {"git": place.removeprefix("git+")}
        else:
            entry = {"path": place.removeprefix("file://"), "editable": editable}
        self.draft.source(name, entry)
        self.draft.carried(f"{where}.{name}", "tool.uv.sources")
        marker = (groups.get("marker") or "").strip()
        yield f"{name}{groups.get('extras') or ''}" + (f" ; {marker}" if marker else "")

    def indexes(self) -> None:
        """Read the sources; one called `pypi` takes the place of the public index."""
        for row in self.pdm.pop("source", ()):
            name, url = str(row.get("name", "")), str(row.get("url", ""))
            where = f"tool.pdm.source.{name}"
            if row.get("type") == "find_links":
                self.draft.settings.setdefault("find-links", []).append(url)
                self.draft.carried(where, "tool.uv.find-links")
                continue
            is_public = name.lower() == "pypi"
            self.draft.index(name, url, default=is_public)
            if "${" in url:
                detail = "variables in the address are not replaced; give the credentials by UV_INDEX_<NAME>_USERNAME"
                self.draft.changed(where, detail)
            else:
                self.draft.carried(where, "tool.uv.index")
            if row.get("verify_ssl") is False:
                self.draft.left_out(f"{where}.verify_ssl", "name the host in `tool.uv.allow-insecure-host`")
            self._limited(row, where, name)

    def _limited(self, row: Mapping[str, Any], where: str, name: str) -> None:
        for pattern in row.get("include_packages", ()):
            if "*" in pattern or "?" in pattern:
                self.draft.left_out(
                    f"{where}.include_packages", f"`{pattern}` is a pattern; sources are named one by one"
                )
            else:
                self.draft.source(pattern, {"index": name})
                self.draft.carried(f"{where}.include_packages", f"`{pattern}` in tool.uv.sources")
        if row.get("exclude_packages"):
            self.draft.left_out(f"{where}.exclude_packages", "an index cannot be told what not to serve")

    def resolution(self) -> None:
        """Read what limits the resolution."""
        table = dict(self.pdm.pop("resolution", {}))
        legacy = self.pdm.pop("overrides", {})
        overrides = {**legacy, **table.pop("overrides", {})}
        if overrides:
            texts = [_override(name, str(value)) for name, value in overrides.items()]
            self.draft.settings["override-dependencies"] = texts
            self.draft.carried("tool.pdm.resolution.overrides", "tool.uv.override-dependencies")
        if excludes := table.pop("excludes", ()):
            self.draft.settings["exclude-dependencies"] = list(excludes)
            self.draft.carried("tool.pdm.resolution.excludes", "tool.uv.exclude-dependencies")
        if table.pop("allow-prereleases", self.pdm.pop("allow_prereleases", None)):
            self.draft.settings["prerelease"] = "allow"
            self.draft.carried("tool.pdm.resolution.allow-prereleases", "tool.uv.prerelease")
        if "respect-source-order" in table:
            table.pop("respect-source-order")
            self.draft.carried("tool.pdm.resolution.respect-source-order", "indexes are always asked in their order")
        for key in sorted(table):
            self.draft.left_out(f"tool.pdm.resolution.{key}", "nothing corresponds to it")

    def rest(self) -> None:
        """Read everything else."""
        if self.pdm.pop("distribution", True) is False or self.pdm.get("package-type") == "application":
            self.draft.settings["package"] = False
            self.draft.carried("tool.pdm.distribution", "tool.uv.package")
        self.pdm.pop("package-type", None)
        for name in self.pdm.pop("scripts", {}):
            self.draft.left_out(f"tool.pdm.scripts.{name}", "there are no tasks; run the command with `uvkit run`")
        kept = {key: self.pdm.pop(key) for key in list(self.pdm) if key in _OF_BACKEND}
        for key in kept:
            self.draft.carried(f"tool.pdm.{key}", "the build backend reads it where it is")
        if kept:
            self.draft.tool_tables["pdm"] = kept
        for key in sorted(self.pdm):
            self.draft.left_out(f"tool.pdm.{key}", _LEFT_OUT.get(key, "nothing corresponds to it"))


def _override(name: str, value: str) -> str:
    if "://" in value:
        return f"{name} @ {value}"
    return f"{name}{value if value[:1] in '<>=!~' else f'=={value}'}"
