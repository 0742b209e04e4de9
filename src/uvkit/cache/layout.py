"""Where each member of a wheel is installed (binary distribution format, section on spreading)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uvkit.errors import InvalidMetadataError, MetadataMismatchError, UnsafeArchiveError
from uvkit.model import project_name, split_wheel_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from uvkit.fs import ZipMember

# Trees of an image by the folder of ``.data`` that fills them.
_DATA_TREES = {"purelib": "site", "platlib": "site", "data": "data", "headers": "headers", "scripts": "scripts"}
# What installers write, or what holds for the archive only and not for what is installed from it.
_NOT_INSTALLED = frozenset({"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json"})
_MODULE_SUFFIXES = (".py", ".so", ".pyd")


class Placement(NamedTuple):
    """A member of the archive and its place in the image."""

    tree: str
    path: str
    member: ZipMember


def find_dist_info(members: Iterable[ZipMember], filename: str, *, check_name: bool = True) -> str:
    """Return the wheel's one top-level ``.dist-info`` folder; vendored ones deeper down do not count.

    Raises:
        InvalidMetadataError: there is none, or more than one.
        MetadataMismatchError: its name contradicts the file name.
    """
    found = {member.name.partition("/")[0] for member in members if ".dist-info/" in member.name}
    folders = sorted(name for name in found if name.endswith(".dist-info"))
    if len(folders) != 1:
        problem = (
            f"it has more than one `.dist-info` folder: {', '.join(folders)}"
            if folders
            else "it has no `.dist-info` folder"
        )
        raise InvalidMetadataError(filename=filename, problems=(problem,))
    name, _, version = folders[0].removesuffix(".dist-info").partition("-")
    if check_name:
        check_identity(filename, name, version)
    return folders[0]


def check_identity(filename: str, name: str, version: str) -> None:
    """Compare a name and a version that a wheel gives itself with those of its file name.

    Raises:
        InvalidMetadataError: the file name is not that of a wheel.
        MetadataMismatchError: they differ.
    """
    parts = split_wheel_name(filename)
    if parts is None:
        raise InvalidMetadataError(filename=filename, problems=("its name is not that of a wheel",))
    if name != parts.name and project_name(name) != project_name(parts.name):
        raise MetadataMismatchError(filename=filename, field="name", expected=parts.name, actual=name)
    if version != parts.version and not _same_version(version, parts.version):
        raise MetadataMismatchError(filename=filename, field="version", expected=parts.version, actual=version)


def _same_version(one: str, other: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        # File names replace the hyphen of a local or post version by an underscore.
        return Version(one.replace("_", "-")) == Version(other.replace("_", "-"))
    except InvalidVersion:
        return False


def place_members(members: Iterable[ZipMember], dist_info: str, filename: str) -> list[Placement]:
    """Return where each member goes, those that are not installed left out.

    Raises:
        InvalidMetadataError: the ``.data`` folder has a part that no installer knows.
        UnsafeArchiveError: two members claim one place.
    """
    info_prefix = f"{dist_info}/"
    data_prefix = f"{dist_info.removesuffix('.dist-info')}.data/"
    places: list[Placement] = []
    taken = {("site", info_prefix + name) for name in _NOT_INSTALLED}
    for member in members:
        name = member.name
        if name.startswith(info_prefix):
            if name[len(info_prefix) :] in _NOT_INSTALLED:
                continue
            place = Placement("site", name, member)
        elif name.startswith(data_prefix):
            place = _place_data(member, name[len(data_prefix) :], filename)
        else:
            place = Placement("site", name, member)
        if place[:2] in taken:
            raise UnsafeArchiveError(filename=filename, member=name, reason="another member claims its place")
        taken.add(place[:2])
        places.append(place)
    return places


def _place_data(member: ZipMember, rest: str, filename: str) -> Placement:
    kind, _, path = rest.partition("/")
    tree = _DATA_TREES.get(kind)
    if tree is None or not path:
        raise InvalidMetadataError(filename=filename, problems=(f"`{member.name}` is not a known kind of data",))
    if tree == "scripts" and "/" in path:
        raise InvalidMetadataError(filename=filename, problems=(f"the script `{member.name}` is in a folder",))
    return Placement(tree, path, member)


def group_folders(paths: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return files by folder, with every folder in between, parents before children."""
    folders: dict[str, list[str]] = {"": []}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            step = folder
            while step and step not in folders:
                folders[step] = []
                step = step.rpartition("/")[0]
        folders[folder].append(name)
    return [(folder, sorted(folders[folder])) for folder in sorted(folders)]


def top_level_names(folders: Iterable[tuple[str, list[str]]], dist_info: str) -> tuple[str, ...]:
    """Return the names that a program would import: top folders and modules of ``site``."""
    names: set[str] = set()
    for folder, files in folders:
        if not folder:
            names.update(name.partition(".")[0] for name in files if name.endswith(_MODULE_SUFFIXES))
        elif "/" not in folder and folder != dist_info:
            names.add(folder)
    return tuple(sorted(names))
