"""The places where interpreters live, as paths; nothing here starts one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from .shims import pyenv_root_of_shim, resolve_pyenv_shim, version_key


class Places:
    """Where to look, told by folders and environment variables that were handed in."""

    def __init__(
        self,
        *,
        directory: str | os.PathLike[str] | None,
        search_path: Sequence[str | os.PathLike[str]] | None,
        variables: Mapping[str, str],
        working_directory: str | os.PathLike[str] | None,
    ) -> None:
        self._directory = directory
        self._search_path = search_path
        self._variables = variables
        self._working_directory = working_directory
        self._managed: dict[Path, bool] = {}

    @property
    def working_directory(self) -> str:
        """Return the folder that relative paths and ``.venv`` are looked for in."""
        return os.path.abspath(self._working_directory or os.curdir)

    @property
    def directory(self) -> Path:
        """Return the folder of managed interpreters."""
        if self._directory is not None:
            return Path(os.path.abspath(self._directory))
        from platformdirs import user_data_path

        return user_data_path("uvkit", appauthor=False) / "python"

    def managed_directories(self) -> tuple[str, ...]:
        """Return the folders of managed interpreters: uvkit's own and uv's."""
        told = self._variables.get("UV_PYTHON_INSTALL_DIR")
        if told:
            theirs = told
        elif os.name == "nt":
            theirs = os.path.join(self._variables.get("APPDATA", ""), "uv", "data", "python")
        else:
            share = self._variables.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
            theirs = os.path.join(share, "uv", "python")
        return tuple(dict.fromkeys((str(self.directory), os.path.abspath(theirs))))

    def is_managed(self, executable: Path) -> bool:
        """Tell whether an interpreter lies in a folder of managed ones."""
        known = self._managed.get(executable)
        if known is None:
            real = os.path.realpath(executable)
            folders = map(os.path.realpath, self.managed_directories())
            known = self._managed[executable] = any(real.startswith(folder + os.sep) for folder in folders)
        return known

    def active_environments(self) -> Iterator[str]:
        """Return the interpreters of the active environment, conda's, and the nearest ``.venv``."""
        active = self._variables.get("VIRTUAL_ENV")
        if active:
            yield from _existing(environment_python(active))
        conda = self._variables.get("CONDA_PREFIX")
        if conda and not self._is_base_conda(conda):
            yield from _existing(environment_python(conda))
        found = find_environment(self.working_directory)
        if found is not None:
            yield from _existing(environment_python(found))

    def base_conda(self) -> Iterator[str]:
        """Return the interpreter of conda's base environment, which is an installation like any other."""
        conda = self._variables.get("CONDA_PREFIX")
        if conda and self._is_base_conda(conda):
            yield from _existing(environment_python(conda))

    def _is_base_conda(self, prefix: str) -> bool:
        if self._variables.get("_CONDA_ROOT") == prefix:
            return True
        return self._variables.get("CONDA_DEFAULT_ENV") in {"base", "root"}

    def managed(self, may_be: Callable[[str], bool], *, exact: bool = False) -> Iterator[str]:
        """Return the managed interpreters whose version may be the wanted one, newest first.

        Unless an ``exact`` patch is wanted, the newest of a minor version goes by the path that survives upgrades.
        """
        for folder in self.managed_directories():
            found: list[tuple[tuple[int, ...], str]] = []
            for name in _names_in(folder):
                words = name.split("-")
                # `cpython-3.12.3-linux-x86_64-gnu`; the folders named after a minor version are links to one of these.
                if len(words) >= 4 and not name.startswith("."):
                    version = words[1].partition("+")[0]
                    if version.count(".") == 2 and may_be(version):
                        found.append((version_key(version), name))
            for _, name in sorted(found, reverse=True):
                yield from _existing(managed_python(folder, name, exact=exact))

    def search_folders(self) -> tuple[str, ...]:
        """Return the folders to look for executables in, each once."""
        if self._search_path is not None:
            folders = [os.fspath(folder) for folder in self._search_path]
        else:
            told = self._variables.get("UV_PYTHON_SEARCH_PATH") or self._variables.get("PATH")
            folders = (told if told is not None else os.defpath).split(os.pathsep)
        return tuple(dict.fromkeys(os.path.join(self.working_directory, folder) for folder in folders if folder))

    def on_search_path(
        self, names: Sequence[str], more: Callable[[Iterable[str]], list[str]] | None = None
    ) -> Iterator[str]:
        """Return the executables with one of the names, folder by folder.

        ``more`` picks further names out of a folder's listing, which is read only when the given names are exhausted.
        """
        for folder in self.search_folders():
            for name in names:
                path = _executable(folder, name)
                if path is not None:
                    yield path
            if more is not None:
                for name in more(_names_in(folder)):
                    path = _executable(folder, name)
                    if path is not None and name not in names:
                        yield path

    def resolved(self, path: str) -> str | None:
        """Return the interpreter behind a shim of pyenv, the path itself if it is none, or none if it leads nowhere."""
        root = pyenv_root_of_shim(path)
        if root is None:
            return path
        return resolve_pyenv_shim(path, root, variables=self._variables, directory=self.working_directory)

    def pyenv_versions(self, may_be: Callable[[str], bool]) -> Iterator[str]:
        """Return the interpreters that pyenv installed and whose version may be the wanted one, newest first."""
        for root in self._pyenv_roots():
            versions = os.path.join(root, "versions")
            names = [name for name in _names_in(versions) if may_be(name)]
            for name in sorted(names, key=version_key, reverse=True):
                yield from _existing(environment_python(os.path.join(versions, name)))

    def _pyenv_roots(self) -> tuple[str, ...]:
        roots = [self._variables.get("PYENV_ROOT", ""), os.path.join(os.path.expanduser("~"), ".pyenv")]
        roots += [os.path.dirname(folder) for folder in self.search_folders() if os.path.basename(folder) == "shims"]
        return tuple(dict.fromkeys(root for root in roots if root and os.path.isdir(os.path.join(root, "versions"))))


