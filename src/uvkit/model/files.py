"""Distribution files as an index lists them (PEP 427, 503, 592, 625, 658, 691, 700)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from packaging.specifiers import SpecifierSet
from packaging.tags import Tag
from packaging.utils import BuildTag
from packaging.version import Version

from .hashes import Hash
from .names import ProjectName


class FileRow(NamedTuple):
    """One file as stored in a digested index page: plain texts, cheap to build by the thousand."""

    filename: str
    url: str  # absolute, without fragment and credentials; a relative or absolute path for local indexes
    hash: str | None  # "algorithm:hex", the strongest offered
    size: int | None  # bytes
    requires_python: str | None
    uploaded: str | None  # as served, ISO 8601 in UTC
    yanked: str | None  # none: not yanked; otherwise the reason, possibly empty
    metadata: str | None  # none: no metadata file beside it; otherwise its hash, possibly empty (PEP 658, 714)


class WheelName(NamedTuple):
    """The parts of a wheel's file name that choose it (PEP 425, 427), tags still compressed."""

    name: str
    version: str
    build: str
    python: str
    abi: str
    platform: str


@lru_cache(maxsize=65536)
def split_wheel_name(filename: str) -> WheelName | None:
    """Return the parts of a wheel's file name, or none if it is not one."""
    parts = filename[:-4].split("-")
    if not filename.endswith(".whl"):
        return None
    if len(parts) == 5:
        return WheelName(parts[0], parts[1], "", parts[2], parts[3], parts[4])
    if len(parts) == 6 and parts[2][:1].isdigit():
        return WheelName(*parts)
    return None


@lru_cache(maxsize=16384)
def expand_tags(python: str, abi: str, platform: str) -> frozenset[Tag]:
    """Return every tag of a compressed tag set (PEP 425)."""
    return frozenset(
        Tag(one, two, three) for one in python.split(".") for two in abi.split(".") for three in platform.split(".")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelFile:
    """A built distribution."""

    project: ProjectName
    version: Version
    filename: str
    url: str
    hashes: tuple[Hash, ...] = ()
    size: int | None = None
    requires_python: SpecifierSet | None = None
    uploaded: datetime | None = None
    yanked: str | None = None
    metadata_hashes: tuple[Hash, ...] | None = None

    @property
    def tags(self) -> frozenset[Tag]:
        """Return the compatibility tags of the file name."""
        name = split_wheel_name(self.filename)
        return expand_tags(name.python, name.abi, name.platform) if name else frozenset()

    @property
    def build(self) -> BuildTag:
        """Return the build tag, empty if there is none."""
        name = split_wheel_name(self.filename)
        if name is None or not name.build:
            return ()
        digits = "".join(character for character in name.build if character.isdigit()) or "0"
        leading = name.build[: len(name.build) - len(name.build.lstrip("0123456789"))] or digits
        return int(leading), name.build[len(leading) :]


@dataclass(frozen=True, slots=True, kw_only=True)
class SdistFile:
    """A source distribution."""

    project: ProjectName
    version: Version
    filename: str
    url: str
    hashes: tuple[Hash, ...] = ()
    size: int | None = None
    requires_python: SpecifierSet | None = None
    uploaded: datetime | None = None
    yanked: str | None = None


DistributionFile: TypeAlias = WheelFile | SdistFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFiles:
    """All files of one project on one index."""

    project: ProjectName
    index: str
    files: tuple[DistributionFile, ...]

    def versions(self) -> tuple[Version, ...]:
        """Return the versions, newest first, each once."""
        return tuple(sorted({file.version for file in self.files}, reverse=True))


def file_from_row(row: FileRow, *, project: ProjectName, version: Version) -> DistributionFile:
    """Return the public value of one digested row."""
    hashes = (Hash.parse(row.hash),) if row.hash else ()
    requires = specifier_or_none(row.requires_python)
    uploaded = parse_time(row.uploaded)
    if row.filename.endswith(".whl"):
        sidecar = None if row.metadata is None else ((Hash.parse(row.metadata),) if row.metadata else ())
        return WheelFile(
            project=project,
            version=version,
            filename=row.filename,
            url=row.url,
            hashes=hashes,
            size=row.size,
            requires_python=requires,
            uploaded=uploaded,
            yanked=row.yanked,
            metadata_hashes=sidecar,
        )
    return SdistFile(
        project=project,
        version=version,
        filename=row.filename,
        url=row.url,
        hashes=hashes,
        size=row.size,
        requires_python=requires,
        uploaded=uploaded,
        yanked=row.yanked,
    )


def row_from_file(file: DistributionFile) -> FileRow:
    """Return the digested row of a public value."""
    sidecar: str | None = None
    if isinstance(file, WheelFile) and file.metadata_hashes is not None:
        sidecar = str(file.metadata_hashes[0]) if file.metadata_hashes else ""
    return FileRow(
        filename=file.filename,
        url=file.url,
        hash=str(file.hashes[0]) if file.hashes else None,
        size=file.size,
        requires_python=None if file.requires_python is None else str(file.requires_python),
        uploaded=None if file.uploaded is None else file.uploaded.isoformat().replace("+00:00", "Z"),
        yanked=file.yanked,
        metadata=sidecar,
    )


def specifier_or_none(text: str | None) -> SpecifierSet | None:
    """Return the specifier set, or none for absent or unreadable text (a bad value must not hide the file)."""
    if not text:
        return None
    from packaging.specifiers import InvalidSpecifier

    try:
        return SpecifierSet(text)
    except InvalidSpecifier:
        return None


def parse_time(text: str | None) -> datetime | None:
    """Return the time an index gives (PEP 700), or none for absent or unreadable text."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
