"""Distributions on disk as uploads: which files they are, what they say of themselves, and their digests."""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.version import InvalidVersion, Version

from uvkit.errors import InvalidMetadataError, InvalidOptionError, MetadataMismatchError
from uvkit.formats import is_distribution, multipart_form, upload_fields, version_text
from uvkit.model import ProjectName, project_name, split_wheel_name

from .making import sdist_metadata_bytes

if TYPE_CHECKING:
    from uvkit.net import Body

DEFAULT_PATTERN = "dist/*"
_UPLOADED = (".whl", ".tar.gz", ".zip")
_ATTESTATION = ".publish.attestation"
_CHUNK = 1 << 18
# Behind the file: a server that takes a form for whole when the connection breaks then lacks what says what to do, and
# refuses it, instead of keeping half a file for good. pypiserver does so.
_LAST = ((":action", "file_upload"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One distribution to upload; ``metadata`` are the fields of the form that its core metadata fill."""

    path: Path
    project: ProjectName
    version: Version
    size: int
    metadata: tuple[tuple[str, str], ...] = field(repr=False)
    attestations: tuple[Any, ...] = field(default=(), repr=False)

    @property
    def filename(self) -> str:
        """Return the name under which it is uploaded."""
        return self.path.name

    def digest(self, algorithm: str) -> str:
        """Return the digest of the file in hexadecimal digits.

        Raises:
            ValueError: there is no such algorithm.
        """
        return next(iter(_digests(self.path, (algorithm,)).values()))

    def body(self) -> tuple[Body, str]:
        """Return what is sent, read from the file while it is sent, and its content type."""
        from uvkit.net import Body

        form = multipart_form(
            self._fields(), file_field="content", filename=self.filename, last=_LAST, seed=os.urandom(32)
        )

        def chunks() -> Iterator[bytes]:
            yield form.head
            with self.path.open("rb") as file:
                while data := file.read(_CHUNK):
                    yield data
            yield form.tail

        return Body(len(form.head) + self.size + len(form.tail), chunks), form.content_type

    def _fields(self) -> Iterator[tuple[str, str]]:
        digests = _digests(self.path, ("md5", "sha256", "blake2_256"))
        yield "protocol_version", "1"
        wheel = split_wheel_name(self.filename)
        yield "filetype", "sdist" if wheel is None else "bdist_wheel"
        yield "pyversion", "source" if wheel is None else wheel.python
        yield from ((f"{name}_digest", value) for name, value in digests.items())
        yield from self.metadata
        if self.attestations:
            yield "attestations", json.dumps(self.attestations)


def find_uploads(files: Iterable[str | os.PathLike[str]], *, attestations: bool = True) -> list[Upload]:
    """Return the distributions that paths and patterns name, sorted by name, each read once.

    What is neither a wheel nor a source distribution is left out: patterns like `dist/*` name other files as well.

    Raises:
        InvalidOptionError: there are none.
        InvalidMetadataError, MetadataMismatchError, UnsafeArchiveError: one is not what its name says.
    """
    paths = [path for path in dict.fromkeys(_expanded(files)) if is_distribution(path.name)]
    chosen = sorted((path for path in paths if path.name.endswith(_UPLOADED)), key=lambda path: path.name)
    if not chosen:
        raise InvalidOptionError(problems=(("files", "no wheels or source distributions were found to publish"),))
    return [_read(path, attestations=attestations) for path in chosen]


def _expanded(files: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    for given in files:
        text = os.fspath(given)
        if os.path.isfile(text):
            yield Path(text)
        elif glob.has_magic(text):
            yield from (Path(found) for found in sorted(glob.glob(text)) if os.path.isfile(found))
        elif is_distribution(os.path.basename(text)):
            raise InvalidOptionError(problems=(("files", f"`{text}` is not there"),))


def _read(path: Path, *, attestations: bool) -> Upload:
    from uvkit.net import read_local_metadata

    raw = read_local_metadata(path) if path.name.endswith(".whl") else sdist_metadata_bytes(path)
    metadata = upload_fields(raw, filename=path.name)
    named = dict(reversed(metadata))
    project = project_name(named["name"])
    try:
        version = Version(named["version"])
        in_name = Version(version_text(path.name, project) or "")
    except InvalidVersion as error:
        problem = f"its name is not that of a distribution of `{named['name']}` {named['version']}"
        raise InvalidMetadataError(filename=path.name, problems=(problem,)) from error
    if in_name != version:
        raise MetadataMismatchError(filename=path.name, field="version", expected=str(in_name), actual=str(version))
    return Upload(
        path=path,
        project=project,
        version=version,
        size=path.stat().st_size,
        metadata=tuple(metadata),
        attestations=tuple(_attestations(path)) if attestations else (),
    )


def _attestations(path: Path) -> Iterator[Any]:
    """Yield the attestations (PEP 740) that lie beside a distribution, as their makers name the files."""
    for beside in sorted(path.parent.glob(f"{glob.escape(path.name)}*{_ATTESTATION}")):
        try:
            yield json.loads(beside.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidMetadataError(filename=beside.name, problems=(f"it is not JSON: {error}",)) from error


def _digests(path: Path, algorithms: Sequence[str]) -> dict[str, str]:
    """Return digests of a file by their names; one that the machine forbids is left out."""
    hashes = {name: found for name in algorithms if (found := _new(name)) is not None}
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            for one in hashes.values():
                one.update(data)
    return {name: one.hexdigest() for name, one in hashes.items()}


def _new(algorithm: str) -> Any:
    if algorithm == "blake2_256":
        return hashlib.blake2b(digest_size=32)
    try:
        return hashlib.new(algorithm, usedforsecurity=False)
    except ValueError:
        if algorithm == "md5":
            return None  # switched off on machines that follow FIPS 140; the other digests are enough
        raise
