"""What to move in order to take distributions out: recorded files, and whole folders where nothing else is in them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from uvkit.errors import TransactionError
from uvkit.events import Notice
from uvkit.formats import parse_record

if TYPE_CHECKING:
    from .installed import InstalledDistribution

_CACHE_FOLDER = "__pycache__"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What some distributions own, relative to the environment's folder: single files, and folders with all they hold.

    ``rewritten`` are shared files from which a line goes, with their new content.
    """

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    rewritten: dict[str, bytes] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def recorded_files(distributions: Iterable[InstalledDistribution], *, root: str) -> Recorded:
    """Return what the distributions own inside ``root``.

    Entries that lead out of the environment are left alone, with a notice. Without a RECORD only the metadata folder is
    known to be theirs.

    Raises:
        TransactionError: a distribution does not say at all what was installed, or is not in the environment.
    """
    found = Recorded()
    for one in distributions:
        if not lies_in(one, root):
            raise _cannot_remove(one, root, f"it is installed in `{one.location}`, outside of the environment")
        reader = _READERS.get(one.kind, _from_link)
        reader(one, root, found)
    return found


def lies_in(one: InstalledDistribution, root: str) -> bool:
    """Tell whether a distribution is installed in an environment, not in a folder that it shares with others."""
    place = os.fspath(one.location)
    return place == root or place.startswith(root + os.sep)


def paths_to_move(owned: Recorded, *, root: str, kept_folders: frozenset[str]) -> list[str]:
    """Return the fewest paths that together are what is owned and exists, relative to ``root``.

    A folder stands for all it holds if nothing in it belongs to somebody else; compiled files belong to their source.
    ``kept_folders`` stay even when they become empty. Links are moved themselves and never followed.
    """
    tree = _Tree(root, kept_folders)
    for path in owned.files:
        tree.add_file(path)
    for path in owned.folders:
        tree.add_folder(path)
    moves: list[str] = []
    tree.visit("", moves)
    return moves


