"""Read zip archives from their central directory, strictly: what two readers could understand differently is refused.

``zipfile`` is neither strict nor fast: it accepts names that leave the folder, members that share bytes and local
headers that contradict the directory, and it spends two thirds of an unpack on its layers of file objects.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from uvkit.errors import UnsafeArchiveError

from .names import check_alone, check_member_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from os import PathLike
    from typing import Self, TypeAlias

    StrPath: TypeAlias = str | PathLike[str]
    Content: TypeAlias = bytes | bytearray | memoryview

# Local and central headers, end records and their 64-bit forms (APPNOTE 4.3).
_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_FIELD = 0xFFFF  # of comments, names and extra fields

_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_HAS_DESCRIPTOR = 0x8
_UTF8 = 0x800
_LONGEST_DESCRIPTOR = 24

# Members beyond this are unpacked piece by piece, so that memory stays bounded by threads times this.
_WHOLE_LIMIT = 16 << 20
_CHUNK = 1 << 20
_HAS_PREAD = hasattr(os, "pread")


class ZipLimits(NamedTuple):
    """What an archive may grow to.

    Deflate cannot exceed 1,032 to 1 and members may not share bytes, so an archive's own size bounds it; ``ratio``
    tightens that for archives that would unpack to more than ``free_size``.
    """

    members: int = 1_000_000
    ratio: int = 200
    free_size: int = 512 << 20


class ZipMember(NamedTuple):
    """A file in an archive; ``mode`` has the permission bits, 0 if the archive does not say."""

    name: str
    size: int
    compressed: int
    crc: int
    method: int
    mode: int
    flags: int
    offset: int
    span: int  # bytes from its local header to whatever comes next
    raw_name: bytes


class ZipArchive:
    """An open archive, on disk or in memory.

    ``members`` are its files in the order of the directory, ``size`` what they unpack to. Opening checks the directory;
    reading a member checks its local header, length and CRC. Use it as a context manager, from one thread at a time.

    Raises:
        UnsafeArchiveError: the archive is damaged, ambiguous or hostile.
        OSError: it cannot be read.
    """

    def __init__(self, source: StrPath | Content, *, limits: ZipLimits = ZipLimits(), name: str | None = None) -> None:  # noqa: B008  # immutable
        self._file: FileIO | None = None
        self._memory = memoryview(b"")
        self._inflater = _inflater()
        if isinstance(source, (bytes, bytearray, memoryview)):
            self.name = name or "archive"
            self._memory = memoryview(source)
            self._length = len(source)
        else:
            self.name = name or os.path.basename(os.fspath(source))
            self._file = open(source, "rb", buffering=0)  # noqa: SIM115  # closed by close
            self._length = os.fstat(self._file.fileno()).st_size
        try:
            self.members = self._read_directory(limits)
        except BaseException:
            self.close()
            raise
        self.size = sum(member.size for member in self.members)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def read(self, member: ZipMember) -> bytes:
        """Return a member's content, verified."""
        raw = self._read_at(member.offset, member.span, member.name)
        start = self._data_start(member, raw)
        end = start + member.compressed
        data = memoryview(raw)[start:end]
        if len(raw) > end:
            self._check_gap(member, raw[end:])
        content = self._inflate(member, data) if member.method == _DEFLATED else bytes(data)
        if len(content) != member.size or self._inflater.crc32(content) != member.crc:
            self._refuse("its content does not match its size and checksum", member.name)
        return content

    def chunks(self, member: ZipMember) -> Iterator[bytes]:
        """Yield a member's content in pieces; what is wrong is known after the last one only."""
        if member.size <= _WHOLE_LIMIT and member.compressed <= _WHOLE_LIMIT:
            yield self.read(member)
            return
        header = self._read_at(member.offset, min(member.span, _LOCAL.size + 2 * _LONGEST_FIELD), member.name)
        at = member.offset + self._data_start(member, header)
        end = at + member.compressed
        engine = self._inflater.decompressobj(-15) if member.method == _DEFLATED else None
        size = crc = 0
        while at < end:
            piece = self._read_at(at, min(_CHUNK, end - at), member.name)
            at += len(piece)
            for content in self._decoded(member, engine, piece):
                size += len(content)
                crc = self._inflater.crc32(content, crc)
                if size > member.size:
                    self._refuse("it unpacks to more than it declares", member.name)
                yield content
        if size != member.size or crc != member.crc or (engine is not None and not engine.eof):
            self._refuse("its content does not match its size and checksum", member.name)
        self._check_gap(member, self._read_at(end, member.offset + member.span - end, member.name))

    def _decoded(self, member: ZipMember, engine: Any, piece: Content) -> Iterator[bytes]:
        if engine is None:
            yield bytes(piece)
            return
        try:
            while piece:
                yield engine.decompress(piece, _CHUNK)
                piece = engine.unconsumed_tail
        except self._inflater.error as error:
            self._refuse(f"it does not decompress ({error})", member.name)

    def _inflate(self, member: ZipMember, data: memoryview) -> bytes:
        engine = self._inflater.decompressobj(-15)
        try:
            # One byte more than declared shows a member that lies about its size before it fills the memory.
            content: bytes = engine.decompress(data, member.size + 1)
        except self._inflater.error as error:
            self._refuse(f"it does not decompress ({error})", member.name)
        if not engine.eof or engine.unused_data:
            self._refuse("its content does not match its size and checksum", member.name)
        return content

    def _read_at(self, offset: int, length: int, member: str) -> Content:
        if self._file is None:
            data: Content = self._memory[offset : offset + length]
        elif _HAS_PREAD:
            data = os.pread(self._file.fileno(), length, offset)
        else:
            self._file.seek(offset)
            data = self._file.read(length) or b""
        if len(data) < length:
            self._refuse("the archive is cut short", member)
        return data

    def _data_start(self, member: ZipMember, raw: Content) -> int:
        """Check the local header against the directory and return where the data begins."""
        if len(raw) < _LOCAL.size:
            self._refuse("it has no local header", member.name)
        signature, _, flags, method, _, _, crc, compressed, size, name_length, extra_length = _LOCAL.unpack_from(raw)
        start: int = _LOCAL.size + name_length + extra_length
        if (
            signature != b"PK\x03\x04"
            or method != member.method
            or (flags ^ member.flags) & (_ENCRYPTED | _HAS_DESCRIPTOR | _UTF8)
            or raw[_LOCAL.size : _LOCAL.size + name_length] != member.raw_name
        ):
            self._refuse("its local header contradicts the central directory", member.name)
        if start + member.compressed > member.span:
            self._refuse("it overlaps with what follows", member.name)
        if flags & _HAS_DESCRIPTOR and not (crc or compressed or size):
            return start
        if compressed == 0xFFFFFFFF or size == 0xFFFFFFFF:
            extra = bytes(raw[_LOCAL.size + name_length : start])
            size, compressed, _ = self._wide(extra, (size, compressed, 0), member.name)
        if (crc, compressed, size) != (member.crc, member.compressed, member.size):
            self._refuse("its local header contradicts the central directory", member.name)
        return start

    def _check_gap(self, member: ZipMember, gap: Content) -> None:
        """Refuse what a reader of the stream would see between two members and this reader would not."""
        if b"PK\x03\x04" in bytes(gap):
            self._refuse("a member that the central directory does not list follows it", member.name)

    def _read_directory(self, limits: ZipLimits) -> tuple[ZipMember, ...]:
        count, offset, size = self._find_directory()
        if count > limits.members:
            self._refuse(f"it has {count} members, more than the {limits.members} allowed")
        raw = bytes(self._read_at(offset, size, ""))
        members: list[ZipMember] = []
        seen: dict[str, str] = {}
        at = total = 0
        for _ in range(count):
            member, at = self._read_entry(raw, at)
            if reason := check_alone(member.name, seen):
                self._refuse(reason, member.name)
            members.append(member)
            total += member.size
        if at != size:
            self._refuse("its central directory does not end where it says")
        if total > max(limits.free_size, limits.ratio * self._length):
            self._refuse(f"it would unpack to {total} bytes, suspiciously more than its own {self._length}")
        spans = self._spans(members, offset)
        # Written out because `_replace` takes four times as long.
        return tuple(
            ZipMember(*member[:8], span, member.raw_name)
            for member, span in zip(members, spans, strict=True)
            if member.raw_name[-1:] != b"/"
        )

    def _find_directory(self) -> tuple[int, int, int]:
        """Return the number of entries, the offset and the size of the central directory."""
        window = min(self._length, _END.size + _LONGEST_FIELD + _END64_LOCATOR.size)
        tail = bytes(self._read_at(self._length - window, window, ""))
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size:
            self._refuse("it is not a zip archive, or it is cut short")
        _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(tail, at)
        if at + _END.size + comment != len(tail):
            self._refuse("something follows its end record")
        end = self._length - window + at
        locator = tail[at - _END64_LOCATOR.size : at] if at >= _END64_LOCATOR.size else b""
        if locator[:4] == b"PK\x06\x07":
            count, size, offset, end = self._find_wide_directory(locator, end)
        elif disk or first_disk or here != count:
            self._refuse("it is a part of a divided archive")
        if offset + size != end:
            self._refuse("its central directory is not where it says")
        return count, offset, size

    def _find_wide_directory(self, locator: bytes, end: int) -> tuple[int, int, int, int]:
        _, _, at, disks = _END64_LOCATOR.unpack(locator)
        # The record may have a growing tail, but nobody writes one, and it would be room for a second opinion.
        if disks > 1 or at + _END64.size != end - _END64_LOCATOR.size:
            self._refuse("its 64-bit end record is not where it says")
        record = _END64.unpack(self._read_at(at, _END64.size, ""))
        signature, length, _, _, disk, first_disk, here, count, size, offset = record
        if signature != b"PK\x06\x06" or length != _END64.size - 12 or disk or first_disk or here != count:
            self._refuse("its 64-bit end record is invalid")
        return count, size, offset, at

    def _read_entry(self, raw: bytes, at: int) -> tuple[ZipMember, int]:
        if at + _CENTRAL.size > len(raw):
            self._refuse("its central directory is cut short")
        (
            signature, _, _, flags, method, _, _, crc, compressed, size,
            name_length, extra_length, comment_length, disk, _, attributes, offset,
        ) = _CENTRAL.unpack_from(raw, at)  # fmt: skip
        extra_at = at + _CENTRAL.size + name_length
        end = extra_at + extra_length + comment_length
        if signature != b"PK\x01\x02" or end > len(raw):
            self._refuse("its central directory is damaged")
        raw_name = raw[at + _CENTRAL.size : extra_at]
        name = self._decode(raw_name, flags)
        if compressed == 0xFFFFFFFF or size == 0xFFFFFFFF or offset == 0xFFFFFFFF:
            extra = raw[extra_at : extra_at + extra_length]
            size, compressed, offset = self._wide(extra, (size, compressed, offset), name)
        mode = attributes >> 16
        self._check_entry(name, (flags, method, mode), disk=disk)
        if (method == _STORED and size != compressed) or (raw_name.endswith(b"/") and size):
            self._refuse("its sizes contradict each other", name)
        return ZipMember(name, size, compressed, crc, method, mode & 0o777, flags, offset, 0, raw_name), end

    def _check_entry(self, name: str, kind: tuple[int, int, int], *, disk: int) -> None:
        flags, method, mode = kind
        if reason := check_member_name(name.removesuffix("/")):
            self._refuse(reason, name)
        if flags & _ENCRYPTED:
            self._refuse("it is encrypted", name)
        if method not in {_STORED, _DEFLATED}:
            self._refuse(f"its compression method {method} is not supported", name)
        if disk:
            self._refuse("it lies on another part of a divided archive", name)
        expected = stat.S_IFDIR if name.endswith("/") else stat.S_IFREG
        if stat.S_IFMT(mode) not in {0, expected}:
            self._refuse("it is a link or a special file", name)

    def _decode(self, raw: bytes, flags: int) -> str:
        try:
            return raw.decode("ascii") if raw.isascii() else raw.decode("utf-8" if flags & _UTF8 else "cp437")
        except UnicodeDecodeError:
            self._refuse("its name is not text", repr(raw))

    def _wide(self, extra: bytes, narrow: tuple[int, int, int], member: str) -> tuple[int, int, int]:
        """Return size, compressed size and offset, those that are all ones taken from the 64-bit extra field."""
        wide = list(narrow)
        wanted = [index for index, value in enumerate(narrow) if value == 0xFFFFFFFF]
        at = 0
        while at + 4 <= len(extra):
            kind, length = struct.unpack_from("<2H", extra, at)
            if kind == 1 and length >= 8 * len(wanted) and at + 4 + length <= len(extra):
                for position, index in enumerate(wanted):
                    wide[index] = struct.unpack_from("<Q", extra, at + 4 + 8 * position)[0]
                break
            at += 4 + length
        else:
            self._refuse("its 64-bit sizes are missing", member)
        return wide[0], wide[1], wide[2]

    def _spans(self, members: list[ZipMember], end: int) -> list[int]:
        """Return how far each member may reach, refusing members that overlap or hide between others."""
        order = sorted(range(len(members)), key=lambda index: members[index].offset)
        spans = [0] * len(members)
        for index, following in zip(order, [*order[1:], -1], strict=True):
            member = members[index]
            until = end if following < 0 else members[following].offset
            spans[index] = span = until - member.offset
            least = _LOCAL.size + len(member.raw_name) + member.compressed
            if span < least:
                self._refuse("it overlaps with another member", member.name)
            if span - least > _LONGEST_DESCRIPTOR + _LONGEST_FIELD:
                self._refuse("something that the central directory does not list follows it", member.name)
        if order and members[order[0]].offset:
            self._refuse("something precedes its first member")
        return spans

    def _refuse(self, reason: str, member: str = "") -> NoReturn:
        raise UnsafeArchiveError(filename=self.name, member=member, reason=reason)


@cache
def _inflater() -> Any:
    """Return isal's form of the zlib module where it is installed (twice as fast), else zlib."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib
    return isal_zlib
