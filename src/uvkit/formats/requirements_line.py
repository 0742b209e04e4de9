"""One requirement as a requirements file writes it: by name (PEP 508), or by where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from uvkit.errors import InvalidRequirementError
from uvkit.markers import MarkerSet
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    ExtraName,
    GitSource,
    Hash,
    Requirement,
    Source,
    extra_name,
    is_archive_name,
    is_url,
    is_valid_name,
    project_name,
    source_from_url,
    split_wheel_name,
)

_named = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?\s*@")
_extras = re.compile(r"\[([A-Za-z0-9._,\s-]*)\]$")
_archive_end = re.compile(r"\.(?:tar\.(?:gz|bz2|xz|zst)|tgz|zip|tar)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnnamedRequirement:
    """A place to take a project from, whose name only the metadata there tells."""

    source: Source
    extras: frozenset[ExtraName] = frozenset()
    marker: MarkerSet = MarkerSet.everywhere()  # noqa: RUF009  # interned and immutable
    origin: str | None = None
    written_place: str = field(default="", compare=False, repr=False)


def parse_requirement(
    text: str, *, origin: str, editable: bool = False
) -> tuple[Requirement | UnnamedRequirement, Hash | None]:
    """Return the requirement that a text writes, and the digest that its URL carries, if any.

    Raises:
        InvalidRequirementError: it does not parse.
        ValueError: an editable one is no place.
    """
    if _named.match(text) or not (editable or _is_place(text)):
        requirement = _with_place(Requirement.parse(text, origin=origin))
        if not editable:
            return requirement, _digest(text)
        if requirement.source is None:
            raise ValueError(f"`{text}` cannot be editable: it is not a folder or repository")
        return replace(requirement, source=_editable(requirement.source, text)), None
    return _from_place(text, origin=origin, editable=editable)


def _with_place(requirement: Requirement) -> Requirement:
    """Return a requirement whose direct reference is a path if it is no URL (`name @ ./folder`, beyond PEP 508)."""
    source = requirement.source
    if isinstance(source, ArchiveSource) and source.url is not None and not is_url(source.url):
        return replace(requirement, source=_path_source(source.url))
    return requirement


def written_place(text: str) -> str:
    """Return the path or URL in a line that names one, as it is written: variables in it are not replaced."""
    place = re.sub(r"^(?:--editable(?:\s*=\s*|\s+)|-e\s*=?\s*)", "", text.strip())
    named = _named.match(place)
    place = re.split(r"\s+;|;\s|\s--?[A-Za-z]", place[named.end() :] if named else place, maxsplit=1)[0].strip()
    return _extras.sub("", place.strip("'\"")).strip()


def _is_place(text: str) -> bool:
    """Tell whether a requirement begins with a path or URL rather than a name."""
    place = re.split(r"\s*;\s|\s+;", text, maxsplit=1)[0]
    bare = _extras.sub("", place.strip())
    if is_url(bare) or bare.startswith(("file:", ".", "~")) or "/" in bare or "\\" in bare:
        return True
    return is_archive_name(bare)


def _from_place(text: str, *, origin: str, editable: bool) -> tuple[Requirement | UnnamedRequirement, Hash | None]:
    place, _, condition = re.sub(r"\s+;\s*|;\s+", "\n", text, count=1).partition("\n")
    place = place.strip()
    try:
        marker = MarkerSet.parse(condition.strip())
    except ValueError as error:
        raise InvalidRequirementError(text=text, origin=origin, reason=str(error)) from error
    extras = _extras.search(place)
    place = _extras.sub("", place)
    names = extras[1] if extras else ""
    egg = re.search(r"[#&]egg=([^&\[]+)", place)
    source = source_from_url(place) if is_url(place) or place.startswith("file:") else _path_source(place)
    if editable:
        source = _editable(source, text)
    wanted = frozenset(extra_name(name.strip()) for name in names.split(",") if name.strip())
    name = egg[1] if egg else _name_of_archive(place)
    if name is None:
        return UnnamedRequirement(source=source, extras=wanted, marker=marker, origin=origin), _digest(place)
    if not is_valid_name(name):
        raise InvalidRequirementError(text=text, origin=origin, reason=f"`{name}` is not a valid name")
    requirement = Requirement(project=project_name(name), extras=wanted, marker=marker, source=source, origin=origin)
    return requirement, _digest(place)


def _path_source(place: str) -> Source:
    path = Path(place)
    return ArchiveSource(path=path) if is_archive_name(path.name) else DirectorySource(path=path)


def _editable(source: Source, text: str) -> Source:
    match source:
        case DirectorySource():
            return replace(source, editable=True)
        case GitSource():
            return source
        case _:
            raise ValueError(f"`{text}` cannot be editable: it is not a folder or repository")


def _name_of_archive(place: str) -> str | None:
    """Return the project's name in the file name of a wheel or source archive (PEP 427, 625), if that is what it is."""
    file = place.partition("#")[0].partition("?")[0].replace("\\", "/").rpartition("/")[2]
    wheel = split_wheel_name(file)
    if wheel is not None:
        return wheel.name
    stem = _archive_end.sub("", file)
    name, dash, version = stem.rpartition("-")
    return name if stem != file and dash and version[:1].isdigit() else None


def _digest(text: str) -> Hash | None:
    """Return the digest in the fragment of a URL (PEP 503), if it has a known one."""
    fragment = text.partition("#")[2].partition(" ")[0]
    for part in fragment.split("&"):
        try:
            return Hash.parse(part)
        except ValueError:
            continue
    return None
