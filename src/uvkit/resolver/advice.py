"""What would make an impossible resolution possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from uvkit.model import ProjectName, split_wheel_name

from .candidates import Refusal
from .choosing import Chooser
from .deadends import Group
from .packages import IndexPackage
from .scope import Fork


def advice(groups: Iterable[Group], chooser: Chooser) -> tuple[str, ...]:
    """Return hints for what stands in the way, each once."""
    found: dict[str, None] = {}
    for group in groups:
        if group.is_missing:
            found[f"check the spelling of `{group.project}`, or add the index that serves it"] = None
        found.update(dict.fromkeys(_for_refusals(group.project, group.refused, chooser)))
    ground = chooser.ground
    if isinstance(ground, Fork) and not ground.marker.is_everywhere():
        found["if you do not need that environment, name those you need in `environments` of `[tool.uv]`"] = None
    return tuple(found)


def _for_refusals(project: ProjectName, refused: Mapping[str, Refusal], chooser: Chooser) -> Iterator[str]:
    versions: dict[str, str] = {}
    for version, refusal in refused.items():
        versions.setdefault(refusal.code, version)
    for code, version in versions.items():
        match code:
            case "yanked":
                yield f"to accept a yanked version, require it exactly: `{project}=={version}`"
            case "prerelease":
                yield f'to accept pre-releases of `{project}`, allow them (`prerelease = "allow"`)'
            case "too-new":
                yield f"move `exclude-newer` forward, or exempt `{project}` from it"
            case "no-build":
                yield f"allow `{project}` to be built, or choose a version that has wheels"
            case "no-binary":
                yield f"allow wheels of `{project}`"
            case "python":
                yield from _for_python(project, version, needed=refused[version].detail, chooser=chooser)
            case "tags":
                yield from _for_tags(project, version, chooser)
            case _:
                pass


def _for_python(project: ProjectName, version: str, *, needed: str, chooser: Chooser) -> Iterator[str]:
    if isinstance(chooser.ground, Fork):
        yield f"raise `requires-python`: `{project}` {version} supports only {needed}"
    else:
        yield f"use another Python: `{project}` {version} supports only {needed}"


def _for_tags(project: ProjectName, version: str, chooser: Chooser) -> Iterator[str]:
    package = chooser.package(project)
    if not isinstance(package, IndexPackage):
        return
    for position in range(package.size):
        if package.text(position) == version:
            names = [name for row in package.rows(position) if (name := split_wheel_name(row.filename))]
            tags = list(dict.fromkeys(f"{name.python}-{name.abi}-{name.platform}" for name in names))
            shown = ", ".join(f"`{tag}`" for tag in tags[:5])
            yield f"wheels of `{project}` {version} exist for {shown}" + (" and others" if len(tags) > 5 else "")
