"""Environments for single runs: made once for each set of distributions, kept in the cache, found by a fingerprint.

One is complete when its mark is there, which is written last; it never changes afterwards. So whoever finds the mark
uses it without asking, and whoever does not makes it under a lock that all processes share.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.environment import Environment
from uvkit.model import DirectorySource, InstallSet, PinnedDistribution
from uvkit.operations.bring import Bring
from uvkit.operations.places import Place
from uvkit.operations.results import SyncResult

if TYPE_CHECKING:
    from uvkit.events import CancelToken, EventSink
    from uvkit.operations.parts import Parts
    from uvkit.python import Interpreter

OVERLAYS = "overlays-v1"
_MARK = ".uvkit-complete"
_LINK = "_uvkit_overlay.pth"
# What of a source tree is no source.
_NOT_SOURCE = frozenset({".git", ".hg", ".venv", "__pycache__", "build", "dist", ".tox", ".mypy_cache", ".ruff_cache"})


@dataclass(frozen=True, slots=True)
class Ephemeral:
    """An environment in the cache; ``made`` says what was installed if this call made it."""

    environment: Environment
    made: SyncResult | None = None


def ephemeral_environment(
    wanted: InstallSet,
    parts: Parts,
    *,
    interpreter: Interpreter,
    below: Environment | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> Ephemeral:
    """Return an environment that holds just a set of distributions, above what another environment has.

    Raises:
        PrepareError, TransactionError, StorageError: it could not be made; nothing of it is left to be found.
    """
    from uvkit.fs import file_lock

    cache = parts.session.cache
    path = cache.root / OVERLAYS / fingerprint(wanted, parts, interpreter=interpreter, below=below)
    mark = path / _MARK
    if not mark.is_file():
        _make(path.parent)
        with file_lock(path.with_suffix(".lock"), check=None if cancel is None else cancel.check):
            if not mark.is_file():
                return _made(
                    wanted, parts, interpreter=interpreter, path=path, below=below, events=events, cancel=cancel
                )
    return Ephemeral(Environment(path, cache=cache))


def _make(folder: Path) -> None:
    from uvkit.fs import storage_error

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error


def _made(
    wanted: InstallSet,
    parts: Parts,
    *,
    interpreter: Interpreter,
    path: Path,
    below: Environment | None,
    events: EventSink | None,
    cancel: CancelToken | None,
) -> Ephemeral:
    environment = Environment.create(
        path,
        python=interpreter,
        existing="replace",
        force=True,
        system_site_packages=below is not None and not below.is_virtual,
        cache=parts.session.cache,
    )
    result = Bring(parts.installer, events=events, cancel=cancel)(Place(environment, created=True), wanted)
    if below is not None:
        _put_above(environment, below)
    (path / _MARK).touch()
    return Ephemeral(environment, result)


# -- what is below -----------------------------------------------------------------------------------------------------


def _put_above(environment: Environment, below: Environment) -> None:
    """Let an environment see what another one has, behind its own, and start its programs with its own interpreter."""
    folders = () if not below.is_virtual else below.interpreter.site_folders
    lines = [f"import site; site.addsitedir({os.fspath(folder)!r})\n" for folder in folders]
    if lines:
        (environment.site_packages / _LINK).write_text("".join(lines), encoding="utf-8")
    if below.is_virtual:
        _adopt_scripts(environment, below)


def _adopt_scripts(environment: Environment, below: Environment) -> None:
    """Copy the scripts of an environment, but for those that are there, with another interpreter in the first line."""
    folder, target = below.scheme.scripts, environment.scheme.scripts
    known = f"#!{folder}{os.sep}python".encode()
    for name in _scripts(folder):
        try:
            content = (folder / name).read_bytes()
        except OSError:
            # Gone in this moment, or a folder; what is left is found through the search path.
            continue
        first, newline, rest = content.partition(b"\n")
        if not first.startswith(known) or (target / name).exists():
            continue
        place = target / name
        place.write_bytes(b"#!" + os.fsencode(environment.python) + newline + rest)
        place.chmod(0o755)


def _scripts(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


# -- fingerprints ------------------------------------------------------------------------------------------------------


def fingerprint(wanted: InstallSet, parts: Parts, *, interpreter: Interpreter, below: Environment | None = None) -> str:
    """Return a digest of everything that decides what an environment holds."""
    state = blake2b(digest_size=16)
    for part in _facts(wanted, parts, interpreter=interpreter, below=below):
        encoded = part.encode("utf-8", "surrogateescape")
        state.update(b"%d:" % len(encoded))
        state.update(encoded)
    return state.hexdigest()


def _facts(wanted: InstallSet, parts: Parts, *, interpreter: Interpreter, below: Environment | None) -> Iterator[str]:
    base = interpreter.base_executable
    changed = _changed(base)
    yield from (str(base), interpreter.full_version, interpreter.implementation, str(changed))
    options = parts.installer.options
    yield f"{options.compile_bytecode} {options.link_mode}"
    if below is not None:
        yield from (str(below.path), *map(str, below.interpreter.site_folders), str(below.is_virtual))
        # Their scripts are copied.
        yield str(_changed(below.scheme.scripts))
    for pin in wanted:
        yield _fact(pin, parts)


def _fact(pin: PinnedDistribution, parts: Parts) -> str:
    hashes = [] if pin.file is None else sorted(map(str, pin.file.hashes))
    state = ""
    if isinstance(pin.source, DirectorySource):
        state = _tree_state(parts.installer.root / pin.source.path, parts.session.variables, editable=pin.editable)
    return f"{pin.project} {pin.version} {pin.editable} {pin.source!r} {hashes} {state}"


def _tree_state(tree: Path, variables: Mapping[str, str], *, editable: bool) -> str:
    """Return a text that changes when a source tree does: of an editable one when what is recorded of it does."""
    from uvkit.builder import tree_cache_info

    recorded = json.dumps(tree_cache_info(tree, variables), sort_keys=True)
    if editable:
        return recorded
    state = blake2b(digest_size=16)
    for place, folders, names in os.walk(tree):
        folders[:] = sorted(name for name in folders if name not in _NOT_SOURCE and not name.endswith(".egg-info"))
        for name in sorted(names):
            state.update(f"{place}/{name} {_changed(Path(place, name))}\n".encode("utf-8", "surrogateescape"))
    return f"{recorded} {state.hexdigest()}"


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        # What is not there has not changed.
        return 0
