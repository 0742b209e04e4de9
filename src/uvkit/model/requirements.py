"""What is asked for: dependency specifiers (PEP 508), with where they were written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias

from packaging.specifiers import SpecifierSet

from uvkit.errors import InvalidRequirementError
from uvkit.markers import MarkerSet

from .names import extra_name, project_name
from .sources import ArchiveSource, DirectorySource, GitSource

if TYPE_CHECKING:
    from packaging.requirements import Requirement as PackagingRequirement

    from .hashes import Hash
    from .names import ExtraName, ProjectName
    from .sources import Source

    RequirementLike: TypeAlias = "str | PackagingRequirement | Requirement"
else:
    RequirementLike = "str | packaging.requirements.Requirement | Requirement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A project, the extras, versions and source wanted of it, and the environments in which it is wanted.

    ``origin`` says where it was written, for messages; ``written_extras`` keeps the order in which the extras were, for
    lockfiles (empty: sorted). ``hashes`` are the digests that a file from an index may have (none: any).
    ``written_place`` is the path or URL of a direct reference as its author wrote it, for files made of it.
    """

    project: ProjectName
    extras: frozenset[ExtraName] = frozenset()
    specifier: SpecifierSet = SpecifierSet()  # noqa: RUF009  # immutable
    marker: MarkerSet = MarkerSet.everywhere()  # noqa: RUF009  # interned and immutable
    source: Source | None = None
    hashes: tuple[Hash, ...] = ()
    origin: str | None = field(default=None, compare=False)
    written_extras: tuple[ExtraName, ...] = field(default=(), compare=False, repr=False)
    written_place: str = field(default="", compare=False, repr=False)

    @classmethod
    def parse(cls, text: RequirementLike, *, origin: str | None = None) -> Self:
        """Return the requirement that ``text`` writes (PEP 508).

        Raises:
            InvalidRequirementError: the text does not parse.
        """
        if isinstance(text, Requirement):
            return text  # type: ignore[return-value]  # a subclass would lose nothing
        parsed = _parse_cached(str(text), origin)
        return parsed if cls is Requirement else cls(**{f: getattr(parsed, f) for f in cls.__slots__})  # type: ignore[return-value]

    def with_marker(self, marker: MarkerSet) -> Requirement:
        """Return the same requirement wanted where ``marker`` holds."""
        return replace(self, marker=marker)

    def __str__(self) -> str:
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        text = f"{self.project}{extras}"
        place = _place(self.source)
        text += str(self.specifier) if place is None else f" @ {place}"
        marker = str(self.marker)
        return f"{text} ; {marker}" if marker else text


def _place(source: Source | None) -> str | None:
    """Return the URL of a direct reference, or none for what comes from an index."""
    match source:
        case ArchiveSource(url=str(url), subdirectory=subdirectory):
            return url + _fragment(subdirectory)
        case ArchiveSource(path=Path() as path, subdirectory=subdirectory):
            return (path.as_uri() if path.is_absolute() else str(path)) + _fragment(subdirectory)
        case DirectorySource(path=path):
            return path.as_uri() if path.is_absolute() else str(path)
        case GitSource(repository=repository, commit=commit, reference=reference):
            at = commit or reference
            inside = _fragment(source.subdirectory, path=source.path, lfs=source.lfs)
            return f"git+{repository}" + (f"@{at}" if at else "") + inside
    return None


def _fragment(subdirectory: str | None, *, path: str | None = None, lfs: bool = False) -> str:
    values = (("path", path), ("subdirectory", subdirectory), ("lfs", "true" if lfs else None))
    text = "&".join(f"{key}={value}" for key, value in values if value)
    return f"#{text}" if text else ""


@lru_cache(maxsize=8192)
def _parse_cached(text: str, origin: str | None) -> Requirement:
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Parsed

    try:
        parsed = Parsed(text)
        marker = MarkerSet.parse(str(parsed.marker)) if parsed.marker is not None else MarkerSet.everywhere()
    except (InvalidRequirement, ValueError) as error:
        reason = " ".join(str(error).split("\n", 1)[0].split())
        raise InvalidRequirementError(text=text, origin=origin, reason=reason) from error
    return Requirement(
        project=project_name(parsed.name),
        extras=frozenset(extra_name(extra) for extra in parsed.extras),
        specifier=parsed.specifier,
        marker=marker,
        source=source_from_url(parsed.url) if parsed.url else None,
        origin=origin,
        written_extras=_written_extras(text) if len(parsed.extras) > 1 else (),
    )


def _written_extras(text: str) -> tuple[ExtraName, ...]:
    """Return the extras in the order of the text; whatever else is in brackets comes later in it (PEP 508)."""
    inner = text[text.index("[") + 1 : text.index("]")]
    return tuple(dict.fromkeys(extra_name(part.strip()) for part in inner.split(",")))


def source_from_url(url: str) -> Source:
    """Return the source that a direct reference names: git, a local archive or directory, or a URL (PEP 440, 610)."""
    if url.startswith("git+"):
        rest, _, fragment = url[4:].partition("#")
        subdirectory = _fragment_value(fragment, "subdirectory")
        scheme, separator, place = rest.partition("://")
        host, slash, rest = place.partition("/")
        # The host may have an `@` of its own, and the name of a branch may have slashes.
        inner, at, reference = rest.rpartition("@") if "@" in rest else (rest, "", "")
        return GitSource(
            repository=f"{scheme}{separator}{host}{slash}{inner}",
            reference=reference or None,
            reference_kind="rev" if at and reference else None,
            subdirectory=subdirectory,
            path=_fragment_value(fragment, "path"),
            lfs=_fragment_value(fragment, "lfs") == "true",
        )
    plain, _, fragment = url.partition("#")
    subdirectory = _fragment_value(fragment, "subdirectory")
    if plain.startswith("file:"):
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        path = Path(url2pathname(urlsplit(plain).path))
        if is_archive_name(path.name):
            return ArchiveSource(path=path, subdirectory=subdirectory)
        return DirectorySource(path=path)
    return ArchiveSource(url=plain, subdirectory=subdirectory)


def is_archive_name(name: str) -> bool:
    """Tell whether a file name is that of a wheel or a source archive."""
    return name.endswith((".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tar"))


def _fragment_value(fragment: str, key: str) -> str | None:
    for part in fragment.split("&"):
        name, _, value = part.partition("=")
        if name == key and value:
            return value
    return None
