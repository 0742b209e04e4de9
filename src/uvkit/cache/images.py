"""The install image of a wheel: what installing it will put where, worked out once when it enters the cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .records import pack_plain, read_file, unpack_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

MANIFEST_NAME = "image"


class ImageManifest(NamedTuple):
    """Everything an installer needs to know of a wheel without looking into its folder.

    ``trees`` maps ``site`` (purelib or platlib), ``data`` (the prefix), ``headers`` and ``scripts`` to their folders,
    parents before children: the relative path (empty for the top) and the names of the files in it. All of these files
    are to be linked; a tree without files is absent.

    ``scripts`` are files to be written instead, as ``(name, kind, body)``: ``console`` and ``gui`` are entry points
    (the body is ``module:attribute``), ``script`` is a file whose ``#!python`` line is to be rewritten. Programs and
    scripts for other interpreters need no change and are in the ``scripts`` tree.

    ``executables`` and ``record`` name files by tree and path; ``record`` has the digest and size of everything in the
    trees but RECORD itself. With ``record_complete`` the RECORD in ``site`` is final: everything is in ``site``.
    """

    name: str  # normalized
    version: str
    dist_info: str
    purelib: bool
    trees: dict[str, list[tuple[str, list[str]]]]
    scripts: list[tuple[str, str, bytes]]
    executables: list[tuple[str, str]]
    record: list[tuple[str, str, str, int]]
    record_complete: bool
    top_level: tuple[str, ...]
    files: int
    size: int
    tags: tuple[str, ...]


class WheelImage:
    """A wheel unpacked in the cache; its files are shared by every environment and must never be written to."""

    __slots__ = ("manifest", "path")

    def __init__(self, path: Path, manifest: ImageManifest) -> None:
        self.path = path
        self.manifest = manifest

    def __repr__(self) -> str:
        return f"WheelImage({self.manifest.name!r}, {self.manifest.version!r}, {str(self.path)!r})"

    def root(self, tree: str) -> Path:
        """Return the folder of ``site``, ``data``, ``headers`` or ``scripts``."""
        return self.path / tree

    def paths(self) -> Iterable[tuple[str, str]]:
        """Yield every file as tree and relative path."""
        for tree, folders in self.manifest.trees.items():
            for folder, names in folders:
                for name in names:
                    yield tree, f"{folder}/{name}" if folder else name


def dump_manifest(manifest: ImageManifest) -> bytes:
    """Return the manifest file's content."""
    return pack_plain(tuple(manifest))


def load_image(folder: str) -> WheelImage | None:
    """Return the image in a folder, or none if there is none or its manifest is damaged."""
    raw = read_file(f"{folder}/{MANIFEST_NAME}")
    plain = None if raw is None else unpack_plain(raw)
    if not isinstance(plain, tuple) or len(plain) != len(ImageManifest._fields):
        return None
    return WheelImage(Path(folder), ImageManifest._make(plain))
