"""What joins looking for interpreters and installing them: the parts of a store, and downloads on demand."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uvkit.errors import IndexAccessError

from .catalog import Catalog, PythonDownload, library_downloads, parse_downloads
from .executables import BinFolder, bin_directory
from .fetching import PythonSources
from .installing import InstallChoices, PythonStore
from .keys import this_host
from .managed import ManagedFolder
from .probe import HoldsFacts, probe

if TYPE_CHECKING:
    from uvkit.events import CancelToken, EventSink

    from .interpreter import Interpreter
    from .request import PythonRequest, VersionRange

_BUILDS = {
    "cpython": "UV_PYTHON_CPYTHON_BUILD",
    "pypy": "UV_PYTHON_PYPY_BUILD",
    "graalpy": "UV_PYTHON_GRAALPY_BUILD",
    "pyodide": "UV_PYTHON_PYODIDE_BUILD",
}


def read_catalog(sources: PythonSources, variables: Mapping[str, str]) -> Catalog:
    """Return the catalogue of downloads for this machine; builds that variables name leave out all others."""
    host = this_host(variables.get("UV_LIBC"))
    builds = {implementation: variables[name] for implementation, name in _BUILDS.items() if variables.get(name)}
    text = sources.read_catalog()
    if text is None:
        return Catalog(library_downloads(), host, builds=builds)
    return Catalog(parse_downloads(text, os.fspath(sources.catalog or "")), host, builds=builds)


def store_of(
    directory: Path, catalog: Callable[[], Catalog], *, sources: PythonSources, variables: Mapping[str, str]
) -> PythonStore:
    """Return what installs into a folder, and links in the folder of executables that variables name."""
    archives = variables.get("UV_PYTHON_CACHE_DIR")
    return PythonStore(
        folder=ManagedFolder(directory),
        executables=BinFolder(bin_directory(variables), [str(directory)]),
        catalog=catalog,
        host=this_host(variables.get("UV_LIBC")),
        sources=sources,
        archives=Path(archives) if archives else None,
    )


class DownloadPolicy(NamedTuple):
    """Whether interpreters are downloaded when they are needed, and what else decides that."""

    downloads: str
    prefer: str
    offline: bool

    @property
    def allows(self) -> bool:
        """Tell whether one may be downloaded now."""
        return self.downloads == "automatic" and self.prefer != "only-system" and not self.offline


def download_for(
    store: PythonStore,
    request: PythonRequest,
    requires_python: VersionRange | None,
    *,
    facts: HoldsFacts | None,
    events: EventSink | None,
    cancel: CancelToken | None,
) -> Interpreter | None:
    """Install what a search did not find and return it; none if there is nothing.

    Raises:
        PythonInstallError: it could not be installed.
    """
    best = _best(store.catalog(), request, requires_python)
    if best is None:
        return None
    wanted = replace(request, release=best.identity.release, phase=best.identity.phase, specifier="")
    result = store.install((wanted,), InstallChoices(link="never"), events=events, cancel=cancel)
    python = result.pythons[0]
    # Whoever left the patch open wants the next one too.
    executable = python.executable if request.is_exact else python.stable_executable
    return replace(probe(executable, facts), managed=True)


def advice_for(
    catalog: Callable[[], Catalog],
    request: PythonRequest,
    requires_python: VersionRange | None,
    *,
    policy: DownloadPolicy,
) -> tuple[str, ...]:
    """Return why something that could be downloaded was not."""
    try:
        best = _best(catalog(), request, requires_python)
    except IndexAccessError:
        # That there is no interpreter is what matters, not that nobody knows whether there could be one.
        return ()
    if best is None:
        return ()
    title = f"a download is available for `{request.text if request.text != 'default' else 'Python'}`, but "
    if policy.prefer == "only-system":
        return (f"{title}only interpreters of the system are wanted (`python-preference`)",)
    if policy.offline:
        return (f"{title}the network is not to be used",)
    if policy.downloads == "manual":
        return (f"{title}downloads are set to `manual`; `uvkit python install {request.text}` installs it",)
    return (f"{title}downloads are set to `{policy.downloads}`",)


def _best(catalog: Catalog, request: PythonRequest, requires_python: VersionRange | None) -> PythonDownload | None:
    for download in catalog.matching(request):
        if requires_python is None or requires_python.contains(download.identity.version):
            return download
    return None