class _Tree:
    """The owned paths by folder, to be compared with what exists."""

    def __init__(self, root: str, kept: frozenset[str]) -> None:
        self.root = root
        self.kept = kept
        self.names: dict[str, set[str]] = {"": set()}
        self.children: dict[str, set[str]] = {"": set()}
        self.whole: set[str] = set()

    def add_file(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        names = self.names.get(folder)
        if names is None:
            names = self._add_parents(folder)
        names.add(name)

    def add_folder(self, path: str) -> None:
        self.add_file(path)
        self.whole.add(path)

    def _add_parents(self, folder: str) -> set[str]:
        made = self.names[folder] = set()
        self.children[folder] = set()
        parent, _, name = folder.rpartition("/")
        if parent not in self.names:
            self._add_parents(parent)
        self.children[parent].add(name)
        return made

    def visit(self, folder: str, moves: list[str]) -> bool:
        """Add what can be moved out of ``folder`` and tell whether that is everything in it."""
        if folder in self.kept:
            self._visit_kept(folder, moves)
            return False
        names, children = self.names[folder], self.children[folder]
        inside: list[str] = []
        caches: list[str] = []
        everything = True
        prefix = f"{folder}/"
        for entry in os.scandir(f"{self.root}/{folder}"):
            name = entry.name
            if not entry.is_dir(follow_symlinks=False):
                if name in names:
                    inside.append(prefix + name)
                else:
                    everything = False
            elif prefix + name in self.whole:
                inside.append(prefix + name)
            elif name == _CACHE_FOLDER:
                caches.append(prefix + name)
            else:
                everything &= self._visit_child(prefix + name, known=name in children, moves=inside)
        if everything:
            moves.append(folder)
            return True
        for cache in caches:
            inside += self._compiled(cache, names)
        moves += inside
        return False

    def _visit_child(self, path: str, *, known: bool, moves: list[str]) -> bool:
        return known and self.visit(path, moves)

    def _visit_kept(self, folder: str, moves: list[str]) -> None:
        """Like ``visit``, but looks only at what is owned: such a folder is large and mostly of others."""
        prefix = f"{folder}/" if folder else ""
        base = f"{self.root}/{prefix}"
        names = self.names[folder]
        moves += [prefix + name for name in names if self._is_movable(base + name, prefix + name)]
        for name in self.children[folder]:
            if name != _CACHE_FOLDER and _is_folder(base + name) and prefix + name not in self.whole:
                self.visit(prefix + name, moves)
        if _is_folder(base + _CACHE_FOLDER):
            moves += self._compiled(prefix + _CACHE_FOLDER, names)

    def _is_movable(self, path: str, relative: str) -> bool:
        try:
            mode = os.lstat(path).st_mode
        except OSError:
            return False
        return not stat.S_ISDIR(mode) or relative in self.whole

    def _compiled(self, folder: str, sources: set[str]) -> list[str]:
        """Return the files of a cache folder that were compiled from ``sources``, or that are owned themselves."""
        owned = self.names.get(folder, set())
        found = []
        for name in os.listdir(f"{self.root}/{folder}"):
            stem = name.split(".", 1)[0]
            if name in owned or (name.endswith(".pyc") and f"{stem}.py" in sources):
                found.append(f"{folder}/{name}")
        return found


def _from_record(one: InstalledDistribution, root: str, found: Recorded) -> None:
    site = _inside(os.fspath(one.location), root)
    found.folders.add(_join(site, one.dist_info.name))
    raw = one.read("RECORD")
    if raw is None:
        message = f"`{one.project}` {one.version_text} has no RECORD; only its metadata is removed"
        found.notices.append(Notice("missing-record", message))
        return
    outside = 0
    prefix = f"{site}/" if site else ""
    for path, _, _ in parse_record(raw.decode("utf-8", "surrogateescape")):
        # By far the most common form needs no folding.
        plain = path[0] not in "./" and "/." not in path and "//" not in path and "\\" not in path and ":" not in path
        relative = prefix + path if plain else _fold(path, root=root, site=site)
        if relative is None:
            outside += 1
        else:
            found.files.add(relative)
    if outside:
        message = f"{outside} file(s) that `{one.project}` records lie outside of the environment and are left alone"
        found.notices.append(Notice("outside-environment", message))


def _from_egg_info(one: InstalledDistribution, root: str, found: Recorded) -> None:
    """Read what setuptools recorded: an exact list, or at least the names of the top-level packages."""
    site = _inside(os.fspath(one.location), root)
    own = _join(site, one.dist_info.name)
    listed, tops = one.read("installed-files.txt"), one.read("top_level.txt")
    if listed is not None:
        for line in listed.decode("utf-8", "surrogateescape").splitlines():
            relative = _fold(f"{one.dist_info.name}/{line.strip()}", root=root, site=site)
            if relative is not None and line.strip():
                found.files.add(relative)
    elif tops is not None:
        namespaces = set((one.read("namespace_packages.txt") or b"").decode("utf-8", "replace").split())
        for name in tops.decode("utf-8", "replace").split():
            if name.isidentifier() and name not in namespaces:
                found.folders.add(_join(site, name))
                found.files.update(_join(site, f"{name}{suffix}") for suffix in (".py", ".pyc"))
    else:
        raise _cannot_tell(one, root)
    found.folders.add(own)


def _from_link(one: InstalledDistribution, root: str, found: Recorded) -> None:
    """Take out a development install: the link, and its line among the paths that Python adds."""
    from .installed import linked_tree

    site = _inside(os.fspath(one.location), root)
    link = os.fspath(one.dist_info)
    tree = linked_tree(link)
    found.files.add(_join(site, one.dist_info.name))
    paths = _join(site, "easy-install.pth")
    content = found.rewritten.get(paths)
    if content is None:
        try:
            with open(f"{root}/{paths}", "rb") as file:
                content = file.read()
        except OSError:
            # The line is gone already.
            return
    lines = content.splitlines(keepends=True)
    rest = [line for line in lines if os.path.normpath(os.fsdecode(line.strip())) != tree or not line.strip()]
    if rest != lines:
        found.rewritten[paths] = b"".join(rest)


def _from_distutils(one: InstalledDistribution, root: str, found: Recorded) -> None:  # noqa: ARG001  # one shape for all
    raise _cannot_tell(one, root)


_READERS = {"dist-info": _from_record, "egg-info": _from_egg_info, "distutils": _from_distutils}


def _cannot_tell(one: InstalledDistribution, root: str) -> TransactionError:
    reason = "it does not record which files were installed, so they cannot be removed safely"
    return _cannot_remove(one, root, reason)


def _cannot_remove(one: InstalledDistribution, root: str, reason: str) -> TransactionError:
    from pathlib import Path

    step = f"removing `{one.project}` {one.version_text}"
    return TransactionError(path=Path(root), step=step, reason=reason, rolled_back=True)


def _inside(path: str, root: str) -> str:
    return "" if path == root else os.path.relpath(path, root).replace(os.sep, "/")


def _fold(path: str, *, root: str, site: str) -> str | None:
    """Return a recorded path relative to ``root``, or none if it leads outside."""
    if os.path.isabs(path):
        relative = os.path.relpath(os.path.normpath(path), root)
    else:
        relative = os.path.normpath(os.path.join(site, path))
    relative = relative.replace(os.sep, "/")
    if relative in {".", ".."} or relative.startswith("../") or os.path.isabs(relative):
        return None
    return relative


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
