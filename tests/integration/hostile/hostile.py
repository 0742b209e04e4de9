"""Archives that are damaged, ambiguous or hostile, made on the spot byte by byte."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import stat
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

NAME = "demo-1.0-py3-none-any.whl"
INFO = "demo-1.0.dist-info"
METADATA = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n\n"
WHEEL = b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
# A second of zeros that deflates a thousand to one, and can be repeated: a full flush forgets what came before.
_PACKER = zlib.compressobj(9, zlib.DEFLATED, -15)
_ZEROS = _PACKER.compress(bytes(1 << 20)) + _PACKER.flush(zlib.Z_FULL_FLUSH)


@dataclass
class Entry:
    """A member; ``local`` and ``central`` override fields of one of its two headers."""

    name: bytes
    content: bytes = b"content"
    method: int = 8
    flags: int = 0x800
    mode: int = stat.S_IFREG | 0o644
    raw: bytes | None = None  # what stands for the compressed content
    local: dict[str, int | bytes] = field(default_factory=dict)
    central: dict[str, int | bytes] = field(default_factory=dict)
    hidden: bool = False


def zipped(entries: Iterable[Entry], *, before: bytes = b"", after: bytes = b"", count: int | None = None) -> bytes:
    """Return a zip archive; ``count`` overrides the number of members that its end record names."""
    body, directory, listed = bytearray(before), bytearray(), 0
    for one in entries:
        data = one.raw
        if data is None:
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            data = packer.compress(one.content) + packer.flush() if one.method == 8 else one.content
        fields: dict[str, int | bytes] = {
            "name": one.name, "flags": one.flags, "method": one.method, "crc": zlib.crc32(one.content),
            "compressed": len(data), "size": len(one.content), "offset": len(body),
        }  # fmt: skip
        local, central = fields | one.local, fields | one.central
        body += struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, local["flags"], local["method"], 0, 33, local["crc"], local["compressed"],
            local["size"], len(local["name"]), 0,  # type: ignore[arg-type]
        )  # fmt: skip
        body += local["name"] + data  # type: ignore[operator]
        if one.hidden:
            continue
        listed += 1
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 0x314, 20, central["flags"], central["method"], 0, 33, central["crc"],
            central["compressed"], central["size"], len(central["name"]), 0, 0, 0, 0,  # type: ignore[arg-type]
            one.mode << 16, central["offset"],
        )  # fmt: skip
        directory += central["name"]  # type: ignore[operator]
    total = listed if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, total, total, len(directory), len(body), 0)
    return bytes(body + directory + end) + after


def _digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def wheel(
    *more: Entry,
    files: Mapping[str, bytes] | None = None,
    metadata: bytes = METADATA,
    info: str = INFO,
    record: Callable[[list[str]], list[str]] = lambda rows: rows,
    without: str = "",
    **options: bytes | int,
) -> bytes:
    """Return a wheel of one module and of what a case adds; ``record`` changes the rows of RECORD."""
    content = {"demo.py": b"HERE = True\n", **(files or {}), f"{info}/METADATA": metadata, f"{info}/WHEEL": WHEEL}
    entries = [Entry(name.encode(), body) for name, body in content.items()]
    listed = [(one.name.decode("utf-8", "replace"), one.content) for one in (*entries, *more)]
    rows = record([f'"{name}",{_digest(body)},{len(body)}' for name, body in listed] + [f"{info}/RECORD,,"])
    entries += [*more, Entry(f"{info}/RECORD".encode(), "\n".join([*rows, ""]).encode())]
    kept = [one for one in entries if not without or not one.name.endswith(without.encode())]
    return zipped(kept, **options)  # type: ignore[arg-type]


def _special(name: bytes, kind: int, content: bytes = b"/etc/passwd") -> Entry:
    return Entry(name, content, mode=kind | 0o644)


def wheels(outside: Path) -> dict[str, tuple[str, bytes]]:
    """Return hostile wheels, each with its file name; ``outside`` is a folder that none may write to."""
    escape = f"../../../../../../../../../..{outside}/evil"
    deep = b"demo/" + b"a" * 256
    cases: dict[str, bytes] = {
        "absolute path": wheel(Entry(f"{outside}/evil".encode())),
        "parent path": wheel(Entry(escape.encode())),
        "parent path inside": wheel(Entry(f"demo/{escape}".encode())),
        "parent path that comes back": wheel(Entry(b"demo/../evil.py")),
        "dot segment": wheel(Entry(b"./evil.py")),
        "double slash": wheel(Entry(b"demo//evil.py")),
        "network path": wheel(Entry(b"//server/share/evil")),
        "backslash": wheel(Entry(b"..\\evil.py")),
        "backslash inside": wheel(Entry(b"demo\\evil.py")),
        "drive letter": wheel(Entry(b"C:/evil.py")),
        "drive letter without slash": wheel(Entry(b"C:evil.py")),
        "symbolic link": wheel(_special(b"demo/link", stat.S_IFLNK)),
        "symbolic link and file behind": wheel(
            _special(b"demo/link", stat.S_IFLNK, str(outside).encode()), Entry(b"demo/link/evil")
        ),
        "fifo": wheel(_special(b"demo/fifo", stat.S_IFIFO)),
        "character device": wheel(_special(b"demo/null", stat.S_IFCHR)),
        "block device": wheel(_special(b"demo/disk", stat.S_IFBLK)),
        "socket": wheel(_special(b"demo/socket", stat.S_IFSOCK)),
        "duplicate": wheel(Entry(b"demo/a.py", b"one"), Entry(b"demo/a.py", b"two")),
        "case collision": wheel(Entry(b"demo/A.py", b"one"), Entry(b"demo/a.py", b"two")),
        "unicode collision": wheel(
            Entry("demo/\u00e9.py".encode(), b"one"), Entry("demo/e\u0301.py".encode(), b"two")
        ),
        "file and folder of one name": wheel(Entry(b"demo/a"), Entry(b"demo/a/b.py")),
        "bomb": wheel(
            Entry(b"demo/zeros", b"", raw=_ZEROS * 600 + b"\x03\x00",
                  local={"size": 600 << 20}, central={"size": 600 << 20}),
        ),
        "declares more than it has": wheel(
            Entry(b"demo/big", b"x", local={"size": 0xFFFFFFF0}, central={"size": 0xFFFFFFF0})
        ),
        "declares less than it has": wheel(
            Entry(b"demo/big", b"x" * 5000, local={"size": 5}, central={"size": 5})
        ),
        "overlapping": wheel(Entry(b"demo/one", b"x" * 90), Entry(b"demo/two", b"y", central={"offset": 0})),
        "header names another file": wheel(Entry(b"demo/a.py", local={"name": b"demo/b.py"})),
        "header has another method": wheel(Entry(b"demo/a.py", local={"method": 0})),
        "header has another size": wheel(Entry(b"demo/a.py", local={"size": 3})),
        "hidden from the directory": wheel(Entry(b"demo/evil.py", hidden=True)),
        "trailing data": wheel(after=b"something"),
        "leading data": wheel(before=b"something"),
        "two archives": wheel(after=wheel(Entry(b"evil.py"))),
        "wrong number of members": wheel(count=1),
        "encrypted": wheel(Entry(b"demo/a.py", flags=0x801)),
        "unsupported compression": wheel(Entry(b"demo/a.py", method=97)),
        "wrong checksum": wheel(Entry(b"demo/a.py", local={"crc": 1}, central={"crc": 1})),
        "damaged data": wheel(Entry(b"demo/a.py", raw=b"\xff" * 9)),
        "cut short": wheel()[:-40],
        "cut in half": wheel()[: len(wheel()) // 2],
        "no archive": b"<html>not found</html>",
        "empty file": b"",
        "zero byte in a name": wheel(Entry(b"demo/a.py\0.txt")),
        "control character in a name": wheel(Entry(b"demo/a\x1b.py")),
        "line break in a name": wheel(Entry(b"demo/a\n.py")),
        "too long name": wheel(Entry(deep)),
        "not text in a name": wheel(Entry(b"demo/\xff\xfe.py")),
        "empty name": wheel(Entry(b"")),
        "data folder that leaves": wheel(Entry(f"demo-1.0.data/data/{escape}".encode())),
        "data folder of no kind": wheel(Entry(b"demo-1.0.data/evil/a")),
        "data folder over metadata": wheel(Entry(f"demo-1.0.data/purelib/{INFO}/INSTALLER".encode())),
        "script in a folder": wheel(Entry(b"demo-1.0.data/scripts/../../evil")),
        "entry point with a path": wheel(
            files={f"{INFO}/entry_points.txt": f"[console_scripts]\n{escape} = demo:main\n".encode()}
        ),
        "entry point with a parent": wheel(
            files={f"{INFO}/entry_points.txt": b"[gui_scripts]\n..\\evil = demo:main\n"}
        ),
        "entry point that is code": wheel(
            files={f"{INFO}/entry_points.txt": b"[console_scripts]\nx = os:system('touch evil')\n"}
        ),
        "no RECORD": wheel(without="/RECORD"),
        "no METADATA": wheel(without="/METADATA"),
        "no WHEEL": wheel(without="/WHEEL"),
        "RECORD with a wrong digest": wheel(record=lambda rows: [f'"demo.py",{_digest(b"")},12', *rows[1:]]),
        "RECORD with a wrong size": wheel(record=lambda rows: [rows[0].rpartition(",")[0] + ",7", *rows[1:]]),
        "RECORD without a file": wheel(record=lambda rows: rows[1:]),
        "other name in METADATA": wheel(metadata=METADATA.replace(b"demo", b"evil")),
        "other version in METADATA": wheel(metadata=METADATA.replace(b"1.0", b"9.9")),
        "other dist-info folder": wheel(info="evil-1.0.dist-info"),
        "other version of the dist-info folder": wheel(info="demo-9.9.dist-info"),
        "two dist-info folders": wheel(files={"evil-1.0.dist-info/METADATA": METADATA}),
        "no dist-info folder": zipped([Entry(b"demo.py")]),
        "METADATA that is no text": wheel(metadata=b"\xff\xfe"),
    }  # fmt: skip
    return {name: (NAME, data) for name, data in cases.items()}


# -- source archives ---------------------------------------------------------------------------------------------------

_PYPROJECT = b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
_BACKEND = b"import pathlib\npathlib.Path(OUTSIDE, 'evil').touch()\n"


def _files() -> dict[str, bytes]:
    return {"PKG-INFO": METADATA, "pyproject.toml": _PYPROJECT, "demo.py": b""}


def _member(name: str, content: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for key, value in fields.items():
        setattr(member, key, value)
    return member, content


def tarred(*more: tuple[tarfile.TarInfo, bytes], root: str = "demo-1.0") -> bytes:
    """Return a source distribution of what a case adds."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in _files().items():
            archive.addfile(*(_with_stream(_member(f"{root}/{name}", content))))
        for one in more:
            archive.addfile(*_with_stream(one))
    return gzip.compress(raw.getvalue(), 1, mtime=0)


