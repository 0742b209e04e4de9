"""What is installed: distributions by the names of their metadata folders, everything else read when asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from uvkit.model import DirectorySource, project_name

if TYPE_CHECKING:
    from packaging.version import Version

    from uvkit.events import Notice
    from uvkit.formats import DirectUrl
    from uvkit.model import ProjectName, Source

# ``egg-info`` is a folder, ``distutils`` a single file that does not say what was installed, ``egg-link`` an old
# development install whose metadata lies in the source tree.
MetadataKind: TypeAlias = Literal["dist-info", "egg-info", "distutils", "egg-link"]

# Where a transaction keeps its journal; while the folder is there, what is installed may be half of something.
TRANSACTION_FOLDER = ".uvkit-transaction"

_UNREAD: Any = object()
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class InstalledDistribution:
    """One distribution in an environment, as it was found when the environment was read.

    Project and version come from the metadata folder's name; the small files in the folder are read once, when a
    property needs them, and a file that has gone since then reads as absent.
    """

    __slots__ = ("_direct_url", "_folder", "_version", "kind", "location", "project", "version_text")

    def __init__(
        self, project: ProjectName, version_text: str, *, folder: str, location: Path, kind: MetadataKind
    ) -> None:
        self.project = project
        self.version_text = version_text
        self.location = location
        self.kind = kind
        self._folder = folder
        self._version: Version | None = None
        self._direct_url: DirectUrl | None = _UNREAD

    def __repr__(self) -> str:
        return f"InstalledDistribution({self.project!r}, {self.version_text!r}, {self._folder!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InstalledDistribution) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, str, str]:
        return self.project, self.version_text, self._folder

    @property
    def version(self) -> Version:
        """Return the version."""
        if self._version is None:
            from packaging.version import Version

            self._version = Version(self.version_text)
        return self._version

    @property
    def dist_info(self) -> Path:
        """Return the metadata folder (the single file of old installations)."""
        return Path(self._folder)

    @property
    def installer(self) -> str | None:
        """Return the name of the tool that installed it, if recorded (PEP 376)."""
        raw = self.read("INSTALLER")
        return (raw.decode("utf-8", "replace").strip() or None) if raw is not None else None

    @property
    def requested(self) -> bool:
        """Tell whether it was asked for rather than pulled in (PEP 376; uv marks everything)."""
        return os.path.exists(f"{self._folder}/REQUESTED")

    @property
    def direct_url(self) -> DirectUrl | None:
        """Return where it came from if that was not an index (PEP 610); ``url`` is empty if that cannot be read."""
        if self._direct_url is _UNREAD:
            raw = self.read("direct_url.json") if self.kind == "dist-info" else None
            self._direct_url = None if raw is None else _parse_direct_url(raw)
        return self._direct_url

    @property
    def editable(self) -> bool:
        """Tell whether it is used from its source tree."""
        if self.kind == "egg-link":
            return True
        return self.direct_url is not None and self.direct_url.editable

    @property
    def source(self) -> Source | None:
        """Return where it came from if that was not an index."""
        if self.kind == "egg-link":
            tree = linked_tree(self._folder)
            return None if tree is None else DirectorySource(path=Path(tree), editable=True)
        direct = self.direct_url
        return direct.source() if direct is not None and direct.url else None

    @property
    def cache_info(self) -> Mapping[str, Any] | None:
        """Return the state of the source tree it was built from, as uv records it, or none."""
        return self._record("uv_cache.json")

    @property
    def build_info(self) -> Mapping[str, Any] | None:
        """Return how it was built, as uv records it, or none if that is not recorded."""
        return self._record("uv_build.json")

    def _record(self, name: str) -> Mapping[str, Any] | None:
        raw = self.read(name)
        if raw is None:
            return None
        import json

        try:
            value = json.loads(raw)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the compatibility tags of the wheel it was installed from; empty if they are not recorded."""
        raw = self.read("WHEEL") or b""
        return tuple(
            line[4:].strip().decode("ascii", "replace") for line in raw.splitlines() if line[:4].lower() == b"tag:"
        )

    def metadata(self) -> bytes | None:
        """Return the core metadata file, or none if it is missing."""
        match self.kind:
            case "dist-info":
                return self.read("METADATA")
            case "egg-info":
                return self.read("PKG-INFO")
            case "distutils":
                return _read(self._folder)
            case _:
                found = _egg_info_of(self._folder, self.project)
                return None if found is None else _read(f"{found}/PKG-INFO")

    def read(self, name: str) -> bytes | None:
        """Return a file of the metadata folder, or none if there is no such file."""
        return _read(f"{self._folder}/{name}")


@dataclass(frozen=True, slots=True)
class InstalledSet:
    """Everything found in an environment, sorted by project, and what could not be understood."""

    distributions: tuple[InstalledDistribution, ...]
    notices: tuple[Notice, ...] = ()

    def by_project(self) -> dict[ProjectName, list[InstalledDistribution]]:
        """Return the distributions of each project; more than one is a damaged environment."""
        found: dict[ProjectName, list[InstalledDistribution]] = {}
        for one in self.distributions:
            found.setdefault(one.project, []).append(one)
        return found


