"""A project of setuptools that says what it is in `setup.cfg`, or in a `setup.py` whose values can be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .draft import Draft, ForeignProject
from .people import license_expression, people_of_lists

BACKEND = {"requires": ["setuptools>=77"], "build-backend": "setuptools.build_meta"}
# What setuptools reads of these sections; others, such as `[flake8]`, belong to other tools.
SECTIONS = ("metadata", "options")
_READ = frozenset({
    "options.data_files", "options.entry_points", "options.exclude_package_data", "options.extras_require",
    "options.package_data", "options.packages.find",
})  # fmt: skip
Sections = Mapping[str, Mapping[str, str]]

_LINKS = {"url": "Homepage", "download_url": "Download", "home_page": "Homepage"}
_FLAGS = {"zip_safe": "zip-safe", "include_package_data": "include-package-data"}
_LISTS = {"py_modules": "py-modules", "scripts": "script-files", "platforms": "platforms"}
_LEFT_OUT = {
    "setup_requires": "build requirements belong into `build-system.requires`",
    "tests_require": "setuptools does not read it any more; put it into a dependency group",
    "test_suite": "setuptools does not read it any more",
    "dependency_links": "setuptools does not read it any more; name the index in `tool.uv.index`",
    "use_2to3": "setuptools does not read it any more",
    "obsoletes": "it has no meaning",
    "provides": "it has no meaning",
    "requires": "it has no meaning",
    "namespace_packages": "packages without an `__init__.py` are namespaces by themselves",
    "cmdclass": "it stays the affair of a `setup.py`",
    "ext_modules": "it stays the affair of a `setup.py`",
}


def setup_cfg_project(sections: Sections, *, folder: str) -> ForeignProject:
    """Return what the sections of a `setup.cfg` become; ``folder`` names a project that has no name."""
    draft = Draft("setuptools")
    draft.build_system = dict(BACKEND)
    _Reader(draft, sections).read(folder)
    return draft.done()


class _Reader:
    """Reads sections into a draft."""

    def __init__(self, draft: Draft, sections: Sections) -> None:
        self.draft = draft
        self.sections = sections
        self.metadata = {key.replace("-", "_"): value for key, value in sections.get("metadata", {}).items()}
        self.options = {key.replace("-", "_"): value for key, value in sections.get("options", {}).items()}
        self.setuptools: dict[str, Any] = {}

    def read(self, folder: str) -> None:
        self._identity(folder)
        self._texts()
        self._people()
        self._links()
        self._requirements()
        self._entry_points()
        self._contents()
        for table, where in ((self.metadata, "metadata"), (self.options, "options")):
            for key in sorted(table):
                self.draft.left_out(f"{where}.{key}", _LEFT_OUT.get(key, "nothing corresponds to it"))
        for name in sorted(self.sections):
            if name.startswith("options.") and name not in _READ:
                self.draft.left_out(name, "nothing corresponds to it")
        if self.setuptools:
            self.draft.tool_tables["setuptools"] = self.setuptools

    def _take(self, key: str, target: str, read: Callable[[str], Any] = str) -> None:
        value = self.metadata.pop(key, "").strip()
        if value:
            self.draft.project[target] = read(value)
            self.draft.carried(f"metadata.{key}", f"project.{target}")

    def _identity(self, folder: str) -> None:
        name = self.metadata.pop("name", "").strip()
        self.draft.project["name"] = name or folder
        if name:
            self.draft.carried("metadata.name", "project.name")
        else:
            self.draft.changed("metadata.name", f"there was none; the project is now called `{folder}`")
        version = self.metadata.pop("version", "").strip()
        kind, _, place = version.partition(":")
        if kind in {"attr", "file"} and place:
            self.draft.project["dynamic"] = ["version"]
            self.setuptools.setdefault("dynamic", {})["version"] = {kind: place.strip()}
            self.draft.carried("metadata.version", "tool.setuptools.dynamic.version")
        elif version:
            self.draft.project["version"] = version
            self.draft.carried("metadata.version", "project.version")
        else:
            self.draft.project["version"] = "0"
            self.draft.changed("metadata.version", "there was none; it is now `0`")

    def _texts(self) -> None:
        self._take("description", "description")
        self._take("summary", "description")
        readme = self.metadata.pop("long_description", "").strip()
        kind = self.metadata.pop("long_description_content_type", "").strip()
        if readme.startswith("file:"):
            names = [name.strip() for name in readme.removeprefix("file:").split(",") if name.strip()]
            table = {"file": names[0], "content-type": kind.partition(";")[0].strip()} if kind else names[0]
            self.draft.project["readme"] = table
            self.draft.carried("metadata.long_description", "project.readme")
            for name in names[1:]:
                self.draft.left_out("metadata.long_description", f"`{name}`: a project has one readme")
        elif readme:
            self.draft.project["readme"] = {"text": readme, "content-type": kind or "text/x-rst"}
            self.draft.carried("metadata.long_description", "project.readme")
        self._licenses()
        self._take("keywords", "keywords", lambda text: _items(text.replace(",", "\n")))
        self._take("classifiers", "classifiers", self._classifiers)
        self._take("classifier", "classifiers", self._classifiers)

    def _licenses(self) -> None:
        text = self.metadata.pop("license", "").strip()
        files = _items(self.metadata.pop("license_files", "").replace(",", "\n"))
        files += _items(self.metadata.pop("license_file", ""))
        expression = license_expression(text) if text else None
        if expression is not None:
            self.draft.project["license"] = expression
            self.draft.carried("metadata.license", "project.license")
        elif text:
            self.draft.left_out("metadata.license", f"`{text}` is no SPDX expression; write the right one yourself")
        if files:
            self.draft.project["license-files"] = files
            self.draft.carried("metadata.license_files", "project.license-files")

    def _classifiers(self, text: str) -> list[str]:
        listed = _items(text)
        if isinstance(self.draft.project.get("license"), str):
            kept = [one for one in listed if not one.startswith("License ::")]
            if kept != listed:
                detail = "those of licenses may not stand beside a license expression (PEP 639)"
                self.draft.changed("metadata.classifiers", detail)
            return kept
        return listed

    def _people(self) -> None:
        for key in ("author", "maintainer"):
            names = self.metadata.pop(key, "").strip()
            addresses = self.metadata.pop(f"{key}_email", "").strip()
            if names or addresses:
                self.draft.project[f"{key}s"] = people_of_lists(names, addresses)
                self.draft.carried(f"metadata.{key}", f"project.{key}s")

    def _links(self) -> None:
        urls = {}
        for key, label in _LINKS.items():
            if value := self.metadata.pop(key, "").strip():
                urls[label] = value
                self.draft.carried(f"metadata.{key}", f"project.urls.{label}")
        for line in _items(self.metadata.pop("project_urls", "")):
            label, _, url = line.partition("=")
            urls[label.strip()] = url.strip()
        if urls:
            self.draft.project["urls"] = urls

    # -- requirements --------------------------------------------------------------------------------------------------

    def _requirements(self) -> None:
        if python := self.options.pop("python_requires", "").strip():
            self.draft.project["requires-python"] = python
            self.draft.carried("options.python_requires", "project.requires-python")
        listed = self.options.pop("install_requires", "").strip()
        if listed.startswith("file:"):
            self.draft.project["dynamic"] = [*self.draft.project.get("dynamic", ()), "dependencies"]
            table = {"file": _items(listed.removeprefix("file:").replace(",", "\n"))}
            self.setuptools.setdefault("dynamic", {})["dependencies"] = table
            self.draft.carried("options.install_requires", "tool.setuptools.dynamic.dependencies")
        else:
            self.draft.project["dependencies"] = _requirement_lines(listed)
            if listed:
                self.draft.carried("options.install_requires", "project.dependencies")
        extras: dict[str, list[str]] = {}
        for name, text in self.sections.get("options.extras_require", {}).items():
            extra, colon, marker = name.partition(":")
            lines = _requirement_lines(text)
            if colon:
                lines = [f"{line} ; {marker.strip()}" for line in lines]
            if extra.strip():
                extras.setdefault(extra.strip(), []).extend(lines)
            else:
                self.draft.project.setdefault("dependencies", []).extend(lines)
            self.draft.carried(f"options.extras_require.{name}", "project.optional-dependencies")
        if extras:
            self.draft.project["optional-dependencies"] = extras

    def _entry_points(self) -> None:
        groups: dict[str, dict[str, str]] = {}
        for group, text in self.sections.get("options.entry_points", {}).items():
            rows = (line.partition("=") for line in _items(text))
            groups[group.strip()] = {name.strip(): value.strip() for name, _, value in rows}
            self.draft.carried(f"options.entry_points.{group}", "project.scripts and project.entry-points")
        for group, target in (("console_scripts", "scripts"), ("gui_scripts", "gui-scripts")):
            if found := groups.pop(group, None):
                self.draft.project[target] = found
        if groups:
            self.draft.project["entry-points"] = groups

    # -- what a wheel holds --------------------------------------------------------------------------------------------

    def _contents(self) -> None:
        for key, target in _FLAGS.items():
            if value := self.options.pop(key, "").strip():
                self._set(key, target, value.lower() in {"1", "true", "yes", "on"})
        for key, target in _LISTS.items():
            if value := self.options.pop(key, "").strip() or self.metadata.pop(key, "").strip():
                self._set(key, target, _items(value.replace(",", "\n")))
        if value := self.options.pop("package_dir", "").strip():
            rows = (line.partition("=") for line in _items(value.replace(",", "\n")))
            self._set("package_dir", "package-dir", {name.strip(): folder.strip() for name, _, folder in rows})
        self._packages(self.options.pop("packages", "").strip())
        for section, target in (("package_data", "package-data"), ("exclude_package_data", "exclude-package-data")):
            if data := self.sections.get(f"options.{section}"):
                self._set(section, target, {name: _items(text.replace(",", "\n")) for name, text in data.items()})
        if data := self.sections.get("options.data_files"):
            self._set("data_files", "data-files", {name: _items(text) for name, text in data.items()})

    def _packages(self, packages: str) -> None:
        if packages.startswith("find"):
            self._find(namespaces=packages.startswith("find_namespace"))
        elif packages:
            self._set("packages", "packages", _items(packages.replace(",", "\n")))

    def _find(self, *, namespaces: bool) -> None:
        table: dict[str, Any] = {}
        for key, text in self.sections.get("options.packages.find", {}).items():
            table[key] = _items(text.replace(",", "\n"))
        table["namespaces"] = namespaces
        self.setuptools["packages"] = {"find": table}
        self.draft.carried("options.packages", "tool.setuptools.packages.find")

    def _set(self, key: str, target: str, value: Any) -> None:
        self.setuptools[target] = value
        self.draft.carried(f"options.{key}", f"tool.setuptools.{target}")


def _items(text: str) -> list[str]:
    """Return the items of a list that is written in lines, comments left out."""
    lines = (line.strip() for line in text.strip().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _requirement_lines(text: str) -> list[str]:
    return [line.partition(" #")[0].strip() for line in _items(text)]
