"""What would make an impossible resolution possible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from packaging.version import Version

from uvkit.markers import MarkerSet
from uvkit.model import split_wheel_name
from uvkit.resolver.candidates.candidates import Refusal
from uvkit.resolver.candidates.packages import IndexPackage, Package, python_bounds
from uvkit.resolver.demands.scope import Fork
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.search.universe import project_bounds
from uvkit.resolver.versions import is_prerelease_text, parse_clauses

from .contradiction import Contradiction, Group
from .phrases import joined, positions

_SHOWN_TAGS: Final = 5
_MOST_GROUPS: Final = 6


def advice(contradiction: Contradiction, chooser: Chooser) -> tuple[str, ...]:
    """Return hints for what stands in the way, each once, the most particular first."""
    found: dict[str, None] = {}
    for group in contradiction.groups[:_MOST_GROUPS]:
        found.update(dict.fromkeys(_for_group(group, chooser)))
    found.update(dict.fromkeys(_for_parts(contradiction, chooser)))
    found.update(dict.fromkeys(_for_environment(contradiction, chooser)))
    return tuple(found)


def _for_group(group: Group, chooser: Chooser) -> Iterator[str]:
    package = chooser.package(group.project)
    if group.is_missing:
        yield from _for_missing(package, chooser)
        return
    for code in dict.fromkeys(refusal.code for refusal in group.refused):
        versions = {one: some for one, some in group.refused.items() if one.code == code}
        yield from _for_refusal(package, versions, chooser)
    if group.project in chooser.universe.question.members:
        yield from _for_shadowed(group, chooser)
    if isinstance(package, IndexPackage):
        yield from _for_next_index(group, package, chooser)
        yield from _for_overlooked_prereleases(group, package, chooser)


def _for_missing(package: Package, chooser: Chooser) -> Iterator[str]:
    indexes = chooser.universe.indexes()
    if indexes == ():
        yield "there is no index to look in: allow indexes, or name a folder of files (`find-links`)"
    else:
        yield f"check the spelling of `{package.project}`, or add the index that serves it"


def _for_shadowed(group: Group, chooser: Chooser) -> Iterator[str]:
    members = chooser.universe.question.members
    for fact in group.facts:
        if fact.key.project and fact.key.project not in members:
            yield (
                f"`{fact.key.project}` means the published project `{group.project}`, which yours of the same name "
                "hides: rename yours"
            )


def _for_next_index(group: Group, package: IndexPackage, chooser: Chooser) -> Iterator[str]:
    """Yield that another index may have what the first with the project has not."""
    if chooser.universe.request.options.index_strategy != "first-index" or package.pinned or not package.listings:
        return
    if group.refused or not (group.is_unmet or len(group.facts) > 1):
        return
    indexes = chooser.universe.indexes() or ()
    here = package.listings[-1].index
    later = indexes[indexes.index(here) + 1 :] if here in indexes else ()
    if later:
        yield (
            f"`{package.project}` comes from `{here}`, the first index that has it; another may have the version "
            f"(`{later[0]}`): pin it to that index in `tool.uv.sources`, or trust all indexes alike with "
            '`index-strategy = "unsafe-best-match"`'
        )


def _for_overlooked_prereleases(group: Group, package: IndexPackage, chooser: Chooser) -> Iterator[str]:
    """Yield that a pre-release of what the reader asks for exists, which comes before it (PEP 440)."""
    if not group.is_unmet or not package.size or chooser.universe.request.options.prerelease == "disallow":
        return
    newest = package.version(0)
    if not newest.is_prerelease:
        return
    release = Version(newest.base_version)
    for fact in group.facts:
        clauses = parse_clauses(fact.dependency.specifier)
        is_direct = not fact.key.project or fact.key.project in chooser.universe.question.members
        if is_direct and any(one.operator == ">=" and one.version == release for one in clauses):
            yield (
                f"`{package.project}` {newest} is a pre-release and older than what is required; to accept it, "
                f"require `{package.project}>={newest}`"
            )


def _for_refusal(package: Package, versions: dict[Refusal, int], chooser: Chooser) -> Iterator[str]:
    project = package.project
    refusal, some = next(iter(versions.items()))
    texts = [package.text(position) for position in positions(some)]
    version = next((text for text in texts if not is_prerelease_text(text)), texts[0])
    match refusal.code:
        case "yanked":
            yield f"to accept a yanked version, require it exactly: `{project}=={version}`"
        case "prerelease":
            yield f'to accept pre-releases of `{project}` such as {version}, allow them (`prerelease = "allow"`)'
        case "too-new":
            yield _for_cutoff(package, refusal, version, chooser=chooser)
        case "no-build":
            yield f"allow `{project}` to be built, or choose a version that has wheels"
        case "no-binary":
            yield f"allow wheels of `{project}`"
        case "python":
            yield _for_python(package, versions, chooser)
        case "tags":
            yield from _for_tags(package, version)
        case "coverage":
            yield f"require `{project}` under a marker that leaves out `{refusal.detail}`"
        case _:
            pass


def _for_cutoff(package: Package, refusal: Refusal, version: str, *, chooser: Chooser) -> str:
    project = package.project
    if not refusal.detail:
        return f"exempt `{project}` from `exclude-newer`: its index does not say when files were uploaded"
    when = next(
        (
            one.detail
            for name, text, one in chooser.universe.refusals()
            if name == project and text == version and one.code == "too-new"
        ),
        "",
    )
    own = project in chooser.universe.request.options.exclude_newer_by_project
    setting = "`exclude-newer-package`" if own else "`exclude-newer`"
    remedy = "" if own else f", or exempt `{project}` with `exclude-newer-package`"
    return f"{version} of `{project}` was uploaded at {when}: move {setting} beyond that{remedy}"


def _for_python(package: Package, versions: dict[Refusal, int], chooser: Chooser) -> str:
    """Return which Python would do; that of the version that asks for the least."""
    needed, some = min(versions.items(), key=lambda one: (python_bounds(one[0].detail).lower_key, -one[1]))
    which = f"`{package.project}` {package.text(next(positions(some)))} supports only {needed.detail}"
    asked = project_bounds(chooser.universe.request)
    if isinstance(chooser.ground, Fork) and asked.intersect(python_bounds(needed.detail)).is_empty():
        return f"{which}, which `requires-python` leaves out"
    if isinstance(chooser.ground, Fork):
        return f"narrow `requires-python` (such as {needed.detail}): {which}"
    return f"use another Python: {which}"


def _for_tags(package: Package, version: str) -> Iterator[str]:
    if not isinstance(package, IndexPackage):
        return
    for position in range(package.size):
        if package.text(position) == version:
            names = [name for row in package.rows(position) if (name := split_wheel_name(row.filename))]
            tags = list(dict.fromkeys(f"{name.python}-{name.abi}-{name.platform}" for name in names))
            if tags:
                shown = ", ".join(f"`{tag}`" for tag in tags[:_SHOWN_TAGS])
                more = " and others" if len(tags) > _SHOWN_TAGS else ""
                yield f"wheels of `{package.project}` {version} exist for {shown}{more}"


def _for_parts(contradiction: Contradiction, chooser: Chooser) -> Iterator[str]:
    """Yield that extras and groups which exclude each other can be declared to."""
    if isinstance(chooser.ground, Fork):
        members = chooser.universe.question.members
        parts = (fact.key for fact in contradiction.requirements() if fact.key.project in members)
        names = sorted({f"`{key!r}`" for key in parts if not key.is_base})
        if len(names) > 1:
            yield f"if {joined(names)} are never wanted together, declare them as `conflicts` in `[tool.uv]`"


def _for_environment(contradiction: Contradiction, chooser: Chooser) -> Iterator[str]:
    """Yield how to leave out the environments of a fork."""
    ground = chooser.ground
    if not isinstance(ground, Fork) or ground.marker.is_everywhere():
        return
    pythons = ground.marker.python_bounds().marker()
    if not ground.marker.is_subset(pythons) or not pythons.is_subset(ground.marker):
        ways = "name those you need in `environments` of `[tool.uv]`"
        if pythons != MarkerSet.everywhere():
            ways += ", or narrow `requires-python`"
        yield f"if you do not need that environment, {ways}"
    elif not any(refusal.code == "python" for group in contradiction.groups for refusal in group.refused):
        yield "if you do not need these Python versions, narrow `requires-python`"