def _with_stream(one: tuple[tarfile.TarInfo, bytes]) -> tuple[tarfile.TarInfo, io.BytesIO]:
    return one[0], io.BytesIO(one[1])


def _link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    return _member(name, type=kind, linkname=target)


def _source_zip(*more: Entry) -> bytes:
    return zipped([*(Entry(f"demo-1.0/{name}".encode(), body) for name, body in _files().items()), *more])


def sources(outside: Path) -> dict[str, tuple[str, bytes]]:
    """Return hostile source distributions, each with its file name."""
    top = "demo-1.0"
    escape = f"{top}/../../../../../../../../../..{outside}/evil"
    tars: dict[str, bytes] = {
        "absolute path": tarred(_member(f"{outside}/evil", b"x")),
        "parent path": tarred(_member(escape, b"x")),
        "backslash": tarred(_member(f"{top}/..\\evil", b"x")),
        "drive letter": tarred(_member("C:/evil", b"x")),
        "link out of the tree": tarred(_link(f"{top}/link", "../../../../../../../../etc/passwd")),
        "link to an absolute path": tarred(_link(f"{top}/link", str(outside))),
        "link and file behind": tarred(_link(f"{top}/link", str(outside)), _member(f"{top}/link/evil", b"x")),
        "link inside and file behind": tarred(_link(f"{top}/link", "."), _member(f"{top}/link/evil", b"x")),
        "chain of links": tarred(
            _link(f"{top}/a", "."), _link(f"{top}/a/b", ".."), _member(f"{top}/a/b/../evil", b"x")
        ),
        "hard link out of the tree": tarred(_link(f"{top}/hard", f"{outside}/kept", tarfile.LNKTYPE)),
        "hard link by parents": tarred(_link(f"{top}/hard", "../../../../etc/passwd", tarfile.LNKTYPE)),
        "fifo": tarred(_member(f"{top}/fifo", type=tarfile.FIFOTYPE)),
        "character device": tarred(_member(f"{top}/null", type=tarfile.CHRTYPE, devmajor=1, devminor=3)),
        "block device": tarred(_member(f"{top}/disk", type=tarfile.BLKTYPE, devmajor=8)),
        "duplicate": tarred(_member(f"{top}/a", b"one"), _member(f"{top}/a", b"two")),
        "case collision": tarred(_member(f"{top}/a", b"one"), _member(f"{top}/A", b"two")),
        "unicode collision": tarred(_member(f"{top}/\u00e9", b"one"), _member(f"{top}/e\u0301", b"two")),
        "file and folder of one name": tarred(_member(f"{top}/a", b"x"), _member(f"{top}/a/b", b"x")),
        "zero byte in a name": tarred(_member(f"{top}/a\0b", b"x", pax_headers={"path": f"{top}/a\0b"})),
        "control character in a name": tarred(_member(f"{top}/a\x1bb", b"x")),
        "too long name": tarred(_member(f"{top}/{'a' * 256}", b"x")),
        "cut short": tarred(_member(f"{top}/big", bytes(range(256)) * 900))[:-60],
        "wrong checksum": tarred()[:-8] + b"\0" * 8,
        "no archive": b"<html>not found</html>",
        "empty file": b"",
        "bomb": gzip.compress(b"", 1, mtime=0)[:10] + _bomb(top),
        "nothing in it": gzip.compress(bytes(10240), 1, mtime=0),
        "two folders": tarred(_member("other/pyproject.toml", _PYPROJECT)),
    }
    zips: dict[str, bytes] = {
        "zip with a parent path": _source_zip(Entry(escape.encode())),
        "zip with an absolute path": _source_zip(Entry(f"{outside}/evil".encode())),
        "zip with a link": _source_zip(_special(f"{top}/link".encode(), stat.S_IFLNK)),
        "zip with a duplicate": _source_zip(Entry(f"{top}/a".encode()), Entry(f"{top}/a".encode())),
        "zip with a case collision": _source_zip(Entry(f"{top}/a".encode()), Entry(f"{top}/A".encode())),
        "zip with a hidden member": _source_zip(Entry(f"{top}/evil".encode(), hidden=True)),
        "zip with a lying header": _source_zip(Entry(f"{top}/a".encode(), local={"name": b"demo-1.0/b"})),
    }
    found = {name: ("demo-1.0.tar.gz", data) for name, data in tars.items()}
    return found | {name: ("demo-1.0.zip", data) for name, data in zips.items()}


def _bomb(top: str) -> bytes:
    """Return the deflated stream, with its trailer, of a tar with a file of 600 MB of zeros."""
    size = 600 << 20
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in _files().items():
            archive.addfile(*_with_stream(_member(f"{top}/{name}", content)))
        member, _ = _member(f"{top}/zeros")
        member.size = size
        archive.addfile(member)
    head = raw.getvalue()[: raw.getvalue().rindex(b"zeros")]
    whole = raw.getvalue()
    end = whole.index(b"\0" * 1024, len(head))
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    start = packer.compress(whole[: end - end % 512 + 512]) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + _ZEROS * 601 + b"\x03\x00" + bytes(8)