def read_installed(*folders: str | os.PathLike[str]) -> InstalledSet:
    """Return what is installed in the given site-packages folders; a missing folder holds nothing.

    Reads names only, which is what makes a sync with nothing to do fast.
    """
    found: list[InstalledDistribution] = []
    notices: list[Notice] = []
    for folder in _distinct([os.fspath(folder) for folder in folders]):
        try:
            names = os.listdir(folder)
        except (FileNotFoundError, NotADirectoryError):
            continue
        location = Path(folder)
        for name in names:
            if name.endswith(".dist-info"):
                one = _from_dist_info(folder, name, location=location)
            elif name.endswith((".egg-info", ".egg-link")):
                one = _from_egg(folder, name, location=location)
            else:
                continue
            if isinstance(one, InstalledDistribution):
                found.append(one)
            elif one is not None:
                notices.append(one)
    found.sort(key=InstalledDistribution._key)  # noqa: SLF001  # its own module
    return InstalledSet(tuple(found), tuple(notices))


def _distinct(folders: list[str]) -> Iterable[str]:
    """Return the folders without those that are another name for an earlier one (``lib64`` is often a link)."""
    return {os.path.realpath(folder): folder for folder in reversed(folders)}.values() if len(folders) > 1 else folders


def split_stem(stem: str) -> tuple[str, str] | None:
    """Return name and version of ``name-version``, or none if there is no version.

    Names with dashes were written by tools older than the rule that they become underscores.
    """
    name, dash, version = stem.partition("-")
    if not version[:1].isdigit() and version[:1] not in {"v", "V"}:
        name, dash, version = stem.rpartition("-")
    return (name, version) if dash and name and version[:1].isalnum() and any(map(str.isdigit, version)) else None


def linked_tree(link: str) -> str | None:
    """Return the source tree that an ``.egg-link`` file names, or none if it cannot be read."""
    raw = _read(link)
    if not raw:
        return None
    first = raw.decode("utf-8", "surrogateescape").splitlines()[0].strip()
    return os.path.normpath(os.path.join(os.path.dirname(link), first)) if first else None


def _from_dist_info(folder: str, name: str, *, location: Path) -> InstalledDistribution | Notice | None:
    if name[0] == "~":
        return _left_over(folder, name)
    parts = split_stem(name[:-10])
    if parts is None or not _looks_like_version(parts[1]):
        return _unreadable(f"{folder}/{name}", "its name has no version")
    return InstalledDistribution(
        project_name(parts[0]), parts[1], folder=f"{folder}/{name}", location=location, kind="dist-info"
    )


def _looks_like_version(text: str) -> bool:
    if text[0].isdigit() and text.replace(".", "").isdigit():
        return True
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _from_egg(folder: str, name: str, *, location: Path) -> InstalledDistribution | Notice | None:
    if name[0] == "~":
        return _left_over(folder, name)
    path = f"{folder}/{name}"
    kind: MetadataKind
    if name.endswith(".egg-link"):
        kind, stem = "egg-link", [name[:-9]]
        tree = _egg_info_of(path, project_name(stem[0]))
        if tree is None:
            return _unreadable(path, "the source tree it names has no metadata")
        source = f"{tree}/PKG-INFO"
    else:
        kind, stem = ("egg-info" if os.path.isdir(path) else "distutils"), name[:-9].split("-")
        source = f"{path}/PKG-INFO" if kind == "egg-info" else path
    if len(stem) >= 2 and _looks_like_version(stem[1]):
        project, version = stem[0], stem[1]
    else:
        fields = _headers(_read(source) or b"")
        project, version = stem[0], fields.get("version", "")
        if not version or not _looks_like_version(version):
            return _unreadable(path, "it has no version")
    return InstalledDistribution(project_name(project), version, folder=path, location=location, kind=kind)


def _egg_info_of(link: str, project: str) -> str | None:
    tree = linked_tree(link)
    try:
        names = sorted(os.listdir(tree)) if tree else []
    except OSError:
        return None
    for name in names:
        if name.endswith(".egg-info") and project_name(name[:-9].split("-")[0]) == project:
            return f"{tree}/{name}"
    return None


def _headers(raw: bytes) -> dict[str, str]:
    lines = raw.decode("utf-8", "replace").partition("\n\n")[0].splitlines()
    pairs: Iterable[tuple[str, str, str]] = (line.partition(":") for line in lines if line[:1] not in {" ", "\t"})
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def _parse_direct_url(raw: bytes) -> DirectUrl:
    from uvkit.formats import DirectUrl, parse_direct_url

    return parse_direct_url(raw) or DirectUrl(url="", kind="unknown")


def _left_over(folder: str, name: str) -> Notice:
    # pip renames what it is about to delete to such names, and leaves them when it is interrupted.
    from uvkit.events import Notice

    return Notice("left-over", f"`{folder}/{name}` was left by an interrupted uninstallation", "delete it")


def _unreadable(path: str, reason: str) -> Notice:
    from uvkit.events import Notice

    return Notice("unreadable-distribution", f"`{path}` is ignored: {reason}")


def _read(path: str) -> bytes | None:
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        return None
    try:
        parts = []
        while piece := os.read(descriptor, 1 << 16):
            parts.append(piece)
            if len(piece) < 1 << 16:
                break
        return b"".join(parts)
    except OSError:
        return None
    finally:
        os.close(descriptor)
