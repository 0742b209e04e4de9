"""Put one wheel's image into a staging tree: links from the cache, scripts, and the metadata that belongs to here."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal, Self, cast

from uvkit.formats import dump_record, record_digest
from uvkit.fs import Linker, link_tree, place_file, write_all

from .launchers import ScriptStyle, check_script_name, entry_point_script, is_interpreter_name, rewritten_script
from .scheme import Scheme

if TYPE_CHECKING:
    from uvkit.cache import WheelImage

# What a cached wheel's metadata folder has besides the wheel's own files (PEP 376, 627).
_MARKS = ("REQUESTED", "INSTALLER")
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where the parts of wheels go in one environment: ``root`` is absolute, the folders are relative to it.

    Paths use forward slashes; an empty one is the root itself.
    """

    root: str
    purelib: str
    platlib: str
    scripts: str
    data: str
    headers: str
    style: ScriptStyle

    @classmethod
    def of(cls, root: str, scheme: Scheme, style: ScriptStyle) -> Self:
        """Return the destination for the folders of ``scheme``, which must lie in ``root``.

        Raises:
            ValueError: a folder lies outside.
        """

        def inside(path: os.PathLike[str]) -> str:
            relative = os.path.relpath(path, root).replace(os.sep, "/")
            if relative == ".." or relative.startswith("../"):
                raise ValueError(f"`{os.fspath(path)}` is outside of `{root}`")
            return "" if relative == "." else relative

        # On some systems `lib64` is a link to `lib`; one folder must not go by two names here.
        platlib = (
            scheme.purelib if os.path.realpath(scheme.platlib) == os.path.realpath(scheme.purelib) else scheme.platlib
        )
        return cls(
            root=root,
            purelib=inside(scheme.purelib),
            platlib=inside(platlib),
            scripts=inside(scheme.scripts),
            data=inside(scheme.data),
            headers=inside(scheme.include),
            style=style,
        )

    @property
    def folders(self) -> frozenset[str]:
        """Return the folders that stay when they become empty, and those above them."""
        kept = {""}
        for folder in (self.purelib, self.platlib, self.scripts, self.data):
            path = folder
            while path:
                kept.add(path)
                path = path.rpartition("/")[0]
        return frozenset(kept)

    def is_vital(self, path: str) -> bool:
        """Tell whether the environment is none without this file: its interpreter, its configuration."""
        folder, _, name = path.rpartition("/")
        return path == "pyvenv.cfg" or (folder == self.scripts and is_interpreter_name(name))


