"""From pins to unpacked wheels: whatever the cache lacks is fetched, verified, built if need be, and unpacked."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from packaging.tags import parse_tag

from uvkit.errors import (
    BuildNotAllowedError,
    NoCompatibleFileError,
    PrepareError,
    UvkitError,
)
from uvkit.events import CancelToken, TaskId, TaskOutcome
from uvkit.model import DirectorySource, GitSource, PinnedDistribution, ProjectName, Target
from uvkit.runtime import Emitter, fewer_collections

from .fetching import Fetching, noted
from .sources import Artifact, artifact_of, check_image, check_local, from_folder

if TYPE_CHECKING:
    from uvkit.cache import Cache, WheelImage
    from uvkit.index import IndexSet
    from uvkit.net import HttpClient

# Beyond this, unpacking threads wait for each other: they hold the interpreter between their system calls.
_MOST_UNPACKING = 4
# Where the size of a file is not known, it is taken for one of middle size when the largest are begun first.
_TYPICAL_SIZE = 1 << 20
# What keeps the unpacking threads busy while the largest files are under way. Measured with 204 wheels of a fast index:
# both threads idle for 40 ms in place of 150.
_FIRST_FEW = 12


class WheelBuilder(Protocol):
    """Makes wheels from sources and puts them into the cache; whoever gives one allows builds."""

    def built_image(self, digest: str, *, project: ProjectName, subdirectory: str | None = None) -> WheelImage | None:
        """Return the wheel built before from the archive with this SHA-256, or none."""
        ...

    def archive_image(
        self, path: Path, *, project: ProjectName, digest: str | None = None, subdirectory: str | None = None
    ) -> WheelImage:
        """Build a source archive on disk; ``digest`` is its SHA-256, if known."""
        ...

    def tree_image(self, path: Path, *, project: ProjectName, editable: bool = False) -> WheelImage:
        """Build a source tree."""
        ...

    def repository_image(self, source: GitSource, *, project: ProjectName) -> WheelImage:
        """Build a repository at a commit."""
        ...


class Prepared(NamedTuple):
    """Unpacked wheels in the order of the pins, and which of them were not in the cache before."""

    images: dict[ProjectName, WheelImage]
    fetched: frozenset[ProjectName]


def prepare(pins: Sequence[PinnedDistribution], **options: Any) -> dict[ProjectName, WheelImage]:
    """Return the unpacked wheel of every pin; options and errors are those of `prepare_all`."""
    return prepare_all(pins, **options).images


def prepare_all(  # noqa: PLR0913  # the parts of a run; all but the first three have a default
    pins: Sequence[PinnedDistribution],
    *,
    indexes: IndexSet,
    cache: Cache,
    http: HttpClient | None = None,
    builder: WheelBuilder | None = None,
    target: Target | None = None,
    downloads: int = 32,
    builds: int | None = None,
    require_hashes: bool = False,
    root: Path | None = None,
    wheelhouse: Path | None = None,
    emitter: Emitter | None = None,
    cancel: CancelToken | None = None,
) -> Prepared:
    """Return the unpacked wheel of every pin, from the cache or else downloaded or built, in the order of the pins.

    What a ``wheelhouse`` (a folder) has is taken from there. Largest files first, ``downloads`` at a time; the first
    failure keeps what has not started from starting. Nothing is stored that was not verified, so a failed run leaves
    only whole wheels for the next one. Call it on the thread whose sink listens; events are delivered there.

    Raises:
        PrepareError: some could not be had; all failures are in it.
        CancelledError: the token was set.
    """
    run = _Preparation(
        cache,
        http=http,
        builder=builder,
        target=target,
        emitter=emitter or Emitter(None),
        cancel=cancel,
    )
    artifacts = _artifacts(pins, indexes, require_hashes=require_hashes, root=root or Path.cwd())
    images = run.cached(artifacts)
    known = frozenset(images)
    try:
        absent = [artifact for artifact in artifacts if artifact.pin.project not in images]
        if absent and wheelhouse is not None:
            absent = [from_folder(artifact, wheelhouse) for artifact in absent]
        if absent:
            images |= run.fetch(absent, downloads=downloads, builds=builds or os.cpu_count() or 1)
    finally:
        run.close()
    return Prepared({pin.project: images[pin.project] for pin in pins}, frozenset(images) - known)


def missing(
    pins: Sequence[PinnedDistribution],
    *,
    indexes: IndexSet,
    cache: Cache,
    builder: WheelBuilder | None = None,
    root: Path | None = None,
) -> frozenset[ProjectName]:
    """Return the projects whose wheels would have to be downloaded or built."""
    run = _Preparation(cache, http=None, builder=builder, target=None, emitter=Emitter(None), cancel=None)
    images = run.cached(_artifacts(pins, indexes, require_hashes=False, root=root or Path.cwd()))
    return frozenset(pin.project for pin in pins) - images.keys()


def _artifacts(
    pins: Sequence[PinnedDistribution], indexes: IndexSet, *, require_hashes: bool, root: Path
) -> list[Artifact]:
    artifacts, failures = [], []
    for pin in pins:
        try:
            artifacts.append(artifact_of(pin, indexes, root=root, require_hashes=require_hashes))
        except UvkitError as error:
            failures.append(error)
    if failures:
        raise PrepareError(failures=tuple(failures))
    return artifacts


def _in_order(wheels: Iterable[Artifact]) -> list[Artifact]:
    """Return wheels so that unpacking never waits: the largest first, but for a few of a third of the way down.

    The largest would all arrive together, and late; what unpacks has those few to do until then.
    """
    ordered = sorted(wheels, key=lambda artifact: -(artifact.size or _TYPICAL_SIZE))
    start = len(ordered) // 3
    if start < _FIRST_FEW:
        return ordered  # the last of a few should not be a large one
    few = ordered[start : start + _FIRST_FEW]
    return [*few, *ordered[:start], *ordered[start + _FIRST_FEW :]]


class _Preparation:
    """One run: the parts it works with, and what fetches for it."""

    def __init__(
        self,
        cache: Cache,
        *,
        http: HttpClient | None,
        builder: WheelBuilder | None,
        target: Target | None,
        emitter: Emitter,
        cancel: CancelToken | None,
    ) -> None:
        self._cache = cache
        self._builder = builder
        self._target = target
        self._unpacking = threading.Semaphore(max(2, min(_MOST_UNPACKING, os.cpu_count() or 1)))
        self._run = Fetching(http, scratch=lambda: Path(cache.staging.path()), emitter=emitter, cancel=cancel)

    def close(self) -> None:
        self._run.close()

    def cached(self, artifacts: Sequence[Artifact]) -> dict[ProjectName, WheelImage]:
        """Return what is in the cache already."""
        images: dict[ProjectName, WheelImage] = {}
        failures = []
        for artifact in artifacts:
            try:
                check_local(artifact)
                image = self._find(artifact)
                if image is not None:
                    check_image(image, artifact)
            except UvkitError as error:
                failures.append(error)
                continue
            if image is not None:
                images[artifact.pin.project] = image
                if self._run.emitter.active:
                    self._run.emitter.finish(self._run.start(artifact), "cached")
        if failures:
            raise PrepareError(failures=tuple(failures))
        return images

    def fetch(self, artifacts: Sequence[Artifact], *, downloads: int, builds: int) -> dict[ProjectName, WheelImage]:
        """Bring what is not in the cache: wheels first, then what has to be built."""
        wheels = _in_order(artifact for artifact in artifacts if artifact.kind == "wheel")
        sources = [artifact for artifact in artifacts if artifact.kind != "wheel"]
        with self._run.interruptible(), fewer_collections():
            images = self._run.all(self.wheel, wheels, workers=downloads)
            images += self._run.all(self.source, sources, workers=builds)
        return {artifact.pin.project: image for artifact, image in zip((*wheels, *sources), images, strict=True)}

    def wheel(self, artifact: Artifact) -> WheelImage:
        """Fetch a wheel and unpack it into the cache."""
        return self._checked(artifact, lambda one: self._run.announced(one, lambda task: self._fetch_wheel(one, task)))

    def source(self, artifact: Artifact) -> WheelImage:
        """Fetch a source and build it."""
        return self._checked(artifact, self._build)

    def _find(self, artifact: Artifact) -> WheelImage | None:
        if artifact.kind == "wheel":
            for key in artifact.names():
                if (image := self._cache.wheels.find(key)) is not None:
                    return image
        elif artifact.kind == "archive" and self._builder is not None:
            for value in artifact.hashes:
                if value.algorithm == "sha256":
                    return self._builder.built_image(
                        value.digest, project=artifact.pin.project, subdirectory=artifact.subdirectory
                    )
        return None

    def _fetch_wheel(self, artifact: Artifact, task: TaskId) -> tuple[WheelImage, TaskOutcome]:
        wheels = self._cache.wheels
        keys = artifact.names()
        with wheels.fetching(keys[0], check=self._run.check):
            # Another process may have brought it while this one waited.
            image = self._find(artifact)
            if image is not None:
                return image, "cached"
            with self._run.downloads.fetch(artifact, task) as fetched, self._unpacking:
                self._run.check()
                extra = [key for key in keys if key != f"sha256:{fetched.digest}"]
                image = wheels.add(fetched.data, filename=artifact.filename, digest=fetched.digest, keys=extra)
        return image, "done"

    def _build(self, artifact: Artifact) -> WheelImage:
        builder, pin = self._builder, artifact.pin
        if builder is None:
            raise BuildNotAllowedError(project=artifact.subject, policy="no builder was given")
        if isinstance(pin.source, GitSource):
            image = builder.repository_image(replace(pin.source, hashes=artifact.hashes), project=pin.project)
        elif isinstance(pin.source, DirectorySource):
            assert artifact.path is not None
            image = builder.tree_image(artifact.path, project=pin.project, editable=pin.editable or pin.source.editable)
        else:
            with self._cache.scratch() as folder:
                path, digest = self._run.announced(artifact, lambda task: self._fetch_archive(artifact, folder, task))
                image = builder.archive_image(
                    path, project=pin.project, digest=digest, subdirectory=artifact.subdirectory
                )
        self._check_target(image, artifact)
        return image

    def _fetch_archive(self, artifact: Artifact, folder: Path, task: TaskId) -> tuple[tuple[Path, str], TaskOutcome]:
        kept = self._kept(artifact, folder)
        if kept is not None:
            return kept, "cached"
        with self._run.downloads.fetch(artifact, task, to=folder / _plain(artifact)) as fetched:
            assert fetched.path is not None
            return (fetched.path, fetched.digest), "done"

    def _kept(self, artifact: Artifact, folder: Path) -> tuple[Path, str] | None:
        """Return an archive that the resolution fetched and verified, and its SHA-256."""
        for value in artifact.hashes:
            place = self._cache.staging.kept(value.digest) if value.algorithm == "sha256" else None
            if place is not None:
                try:
                    # Under a name of its own it stays, even if the other one goes.
                    os.link(place, folder / _plain(artifact))
                except OSError:
                    return None
                return folder / _plain(artifact), value.digest
        return None

    def _check_target(self, image: WheelImage, artifact: Artifact) -> None:
        """Refuse a wheel that was built for another interpreter than it is wanted for."""
        if self._target is None:
            return
        tags = {tag for text in image.manifest.tags for tag in parse_tag(text)}
        if tags and tags.isdisjoint(self._target.tags):
            raise NoCompatibleFileError(
                project=artifact.pin.project,
                version=image.manifest.version,
                rejected=((artifact.filename, f"was built for {', '.join(image.manifest.tags)}"),),
            )

    def _checked(self, artifact: Artifact, job: Callable[[Artifact], WheelImage]) -> WheelImage:
        """Run a job; its errors say for which distribution it was done."""
        with noted(f"while preparing `{artifact.subject}`"):
            image = job(artifact)
            check_image(image, artifact)
        return image


def _plain(artifact: Artifact) -> str:
    """Return the archive's name as the last part of a path."""
    return os.path.basename(artifact.filename) or "archive.tar.gz"
