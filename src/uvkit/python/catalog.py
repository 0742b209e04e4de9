"""The interpreters that can be downloaded: from the catalogue of a library, or from a list in uv's format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from uvkit.errors import InvalidOptionError
from uvkit.model import Hash

from .keys import Host, PythonKey

if TYPE_CHECKING:
    from packaging.version import Version

    from .request import PythonRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonDownload:
    """An interpreter that can be downloaded.

    ``hash`` is none where the catalogue knows none; ``build`` is the date or version of the build.
    """

    identity: PythonKey
    url: str
    hash: Hash | None
    build: str = ""

    @property
    def key(self) -> str:
        """Return the name of the interpreter, such as ``cpython-3.12.3-linux-x86_64-gnu``."""
        return str(self.identity)

    @property
    def version(self) -> Version:
        """Return the version of the interpreter."""
        from packaging.version import Version

        return Version(self.identity.version)

    @property
    def filename(self) -> str:
        """Return the name of the archive."""
        from urllib.parse import unquote, urlsplit

        return unquote(urlsplit(self.url).path.rpartition("/")[2])


class Catalog:
    """What can be downloaded, newest first."""

    def __init__(self, downloads: Iterable[PythonDownload], host: Host, *, builds: Mapping[str, str] = {}) -> None:
        """Take the downloads, and by implementation the only build that is wanted of it."""
        self.host = host
        self.downloads = tuple(
            sorted(
                (one for one in downloads if builds.get(one.identity.implementation, one.build) == one.build),
                key=lambda one: one.identity.order(host),
            )
        )

    def matching(self, request: PythonRequest) -> Iterator[PythonDownload]:
        """Return what satisfies a request on the host, best first: pre-releases come after everything else."""
        found = [one for one in self.downloads if one.identity.matches(request, self.host)]
        if request.admits_prereleases:
            yield from found
            return
        yield from (one for one in found if not one.identity.phase)
        yield from (one for one in found if one.identity.phase)

    def best(self, request: PythonRequest) -> PythonDownload | None:
        """Return what a request would install, or none."""
        return next(self.matching(request), None)


def library_downloads() -> Iterator[PythonDownload]:
    """Return what the catalogue of `pbs-installer` has and this Python can unpack."""
    import pkgutil

    data = pkgutil.get_data("pbs_installer", "versions.json")
    assert data is not None, "the library's loader reads files"
    for entry in json.loads(data):
        yield from _library_entry(entry)


def _library_entry(entry: Mapping[str, Any]) -> Iterator[PythonDownload]:
    version = entry["python_version"]
    chosen: dict[tuple[str, str, str], tuple[bool, Mapping[str, Any]]] = {}
    for file in entry["files"]:
        if not can_unpack(file["filename"]):
            continue
        libc = _libc_of(file["platform"], file["filename"])
        place = (file["platform"], file["arch"], libc)
        # The archive of a whole build is ten times as large as that of what gets installed.
        if place not in chosen or (file["install_only"] and not chosen[place][0]):
            chosen[place] = (file["install_only"], file)
    for (system, machine, libc), (_, file) in chosen.items():
        yield PythonDownload(
            identity=PythonKey(
                implementation=version["implementation"],
                release=(version["major"], version["minor"], version["micro"]),
                variant="freethreaded" if version["freethreaded"] else "",
                system=system,
                machine=machine,
                libc=libc,
            ),
            url=file["url"],
            hash=Hash("sha256", file["sha256"]) if file["sha256"] else None,
            build=_build_of(file["filename"]),
        )


def _libc_of(system: str, filename: str) -> str:
    if system != "linux":
        return "none"
    return "musl" if "musl" in filename else "gnu"


def _build_of(filename: str) -> str:
    """Return the date in `cpython-3.12.3+20240415-…`, or the version in `pypy3.10-v7.3.17-…`."""
    import re

    found = re.match(r"cpython-[^-+]+\+(\d{8})|pypy[^-]+-v([\d.]+)", filename)
    return (found[1] or found[2]) if found is not None else ""


def can_unpack(filename: str) -> bool:
    """Tell whether this Python has the compression of an archive; the newest one came with Python 3.14."""
    if not filename.endswith(".zst"):
        return True
    from importlib.util import find_spec

    try:
        return find_spec("compression.zstd") is not None
    except ModuleNotFoundError:
        return False


def parse_downloads(text: str | bytes, place: str) -> Iterator[PythonDownload]:
    """Return what a list in uv's format has: an object of entries by their keys.

    Raises:
        InvalidOptionError: the text is not such a list.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise _invalid(place, f"it is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise _invalid(place, "it is not an object of interpreters by their keys")
    for name, entry in document.items():
        try:
            download = _listed(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"it has no `{error.args[0]}`" if isinstance(error, KeyError) else str(error)
            raise _invalid(place, f"the entry `{name}` is not valid: {what}") from error
        if can_unpack(download.filename):
            yield download


def _invalid(place: str, reason: str) -> InvalidOptionError:
    return InvalidOptionError(problems=(("python-downloads-json-url", f"`{place}`: {reason}"),))


def _listed(entry: Mapping[str, Any]) -> PythonDownload:
    arch = entry["arch"]
    machine = arch if isinstance(arch, str) else arch["family"]
    level = None if isinstance(arch, str) else arch.get("variant")
    # A variant may have several parts, joined as in keys.
    variant = str(entry.get("variant") or "").removeprefix("default")
    digest = entry.get("sha256")
    return PythonDownload(
        identity=PythonKey(
            implementation=str(entry["name"]).lower(),
            release=(int(entry["major"]), int(entry["minor"]), int(entry["patch"])),
            phase=str(entry.get("prerelease") or ""),
            variant=variant,
            system={"darwin": "macos"}.get(entry["os"], entry["os"]),
            machine={"i686": "x86"}.get(machine, machine) + (f"_{level}" if level else ""),
            libc=str(entry["libc"]),
        ),
        url=str(entry["url"]),
        hash=Hash("sha256", str(digest).lower()) if digest else None,
        build=str(entry.get("build") or ""),
    )
