"""A project of poetry, 1.x (`[tool.poetry]` has everything) or 2.x (`[project]` has most), as a standard one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from uvkit.model import group_name, project_name

from .constraints import specifier_of
from .draft import Draft, ForeignProject, index_name
from .people import license_expression, people
from .poetry_dependencies import Dependency, dependencies

# What poetry-core reads beside `[project]`: what a wheel holds does not change when these stay where they are.
_OF_BACKEND = ("packages", "include", "exclude", "build")
_BACKEND = "poetry-core>=2.0.0"
_LINKS = {"homepage": "Homepage", "repository": "Repository", "documentation": "Documentation"}
_KNOWN = frozenset({
    "authors", "classifiers", "dependencies", "description", "dev-dependencies", "documentation", "extras", "group",
    "homepage", "keywords", "license", "maintainers", "name", "package-mode", "plugins", "readme", "repository",
    "scripts", "source", "urls", "version", *_OF_BACKEND,
})  # fmt: skip
_WITHOUT_MEANING = {
    "requires-poetry": "it is about poetry itself",
    "requires-plugins": "it is about poetry itself",
}


def poetry_project(document: Mapping[str, Any], *, folder: str) -> ForeignProject:
    """Return what a `pyproject.toml` with `[tool.poetry]` becomes; ``folder`` names a project that has no name."""
    draft = Draft("poetry")
    draft.removed += [("tool", "poetry"), ("project",), ("build-system",), ("dependency-groups",)]
    draft.project.update(document.get("project", {}))
    _Poetry(draft, document, folder).read()
    return draft.done()


class _Poetry:
    """Reads the tables of one file into a draft."""

    def __init__(self, draft: Draft, document: Mapping[str, Any], folder: str) -> None:
        self.draft = draft
        self.poetry: Mapping[str, Any] = document.get("tool", {}).get("poetry", {})
        self.document = document
        self.folder = folder
        self.is_package = self.poetry.get("package-mode", True) is not False

    def read(self) -> None:
        self._identity()
        self._texts()
        self._links()
        self._requirements()
        self._groups()
        self._entry_points()
        self._indexes()
        self._backend()
        for key in sorted(key for key in self.poetry.keys() & _KNOWN if self.poetry[key] in ("", [], {})):
            self.draft.carried(f"tool.poetry.{key}", "it is empty")
        for key in sorted(self.poetry.keys() - _KNOWN):
            reason = _WITHOUT_MEANING.get(key, "nothing corresponds to it")
            self.draft.left_out(f"tool.poetry.{key}", reason)
        _sort_project(self.draft.project)

    def _set(self, key: str, value: Any, origin: str) -> None:
        """Set a key of `[project]` unless the file had it there already."""
        if key not in self.draft.project or key in self.draft.project.get("dynamic", ()):
            self.draft.project[key] = value
            self._not_dynamic(key)
            self.draft.carried(f"tool.poetry.{origin}", f"project.{key}")
        else:
            self.draft.left_out(f"tool.poetry.{origin}", f"`project.{key}` says it already")

    def _not_dynamic(self, key: str) -> None:
        dynamic = self.draft.project.get("dynamic")
        if dynamic is not None:
            left = [one for one in dynamic if one != key]
            if left:
                self.draft.project["dynamic"] = left
            else:
                del self.draft.project["dynamic"]

    def _identity(self) -> None:
        draft, poetry = self.draft, self.poetry
        if "name" in poetry:
            self._set("name", poetry["name"], "name")
        elif "name" not in draft.project:
            draft.project["name"] = self.folder
            draft.changed("tool.poetry.name", f"there was none; the project is now called `{self.folder}`")
        if _is_dynamic(self.document) and "version" not in draft.project:
            draft.project["dynamic"] = sorted({*draft.project.get("dynamic", ()), "version"})
            draft.carried("tool.poetry.version", "it stays dynamic, and the plugin of poetry-core computes it")
        elif "version" in poetry:
            self._set("version", poetry["version"], "version")
        elif "version" not in draft.project and "version" not in draft.project.get("dynamic", ()):
            draft.project["version"] = "0"
            draft.changed("tool.poetry.version", "there was none; it is now `0`")

    def _texts(self) -> None:
        poetry = self.poetry
        if poetry.get("description"):
            self._set("description", poetry["description"], "description")
        if poetry.get("license"):
            self._license(str(poetry["license"]))
        for key in ("authors", "maintainers"):
            if poetry.get(key):
                self._set(key, people(poetry[key]), key)
        for key in ("keywords", "classifiers"):
            if poetry.get(key):
                self._set(key, list(poetry[key]), key)
        self._readme(poetry.get("readme"))

    def _readme(self, readme: Any) -> None:
        if isinstance(readme, list):
            if readme:
                self._set("readme", readme[0], "readme")
            for name in readme[1:]:
                self.draft.left_out(
                    "tool.poetry.readme", f"`{name}`: a project has one readme, and the first was taken"
                )
        elif readme:
            self._set("readme", readme, "readme")

    def _license(self, text: str) -> None:
        # As a text, which every release of poetry-core that reads `[project]` understands, beside classifiers too.
        self._set("license", {"text": license_expression(text) or text}, "license")

    def _links(self) -> None:
        urls = {label: self.poetry[key] for key, label in _LINKS.items() if self.poetry.get(key)}
        for key, label in _LINKS.items():
            if self.poetry.get(key):
                self.draft.carried(f"tool.poetry.{key}", f"project.urls.{label}")
        if self.poetry.get("urls"):
            urls |= self.poetry["urls"]
            self.draft.carried("tool.poetry.urls", "project.urls")
        if urls:
            self.draft.project["urls"] = {**self.draft.project.get("urls", {}), **urls}
            self._not_dynamic("urls")

    # -- requirements --------------------------------------------------------------------------------------------------

    def _requirements(self) -> None:
        table = self.poetry.get("dependencies", {})
        python = table.get("python")
        if python is not None:
            self._python(str(python))
        found = list(dependencies(table, "tool.poetry.dependencies", self.draft))
        stated = self.draft.project.get("dependencies")
        if stated is not None and "dependencies" not in self.draft.project.get("dynamic", ()):
            # Of poetry 2: the table only says more of what `[project]` requires.
            self._enriched(found)
            return
        self.draft.project["dependencies"] = [text for one in found if not one.optional for text in one.texts]
        self._not_dynamic("dependencies")
        self._note_requirements("tool.poetry.dependencies", [one for one in found if not one.optional])
        self._extras({project_name(one.name): one for one in found if one.optional})

    def _enriched(self, found: Iterable[Dependency]) -> None:
        required = {project_name(_bare(text)) for text in self.draft.project.get("dependencies", ())}
        for extra in self.draft.project.get("optional-dependencies", {}).values():
            required |= {project_name(_bare(text)) for text in extra}
        for one in found:
            if project_name(one.name) not in required:
                self.draft.project.setdefault("dependencies", []).extend(one.texts)
                self.draft.changed(f"tool.poetry.dependencies.{one.name}", "project.dependencies requires it now")

    def _python(self, text: str) -> None:
        found = specifier_of(text)
        if "requires-python" in self.draft.project and "requires-python" not in self.draft.project.get("dynamic", ()):
            self.draft.left_out("tool.poetry.dependencies.python", "`project.requires-python` says it already")
            return
        if found.text:
            self.draft.project["requires-python"] = found.text
        self._not_dynamic("requires-python")
        if found.exact:
            self.draft.carried("tool.poetry.dependencies.python", "project.requires-python")
        else:
            detail = f"`{text}` has gaps; `requires-python` is now `{found.text}`"
            self.draft.changed("tool.poetry.dependencies.python", detail)

    def _note_requirements(self, where: str, found: Iterable[Dependency]) -> None:
        count = sum(len(one.texts) for one in found)
        if count:
            noun = "requirement" if count == 1 else "requirements"
            target = "project.dependencies" if where == "tool.poetry.dependencies" else "dependency-groups"
            self.draft.carried(where, f"{count} {noun} in {target}")

    def _extras(self, optional: Mapping[str, Dependency]) -> None:
        used: set[str] = set()
        extras: dict[str, list[str]] = {}
        required = {project_name(_bare(text)) for text in self.draft.project.get("dependencies", ())}
        for extra, members in self.poetry.get("extras", {}).items():
            texts = extras.setdefault(extra, [])
            for text in members:
                name = project_name(_bare(text))
                if name in optional:
                    used.add(name)
                    texts.extend(optional[name].texts)
                else:
                    reason = "is required anyway" if name in required else "is no dependency of the project"
                    self.draft.left_out(f"tool.poetry.extras.{extra}", f"`{text}` {reason}")
            self.draft.carried(f"tool.poetry.extras.{extra}", "project.optional-dependencies")
        for unused in sorted(optional.keys() - used):
            reason = "it is optional, and no extra asks for it"
            self.draft.left_out(f"tool.poetry.dependencies.{optional[unused].name}", reason)
        if extras:
            self.draft.project["optional-dependencies"] = extras
            self._not_dynamic("optional-dependencies")

    def _groups(self) -> None:
        draft = self.draft
        for name, members in self.document.get("dependency-groups", {}).items():
            draft.group(name, members)
        tables = {name: table for name, table in self.poetry.get("group", {}).items() if isinstance(table, Mapping)}
        legacy = self.poetry.get("dev-dependencies")
        if legacy:
            found = list(dependencies(legacy, "tool.poetry.dev-dependencies", draft))
            draft.group("dev", [text for one in found for text in one.texts])
            self._note_requirements("tool.poetry.dev-dependencies", found)
        for name, table in tables.items():
            where = f"tool.poetry.group.{name}.dependencies"
            found = list(dependencies(table.get("dependencies", {}), where, draft))
            draft.group(name, [text for one in found for text in one.texts])
            draft.group(name, [{"include-group": group_name(one)} for one in table.get("include-groups", ())])
            self._note_requirements(where, found)
            for key in sorted(table.keys() - {"dependencies", "include-groups", "optional"}):
                draft.left_out(f"tool.poetry.group.{name}.{key}", "nothing corresponds to it")
        installed = [group_name(name) for name in draft.groups if not tables.get(name, {}).get("optional")]
        optional = [name for name in tables if tables[name].get("optional")]
        if sorted(installed) != ["dev"] and draft.groups:
            draft.settings["default-groups"] = sorted(installed)
            draft.changed("tool.poetry.group", "which groups are installed by default is in tool.uv.default-groups")
        for name in optional:
            draft.carried(f"tool.poetry.group.{name}.optional", "the group is not installed by default")

    # -- the rest ------------------------------------------------------------------------------------------------------

    def _entry_points(self) -> None:
        scripts: dict[str, str] = {}
        for name, value in self.poetry.get("scripts", {}).items():
            where = f"tool.poetry.scripts.{name}"
            if isinstance(value, str):
                scripts[name] = value
            elif value.get("type") == "file":
                self.draft.left_out(where, f"`{value.get('reference')}` is a file; `[project]` has entry points only")
            else:
                scripts[name] = str(value.get("reference", value.get("callable", "")))
                if value.get("extras"):
                    self.draft.left_out(f"{where}.extras", "an entry point cannot ask for extras")
        if scripts:
            self.draft.project["scripts"] = {**self.draft.project.get("scripts", {}), **scripts}
            self._not_dynamic("scripts")
            self.draft.carried("tool.poetry.scripts", "project.scripts")
        if self.poetry.get("plugins"):
            known = self.draft.project.get("entry-points", {})
            self.draft.project["entry-points"] = {**known, **self.poetry["plugins"]}
            self._not_dynamic("entry-points")
            self.draft.carried("tool.poetry.plugins", "project.entry-points")

    def _indexes(self) -> None:
        listed = self.poetry.get("source", ())
        primary = []
        has_public = False
        for row in listed:
            name, url = str(row.get("name", "")), row.get("url")
            where = f"tool.poetry.source.{name}"
            kind = _priority(row)
            if url is None:
                has_public = has_public or kind in {"primary", "default"}
                if kind not in {"primary", "default"}:
                    self.draft.left_out(where, f"the public index cannot be `{kind}`; it is asked last")
                continue
            self.draft.index(name, url, explicit=kind == "explicit")
            if kind in {"primary", "default"}:
                primary.append(name)
            if kind in {"supplemental", "secondary"}:
                detail = "it is asked before the default index, and decides for every project that it has"
                self.draft.changed(where, detail)
            else:
                self.draft.carried(where, "tool.uv.index")
        if primary and not has_public:
            # Poetry asks the public index only where no other is primary; the last one takes its place.
            row = next(one for one in self.draft.indexes if one["name"] == index_name(primary[-1]))
            row["default"] = True
            self.draft.indexes.remove(row)
            self.draft.indexes.append(row)

    def _backend(self) -> None:
        draft = self.draft
        if not self.is_package:
            draft.settings["package"] = False
            draft.carried("tool.poetry.package-mode", "tool.uv.package")
            return
        system = dict(self.document.get("build-system", {}))
        requires = [str(text) for text in system.get("requires", ())]
        others = [text for text in requires if project_name(_bare(text)) not in {"poetry-core", "poetry"}]
        backend = str(system.get("build-backend", ""))
        if backend in {"", "poetry.masonry.api"}:
            backend = "poetry.core.masonry.api"
        draft.build_system = {"requires": [_BACKEND, *others], "build-backend": backend}
        if draft.build_system != system:
            draft.changed("build-system", f"`{_BACKEND}` is the first that reads `[project]`")
        if "classifiers" not in self.document.get("project", {}):
            detail = "poetry added those of the license and of the Python versions by itself; it does not any more"
            draft.changed("tool.poetry.classifiers", detail)
        kept = {key: self.poetry[key] for key in _OF_BACKEND if key in self.poetry}
        if "version" in draft.project.get("dynamic", ()) and "version" in self.poetry:
            kept["version"] = self.poetry["version"]
        for key in kept:
            draft.carried(f"tool.poetry.{key}", "poetry-core reads it where it is")
        if kept:
            draft.tool_tables["poetry"] = kept


def _priority(row: Mapping[str, Any]) -> str:
    if "priority" in row:
        return str(row["priority"]).lower()
    if row.get("default"):
        return "default"
    return "secondary" if row.get("secondary") else "primary"


def _is_dynamic(document: Mapping[str, Any]) -> bool:
    """Tell whether a plugin of the build backend computes the version."""
    tool = document.get("tool", {})
    plugin = tool.get("poetry-dynamic-versioning", {})
    return bool(plugin.get("enable")) or "poetry-version-plugin" in tool.get("poetry", {})


def _bare(text: str) -> str:
    """Return the name at the start of a requirement."""
    for position, character in enumerate(text):
        if not (character.isalnum() or character in "-_."):
            return text[:position]
    return text


_ORDER = (
    "name", "version", "description", "readme", "requires-python", "license", "license-files", "authors",
    "maintainers", "keywords", "classifiers", "dynamic", "dependencies", "optional-dependencies", "scripts",
    "gui-scripts", "entry-points", "urls",
)  # fmt: skip


def _sort_project(project: dict[str, Any]) -> None:
    """Put the keys of `[project]` into the usual order."""
    known = {key: project.pop(key) for key in _ORDER if key in project}
    rest = dict(project)
    project.clear()
    project.update({**known, **rest})
