"""The public installer: plan, prepare and apply, each usable alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvkit.environment import Environment, InstalledDistribution, InstallOptions, InstallPlan
from uvkit.errors import SourceNotFoundError
from uvkit.events import CancelToken, EventSink
from uvkit.formats import DirectUrl, direct_url_of
from uvkit.index import IndexSet, PackageIndex
from uvkit.model import (
    ArchiveSource,
    DirectorySource,
    GitSource,
    IndexSource,
    InstallSet,
    PinnedDistribution,
    ProjectName,
    SdistFile,
)
from uvkit.runtime import Emitter
from uvkit.settings import Concurrency

from .builds import BuildsSources
from .indexes import index_set
from .phases import phase
from .results import SyncResult

if TYPE_CHECKING:
    from uvkit.cache import Cache, WheelImage
    from uvkit.net import HttpClient
    from uvkit.python import Interpreter


_DEFAULT_OPTIONS = InstallOptions()
_DEFAULT_CONCURRENCY = Concurrency()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedWheels:
    """Wheels that are in the cache, hash-checked and unpacked, ready to be linked."""

    images: Mapping[ProjectName, WheelImage]
    fetched: frozenset[ProjectName] = frozenset()  # were not in the cache before
    elapsed: timedelta = timedelta()

    @property
    def wheels(self) -> Mapping[ProjectName, Path]:
        """Return the folder of each unpacked wheel."""
        return {name: image.path for name, image in self.images.items()}


class Installer:
    """Brings environments to a wanted set of distributions."""

    def __init__(  # noqa: PLR0913  # the constructor of a part; every argument but the first has a default
        self,
        indexes: PackageIndex | Sequence[PackageIndex] | IndexSet,
        *,
        cache: Cache | None = None,
        http: HttpClient | None = None,
        builder: BuildsSources | None = None,
        options: InstallOptions = _DEFAULT_OPTIONS,
        concurrency: Concurrency = _DEFAULT_CONCURRENCY,
        root: Path | None = None,
        break_system: bool = False,
        variables: Mapping[str, str] | None = None,
        wheelhouse: Path | None = None,
    ) -> None:
        from uvkit.cache import Cache as DefaultCache

        self.indexes = index_set(indexes)
        self.cache = cache or DefaultCache()
        self.http = http
        self.builder = builder
        self.options = options
        self.concurrency = concurrency
        self.root = root or Path.cwd()
        self.break_system = break_system
        self.variables = dict(variables or {})
        self.wheelhouse = wheelhouse

    def with_exact(self, exact: bool) -> Installer:  # noqa: FBT001  # the one thing it changes
        """Return the same installer that removes, or does not remove, what is not wanted."""
        return self._but(options=replace(self.options, exact=exact))

    def with_root(self, root: Path) -> Installer:
        """Return the same installer for a lock whose relative paths start in another folder."""
        return self._but(root=root)

    def with_wheelhouse(self, folder: Path) -> Installer:
        """Return the same installer that takes files from a folder where it has them, verified by their digests."""
        return self._but(wheelhouse=folder)

    def building_with(self, interpreter: Interpreter) -> Installer:
        """Return the same installer that builds for another interpreter."""
        return self._but(builder=None if self.builder is None else self.builder.using(interpreter))

    def _but(self, **changes: Any) -> Installer:
        values = {
            "cache": self.cache,
            "http": self.http,
            "builder": self.builder,
            "options": self.options,
            "concurrency": self.concurrency,
            "root": self.root,
            "break_system": self.break_system,
            "variables": self.variables,
            "wheelhouse": self.wheelhouse,
        }
        return Installer(self.indexes, **(values | changes))

    def plan(
        self,
        environment: Environment,
        wanted: InstallSet,
        *,
        installed: Sequence[InstalledDistribution] | None = None,
        keep: frozenset[ProjectName] = frozenset(),
    ) -> InstallPlan:
        """Return what must be installed, replaced and removed; nothing is changed.

        ``installed`` is what is there, for a caller that has read it; what ``keep`` names of it stays as it is.

        Raises:
            SourceNotFoundError: a source tree of the set is not there.
        """
        from uvkit.environment import plan, seed_projects

        return plan(
            environment.installed() if installed is None else installed,
            wanted,
            self.options,
            keep=keep | seed_projects(environment.config, python=environment.interpreter.pair),
            root=self.root,
            # Of a tree of which nothing is watched nobody can say that it is unchanged.
            cache_info={name: one if any(one.values()) else {} for name, one in self._local_states(wanted).items()},
            build_info=self._build_records(wanted),
        )

    def _build_records(self, wanted: InstallSet) -> dict[ProjectName, Mapping[str, Any]]:
        """Return how whatever has to be built for a set is built."""
        builder = self.builder
        return (
            {}
            if builder is None
            else {pin.project: builder.record(pin.project, wanted) for pin in wanted if _is_built(pin)}
        )

    def _local_states(self, wanted: InstallSet) -> dict[ProjectName, dict[str, Any]]:
        """Return the present state of every source tree and local archive of a set, as installing records it.

        Raises:
            SourceNotFoundError: a tree is not there.
        """
        states: dict[ProjectName, dict[str, Any]] = {}
        for pin in wanted:
            source = pin.source
            if isinstance(source, DirectorySource):
                from uvkit.builder import tree_cache_info

                if not (self.root / source.path).is_dir():
                    raise SourceNotFoundError(what=f"source tree of `{pin.project}`", path=self.root / source.path)
                states[pin.project] = tree_cache_info(self.root / source.path, self.variables)
            elif isinstance(source, ArchiveSource) and source.path is not None:
                from uvkit.builder import archive_cache_info

                states[pin.project] = archive_cache_info(self.root / source.path)
        return states

    def _records(self, plan: InstallPlan) -> dict[ProjectName, dict[str, bytes]]:
        """Return the records that uv and uvkit leave beside the metadata of what is not from an index."""
        installs = set(plan.installs)
        states = self._local_states(plan.wanted)
        records: dict[ProjectName, dict[str, bytes]] = {}
        for pin in plan.wanted:
            if pin.project not in installs or (isinstance(pin.source, IndexSource) and not _is_built(pin)):
                continue
            record = records.setdefault(pin.project, {})
            if any(states.get(pin.project, {}).values()):
                record["uv_cache.json"] = _json(states[pin.project])
            if _is_built(pin):
                how = {} if self.builder is None else self.builder.record(pin.project, plan.wanted)
                record["uv_build.json"] = _json(how)
        return records

    def prepare(
        self, plan: InstallPlan, *, events: EventSink | None = None, cancel: CancelToken | None = None
    ) -> PreparedWheels:
        """Return every wheel the plan needs, downloaded or built, verified and unpacked in the cache.

        Raises:
            PrepareError: some could not be had; all failures are in it. The environment is untouched.
            CancelledError: the token was set.
        """
        from uvkit.artifacts import prepare_all

        needed = _needed(plan)
        emitter = Emitter(events)
        with phase(emitter.emit, "fetch", len(needed)) as elapsed:
            images, fetched = prepare_all(
                needed,
                indexes=self.indexes,
                cache=self.cache,
                http=self.http,
                builder=None
                if self.builder is None
                else self.builder.sources(emitter=emitter, cancel=cancel, runtime=plan.wanted),
                target=plan.wanted.target,
                downloads=self.concurrency.downloads,
                builds=self.concurrency.builds,
                require_hashes=self.options.require_hashes,
                root=self.root,
                wheelhouse=self.wheelhouse,
                emitter=emitter,
                cancel=cancel,
            )
        return PreparedWheels(images=images, fetched=fetched, elapsed=elapsed())

    def parts(self, plan: InstallPlan) -> tuple[InstallPlan, ...]:
        """Return the plan, in two parts if some of it is built without isolation.

        What is built in the environment itself finds there what the rest of the plan has put in before.
        """
        builder = self.builder
        if builder is None:
            return (plan,)
        late = {pin.project for pin in _needed(plan) if _is_built(pin) and not builder.isolates(pin.project)}
        first = tuple(step for step in plan.steps if step.project not in late)
        if not late or all(step.action == "keep" for step in first):
            return (plan,)
        rest = tuple(step for step in plan.steps if step.project in late)
        return replace(plan, steps=first), replace(plan, steps=rest)

    def missing(self, plan: InstallPlan) -> frozenset[ProjectName]:
        """Return the projects of a plan whose wheels are not in the cache, and would be downloaded or built."""
        from uvkit.artifacts import missing

        return missing(
            _needed(plan),
            indexes=self.indexes,
            cache=self.cache,
            builder=None if self.builder is None else self.builder.sources(runtime=plan.wanted),
            root=self.root,
        )

    def apply(
        self,
        environment: Environment,
        plan: InstallPlan,
        wheels: PreparedWheels,
        *,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> SyncResult:
        """Carry the plan out as one transaction: afterwards the environment is as planned, or as it was.

        Raises:
            ExternallyManagedError: the environment belongs to another tool (PEP 668).
            TransactionError: it failed; the error says whether everything was rolled back.
            CancelledError: the token was set; everything was rolled back.
        """
        from uvkit.environment import apply

        emitter = Emitter(events)
        with phase(emitter.emit, "install", sum(step.action != "keep" for step in plan.steps)) as elapsed:
            applied = apply(
                environment,
                plan,
                wheels.images,
                options=self.options,
                direct_urls=_direct_urls(plan, self.root),
                extra=self._records(plan),
                threads=self.concurrency.installs,
                emitter=emitter,
                cancel=cancel,
            )
        return SyncResult(
            environment=environment,
            plan=_as_built(plan, wheels.images),
            changed=not plan.is_empty,
            fetched=wheels.fetched,
            restart_needed=applied.restart_needed,
            elapsed=wheels.elapsed + elapsed(),
            phases={"fetch": wheels.elapsed, "install": elapsed()},
            notices=applied.notices,
        )


def _needed(plan: InstallPlan) -> list[PinnedDistribution]:
    installs = set(plan.installs)
    return [pin for pin in plan.wanted if pin.project in installs]


def _is_built(pin: PinnedDistribution) -> bool:
    """Tell whether a pin is built rather than taken as a wheel."""
    source = pin.source
    if isinstance(source, DirectorySource):
        return True
    if isinstance(source, GitSource):
        return not (source.path or "").endswith(".whl")
    return pin.file is None or isinstance(pin.file, SdistFile)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _as_built(plan: InstallPlan, images: Mapping[ProjectName, WheelImage]) -> InstallPlan:
    """Return the plan with the versions that only building has told."""
    if all(step.after is not None or step.project not in images for step in plan.steps):
        return plan
    from packaging.version import Version

    steps = (
        replace(step, after=Version(images[step.project].manifest.version))
        if step.after is None and step.project in images
        else step
        for step in plan.steps
    )
    return InstallPlan(tuple(steps), plan.wanted)


def _direct_urls(plan: InstallPlan, root: Path) -> dict[ProjectName, DirectUrl]:
    """Return what ``direct_url.json`` will say of each distribution that does not come from an index (PEP 610)."""
    found = {}
    installs = set(plan.installs)
    for pin in plan.wanted:
        if pin.project in installs and not isinstance(pin.source, IndexSource):
            url = direct_url_of(pin.source, root=root, editable=pin.editable)
            if url is not None:
                found[pin.project] = url
    return found
