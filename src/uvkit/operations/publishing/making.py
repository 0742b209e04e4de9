"""Make the distributions of one source, and put them into a folder whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.errors import InvalidMetadataError, MetadataMismatchError
from uvkit.events import BuildOutput, CancelToken
from uvkit.fs import extract_archive, replace, scratch_name, storage_error

from .built import BuiltDistributions, DistributionKind
from .sources import BuildSource

if TYPE_CHECKING:
    from uvkit.builder import Frontend
    from uvkit.model import CoreMetadata
    from uvkit.operations.builder import Builder
    from uvkit.runtime import Emitter


class Maker:
    """Builds sources with one builder into one folder, or into none to see what comes of it; thread-safe."""

    def __init__(
        self,
        builder: Builder,
        folder: Path | None,
        kinds: frozenset[DistributionKind],
        *,
        several: bool,
        emitter: Emitter,
        cancel: CancelToken | None,
    ) -> None:
        self._builder = builder
        self._folder = folder
        self._kinds = kinds
        self._several = several
        self.emitter = emitter
        self._cancel = cancel

    def make(self, source: BuildSource) -> BuiltDistributions:
        """Return what was built of a source.

        Raises:
            BackendError, InvalidTableError: it could not be built.
            MetadataMismatchError: the wheel is not of the same project and version as the source distribution.
        """
        if self._cancel is not None:
            self._cancel.check()
        with self._builder.cache.scratch() as scratch:
            sdist = wheel = None
            if source.is_archive:
                wheel = self._wheel_of_archive(source, source.path, scratch)
            else:
                if self._kinds != {"wheel"}:
                    sdist = self._built(source, scratch, "source distribution", call=lambda one, to: one.sdist(to))
                if "wheel" in self._kinds:
                    wheel = self._built(source, scratch, "wheel", call=lambda one, to: one.wheel(to))
                elif sdist is not None and not self._kinds:
                    wheel = self._wheel_of_archive(source, sdist, scratch)
            metadata = self._metadata(source, sdist, wheel)
            if self._folder is None:
                made = [one for one in (sdist, wheel) if one is not None]
                return BuiltDistributions(
                    source=source.path, metadata=metadata, contents={one.name: members_of(one) for one in made}
                )
            return BuiltDistributions(
                source=source.path,
                metadata=metadata,
                sdist=None if sdist is None else place(sdist, self._folder),
                wheel=None if wheel is None else place(wheel, self._folder),
            )

    def _wheel_of_archive(self, source: BuildSource, archive: Path, scratch: Path) -> Path:
        unpacked = scratch / "unpacked"
        unpacked.mkdir()
        extract_archive(archive, unpacked)
        entries = list(unpacked.iterdir())
        tree = entries[0] if len(entries) == 1 and entries[0].is_dir() else unpacked
        what = "wheel from source distribution"
        return self._built(source, scratch, what, call=lambda one, to: one.wheel(to), tree=tree)

    def _built(
        self,
        source: BuildSource,
        scratch: Path,
        what: str,
        *,
        call: Callable[[Frontend, Path], Path],
        tree: Path | None = None,
    ) -> Path:
        folder = scratch / what.replace(" ", "-")
        folder.mkdir()
        with self._task(source, what) as on_line:
            frontend = self._builder.frontend(
                tree or source.path,
                project=source.project,
                source=str(source.path),
                is_local=tree is None,
                on_line=on_line,
                cancel=self._cancel,
            )
            return call(frontend, folder)

    @contextmanager
    def _task(self, source: BuildSource, what: str) -> Iterator[Callable[[str], None]]:
        task = self.emitter.start("build", f"{source.label}: {what}" if self._several else what)
        try:
            yield lambda line: self.emitter.emit(BuildOutput(task, line))
        except BaseException:
            self.emitter.finish(task, "failed")
            raise
        self.emitter.finish(task)

    def _metadata(self, source: BuildSource, sdist: Path | None, wheel: Path | None) -> CoreMetadata:
        of_sdist = None if sdist is None else sdist_metadata(sdist)
        if wheel is None:
            if of_sdist is None:
                raise InvalidMetadataError(filename=str(source.path), problems=("nothing was built",))
            return of_sdist
        of_wheel = wheel_metadata(wheel)
        # Backends that know no PKG-INFO are rare; one that writes another version into it is broken.
        if of_sdist is not None and (of_sdist.project, of_sdist.version) != (of_wheel.project, of_wheel.version):
            raise MetadataMismatchError(
                filename=wheel.name,
                field="name and version",
                expected=f"{of_sdist.project} {of_sdist.version}",
                actual=f"{of_wheel.project} {of_wheel.version}",
            )
        return of_wheel


def wheel_metadata(path: Path) -> CoreMetadata:
    """Return what a wheel on disk says of itself.

    Raises:
        InvalidMetadataError, UnsafeArchiveError: it says nothing that can be read.
    """
    from uvkit.formats import parse_core_metadata
    from uvkit.net import read_local_metadata

    return parse_core_metadata(read_local_metadata(path), filename=path.name)


def sdist_metadata(path: Path) -> CoreMetadata:
    """Return what a source distribution on disk says of itself (PEP 625, 643).

    Raises:
        InvalidMetadataError: it has no `PKG-INFO` that can be read.
    """
    from uvkit.formats import parse_core_metadata

    return parse_core_metadata(sdist_metadata_bytes(path), filename=path.name)


def sdist_metadata_bytes(path: Path) -> bytes:
    """Return the `PKG-INFO` of a source distribution on disk.

    Raises:
        InvalidMetadataError: it has none at its top, or is no archive.
    """
    import tarfile
    import zipfile

    try:
        if path.name.endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                name = next((one for one in archive.namelist() if _is_top(one)), None)
                found = None if name is None else archive.read(name)
        else:
            with tarfile.open(path) as tar:
                member = next((one for one in tar if one.isfile() and _is_top(one.name)), None)
                file = None if member is None else tar.extractfile(member)
                found = None if file is None else file.read()
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, ValueError) as error:
        raise InvalidMetadataError(filename=path.name, problems=(f"it is no archive: {error}",)) from error
    if found is None:
        raise InvalidMetadataError(filename=path.name, problems=("it has no `PKG-INFO` at its top",))
    return found


def members_of(path: Path) -> tuple[str, ...]:
    """Return the names of the files in a distribution, in their order."""
    import tarfile
    import zipfile

    if path.name.endswith((".whl", ".zip")):
        with zipfile.ZipFile(path) as archive:
            return tuple(name for name in archive.namelist() if not name.endswith("/"))
    with tarfile.open(path) as tar:
        return tuple(member.name for member in tar if not member.isdir())


def _is_top(name: str) -> bool:
    parts = name.removeprefix("./").split("/")
    return len(parts) == 2 and parts[1] == "PKG-INFO"


def place(built: Path, folder: Path) -> Path:
    """Copy a finished file into a folder, so that it appears there whole.

    Raises:
        StorageError: the folder cannot be written to.
    """
    target = folder / built.name
    scratch = folder / scratch_name(built.name)
    try:
        shutil.copyfile(built, scratch)
        replace(os.fspath(scratch), os.fspath(target))
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise storage_error(error, target) from error
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    return target
