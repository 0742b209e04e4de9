"""A project of pipenv: `Pipfile` and `Pipfile.lock`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uvkit.model import group_name, project_name

from .constraints import all_markers, specifier_of
from .draft import Draft, ForeignProject, LockedProject, MigrationItem

_TABLES = frozenset({"source", "packages", "dev-packages", "requires", "scripts", "pipenv"})
# Keys of an entry that are markers by themselves: `sys_platform = "== 'win32'"`.
_MARKERS = (
    "os_name", "sys_platform", "platform_machine", "platform_python_implementation", "platform_release",
    "platform_system", "platform_version", "python_version", "python_full_version", "implementation_name",
    "implementation_version",
)  # fmt: skip
_PLACES = ("git", "path", "file")
_REST = frozenset({"version", "extras", "markers", "index", "editable", "ref", "subdirectory"})


def pipfile_project(document: Mapping[str, Any], *, folder: str) -> ForeignProject:
    """Return what a `Pipfile` becomes: a project that is not built itself, called as its ``folder``."""
    draft = Draft("pipenv")
    draft.project.update({"name": folder, "version": "0"})
    draft.changed("Pipfile", f"it has no name and no version; the project is now `{folder}` 0 and is not built")
    draft.settings["package"] = False
    _python(document.get("requires", {}), draft)
    draft.project["dependencies"] = list(_texts(document.get("packages", {}), "packages", draft))
    draft.carried("packages", "project.dependencies")
    if document.get("dev-packages"):
        draft.group("dev", _texts(document["dev-packages"], "dev-packages", draft))
        draft.carried("dev-packages", "dependency-groups.dev")
    for name, table in document.items():
        if name not in _TABLES and isinstance(table, Mapping):
            draft.group(name, _texts(table, name, draft))
            draft.carried(name, f"dependency-groups.{group_name(name)}")
    _indexes(document.get("source", ()), draft)
    if "allow_prereleases" in document.get("pipenv", {}):
        if document["pipenv"]["allow_prereleases"]:
            draft.settings["prerelease"] = "allow"
        draft.carried("pipenv.allow_prereleases", "tool.uv.prerelease")
    for key in document.get("pipenv", {}):
        if key != "allow_prereleases":
            draft.left_out(f"pipenv.{key}", "it is an option of pipenv's own commands")
    for name in document.get("scripts", {}):
        draft.left_out(f"scripts.{name}", "there are no tasks; run the command with `uvkit run`")
    return draft.done()


def pipfile_lock_versions(document: Mapping[str, Any]) -> tuple[LockedProject, ...]:
    """Return the versions that a `Pipfile.lock` holds, in every category."""
    found: dict[tuple[str, str], LockedProject] = {}
    for category, table in document.items():
        if category == "_meta" or not isinstance(table, Mapping):
            continue
        for name, row in table.items():
            version = str(row.get("version", "")).removeprefix("==").removeprefix("*")
            locked = LockedProject(
                project=project_name(name),
                version=version,
                repository=str(row.get("git", "")),
                commit=str(row.get("ref", "")) if "git" in row else "",
                from_index=not ({"git", "path", "file"} & row.keys()),
            )
            if version or locked.commit:
                found.setdefault((locked.project, version), locked)
    return tuple(found.values())


def locked_apart(document: Mapping[str, Any]) -> tuple[MigrationItem, ...]:
    """Return an entry for each project that categories have in different versions: pipenv locks each by itself."""
    found: dict[str, dict[str, str]] = {}
    for category, table in document.items():
        if category != "_meta" and isinstance(table, Mapping):
            for name, row in table.items():
                if "version" in row:
                    found.setdefault(project_name(name), {})[category] = str(row["version"]).removeprefix("==")
    return tuple(
        MigrationItem(
            "changed",
            f"Pipfile.lock: {name}",
            f"{', '.join(f'{category} has {version}' for category, version in versions.items())}; "
            "groups are locked together, so one version has to do for all",
        )
        for name, versions in sorted(found.items())
        if len(set(versions.values())) > 1
    )


def _python(table: Mapping[str, Any], draft: Draft) -> None:
    if full := table.get("python_full_version"):
        draft.project["requires-python"] = f"=={full}"
        draft.carried("requires.python_full_version", "project.requires-python")
    elif short := table.get("python_version"):
        draft.project["requires-python"] = f"=={short}.*"
        draft.carried("requires.python_version", "project.requires-python")


def _texts(table: Mapping[str, Any], where: str, draft: Draft) -> Iterator[str]:
    for name, value in table.items():
        row = {"version": value} if isinstance(value, str) else value
        try:
            yield _text(name, row, place=f"{where}.{name}", draft=draft)
        except ValueError as error:
            draft.left_out(f"{where}.{name}", str(error))


def _text(name: str, row: Mapping[str, Any], *, place: str, draft: Draft) -> str:
    marker = all_markers(
        str(row.get("markers", "")),
        *(f"{key} {str(row[key]).strip()}" for key in _MARKERS if key in row),
    )
    source = _source(row, place, draft)
    if source is not None:
        draft.source(name, source, marker=marker)
        draft.carried(place, f"tool.uv.sources.{project_name(name)}")
    version = ""
    if "version" in row and not any(key in row for key in _PLACES):
        version = specifier_of(str(row["version"])).text
    for key in sorted(row.keys() - _REST - {*_MARKERS, *_PLACES}):
        draft.left_out(f"{place}.{key}", "nothing corresponds to it")
    extras = f"[{','.join(row['extras'])}]" if row.get("extras") else ""
    return f"{name}{extras}{version}" + (f" ; {marker}" if marker else "")


def _source(row: Mapping[str, Any], place: str, draft: Draft) -> dict[str, Any] | None:
    below = {"subdirectory": row["subdirectory"]} if row.get("subdirectory") else {}
    if "git" in row:
        reference = {"rev": row["ref"]} if row.get("ref") else {}
        if row.get("editable"):
            draft.changed(f"{place}.editable", "a project from git is installed as a plain copy")
        return {"git": row["git"], **reference, **below}
    if "path" in row or ("file" in row and "://" not in str(row["file"])):
        path = row.get("path", row.get("file"))
        return {"path": path, "editable": True} if row.get("editable") else {"path": path}
    if "file" in row:
        return {"url": row["file"], **below}
    return {"index": row["index"]} if row.get("index") and row["index"] != "pypi" else None


def _indexes(rows: Any, draft: Draft) -> None:
    """Read the sources: the first is the default, the others are asked only where an entry names them."""
    for number, row in enumerate(rows):
        name, url = str(row.get("name", f"source-{number + 1}")), str(row.get("url", ""))
        where = f"source.{name}"
        if name == "pypi" and number == 0:
            draft.carried(where, "it is the default index; what is configured for this machine is used")
            continue
        draft.index(name, url, default=number == 0, explicit=number > 0)
        if "${" in url or "$" in url:
            draft.changed(
                where, "variables in the address are not replaced; use UV_INDEX_<NAME>_USERNAME and _PASSWORD"
            )
        else:
            draft.carried(where, "tool.uv.index")
        if row.get("verify_ssl") is False:
            draft.left_out(f"{where}.verify_ssl", "name the host in `tool.uv.allow-insecure-host`")