class WheelInstall:
    """One wheel on its way into an environment.

    Walks nothing: what to link is in the image's manifest. ``extra`` are files to write into the metadata folder, such
    as ``direct_url.json``; RECORD is written only if the cached one does not say everything. With ``marked`` false no
    file there says who installed it.
    """

    def __init__(
        self,
        image: WheelImage,
        destination: Destination,
        *,
        extra: Mapping[str, bytes] | None = None,
        requested: bool = True,
        marked: bool = True,
    ) -> None:
        self.image = image
        self.destination = destination
        self.extra = dict(extra or {})
        self._left_out = frozenset() if marked and requested else frozenset(_MARKS if not marked else _MARKS[:1])
        self._written: dict[str, tuple[bytes, int]] | None = None
        self._files: dict[str, tuple[str, str]] | None = None

    def __repr__(self) -> str:
        return f"WheelInstall({self.image!r})"

    @property
    def site(self) -> str:
        """Return the folder that the wheel's modules go to."""
        return self.destination.purelib if self.image.manifest.purelib else self.destination.platlib

    def base(self, tree: str) -> str:
        """Return the folder that a tree of the image goes to."""
        match tree:
            case "site":
                return self.site
            case "data":
                return self.destination.data
            case "headers":
                return _join(self.destination.headers, self.image.manifest.name)
            case _:
                return self.destination.scripts

    def written(self) -> dict[str, tuple[bytes, int]]:
        """Return the files that are written rather than linked, RECORD excepted: path to content and mode.

        Raises:
            InvalidMetadataError: a script has a name or a target that is not allowed.
        """
        if self._written is None:
            made = dict(self._scripts())
            for name, content in self.extra.items():
                made[_join(self.site, self.image.manifest.dist_info, name)] = content, 0o644
            self._written = made
        return self._written

    def _scripts(self) -> Iterator[tuple[str, tuple[bytes, int]]]:
        manifest = self.image.manifest
        style = self.destination.style
        origin = f"{manifest.name}-{manifest.version}"
        for name, kind, body in manifest.scripts:
            check_script_name(name, origin=origin)
            if kind == "script":
                file, content = rewritten_script(name, body, style=style)
            else:
                section = cast("Literal['console', 'gui']", kind)
                file, content = entry_point_script(name, body.decode(), kind=section, style=style)
            yield _join(self.destination.scripts, file), (content, 0o755)

    def files(self) -> dict[str, tuple[str, str]]:
        """Return every file by the path it gets, with the tree and path it has in the image (empty if written)."""
        if self._files is None:
            found = {
                _join(self.base(tree), folder, name): (tree, _join(folder, name))
                for tree, folders in self.image.manifest.trees.items()
                for folder, names in folders
                for name in names
            }
            found.update(dict.fromkeys((*self.written(), self._record_path), ("", "")))
            self._files = found
        return self._files

    def digests(self) -> dict[str, str]:
        """Return the digest of every file but RECORD, as RECORD spells it, by the path the file gets."""
        return {path: digest for path, digest, _ in self._rows()}

    def claims(self, paths: AbstractSet[str], folders: AbstractSet[str]) -> dict[str, str]:
        """Return the digest of each of ``paths`` that this wheel has, empty for its RECORD.

        ``folders`` are those that the paths lie in: with them only a few of thousands of names are looked at.
        """
        inside: dict[tuple[str, str], str] = {}
        for tree, rows in self.image.manifest.trees.items():
            base = self.base(tree)
            for folder, names in rows:
                place = _join(base, folder)
                if place in folders:
                    made = ((name, f"{place}/{name}" if place else name) for name in names)
                    inside.update(
                        ((tree, f"{folder}/{name}" if folder else name), path) for name, path in made if path in paths
                    )
        written = self.written()
        found = dict.fromkeys(inside.values(), "")
        if inside:
            for tree, path, digest, _ in self.image.manifest.record:
                if (own := inside.get((tree, path))) is not None:
                    found[own] = digest
        for path in paths & written.keys():
            found[path] = record_digest(sha256(written[path][0]).digest())
        if self._record_path in paths:
            found[self._record_path] = ""
        return found

    def link(self, staged: str, *, linker: Linker, stopped: Callable[[], bool]) -> list[str]:
        """Create everything below the folder ``staged`` and return the paths where something was already.

        What another wheel has put there is not touched. ``stopped`` is asked before each folder; once it says so, the
        rest is left out.

        Raises:
            InvalidMetadataError: a script is not allowed.
            OSError: the file system refuses; what was created stays.
        """
        manifest = self.image.manifest
        written = self.written()
        in_the_way: list[str] = []
        mode = linker.mode(self.image.path / "image", staged)
        for tree, folders in manifest.trees.items():
            base = self.base(tree)
            target = f"{staged}/{base}" if base else staged
            if tree != "site":
                os.makedirs(target, exist_ok=True)
            found = link_tree(self.image.root(tree), target, _until(folders, stopped), mode=mode)
            in_the_way += [_join(base, path) for path in found]
        if manifest.scripts:
            os.makedirs(f"{staged}/{self.destination.scripts}", exist_ok=True)
        if self.extra or self._left_out:
            self._make_room(staged)
        in_the_way += [path for path, made in written.items() if not _write(f"{staged}/{path}", *made)]
        if not manifest.record_complete or self.extra or self._left_out:
            in_the_way += [] if _write(f"{staged}/{self._record_path}", *self._record()) else [self._record_path]
        return in_the_way

    def put(self, staged: str, path: str, *, linker: Linker) -> None:
        """Create one file again in place of another wheel's.

        Raises:
            OSError: the file system refuses.
        """
        target = f"{staged}/{path}"
        os.unlink(target)
        tree, inside = self.files()[path]
        if tree:
            source = f"{self.image.root(tree)}/{inside}"
            place_file(source, target, mode=linker.mode(source, staged))
        else:
            _write(target, *(self._record() if path == self._record_path else self.written()[path]))

    def _make_room(self, staged: str) -> None:
        """Remove the links to what is written here in another form; never write through a link to the cache."""
        manifest = self.image.manifest
        linked = {name for folder, names in manifest.trees["site"] if folder == manifest.dist_info for name in names}
        replaced = {"RECORD", *self._left_out, *self.extra}
        for name in linked & replaced:
            os.unlink(f"{staged}/{_join(self.site, manifest.dist_info, name)}")

    @property
    def _record_path(self) -> str:
        return _join(self.site, self.image.manifest.dist_info, "RECORD")

    def _record(self) -> tuple[bytes, int]:
        return dump_record(self._record_lines()).encode("utf-8", "surrogateescape"), 0o644

    def _record_lines(self) -> Iterator[tuple[str, str, str | int]]:
        """Yield the lines of RECORD: paths relative to site-packages, its own without digest."""
        inside = f"{self.site}/" if self.site else ""
        length = len(inside)
        for path, digest, size in self._rows():
            relative = path[length:] if path.startswith(inside) else posixpath.relpath(path, self.site)
            yield relative, digest, size
        yield self._record_path[length:], "", ""

    def _rows(self) -> Iterator[tuple[str, str, int]]:
        """Yield path, digest and size of every file but RECORD."""
        manifest = self.image.manifest
        bases = {tree: self.base(tree) for tree in manifest.trees}
        skipped = {f"{manifest.dist_info}/{name}" for name in (*self.extra, *self._left_out)}
        for tree, path, digest, size in manifest.record:
            if tree != "site" or path not in skipped:
                yield _join(bases[tree], path), digest, size
        for path, (content, _) in self.written().items():
            yield path, record_digest(sha256(content).digest()), len(content)


def _until(folders: Iterable[tuple[str, list[str]]], stopped: Callable[[], bool]) -> Iterator[tuple[str, list[str]]]:
    for folder in folders:
        if stopped():
            return
        yield folder


def _write(path: str, content: bytes, mode: int) -> bool:
    """Create a file and tell whether that was possible; something that is there stays."""
    try:
        descriptor = os.open(path, _CREATE, mode)
    except FileExistsError:
        return False
    try:
        write_all(descriptor, content)
    finally:
        os.close(descriptor)
    return True


def _join(*parts: str) -> str:
    return "/".join(filter(None, parts))
