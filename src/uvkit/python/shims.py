"""Scripts that stand for interpreters: which file one of pyenv's means, without running it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping


def pyenv_root_of_shim(path: str) -> str | None:
    """Return the root of the pyenv whose shim a file is, or none if it is none."""
    folder, _ = os.path.split(path)
    root, name = os.path.split(folder)
    if name != "shims" or not os.path.isdir(os.path.join(root, "versions")):
        return None
    try:
        with open(path, "rb") as file:
            start = file.read(512)
    except OSError:
        return None
    return root if start.startswith(b"#!") and b"pyenv" in start else None


def resolve_pyenv_shim(path: str, root: str, *, variables: Mapping[str, str], directory: str) -> str | None:
    """Return the executable that a shim of pyenv would run, or none if it would fail or leave pyenv.

    A shim looks the selected versions up in order and takes the first that has the command.
    """
    name = os.path.basename(path)
    for version in selected_pyenv_versions(root, variables=variables, directory=directory):
        if version == "system":
            # The rest of the search path answers, and it is searched anyway.
            return None
        folder = _version_folder(root, version)
        candidate = os.path.join(root, "versions", folder, "bin", name)
        if os.access(candidate, os.X_OK):
            return candidate
    return None


def selected_pyenv_versions(root: str, *, variables: Mapping[str, str], directory: str) -> tuple[str, ...]:
    """Return the versions that pyenv would use in a folder: its variable's, the nearest file's, or the global ones."""
    told = variables.get("PYENV_VERSION", "")
    if told:
        return tuple(filter(None, told.split(":")))
    for path in _version_files(root, directory):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                words = [word for line in file for word in line.partition("#")[0].split()]
        except OSError:
            continue
        if words:
            return tuple(words)
    return ("system",)


def _version_files(root: str, directory: str) -> Iterator[str]:
    folder = directory
    while True:
        yield os.path.join(folder, ".python-version")
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    yield os.path.join(root, "version")


def _version_folder(root: str, version: str) -> str:
    """Return the folder of a version; ``3.12`` means the newest 3.12 that is installed."""
    versions = os.path.join(root, "versions")
    if os.path.isdir(os.path.join(versions, version)):
        return version
    prefix = version.removeprefix("python-")
    try:
        names = [name for name in os.listdir(versions) if name == prefix or name.startswith(f"{prefix}.")]
    except OSError:
        return version
    return max(names, key=version_key, default=version)


def version_key(name: str) -> tuple[int, ...]:
    """Return a key that sorts folders named after versions; other names come before all of them."""
    try:
        return tuple(int(part) for part in name.split("."))
    except ValueError:
        return ()
