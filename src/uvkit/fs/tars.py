"""Unpack source archives (PEP 625, 721): tar in any compression that Python knows, and zip."""

from __future__ import annotations

import lzma
import os
import tarfile
import zlib
from typing import TYPE_CHECKING

from uvkit.errors import UnsafeArchiveError

from .atomic import storage_error, write_all
from .names import check_alone, check_member_name
from .zips import ZipArchive, ZipLimits

if TYPE_CHECKING:
    from os import PathLike
    from typing import TypeAlias

    StrPath: TypeAlias = str | PathLike[str]

_DAMAGED = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError)
_CHUNK = 1 << 20
# A wheel is a zip archive, which cannot say a time outside these years: backends fail for files that have one.
_EARLIEST, _LATEST = 315_619_200, 4_354_732_800  # 1980-01-02 and 2107-12-31, whatever the time zone
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def extract_archive(path: StrPath, target: StrPath, *, limits: ZipLimits = ZipLimits()) -> None:  # noqa: B008  # immutable
    """Unpack a zip or tar archive into an existing empty folder.

    Members that would leave the folder, special files and links out of it are refused (PEP 721's ``data`` filter).

    Raises:
        UnsafeArchiveError: the archive is damaged or hostile; the folder may hold a part of it.
        StorageError: the folder cannot be written to.
    """
    name = os.path.basename(os.fspath(path))
    if name.endswith((".zip", ".whl")):
        _extract_zip(path, target, limits)
    else:
        _extract_tar(path, target, limits)


def _extract_zip(path: StrPath, target: StrPath, limits: ZipLimits) -> None:
    with ZipArchive(path, limits=limits) as archive:
        made: set[str] = set()
        for member in archive.members:
            place = os.path.join(target, *member.name.split("/"))
            folder = os.path.dirname(place)
            try:
                if folder not in made:
                    os.makedirs(folder, exist_ok=True)
                    made.add(folder)
                descriptor = os.open(place, _CREATE, 0o755 if member.mode & 0o111 else 0o644)
                try:
                    for piece in archive.chunks(member):
                        write_all(descriptor, piece)
                finally:
                    os.close(descriptor)
            except (FileExistsError, NotADirectoryError) as error:
                raise UnsafeArchiveError(
                    filename=archive.name, member=member.name, reason="another member is already there"
                ) from error
            except OSError as error:
                raise storage_error(error, place) from error


def _extract_tar(path: StrPath, target: StrPath, limits: ZipLimits) -> None:
    name = os.path.basename(os.fspath(path))
    most = max(limits.free_size, limits.ratio * os.stat(path).st_size)
    member_name, total, seen = "", 0, 0
    links: set[str] = set()
    names: dict[str, str] = {}
    try:
        with tarfile.open(path, "r:*", encoding="utf-8") as archive:
            for member in archive:
                member_name = member.name
                seen += 1
                total += member.size
                if seen > limits.members or total > most:
                    raise _refusal(name, "", f"it unpacks to more than {most} bytes or {limits.members} members")
                if reason := _check(member, links) or _check_alone(member, names):
                    raise _refusal(name, member_name, reason)
                _extract_member(archive, member, target)
            _read_to_the_end(archive, most)
    except _DAMAGED as error:
        raise _refusal(name, member_name, str(error) or "it is damaged") from error
    except OSError as error:
        # gzip and bz2 report damage as an OSError without a number.
        if error.errno is None:
            raise _refusal(name, member_name, str(error)) from error
        if isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError) and os.path.isdir(target):
            raise _refusal(name, member_name, "another member is already there") from error
        raise storage_error(error, target) from error


def _read_to_the_end(archive: tarfile.TarFile, most: int) -> None:
    """Read what follows the last member: tarfile stops there, and the checksum of the compressed stream comes later."""
    stream = archive.fileobj
    while most > 0 and (piece := stream.read(_CHUNK)):
        most -= len(piece)


def _check(member: tarfile.TarInfo, links: set[str]) -> str | None:
    """Return why a member is refused, beyond what the standard library's filter looks at; note the links."""
    plain = member.name.removeprefix("./").rstrip("/")
    if member.isdir() and plain in {"", "."}:
        return None
    if reason := check_member_name(plain):
        return reason
    # The standard library's filter has been fooled before by members that reach outside through earlier links.
    parts = plain.split("/")
    if any("/".join(parts[:count]) in links for count in range(1, len(parts) + 1)):
        return "its path goes through a link"
    if member.issym():
        links.add(plain)
    return None


def _check_alone(member: tarfile.TarInfo, names: dict[str, str]) -> str | None:
    """Return why a file must not stand beside those before it; folders may come again."""
    return None if member.isdir() else check_alone(member.name.removeprefix("./"), names)


def _extract_member(archive: tarfile.TarFile, member: tarfile.TarInfo, target: StrPath) -> None:
    if hasattr(tarfile, "data_filter"):
        if not _EARLIEST <= member.mtime <= _LATEST:
            member = member.replace(mtime=None)  # type: ignore[arg-type]  # none: the time of unpacking
        archive.extract(member, target, filter="data")
    elif member.isfile() or member.isdir():
        # Python 3.11.0 to 3.11.3 have no filters; there links and special files are refused altogether.
        archive.extract(member, target, set_attrs=False)
    else:
        raise tarfile.ExtractError("links and special files need Python 3.11.4 or newer")


def _refusal(filename: str, member: str, reason: str) -> UnsafeArchiveError:
    return UnsafeArchiveError(filename=filename, member=member, reason=reason)
