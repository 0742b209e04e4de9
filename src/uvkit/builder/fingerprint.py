"""When a source tree counts as changed: by the files that decide how it is built, or by `tool.uv.cache-keys`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from uvkit.errors import InvalidTableError
from uvkit.formats import parse_toml

_DEFAULT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_TAGS = "refs/tags/"
_LEFT_BEHIND = frozenset({"__pycache__", "build", "dist", "node_modules"})


def tree_fingerprint(tree: Path, variables: Mapping[str, str]) -> str:
    """Return a text that changes when the tree's metadata may have changed.

    By default that is `pyproject.toml`, `setup.py` and `setup.cfg`, and which packages `src` has; `tool.uv.cache-keys`
    replaces that by files (with patterns), folders, the commit and variables. A file counts as changed when its content
    or its time is another: to touch one is how people say that the tree has to be asked again.
    """
    state = blake2b(digest_size=16)
    for part in _parts(tree, variables):
        state.update(b"%d:" % len(part))
        state.update(part)
    return state.hexdigest()


def _parts(tree: Path, variables: Mapping[str, str]) -> Iterator[bytes]:
    keys = cache_keys(tree)
    if keys is None:
        for name in _DEFAULT_FILES:
            yield _state(tree / name)
        yield _folders(tree / "src")
        return
    yield _state(tree / "pyproject.toml")
    for key in keys:
        match key:
            case str(pattern) | {"file": str(pattern)}:
                yield from _matches(tree, pattern)
            case {"dir": str(folder)}:
                yield _folders(tree / folder)
            case {"env": str(name)}:
                yield f"{name}={variables.get(name)}".encode()
            case {"git": wanted}:
                yield checked_out_commit(tree)
                if isinstance(wanted, dict) and wanted.get("tags"):
                    yield repr(sorted((tags(tree) or {}).items())).encode()
            case _:
                # Of a later release; without understanding it, its text is all there is to compare.
                yield repr(key).encode()


def cache_keys(tree: Path) -> list[Any] | None:
    """Return `tool.uv.cache-keys` of a tree, or none where it has no such list."""
    path = tree / "pyproject.toml"
    try:
        keys = parse_toml(path.read_text(encoding="utf-8"), path=path)["tool"]["uv"]["cache-keys"]
    except (OSError, UnicodeDecodeError, InvalidTableError, KeyError, TypeError):
        return None
    return keys if isinstance(keys, list) else None


def files_state(tree: Path) -> str:
    """Return a text that changes when any file of a tree changes, but for what running and building leave behind."""
    state = blake2b(digest_size=16)
    waiting = [os.fspath(tree)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        if any(entry.name == "pyvenv.cfg" for entry in found):
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                if not _is_left_behind(entry.name):
                    waiting.append(entry.path)
            else:
                facts = entry.stat(follow_symlinks=False)
                state.update(f"{entry.path}\n{facts.st_size}\n{facts.st_mtime_ns}\n".encode(errors="surrogateescape"))
    return state.hexdigest()


def _is_left_behind(name: str) -> bool:
    return name.startswith(".") or name in _LEFT_BEHIND or name.endswith(".egg-info")


def _state(path: Path) -> bytes:
    """Return the content of a file with its time, or nothing if it is not there."""
    try:
        return b"%d " % path.stat().st_mtime_ns + path.read_bytes()
    except OSError:
        return b""


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _matches(tree: Path, pattern: str) -> Iterator[bytes]:
    paths = sorted(tree.glob(pattern)) if any(sign in pattern for sign in "*?[") else [tree / pattern]
    for path in paths:
        if path.is_file():
            yield f"{path.relative_to(tree)}".encode()
            yield _state(path)


def _folders(path: Path) -> bytes:
    """Return the names of the folders, but for those that running and building leave behind."""
    try:
        names = [entry.name for entry in os.scandir(path) if entry.is_dir() and entry.name != "__pycache__"]
    except OSError:
        return b"-"
    return "\n".join(sorted(name for name in names if not name.endswith(".egg-info"))).encode()


def checked_out_commit(tree: Path) -> bytes:
    """Return the commit that is checked out, without running git."""
    for folder in (tree, *tree.parents):
        head = _content(folder / ".git/HEAD").decode(errors="replace").strip()
        if head.startswith("ref: "):
            reference = head.removeprefix("ref: ")
            return _content(folder / ".git" / reference).strip() or _packed(folder).get(reference, "").encode()
        if head:
            return head.encode()
    return b""


def tags(tree: Path) -> dict[str, str] | None:
    """Return the tags of the repository that a tree belongs to, each with its object, without running git.

    None is returned where there is no repository.
    """
    for folder in (tree, *tree.parents):
        if (folder / ".git/HEAD").is_file():
            place = folder / ".git/refs/tags"
            found = {name.removeprefix(_TAGS): one for name, one in _packed(folder).items() if name.startswith(_TAGS)}
            loose = (path for path in place.rglob("*") if path.is_file())
            return found | {path.relative_to(place).as_posix(): _content(path).decode().strip() for path in loose}
    return None


def _packed(folder: Path) -> dict[str, str]:
    lines = _content(folder / ".git/packed-refs").decode(errors="replace").splitlines()
    pairs = (line.split(" ") for line in lines if not line.startswith(("#", "^")))
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
