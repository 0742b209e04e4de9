"""Make real wheels and source distributions, byte for byte reproducible."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# The first moment that a zip archive can store; every archive made here carries it.
_STAMP = (1980, 1, 1, 0, 0, 0)

# A build backend that needs nothing but the standard library: it packs the tree's module and PKG-INFO into a wheel.
_BACKEND = """\
import base64, hashlib, pathlib, zipfile

ROOT = pathlib.Path(__file__).parent
INFO = (ROOT / "PKG-INFO").read_bytes()
FIELDS = dict(line.split(": ", 1) for line in INFO.decode().split("\\n\\n")[0].splitlines() if ": " in line)
STEM = FIELDS["Name"].replace("-", "_").replace(".", "_") + "-" + FIELDS["Version"]
WHEEL = b"Wheel-Version: 1.0\\nGenerator: uvkit-testing\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(directory, config_settings=None):
    info = pathlib.Path(directory) / (STEM + ".dist-info")
    info.mkdir()
    (info / "METADATA").write_bytes(INFO)
    (info / "WHEEL").write_bytes(WHEEL)
    return info.name


def build_wheel(directory, config_settings=None, metadata_directory=None):
    files = {p.relative_to(ROOT / "src").as_posix(): p.read_bytes() for p in (ROOT / "src").rglob("*.py")}
    files[STEM + ".dist-info/METADATA"] = INFO
    files[STEM + ".dist-info/WHEEL"] = WHEEL
    rows = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(content)}")
    files[STEM + ".dist-info/RECORD"] = "\\n".join([*rows, STEM + ".dist-info/RECORD,,", ""]).encode()
    name = STEM + "-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory) / name, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """What to put into a wheel or source distribution.

    ``files`` maps paths inside the wheel (site-packages relative, or ``<stem>.data/...``) to contents; without any, one
    module named after the project is made. ``entry_points`` maps groups to ``{name: "module:attribute"}``.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requires_python: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    entry_points: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    tag: str = "py3-none-any"
    build: str = ""
    executable: frozenset[str] = frozenset()

    @property
    def stem(self) -> str:
        """Return ``name-version`` as file names spell it."""
        return f"{self.module}-{self.version}"

    @property
    def module(self) -> str:
        """Return the import package's name."""
        return self.name.replace("-", "_").replace(".", "_")

    def metadata(self) -> bytes:
        """Return the core metadata file."""
        lines = ["Metadata-Version: 2.3", f"Name: {self.name}", f"Version: {self.version}"]
        if self.requires_python:
            lines.append(f"Requires-Python: {self.requires_python}")
        lines += [f"Requires-Dist: {requirement}" for requirement in self.requires]
        for extra, requirements in self.extras.items():
            lines.append(f"Provides-Extra: {extra}")
            lines += [f"Requires-Dist: {_under_extra(requirement, extra)}" for requirement in requirements]
        return "\n".join([*lines, "", ""]).encode()


def _under_extra(requirement: str, extra: str) -> str:
    body, semicolon, marker = requirement.partition(";")
    condition = f"({marker.strip()}) and extra == '{extra}'" if semicolon else f"extra == '{extra}'"
    return f"{body.strip()} ; {condition}"


def make_wheel(directory: Path, distribution: Distribution) -> Path:
    """Write a wheel into ``directory`` and return its path."""
    info = f"{distribution.stem}.dist-info"
    files = dict(distribution.files) or {
        f"{distribution.module}/__init__.py": f"__version__ = {distribution.version!r}\n".encode()
    }
    files[f"{info}/METADATA"] = distribution.metadata()
    pure = str(distribution.tag.endswith("-any")).lower()
    tags = "".join(f"Tag: {tag}\n" for tag in _expanded(distribution.tag))
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: uvkit-testing\nRoot-Is-Purelib: {pure}\n{tags}".encode()
    if distribution.entry_points:
        files[f"{info}/entry_points.txt"] = _entry_points(distribution.entry_points)
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    build = f"-{distribution.build}" if distribution.build else ""
    target = directory / f"{distribution.stem}{build}-{distribution.tag}.whl"
    directory.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            member = zipfile.ZipInfo(path, _STAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            mode = 0o755 if path in distribution.executable else 0o644
            member.external_attr = (0o100000 | mode) << 16
            archive.writestr(member, content)
    return target


def make_sdist(directory: Path, distribution: Distribution) -> Path:
    """Write a source distribution with its own build backend into ``directory`` and return its path."""
    module = f"__version__ = {distribution.version!r}\n".encode()
    files = {
        "PKG-INFO": distribution.metadata(),
        "pyproject.toml": b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": _BACKEND.encode(),
        f"src/{distribution.module}/__init__.py": module,
    }
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(f"{distribution.stem}/{path}")
            member.size = len(content)
            member.mode = 0o644
            archive.addfile(member, io.BytesIO(content))
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / f"{distribution.stem}.tar.gz"
    with target.open("wb") as file, gzip.GzipFile(fileobj=file, filename="", mode="wb", mtime=0) as zipped:
        zipped.write(raw.getvalue())
    return target


def _expanded(tag: str) -> Iterable[str]:
    python, abi, platform = tag.split("-")
    for one in python.split("."):
        for two in abi.split("."):
            for three in platform.split("."):
                yield f"{one}-{two}-{three}"


def _entry_points(groups: Mapping[str, Mapping[str, str]]) -> bytes:
    parts = ("\n".join([f"[{group}]", *(f"{k} = {v}" for k, v in rows.items()), ""]) for group, rows in groups.items())
    return "\n".join(parts).encode()


def _record(files: Mapping[str, bytes], own: str) -> bytes:
    rows = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(content)}")
    return "\n".join([*rows, f"{own},,", ""]).encode()
