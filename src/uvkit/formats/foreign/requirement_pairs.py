"""Requirements files as a project: what is asked for in one file, what was chosen in the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from uvkit.errors import InvalidRequirementError
from uvkit.model import ArchiveSource, DirectorySource, GitSource, Requirement, group_name, project_name

from .draft import Draft, ForeignProject, LockedProject

if TYPE_CHECKING:
    from uvkit.formats.requirements_line import UnnamedRequirement
    from uvkit.formats.requirements_txt import RequirementLine, RequirementsFiles

_GROUP = re.compile(r"^(?:requirements?[-_.](?P<after>.+)|(?P<before>.+)[-_.]requirements?)$", re.IGNORECASE)
_MAIN = frozenset({"requirements", "requirement", "base", "main", "prod", "production", "install", "common", "default"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementFile:
    """A file with what is asked for, and the file with what was chosen, which may be the same one.

    ``written`` has the texts of lines by their origin, ``names`` the projects in source trees by their paths.
    """

    name: str
    asked: RequirementsFiles
    chosen: RequirementsFiles | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """Return the dependency group that a file of this name is, or an empty text for the project itself."""
        path = PurePath(self.name)
        stem = path.name
        while (short := PurePath(stem).stem) != stem:
            stem = short
        match = _GROUP.match(stem)
        if match is not None:
            part = match["after"] or match["before"]
        else:
            part = stem if path.parent.name in {"requirements", "requirement", "reqs"} else "requirements"
        return "" if part.lower() in _MAIN else group_name(part.replace(".", "-").replace(" ", "-"))


def requirement_project(files: Sequence[RequirementFile], *, folder: str, python: str) -> ForeignProject:
    """Return the project that some files make: called as its ``folder``, for the Python versions of a specifier."""
    draft = Draft("requirements")
    draft.project.update({"name": folder, "version": "0", "requires-python": python})
    draft.changed("requirements", f"they have no name and no version; the project is `{folder}` 0 and is not built")
    draft.changed("python", f"the files do not say which; it is now `{python}`")
    draft.settings["package"] = False
    main = [file for file in files if not file.group]
    of_project: set[str] = set()
    draft.project["dependencies"] = []
    for file in main:
        _take(file, draft, draft.project["dependencies"], known=of_project)
    for file in files:
        if file.group:
            texts: list[str] = []
            # A file that includes that of the project repeats it; the group adds to the project anyway.
            _take(file, draft, texts, known=set(of_project))
            draft.group(file.group, texts)
    if sorted(draft.groups) not in ([], ["dev"]):
        draft.settings["default-groups"] = [name for name in sorted(draft.groups) if name == "dev"]
    _options([file.asked for file in files], draft)
    return draft.done()


def _take(file: RequirementFile, draft: Draft, texts: list[str], *, known: set[str]) -> None:
    hashed = False
    for line in file.asked.requirements:
        one = _named(line.requirement, file)
        if one is None:
            place = getattr(line.requirement, "written_place", "")
            draft.left_out(f"{file.name}: {place}", "it does not say which project it is")
            continue
        hashed = hashed or bool(one.hashes)
        text = _text(one, draft, file.written.get(line.origin, ""))
        if text not in known:
            known.add(text)
            texts.append(text)
    where = f"dependency-groups.{file.group}" if file.group else "project.dependencies"
    draft.carried(file.name, where)
    if hashed:
        draft.changed(f"{file.name}: hashes", "the lock has those of all files")
    for line in file.asked.constraints:
        if isinstance(line.requirement, Requirement):
            limits = draft.settings.setdefault("constraint-dependencies", [])
            text = _text(line.requirement, draft)
            if text not in limits:
                limits.append(text)


def _named(one: Requirement | UnnamedRequirement, file: RequirementFile) -> Requirement | None:
    """Return a requirement with its name, if it has one or the source tree that it names says one."""
    if isinstance(one, Requirement):
        return one
    if not isinstance(one.source, DirectorySource):
        return None
    name = file.names.get(one.source.path.as_posix())
    if name is None:
        return None
    return Requirement(project=project_name(name), extras=one.extras, marker=one.marker, source=one.source)


def _as_written(one: Requirement, written: str) -> str | None:
    """Return the text of a line if it says just what the requirement is."""
    text = re.split(r"\s+--|\s+#|\s*\\$", written.strip())[0].strip()
    try:
        same = Requirement.parse(text)
    except (InvalidRequirementError, ValueError):
        return None
    return text if replace(same, hashes=one.hashes) == one else None


def _text(one: Requirement, draft: Draft, written: str = "") -> str:
    extras = f"[{','.join(one.written_extras or sorted(one.extras))}]" if one.extras else ""
    marker = f" ; {one.marker}" if str(one.marker) else ""
    entry: dict[str, object] | None = None
    match one.source:
        case GitSource(repository=repository, reference=reference, subdirectory=below, path=inside):
            entry = {
                "git": repository,
                **({"path": inside} if inside else {}),
                **({"rev": reference} if reference else {}),
            }
            entry |= {"subdirectory": below} if below else {}
        case DirectorySource(path=path, editable=editable):
            entry = {"path": path.as_posix(), **({"editable": True} if editable else {})}
        case ArchiveSource(url=url, path=path):
            entry = {"url": url} if url else {"path": "" if path is None else path.as_posix()}
        case _:
            return _as_written(one, written) or f"{one.project}{extras}{one.specifier}{marker}"
    draft.source(one.project, entry, marker=str(one.marker))
    return f"{one.project}{extras}{marker}"


def _options(files: Iterable[RequirementsFiles], draft: Draft) -> None:
    for file in files:
        for number, url in enumerate(file.extra_index_urls):
            _index(draft, f"extra-{number + 1}", url, default=False)
        if file.index_url:
            _index(draft, "main", file.index_url, default=True)
        for place in file.find_links:
            links = draft.settings.setdefault("find-links", [])
            if place not in links:
                links.append(place)
        if file.no_index:
            draft.settings["no-index"] = True
        if file.prereleases:
            draft.settings["prerelease"] = "allow"
        for host in file.trusted_hosts:
            draft.left_out(f"--trusted-host {host}", "name the host in `tool.uv.allow-insecure-host`")
        for option in file.ignored:
            draft.left_out(option, "it has no effect")


def _index(draft: Draft, name: str, url: str, *, default: bool) -> None:
    if all(row["url"] != url for row in draft.indexes):
        draft.index(name, url, default=default)
        draft.carried(f"--{'' if default else 'extra-'}index-url {name}", "tool.uv.index")


def pinned_versions(lines: Iterable[RequirementLine]) -> tuple[LockedProject, ...]:
    """Return the versions that lines pin exactly."""
    found = []
    for line in lines:
        one = line.requirement
        if not isinstance(one, Requirement):
            continue
        exact = [spec.version for spec in one.specifier if spec.operator in {"==", "==="} and "*" not in spec.version]
        if isinstance(one.source, GitSource) and one.source.reference:
            found.append(
                LockedProject(
                    project=one.project,
                    version="",
                    repository=one.source.repository,
                    commit=one.source.reference,
                    from_index=False,
                )
            )
        elif exact:
            found.append(LockedProject(project=one.project, version=exact[0], marker=str(one.marker)))
    return tuple(found)
