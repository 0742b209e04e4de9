"""Find interpreters: environments first, then the places where Pythons are installed, in order of preference."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from uvkit.errors import BrokenInterpreterError, PythonNotFoundError

from .interpreter import Interpreter
from .places import Places, environment_python, find_environment
from .probe import HoldsFacts, probe, running
from .registry import registered_executables
from .request import PythonLike, PythonRequest, VersionRange

if TYPE_CHECKING:
    from uvkit.events import CancelToken, EventSink

    from .catalog import Catalog, PythonDownload
    from .changes import PythonChanges
    from .fetching import PythonSources
    from .installing import InstallChoices, PythonStore
    from .listing import ListChoices, PythonRow
    from .managed import ManagedPython

_log = logging.getLogger("uvkit.python")

Preference: TypeAlias = Literal["managed", "system", "only-managed", "only-system"]
Environments: TypeAlias = Literal["allow", "never", "only"]


class Pythons:
    """The interpreters of this machine, and those that can be had for it.

    Guarantees: looking stops at the first match; an interpreter that does not work is passed over, unless the request
    names it. Environment variables are those of ``variables`` and no others, so without them the search path is the
    system's default one. With ``downloads`` set to ``automatic``, :meth:`find` installs what it is asked for and does
    not find, unless environments would do.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str] | None = None,
        *,
        prefer: Preference = "managed",
        downloads: Literal["automatic", "manual", "never"] = "never",
        cache: HoldsFacts | None = None,
        search_path: Sequence[str | os.PathLike[str]] | None = None,
        variables: Mapping[str, str] | None = None,
        working_directory: str | os.PathLike[str] | None = None,
        sources: PythonSources | None = None,
    ) -> None:
        """Take the folder of managed interpreters, where else to look, what to prefer, and where to download from."""
        self.prefer: Preference = prefer
        self.downloads = downloads
        self._cache = cache
        self.variables: Mapping[str, str] = variables or {}
        self._sources = sources
        self._catalog: Catalog | None = None
        self._places = Places(
            directory=directory,
            search_path=search_path,
            variables=variables or {},
            working_directory=working_directory,
        )

    @property
    def directory(self) -> Path:
        """Return the folder in which uvkit keeps the interpreters it manages."""
        return self._places.directory

    def find(
        self,
        request: PythonLike | None = None,
        requires_python: VersionRange | None = None,
        *,
        environments: Environments = "allow",
        download: bool = True,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> Interpreter:
        """Return the first interpreter that satisfies a request.

        Without ``download``, none is downloaded, whatever the policy says.

        Raises:
            PythonNotFoundError: there is none; the error says where it was looked for.
            BrokenInterpreterError: the request names an interpreter that does not work.
            PythonInstallError: one could be downloaded, and that failed.
        """
        search = _Search(self, _parsed(request), requires_python=requires_python, environments=environments)
        for interpreter in search.matches():
            return interpreter
        advice: tuple[str, ...] = ()
        if download and environments == "never" and search.may_be_downloaded:
            from .automatic import DownloadPolicy, advice_for, download_for

            policy = DownloadPolicy(self.downloads, self.prefer, offline=self.sources.offline)
            wanted = (search.request, requires_python)
            if policy.allows:
                found = download_for(self.store, *wanted, facts=self._cache, events=events, cancel=cancel)
                if found is not None:
                    return found
            advice = advice_for(lambda: self.catalog, *wanted, policy=policy)
        raise PythonNotFoundError(request=search.title, searched=search.searched, advice=advice)

    def candidates(
        self,
        request: PythonLike | None = None,
        requires_python: VersionRange | None = None,
        *,
        environments: Environments = "allow",
    ) -> Iterator[Interpreter]:
        """Return all interpreters that satisfy a request, best first, found as they are asked for.

        Raises:
            BrokenInterpreterError: the request names an interpreter that does not work.
        """
        return _Search(self, _parsed(request), requires_python=requires_python, environments=environments).matches()

    def installed(self) -> tuple[ManagedPython, ...]:
        """Return the interpreters in the folder of managed ones, newest first; damaged ones too."""
        return self.store.folder.installed(self.store.host)

    def available(self, request: PythonLike | None = None) -> tuple[PythonDownload, ...]:
        """Return what could be downloaded for this machine, or the one that a request names, best first.

        Raises:
            InvalidOptionError: the list of downloads is not valid.
            IndexAccessError: the list could not be fetched.
        """
        parsed = _parsed("any" if request is None else request)
        assert not isinstance(parsed, Interpreter), "an interpreter is there already"
        return tuple(self.catalog.matching(parsed))

    def rows(self, request: PythonLike | None = None, choices: ListChoices | None = None) -> tuple[PythonRow, ...]:
        """Return the interpreters of this machine, each path of them, and those that could be downloaded.

        Environments are left out. Nothing can be downloaded where the policies forbid it.

        Raises:
            InvalidOptionError: the list of downloads is not valid.
            IndexAccessError: the list could not be fetched.
        """
        from .listing import ListChoices, download_rows, found_rows, in_order

        wanted = choices or ListChoices()
        # Whoever asks for nothing in particular wants to see everything.
        asked = _parsed("any" if request is None else request)
        assert not isinstance(asked, Interpreter), "an interpreter is there already"
        rows: list[PythonRow] = []
        if wanted.only != "downloads":
            rows += found_rows(_Search(self, asked, requires_python=None, environments="never").paths())
        if wanted.only != "installed" and self.downloads != "never" and self.prefer != "only-system":
            there = frozenset(row.key for row in rows if row.kind == "managed")
            rows += download_rows(self.catalog, asked, wanted, there=there)
        return in_order(rows, self.store.host)

    def install(
        self,
        *requests: PythonLike,
        choices: InstallChoices | None = None,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> PythonChanges:
        """Install what satisfies each request and is not there; without requests, the newest release of CPython.

        Raises:
            NoPythonDownloadError: there is nothing to download for a request; nothing was changed.
            PythonInstallError: some could not be installed; the others are.
        """
        from .installing import InstallChoices

        return self.store.install(
            _requests(requests) or (PythonRequest.parse(""),), choices or InstallChoices(), events=events, cancel=cancel
        )

    def uninstall(self, *requests: PythonLike, everything: bool = False) -> PythonChanges:
        """Remove the managed interpreters that satisfy the requests, or all of them.

        Raises:
            StorageError: something could not be removed.
        """
        return self.store.uninstall(None if everything else _requests(requests))

    @property
    def bin_directory(self) -> Path:
        """Return the folder in which installed interpreters get their names."""
        return self.store.executables.path

    @property
    def catalog(self) -> Catalog:
        """Return what can be downloaded; read once.

        Raises:
            InvalidOptionError: the list of downloads is not valid.
            IndexAccessError: the list could not be fetched.
        """
        if self._catalog is None:
            from .automatic import read_catalog

            self._catalog = read_catalog(self.sources, self.variables)
        return self._catalog

    @property
    def sources(self) -> PythonSources:
        """Return where interpreters are downloaded from."""
        if self._sources is None:
            from .fetching import PythonSources

            self._sources = PythonSources()
        return self._sources

    @property
    def store(self) -> PythonStore:
        """Return what installs interpreters into the folder of managed ones."""
        from .automatic import store_of

        return store_of(self.directory, lambda: self.catalog, sources=self.sources, variables=self.variables)


def _requests(requests: Sequence[PythonLike]) -> tuple[PythonRequest, ...]:
    return tuple(
        PythonRequest.parse(one.key) if isinstance(one, Interpreter) else PythonRequest.of(one) for one in requests
    )


def _parsed(request: PythonLike | None) -> PythonRequest | Interpreter:
    return request if isinstance(request, Interpreter) else PythonRequest.of("" if request is None else request)


class _Search:
    """One search: the request, and what was seen on the way."""

    def __init__(
        self,
        pythons: Pythons,
        request: PythonRequest | Interpreter,
        *,
        requires_python: VersionRange | None,
        environments: Environments,
    ) -> None:
        self._given = request if isinstance(request, Interpreter) else None
        self._request = PythonRequest.parse("") if isinstance(request, Interpreter) else request
        self._requires_python = requires_python
        self._environments = environments
        self._prefer = pythons.prefer
        self._places: Places = pythons._places  # noqa: SLF001  # its own module
        self._cache = pythons._cache  # noqa: SLF001  # its own module
        self._looked: dict[str, None] = {}
        self._broken: dict[str, str] = {}

    @property
    def request(self) -> PythonRequest:
        """Return the request that is searched for."""
        return self._request

    @property
    def may_be_downloaded(self) -> bool:
        """Tell whether what was looked for is something that is downloaded."""
        return self._given is None and self._request.kind == "version"

    @property
    def title(self) -> str:
        """Return the words for what was looked for."""
        words = self._request.text if self._request.text != "default" else "Python"
        return words if self._requires_python is None else f"{words} ({self._requires_python})"

    @property
    def searched(self) -> tuple[str, ...]:
        """Return the places that were searched, and the interpreters there that do not work."""
        broken = (f"`{path}` ({reason})" for path, reason in self._broken.items())
        return (*self._looked, *broken)

    def matches(self) -> Iterator[Interpreter]:
        """Return what satisfies the request; what nobody asked for outright comes last."""
        if self._given is not None:
            yield self._given
            return
        seen: set[tuple[str, Path]] = set()
        second_choice: list[Interpreter] = []
        for interpreter in self._explicit() if self._request.kind != "version" else self._everywhere():
            if not self._satisfies(interpreter):
                continue
            identity = (os.path.realpath(interpreter.executable), interpreter.prefix)
            if identity in seen:
                continue
            seen.add(identity)
            if self._is_second_choice(interpreter):
                second_choice.append(interpreter)
            else:
                yield interpreter
        yield from second_choice

    def paths(self) -> Iterator[tuple[str, bool, Interpreter]]:
        """Return every path of an installation that satisfies the request, and whether it is in a managed folder."""
        names = executable_names(self._request)
        managed = self._places.managed(self._may_be, exact=self._request.is_exact)
        others = (
            self._places.base_conda(),
            self._places.on_search_path(names, self._minor_names),
            self._places.pyenv_versions(self._may_be),
            registered_executables(),
        )
        seen: set[str] = set()
        for is_managed, path in (
            *((True, path) for path in managed),
            *((False, path) for place in others for path in place),
        ):
            # One folder may be on the search path by several names, as `/bin` and `/usr/bin` are.
            place = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
            if place in seen:
                continue
            seen.add(place)
            for interpreter in self._working([path]):
                if self._satisfies(interpreter):
                    yield path, is_managed, interpreter

    def _satisfies(self, interpreter: Interpreter) -> bool:
        required = self._requires_python
        if required is not None and not required.contains(interpreter.full_version):
            return False
        if self._request.kind != "version":
            return True
        if self._environments == "never" and interpreter.is_virtual:
            return False
        if self._prefer == "only-managed" and not interpreter.managed:
            return False
        if self._prefer == "only-system" and interpreter.managed:
            return False
        other = interpreter.implementation not in {"cpython", self._request.implementation}
        if other and not self._request.admits_all_implementations and not interpreter.is_virtual:
            return False
        return self._request.matches(interpreter)

    def _is_second_choice(self, interpreter: Interpreter) -> bool:
        if interpreter.debug and self._request.debug is None and self._request.kind == "version":
            return True
        return not self._request.admits_prereleases and interpreter.version.is_prerelease

    def _explicit(self) -> Iterator[Interpreter]:
        """Return the interpreter that a path or a name stands for; here a broken one is an error."""
        text = self._request.text
        path = os.path.join(self._places.working_directory, os.path.expanduser(text))
        if os.path.isdir(path):
            python = environment_python(path)
            self._looked[f"the folder `{text}`"] = None
            if python is not None:
                yield self._probe(python)
            return
        if self._request.kind == "path" or os.path.isfile(path):
            self._looked[f"the path `{text}`"] = None
            if os.path.lexists(path):
                yield self._probe(path)
            return
        self._looked["the search path"] = None
        for path in self._places.on_search_path((text,)):
            if self._places.resolved(path) is not None:
                yield self._probe(path)

    def _everywhere(self) -> Iterator[Interpreter]:
        if self._environments != "never":
            self._looked["virtual environments"] = None
            yield from self._working(self._places.active_environments())
        if self._environments == "only":
            return
        sources = {"managed": self._managed, "system": self._system}
        first = "system" if self._prefer in {"system", "only-system"} else "managed"
        order = (first, "managed" if first == "system" else "system")
        for name in order[:1] if self._prefer.startswith("only") else order:
            yield from sources[name]()

    def _managed(self) -> Iterator[Interpreter]:
        self._looked["managed installations"] = None
        yield from self._working(self._places.managed(self._may_be, exact=self._request.is_exact))

    def _system(self) -> Iterator[Interpreter]:
        self._looked["the search path"] = None
        yield from self._working(self._places.base_conda())
        names = executable_names(self._request, ranged=self._requires_python is not None)
        yield from self._working(self._places.on_search_path(names, self._minor_names))
        yield from self._working(self._pyenv())
        yield from self._working(registered_executables())
        own = running()
        if own is not None:
            self._looked["the running interpreter"] = None
            yield self._with_origin(own)
            if own.is_virtual:
                yield from self._working([os.fspath(own.base_executable)])

    def _pyenv(self) -> Iterator[str]:
        for path in self._places.pyenv_versions(self._may_be):
            self._looked["the versions of pyenv"] = None
            yield path

    def _may_be(self, version: str) -> bool:
        """Tell from a folder's name whether it is worth starting the interpreter in it."""
        from packaging.version import InvalidVersion, Version

        try:
            return self._request.matches_version(Version(version))
        except InvalidVersion:
            return True

    def _minor_names(self, names: Iterable[str]) -> list[str]:
        """Return the names in a folder that belong to a minor version which the request leaves open, newest first."""
        if len(self._request.release) >= 2:
            return []
        stems = "|".join(map(re.escape, _stems(self._request)))
        pattern = re.compile(rf"(?:{stems})(3)\.(\d+)t?(?:\.exe)?")
        found = [(int(match[2]), name) for name in names if (match := pattern.fullmatch(name))]
        return [name for _, name in sorted(found, reverse=True)]

    def _working(self, paths: Iterable[str]) -> Iterator[Interpreter]:
        for path in paths:
            if self._places.resolved(path) is None:
                _log.debug("passing over `%s`: none of the selected versions of pyenv has it", path)
                continue
            try:
                interpreter = self._probe(path)
            except BrokenInterpreterError as error:
                _log.debug("passing over an interpreter: %s", error)
                self._broken[path] = error.reason
                continue
            yield interpreter

    def _probe(self, path: str) -> Interpreter:
        actual = self._places.resolved(path)
        if actual is None:
            raise BrokenInterpreterError(
                executable=Path(path), reason="none of the selected versions of pyenv has this command"
            )
        return self._with_origin(probe(actual, self._cache))

    def _with_origin(self, interpreter: Interpreter) -> Interpreter:
        if not self._places.is_managed(interpreter.base_executable):
            return interpreter
        from dataclasses import replace

        return replace(interpreter, managed=True)


def executable_names(request: PythonRequest, *, ranged: bool = False) -> tuple[str, ...]:
    """Return the names that an interpreter which satisfies the request may have, the most telling first.

    As with uv, whoever asks for no version in particular gets `python`; a range of versions, be it the request's or
    (``ranged``) a project's, means `python3`.
    """
    release = request.release
    if not release and request.specifier and (exact := re.fullmatch(r"[=~]=\s*(\d+)\.(\d+)[\d.*]*", request.specifier)):
        release = (int(exact[1]), int(exact[2]))
    suffixes = [".".join(map(str, release[:count])) for count in range(len(release), 0, -1)]
    if not release:
        suffixes = ["3", ""] if ranged or request.specifier else ["", "3"]
    elif suffixes:
        suffixes.append("")
    names = [f"{stem}{suffix}" for suffix in suffixes for stem in _stems(request)]
    if request.free_threaded:
        names = [f"{name}t" for name in names if name[-1:].isdigit()] + names
    return tuple(dict.fromkeys(names))


def _stems(request: PythonRequest) -> tuple[str, ...]:
    if request.implementation not in {None, "cpython"}:
        return (str(request.implementation), "python")
    return ("python", "pypy", "graalpy") if request.everything else ("python",)


__all__ = ["Environments", "Preference", "Pythons", "VersionRange", "executable_names", "find_environment"]
