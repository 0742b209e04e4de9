"""Read a `pylock.toml` (PEP 751) as the tables that `uv.lock` is read as; `packaging` checks it."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvkit.errors import InvalidLockfileError, UnsupportedLockfileError
from uvkit.model import ArchiveSource, DirectorySource, FileRow, GitSource, IndexSource, Source, strongest

from .direct_url import path_of
from .uv_lock_document import LockDocument, LockManifest, LockOpen, LockPackage, LockRequirement
from .uv_lock_sources import direct_row

if TYPE_CHECKING:
    from packaging.pylock import Package, PackageSdist, PackageWheel, Pylock

_VERSION = "1.0"
# The key is above all tables; comments may stand before it.
_KEY = re.compile(r"^lock-version\s*=", re.MULTILINE)
_HEAD = 4096
_NAMED_PYLOCK = re.compile(r"pylock\.[^.]+\.toml")


def read_pylock(text: str) -> tuple[LockDocument, str | None]:
    """Return the tables of a lock's text, and the text that uvkit keeps in a table of its own, if it wrote the file.

    Each package becomes one that is required under its marker, because the format records no edges that an
    installation follows. Of several hashes of a file the strongest is kept.

    Raises:
        InvalidLockfileError: the text is not such a lock.
        UnsupportedLockfileError: its format version is another one.
    """
    from packaging.pylock import Pylock, PylockUnsupportedVersionError, PylockValidationError

    try:
        tables = tomllib.loads(text)
        document = _document(Pylock.from_dict(tables), tables)
    except PylockUnsupportedVersionError as error:
        raise UnsupportedLockfileError(version=str(tables.get("lock-version")), supported=(_VERSION,)) from error
    except PylockValidationError as error:
        where = f"{error.context}: " if error.context else ""
        problem = f"{where}{error.message[:1].lower()}{error.message[1:]}"
        raise InvalidLockfileError(problems=(problem,)) from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidLockfileError(problems=(f"TOML syntax: {error}",)) from error
    return document, _added(tables)


def _added(tables: dict[str, Any]) -> str | None:
    own = tables.get("tool", {}).get("uvkit")
    text = own.get("lock") if isinstance(own, dict) else None
    return text if isinstance(text, str) else None


def is_pylock(text: str) -> bool:
    """Tell whether a lock's text is one of this format, by the key that only it has."""
    return _KEY.search(text, 0, _HEAD) is not None


def is_pylock_name(name: str) -> bool:
    """Tell whether a file is a `pylock.toml` by its name (PEP 751)."""
    return name == "pylock.toml" or _NAMED_PYLOCK.fullmatch(name) is not None


def _document(lock: Pylock, tables: dict[str, Any]) -> LockDocument:
    names: dict[str, int] = {}  # how often each occurs
    for package in lock.packages:
        names[package.name] = names.get(package.name, 0) + 1
    packages = tuple(_package(one, alone=names[one.name] == 1) for one in lock.packages)
    markers = {str(one.name): str(one.marker or "") for one in lock.packages if names[one.name] == 1}
    return LockDocument(
        requires_python=tables.get("requires-python", ""),  # texts as they are written
        supported_markers=tuple(tables.get("environments", ())),
        manifest=LockManifest(
            requirements=tuple(LockRequirement(name=name, marker=markers.get(name, "")) for name in names)
        ),
        packages=packages,
        open=LockOpen(
            extras=tuple(lock.extras or ()),
            groups=tuple(lock.dependency_groups or ()),
            default_groups=tuple(lock.default_groups or ()),
        ),
    )


def _package(package: Package, *, alone: bool) -> LockPackage:
    source, digest = _source(package)
    direct = isinstance(source, ArchiveSource)
    row = direct_row(source, digest) if direct else None
    sdist = None if package.sdist is None else _row(package.sdist)
    wheels: tuple[FileRow, ...] = tuple(map(_row, package.wheels or ()))
    if row is not None:
        sdist, wheels = (None, (row,)) if row.filename.endswith(".whl") else (row, ())
    return LockPackage(
        name=package.name,
        version=None if package.version is None else str(package.version),
        source=source,
        resolution_markers=() if alone else (str(package.marker or ""),),
        sdist=sdist,
        wheels=wheels,
    )


def _source(package: Package) -> tuple[Source, str | None]:
    if package.vcs is not None:
        vcs = package.vcs
        if vcs.type != "git":
            raise InvalidLockfileError(problems=(f"`{package.name}`: repositories of `{vcs.type}` are not supported",))
        source: Source = GitSource(
            repository=vcs.url or vcs.path or "",
            reference=vcs.requested_revision,
            reference_kind="rev" if vcs.requested_revision else None,
            commit=vcs.commit_id,
            subdirectory=vcs.subdirectory,
        )
        return source, None
    if package.directory is not None:
        path = Path(package.directory.path, package.directory.subdirectory or "")
        return DirectorySource(path=path, editable=bool(package.directory.editable)), None
    if package.archive is not None:
        archive = package.archive
        path_or_none = None if archive.url is not None else Path(archive.path or "")
        source = ArchiveSource(url=_address(archive.url), path=path_or_none, subdirectory=archive.subdirectory)
        return source, strongest(archive.hashes)
    # An empty name stands for no index: files are where their addresses say, paths start at the lock.
    return IndexSource(index=_place(package.index or "")), None


def _place(url: str) -> str:
    """Return the path that a `file` URL names, as the rest of uvkit has it; other addresses are left."""
    path = path_of(url)
    return url if path is None else path.as_posix()


def _address(url: str | None) -> str | None:
    """Return an address without the subdirectory in its fragment, which has a key of its own."""
    return None if url is None else url.partition("#")[0]


def _row(file: PackageSdist | PackageWheel) -> FileRow:
    return FileRow(
        filename=file.filename,
        url=_place(file.url) if file.url is not None else file.path or "",
        hash=strongest(file.hashes),
        size=file.size,
        requires_python=None,
        uploaded=_moment(file.upload_time),
        yanked=None,
        metadata=None,
    )


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
