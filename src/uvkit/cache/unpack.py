"""Unpack a wheel into an install image."""

from __future__ import annotations

import os
from hashlib import new, sha256
from typing import TYPE_CHECKING

from uvkit.errors import InvalidMetadataError, UnsafeArchiveError
from uvkit.formats import (
    RecordRow,
    dump_record,
    header_fields,
    parse_record,
    parse_wheel_info,
    record_digest,
    script_entries,
)
from uvkit.fs import ZipArchive, storage_error, write_all, write_new
from uvkit.model import project_name

from .images import MANIFEST_NAME, ImageManifest, dump_manifest
from .layout import Placement, check_identity, find_dist_info, group_folders, place_members, top_level_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from hashlib import _Hash as HASH
    from os import PathLike
    from typing import TypeAlias

    from uvkit.fs import ZipMember

    StrPath: TypeAlias = str | PathLike[str]

INSTALLER = b"uvkit"
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_DIRECTORY = getattr(os, "O_PATH", 0) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_HAS_DIR_FD = os.open in os.supports_dir_fd and os.mkdir in os.supports_dir_fd
# Weaker digests are not allowed in RECORD (binary distribution format); they count as not given.
_ALGORITHMS = frozenset({"sha256", "sha384", "sha512"})
_STREAMED_FROM = 16 << 20
_UNKNOWN = RecordRow("", "", "")


def unpack_wheel(
    wheel: StrPath | bytes | bytearray, folder: str, *, filename: str, check_name: bool = True
) -> ImageManifest:
    """Unpack a wheel into the existing empty ``folder`` and return its manifest, which is written there last.

    ``wheel`` is a path or the content itself.
    Everything that could be wrong with the wheel is found here: what is in the cache needs no further check. Every file
    must be in the wheel's own RECORD, with the digest and size that are recorded for it, if any are. ``filename`` is
    the wheel's real name, which its content must confirm unless ``check_name`` is false.

    Raises:
        UnsafeArchiveError: the archive is damaged or hostile, or contradicts its RECORD.
        InvalidMetadataError, MetadataMismatchError: it is no wheel, or not the one its name says.
        StorageError: the folder cannot be written to.
        OSError: the wheel cannot be read.
    """
    with ZipArchive(wheel, name=filename) as archive:
        job = _Unpacking(archive, folder, filename, check_name=check_name)
        try:
            manifest = job.run()
        finally:
            job.close()
    path = os.path.join(folder, MANIFEST_NAME)
    try:
        write_new(path, dump_manifest(manifest))
    except OSError as error:
        raise storage_error(error, path) from error
    return manifest


