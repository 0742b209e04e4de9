"""Bring an environment to an install set: plan, prepare, apply."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import timedelta
from time import perf_counter

from uvkit.environment import InstallPlan
from uvkit.errors import TransactionError
from uvkit.events import CancelToken, EventSink
from uvkit.model import IndexSource, InstallSet, ProjectName

from .installer import Installer
from .memory import Memory, installed_state
from .places import Place
from .results import SyncResult


@dataclass(frozen=True, slots=True)
class Bring:
    """The last three steps of every verb that changes an environment."""

    installer: Installer
    events: EventSink | None = None
    cancel: CancelToken | None = None
    memory: Memory | None = None

    def __call__(
        self,
        place: Place,
        wanted: InstallSet,
        *,
        dry_run: bool = False,
        check: bool = False,
        exact: bool | None = None,
        keep: frozenset[ProjectName] = frozenset(),
    ) -> SyncResult:
        """Make the environment hold the set; with ``check`` or ``dry_run`` only say what would change.

        Raises:
            EnvironmentOutdatedError: ``check`` is set and something would change.
            ExternallyManagedError, PrepareError, TransactionError, CancelledError: as the installer raises.
        """
        installer = self.installer if exact is None else self.installer.with_exact(exact)
        key = self._state(place, wanted, installer)
        steps = None if key is None or self.memory is None else self.memory.plan(wanted, key)
        if steps is None:
            steps = installer.plan(place.environment, wanted, installed=place.installed(), keep=keep)
            if key is not None and self.memory is not None and steps.is_empty:
                self.memory.remember_plan(steps, key)
        result = replace(self, installer=installer).carry_out(place, steps, dry_run=dry_run or check)
        if place.state != "found":
            result = replace(result, place=place.state, path=place.path)
        return result.check() if check else result

    def _state(self, place: Place, wanted: InstallSet, installer: Installer) -> Hashable | None:
        """Return what an empty plan rests on, or none where it rests on more than can be looked at quickly."""
        environment = place.environment
        watched = all(isinstance(pin.source, IndexSource) for pin in wanted)
        if self.memory is None or not watched or place.created or place.described:
            return None
        if environment.transaction_path.exists():
            return None
        folders = environment.interpreter.site_folders
        return (installer.options, str(environment.path), installed_state(folders))

    def carry_out(self, place: Place, steps: InstallPlan, *, dry_run: bool = False) -> SyncResult:
        """Carry a plan out, or only say what it would do; raises as the call does."""
        started = perf_counter()
        installer = self.installer
        if dry_run or steps.is_empty:
            return SyncResult(
                environment=place.environment,
                plan=steps,
                changed=False,
                fetched=installer.missing(steps) if dry_run and not steps.is_empty else frozenset(),
                elapsed=timedelta(seconds=perf_counter() - started),
            )
        if not installer.break_system:
            place.environment.refuse_if_managed()
        # An image that another process cleans from the cache between these two steps could not be linked any more.
        with installer.cache.in_use():
            fitted = installer.building_with(place.environment.interpreter)
            wheels = fitted.prepare(steps, events=self.events, cancel=self.cancel)
            try:
                return installer.apply(place.environment, steps, wheels, events=self.events, cancel=self.cancel)
            except TransactionError as error:
                if not error.rolled_back or all(map(installer.cache.wheels.verify, wheels.images.values())):
                    raise
            # Files were missing from the cache; what was not whole is out of it now and can be had again.
            wheels = fitted.prepare(steps, events=self.events, cancel=self.cancel)
            return installer.apply(place.environment, steps, wheels, events=self.events, cancel=self.cancel)
