"""Where advisories come from: files on this machine, or a service that is asked for some projects."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from uvkit.errors import InvalidAdvisoriesError
from uvkit.formats import Advisory, parse_advisory
from uvkit.model import ProjectName, is_url

if TYPE_CHECKING:
    from uvkit.events import CancelToken
    from uvkit.net import HttpClient

DEFAULT_SERVICE = "https://api.osv.dev"
_ECOSYSTEM = "PyPI"
# The service answers no more than this many questions at once.
_QUERIES = 1000
_WORKERS = 16

Package: TypeAlias = tuple[ProjectName, str]


class AdvisorySource(Protocol):
    """Knows advisories."""

    def advisories(self, packages: Sequence[Package], *, cancel: CancelToken | None = None) -> Iterable[Advisory]:
        """Return the advisories that may be about some versions; whether they are is looked at again."""
        ...


class AdvisoryFiles:
    """The advisories of a file, of a folder of files, or of a zip archive of them, each JSON: an object or a list."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def advisories(self, packages: Sequence[Package], *, cancel: CancelToken | None = None) -> Iterator[Advisory]:
        """Yield the advisories about some projects.

        Raises:
            InvalidAdvisoriesError: a file cannot be read, or has something else in it.
        """
        names = {project for project, _ in packages}
        for place, data in self._texts():
            if cancel is not None:
                cancel.check()
            for advisory in _parsed(data, place):
                if any(one.project in names for one in advisory.affected):
                    yield advisory

    def _texts(self) -> Iterator[tuple[str, bytes]]:
        path = self._path
        try:
            if path.is_dir():
                for file in sorted(path.rglob("*.json")):
                    yield str(file), file.read_bytes()
            elif path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    for name in sorted(archive.namelist()):
                        if name.endswith(".json"):
                            yield f"{path}: {name}", archive.read(name)
            else:
                yield str(path), path.read_bytes()
        except (OSError, zipfile.BadZipFile) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise InvalidAdvisoriesError(source=str(path), reason=reason) from error


class AdvisoryService:
    """A service with the interface of OSV: asked for all versions at once, then for each advisory."""

    def __init__(self, url: str, http: HttpClient) -> None:
        self._url = url.rstrip("/")
        self._http = http

    def advisories(self, packages: Sequence[Package], *, cancel: CancelToken | None = None) -> Iterable[Advisory]:
        """Return the advisories about some versions.

        Raises:
            InvalidAdvisoriesError: the service answers with something else.
            IndexAccessError: it cannot be reached.
        """
        from uvkit.runtime import Pool

        names: dict[str, None] = {}
        for start in range(0, len(packages), _QUERIES):
            names |= dict.fromkeys(self._names(packages[start : start + _QUERIES], cancel))
        with Pool(_WORKERS, name="uvkit-advisories") as pool:
            found, failures = pool.map(self._advisory, names, cancel=cancel)
        if failures:
            raise failures[0]
        return found

    def _names(self, packages: Sequence[Package], cancel: CancelToken | None) -> Iterator[str]:
        """Yield the names of the advisories about some versions, page after page."""
        waiting = [
            {"package": {"name": project, "ecosystem": _ECOSYSTEM}, "version": version} for project, version in packages
        ]
        while waiting:
            if cancel is not None:
                cancel.check()
            answers = self._asked(waiting)
            following = []
            for question, answer in zip(waiting, answers, strict=True):
                for row in answer.get("vulns") or ():
                    yield str(row["id"])
                if token := answer.get("next_page_token"):
                    following.append({**question, "page_token": token})
            waiting = following

    def _asked(self, queries: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
        from uvkit.net import Body

        url = f"{self._url}/v1/querybatch"
        data = json.dumps({"queries": queries}).encode()
        headers = {"content-type": "application/json", "accept": "application/json"}
        answer = self._http.send(url, Body(len(data), lambda: (data,)), headers=headers)
        if answer.status != 200:
            raise InvalidAdvisoriesError(source=url, reason=f"it answers with HTTP status {answer.status}")
        results = _object(answer.body, url).get("results")
        if not isinstance(results, list) or len(results) != len(queries):
            raise InvalidAdvisoriesError(source=url, reason="it does not answer every question")
        return [row if isinstance(row, Mapping) else {} for row in results]

    def _advisory(self, name: str) -> Advisory:
        from urllib.parse import quote

        url = f"{self._url}/v1/vulns/{quote(name, safe='')}"
        answer = self._http.get(url, headers={"accept": "application/json"}, accept_statuses=frozenset())
        return next(iter(_parsed(answer.body, url)))


def advisory_source(given: str | Path | AdvisorySource | None, http: HttpClient) -> AdvisorySource:
    """Return where advisories come from: a path, the address of a service, or none for the one that uv asks too."""
    if given is None:
        return AdvisoryService(DEFAULT_SERVICE, http)
    if isinstance(given, Path):
        return AdvisoryFiles(given)
    if isinstance(given, str):
        return AdvisoryService(given, http) if is_url(given) else AdvisoryFiles(Path(given))
    return given


def _object(data: bytes, source: str) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise InvalidAdvisoriesError(source=source, reason=f"it is not JSON: {error}") from error
    if not isinstance(value, Mapping):
        raise InvalidAdvisoriesError(source=source, reason="it is not an object")
    return value


def _parsed(data: bytes, source: str) -> Iterator[Advisory]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise InvalidAdvisoriesError(source=source, reason=f"it is not JSON: {error}") from error
    rows = value if isinstance(value, list) else value.get("vulns", [value]) if isinstance(value, dict) else [value]
    for row in rows:
        try:
            yield parse_advisory(row)
        except ValueError as error:
            raise InvalidAdvisoriesError(source=source, reason=str(error)) from error