class _Unpacking:
    """The state of one unpacking: the archive, the open tree folders and what was written so far."""

    def __init__(self, archive: ZipArchive, folder: str, filename: str, *, check_name: bool) -> None:
        self.archive = archive
        self.folder = folder
        self.filename = filename
        self.check_name = check_name
        self.by_name = {member.name: member for member in archive.members}
        self.dist_info = find_dist_info(archive.members, filename, check_name=check_name)
        self.recorded = self._recorded()
        self.trees: dict[str, tuple[int | None, str]] = {}
        self.made: set[tuple[str, str]] = set()
        self.record: list[tuple[str, str, str, int]] = []
        self.executables: list[tuple[str, str]] = []
        self.scripts: list[tuple[str, str, bytes]] = []

    def close(self) -> None:
        for descriptor, _ in self.trees.values():
            if descriptor is not None:
                os.close(descriptor)

    def run(self) -> ImageManifest:
        info = parse_wheel_info(self._text("WHEEL"), filename=self.filename)
        name, version = self._identity()
        entries = self.by_name.get(f"{self.dist_info}/entry_points.txt")
        if entries is not None:
            text = self._decode(self.archive.read(entries), "entry_points.txt")
            for entry in script_entries(text, filename=self.filename):
                self.scripts.append((entry.name, entry.kind, entry.target.encode()))
        for place in place_members(self.archive.members, self.dist_info, self.filename):
            self._put(place)
        self._add(f"{self.dist_info}/INSTALLER", INSTALLER)
        self._add(f"{self.dist_info}/REQUESTED", b"")
        complete = not self.scripts and self.trees.keys() == {"site"}
        if complete:
            self._write_record()
        trees = self._folders(complete=complete)
        return ImageManifest(
            name=name,
            version=version,
            dist_info=self.dist_info,
            purelib=info.purelib,
            trees=trees,
            scripts=self.scripts,
            executables=self.executables,
            record=self.record,
            record_complete=complete,
            top_level=top_level_names(trees["site"], self.dist_info),
            files=len(self.record) + complete,
            size=sum(row[3] for row in self.record),
            tags=info.tags,
        )

    def _folders(self, *, complete: bool) -> dict[str, list[tuple[str, list[str]]]]:
        paths: dict[str, list[str]] = {tree: [] for tree in self.trees}
        for tree, path, _, _ in self.record:
            paths[tree].append(path)
        if complete:
            paths["site"].append(f"{self.dist_info}/RECORD")
        return {tree: group_folders(names) for tree, names in paths.items() if names}

    def _identity(self) -> tuple[str, str]:
        fields = header_fields(self._text("METADATA"))
        name, version = (fields.get(field, [""])[0] for field in ("name", "version"))
        if not name or not version:
            raise InvalidMetadataError(filename=self.filename, problems=("METADATA has no `Name` or no `Version`",))
        if self.check_name:
            check_identity(self.filename, name, version)
        return project_name(name), version

    def _text(self, name: str) -> str:
        member = self.by_name.get(f"{self.dist_info}/{name}")
        if member is None:
            raise InvalidMetadataError(filename=self.filename, problems=(f"it has no `{name}`",))
        return self._decode(self.archive.read(member), name)

    def _decode(self, content: bytes, name: str) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            problem = f"`{name}` is not UTF-8 text"
            raise InvalidMetadataError(filename=self.filename, problems=(problem,)) from error

    def _recorded(self) -> dict[str, RecordRow]:
        """Return the rows of the wheel's own RECORD, by member name; one that lists nothing but itself says nothing."""
        member = self.by_name.get(f"{self.dist_info}/RECORD")
        if member is None:
            raise InvalidMetadataError(filename=self.filename, problems=("it has no `RECORD`",))
        rows = {row.path: row for row in parse_record(self._decode(self.archive.read(member), "RECORD"))}
        return rows if rows.keys() - {member.name} else {}

    def _verify(self, member: ZipMember, digests: Mapping[str, HASH]) -> None:
        """Refuse a member that RECORD does not list, or lists with another size or digest.

        Raises:
            UnsafeArchiveError: so it does.
        """
        row = self.recorded.get(member.name, _UNKNOWN)
        algorithm = row.digest.partition("=")[0]
        if row.size and row.size != str(member.size):
            reason = f"it has {member.size} bytes, and RECORD says {row.size}"
        elif algorithm in digests and record_digest(digests[algorithm].digest(), algorithm) != row.digest:
            reason = f"it has another digest than RECORD says, {row.digest}"
        else:
            return
        raise UnsafeArchiveError(filename=self.filename, member=member.name, reason=reason)

    def _digests(self, member: ZipMember) -> dict[str, HASH]:
        """Return what sums up a member, by algorithm: SHA-256, and the one that RECORD uses for it."""
        row = self.recorded.get(member.name, _UNKNOWN)
        if row is _UNKNOWN and self.recorded:
            raise UnsafeArchiveError(filename=self.filename, member=member.name, reason="RECORD does not list it")
        states = {"sha256": sha256()}
        algorithm = row.digest.partition("=")[0]
        if algorithm in _ALGORITHMS and algorithm != "sha256":
            states[algorithm] = new(algorithm)
        return states

    def _read(self, member: ZipMember) -> tuple[bytes, str]:
        """Return a member's content, verified, and its digest."""
        content = self.archive.read(member)
        digest, row = record_digest(sha256(content).digest()), self.recorded.get(member.name, _UNKNOWN)
        if digest == row.digest and row.size == str(member.size):
            return content, digest  # as nearly always, so the rest must not cost anything here
        states = self._digests(member)
        for state in states.values():
            state.update(content)
        self._verify(member, states)
        return content, record_digest(states["sha256"].digest())

    def _put(self, place: Placement) -> None:
        tree, path, member = place
        executable = bool(member.mode & 0o111)
        content, digest = self._read(member) if member.size < _STREAMED_FROM else (b"", "")
        if tree == "scripts":
            if content.startswith(b"#!python"):
                self.scripts.append((path, "script", content))
                return
            executable = True
        if executable:
            self.executables.append((tree, path))
        mode = 0o755 if executable else 0o644
        if digest:
            self._write(tree, path, (content,), mode=mode)
        else:
            digest = self._stream(place, mode)
        self.record.append((tree, path, digest, member.size))

    def _stream(self, place: Placement, mode: int) -> str:
        """Write a large member piece by piece and return its digest."""
        states = self._digests(place.member)
        pieces = _hashed(self.archive.chunks(place.member), states.values())
        self._write(place.tree, place.path, pieces, mode=mode)
        self._verify(place.member, states)
        return record_digest(states["sha256"].digest())

    def _add(self, path: str, content: bytes) -> None:
        """Write a file of our own into ``site`` and record it."""
        self._write("site", path, (content,))
        self.record.append(("site", path, record_digest(sha256(content).digest()), len(content)))

    def _write_record(self) -> None:
        own = f"{self.dist_info}/RECORD"
        rows: list[tuple[str, str, str | int]] = [(path, digest, size) for _, path, digest, size in self.record]
        self._write("site", own, (dump_record([*rows, (own, "", "")]).encode(),))

    def _write(self, tree: str, path: str, pieces: Iterable[bytes], *, mode: int = 0o644) -> None:
        """Create one file of a tree with the folders it needs."""
        try:
            descriptor, prefix = self.trees.get(tree) or self._open_tree(tree)
            folder = path.rpartition("/")[0]
            if folder and (tree, folder) not in self.made:
                self._make_folder(tree, folder)
            file = os.open(prefix + path, _CREATE, mode, dir_fd=descriptor)
            try:
                for piece in pieces:
                    write_all(file, piece)
            finally:
                os.close(file)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            reason = "it is in the way of another member on this file system"
            raise UnsafeArchiveError(filename=self.filename, member=path, reason=reason) from error
        except OSError as error:
            raise storage_error(error, os.path.join(self.folder, tree, path)) from error

    def _open_tree(self, tree: str) -> tuple[int | None, str]:
        path = os.path.join(self.folder, tree)
        os.mkdir(path)
        opened = (os.open(path, _DIRECTORY), "") if _HAS_DIR_FD else (None, f"{path}/")
        self.trees[tree] = opened
        return opened

    def _make_folder(self, tree: str, folder: str) -> None:
        """Make a folder and those above it, once each."""
        parent = folder.rpartition("/")[0]
        if parent and (tree, parent) not in self.made:
            self._make_folder(tree, parent)
        descriptor, prefix = self.trees[tree]
        try:
            os.mkdir(prefix + folder, dir_fd=descriptor)
        except FileExistsError:
            # Differs in case only from one made before, where the file system cannot tell; a file of that name fails
            # when something is put below it.
            pass
        self.made.add((tree, folder))


def _hashed(pieces: Iterable[bytes], states: Collection[HASH]) -> Iterator[bytes]:
    for piece in pieces:
        for state in states:
            state.update(piece)
        yield piece
