"""Fit a staged tree into an environment: what can be moved in, what is in the way, and who claims the same file."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import FileConflictError, TransactionError
from uvkit.events import Notice
from uvkit.formats import record_digest

from .uninstall import recorded_files

if TYPE_CHECKING:
    from uvkit.fs import Linker

    from .installed import InstalledDistribution
    from .wheel import WheelInstall

_READ_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class Fit:
    """The fewest paths to move in, and those of them where an unrelated file is in the way; relative to the root."""

    moved_in: tuple[str, ...]
    overwritten: tuple[str, ...]


def fit(root: str, staged: str, *, going: Iterable[str], ignores_case: bool = False) -> Fit:
    """Return how the tree ``staged`` fits into ``root`` once the paths ``going`` are out of the way.

    A folder that does not exist is moved in whole; one that does is entered. ``ignores_case`` says that the file system
    takes `a` for `A`, so that one in the way is moved out under the name it has.

    Raises:
        TransactionError: a folder is where a file has to go.
    """
    key = str.casefold if ignores_case else str
    leaving: dict[str, set[str]] = {}
    for path in going:
        folder, _, name = path.rpartition("/")
        leaving.setdefault(key(folder), set()).add(key(name))
    moved_in: list[str] = []
    overwritten: list[str] = []
    folders = [("", "")]
    while folders:
        folder, live = folders.pop()
        goes = leaving.get(key(folder), set())
        there = {key(name): name for name in os.listdir(f"{root}/{live}") if key(name) not in goes}
        with os.scandir(f"{staged}/{folder}") as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = _join(folder, entry.name)
                present = there.get(key(entry.name))
                if present is None:
                    moved_in.append(path)
                    continue
                present = _join(live, present)
                occupied = stat.S_ISDIR(os.lstat(f"{root}/{present}").st_mode)
                if occupied and entry.is_dir(follow_symlinks=False):
                    folders.append((path, present))
                elif occupied:
                    reason = f"`{path}` is a folder where a file has to go"
                    step = "putting new files in place"
                    raise TransactionError(path=Path(root), step=step, reason=reason, rolled_back=True)
                else:
                    overwritten.append(present)
                    moved_in.append(path)
    return Fit(tuple(moved_in), tuple(overwritten))


def ignores_case(root: str) -> bool:
    """Tell whether an environment's file system takes upper and lower case for the same."""
    return os.path.exists(f"{root}/PYVENV.CFG") and os.path.exists(f"{root}/pyvenv.cfg")


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def settle(installs: Sequence[WheelInstall], paths: Iterable[str], *, staged: str, linker: Linker) -> list[Notice]:
    """Decide the files that several of the new wheels ship: the last wheel wins, whichever was linked first.

    Raises:
        FileConflictError: what is a file for one wheel is a folder for another.
        OSError: the file system refuses.
    """
    in_question = sorted(set(paths))
    if not in_question:
        return []
    folders = {path.rpartition("/")[0] for path in in_question}
    claimed: dict[str, list[tuple[WheelInstall, str]]] = {path: [] for path in in_question}
    for install in installs:
        for path, digest in install.claims(claimed.keys(), folders).items():
            claimed[path].append((install, digest))
    found = _Claims()
    for path, claims in claimed.items():
        winner, digest = claims[-1]
        if stat.S_ISDIR(os.lstat(f"{staged}/{path}").st_mode):
            raise clash(installs, path, root=winner.destination.root)
        losers = [loser.image.manifest.name for loser, other in claims[:-1] if other != digest]
        if losers or not digest or not path.startswith(f"{winner.site}/"):
            # Which of several equal modules was linked does not matter; a program's mode might.
            winner.put(staged, path, linker=linker)
        for loser in losers:
            found.add(loser, winner.image.manifest.name, path)
    return found.notices()


def clash(installs: Iterable[WheelInstall], path: str, *, root: str) -> FileConflictError:
    """Return the error for a path that is a file in one wheel and a folder in another."""
    names = [
        install.image.manifest.name
        for install in installs
        if any(own == path or own.startswith(f"{path}/") for own in install.files())
    ]
    return FileConflictError(path=Path(root, path), projects=tuple(names))


def overwriting(
    installs: Iterable[WheelInstall], paths: Sequence[str], *, root: str, staying: Iterable[InstalledDistribution]
) -> list[Notice]:
    """Return notices for the existing files that new ones replace with another content."""
    if not paths:
        return []
    wanted = set(paths)
    owners: dict[str, str] = {}
    for one in staying:
        if one.kind == "dist-info":
            files = recorded_files((one,), root=root).files
            owners.update(dict.fromkeys(files & wanted, one.project))
    found = _Claims()
    for install in installs:
        digests = install.digests()
        for path in wanted & digests.keys():
            if digests[path] != _digest(f"{root}/{path}"):
                found.add(owners.get(path, ""), install.image.manifest.name, path)
    return found.notices()


class _Claims:
    """Conflicts gathered into one notice for each pair of projects."""

    def __init__(self) -> None:
        self.paths: dict[tuple[str, str], list[str]] = {}

    def add(self, loser: str, winner: str, path: str) -> None:
        self.paths.setdefault((loser, winner), []).append(path)

    def notices(self) -> list[Notice]:
        made = []
        for (loser, winner), paths in self.paths.items():
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            before = f"of `{loser}`" if loser else "that no project owned"
            made.append(Notice("file-conflict", f"`{min(paths)}`{more} {before} gave way to the version of `{winner}`"))
        return made


def _digest(path: str) -> str:
    """Return the digest of a file as RECORD spells it, or an empty text for what is no readable file."""
    try:
        with open(path, "rb") as file:
            state = sha256()
            while piece := file.read(_READ_SIZE):
                state.update(piece)
    except OSError:
        return ""
    return record_digest(state.digest())
