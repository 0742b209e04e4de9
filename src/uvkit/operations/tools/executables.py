"""The executables of a tool: which ones its packages provide, and the links that lead to them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import ExecutableExistsError
from uvkit.formats import ToolEntryPoint
from uvkit.model import ProjectName

if TYPE_CHECKING:
    from uvkit.environment import Environment, InstalledDistribution


def provided(environment: Environment, distribution: InstalledDistribution) -> dict[str, Path]:
    """Return the executables that an installed distribution put beside the interpreter, by their names, sorted."""
    folder = os.path.realpath(environment.scheme.scripts)
    found: dict[str, Path] = {}
    for line in (distribution.read("RECORD") or b"").decode("utf-8", "replace").splitlines():
        written = line.rsplit(",", 2)[0].strip('"')
        if not written.startswith("..") and not os.path.isabs(written):
            continue
        path = os.path.normpath(os.path.join(distribution.location, written))
        if os.path.realpath(os.path.dirname(path)) == folder and not path.endswith((".pyc", "__pycache__")):
            name = os.path.basename(path)
            found[title(name)] = environment.scheme.scripts / name
    return dict(sorted(found.items()))


def title(name: str) -> str:
    """Return how a user calls an executable file."""
    return name.removesuffix(".exe") if os.name == "nt" else name


def refuse_others(
    project: ProjectName,
    names: Iterable[str],
    folder: Path,
    *,
    own: Iterable[Path],
    force: bool,
) -> None:
    """Refuse executables of which there are others already, that an earlier installation of the tool did not put there.

    Raises:
        ExecutableExistsError: there are.
    """
    if force:
        return
    known = set(own)
    taken = tuple(path for name in names if (path := folder / name) not in known and os.path.lexists(path))
    if taken:
        raise ExecutableExistsError(project=project, paths=taken)


def link(targets: Mapping[ProjectName, Mapping[str, Path]], folder: Path) -> tuple[ToolEntryPoint, ...]:
    """Put links to executables into a folder, those of the first project last, and return what is there now.

    Raises:
        StorageError: a link cannot be written.
    """
    entries: list[ToolEntryPoint] = []
    for project, executables in reversed(list(targets.items())):
        for target in executables.values():
            path = folder / target.name
            _place(path, target)
            entries.append(ToolEntryPoint(name=target.name, install_path=path, provider=project))
    return tuple(sorted(entries, key=lambda one: (one.name, one.provider or "")))


def _place(path: Path, target: Path) -> None:
    from uvkit.fs import scratch_name, storage_error

    scratch = path.with_name(scratch_name(path.name))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if os.name == "nt":
            import shutil

            # Making links takes a privilege there; launchers name their interpreter by its whole path.
            shutil.copy2(target, scratch)
        else:
            scratch.symlink_to(target)
        os.replace(scratch, path)
    except OSError as error:
        raise storage_error(error, path) from error


def unlink(entries: Iterable[ToolEntryPoint], environment: Path) -> tuple[str, ...]:
    """Remove executables that lead into an environment, and return their names; what others put there stays."""
    removed: list[str] = []
    for entry in entries:
        path = entry.install_path
        if path.is_symlink() and not _leads_into(path, environment):
            continue
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        removed.append(entry.name)
    return tuple(sorted(removed))


def _leads_into(path: Path, environment: Path) -> bool:
    target = os.path.join(path.parent, os.readlink(path))
    return os.path.normpath(target).startswith(f"{environment}{os.sep}")