def find_environment(start: str | os.PathLike[str]) -> Path | None:
    """Return the virtual environment that a folder belongs to: itself, or the nearest ``.venv`` upwards."""
    folder = Path(os.path.abspath(start))
    for place in (folder, *folder.parents):
        for candidate in (place, place / ".venv"):
            if (candidate / "pyvenv.cfg").is_file():
                return candidate
    return None


def environment_python(prefix: str | os.PathLike[str]) -> str | None:
    """Return the interpreter in the folder of an environment or an installation, or none."""
    layouts = (("Scripts", "python.exe"), ("python.exe",)) if os.name == "nt" else ()
    names = ("python", "python3", "pypy3", "graalpy")
    for parts in (*layouts, *(("bin", name) for name in names)):
        path = os.path.join(prefix, *parts)
        if os.path.lexists(path):
            return path
    return None


def managed_python(folder: str, name: str, *, exact: bool) -> str | None:
    """Return the interpreter in a folder of managed ones, by its full name or, unless ``exact``, by its link's."""
    path = os.path.join(folder, name)
    implementation, version, *platform = name.split("-")
    release, *variant = version.split("+")
    pair = release.rpartition(".")[0]
    if not exact:
        link = os.path.join(folder, "-".join((implementation, "+".join((pair, *variant)), *platform)))
        # A link made by another process may lead to a newer patch, which then is found by itself.
        if os.path.isdir(link) and os.path.samefile(link, path):
            path = link
    if os.name != "nt":
        stem = "python" if implementation == "cpython" else implementation
        executable = os.path.join(path, "bin", f"{stem}{pair}{'t' if 'freethreaded' in variant else ''}")
        if os.path.lexists(executable):
            return executable
    return environment_python(path)


def _existing(path: str | None) -> Iterator[str]:
    if path is not None:
        yield path


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _executable(folder: str, name: str) -> str | None:
    suffixes = ("", ".exe") if os.name == "nt" else ("",)
    for suffix in suffixes:
        path = os.path.join(folder, f"{name}{suffix}")
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            # The aliases of the Microsoft Store are empty files that open a shop.
            if os.name == "nt" and os.path.getsize(path) == 0:
                continue
            return path
    return None
