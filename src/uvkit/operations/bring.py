"""Bring an environment to an install set: plan, prepare, apply."""

from __future__ import annotations

import os
from collections.abc import Hashable, Sequence
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
        if exact is not None:
            bring = replace(self, installer=self.installer.with_exact(exact))
            return bring(place, wanted, dry_run=dry_run, check=check, keep=keep)
        key = self._state(place, wanted)
        steps = None if key is None or self.memory is None else self.memory.plan(wanted, key)
        if steps is None:
            seen = installed_state(place.environment.interpreter.site_folders)
            steps = self._plan(place, wanted, keep)
            # Unless somebody changed the environment between the two looks at it.
            if key is not None and self.memory is not None and steps.is_empty and self._state(place, wanted) == key:
                self.memory.remember_plan(steps, key)
            if not (dry_run or check or steps.is_empty):
                return self._alone(place, steps, seen=seen, keep=keep)
        result = _placed(self.carry_out(place, steps, dry_run=dry_run or check), place)
        return result.check() if check else result

    def _plan(self, place: Place, wanted: InstallSet, keep: frozenset[ProjectName]) -> InstallPlan:
        return self.installer.plan(place.environment, wanted, installed=place.installed(), keep=keep)

    def _alone(self, place: Place, steps: InstallPlan, *, seen: Hashable, keep: frozenset[ProjectName]) -> SyncResult:
        """Carry a plan out while nobody else changes the environment; what changed since it was ``seen`` counts."""
        self._refuse_if_managed(place)
        # A folder that stands in for an environment's own may not be there yet; an environment that is gone stays so.
        if not place.environment.is_virtual:
            os.makedirs(place.environment.path, exist_ok=True)
        check = self.cancel.check if self.cancel is not None else None
        with place.environment.locked(check=check, timeout=self.installer.options.lock_timeout):
            if installed_state(place.environment.interpreter.site_folders) != seen:
                steps = self._plan(place, steps.wanted, keep)
            return _placed(self.carry_out(place, steps), place)

    def _state(self, place: Place, wanted: InstallSet) -> Hashable | None:
        """Return what an empty plan rests on, or none where it rests on more than can be looked at quickly."""
        environment = place.environment
        watched = all(isinstance(pin.source, IndexSource) for pin in wanted)
        if self.memory is None or not watched or place.created or place.described:
            return None
        if environment.transaction_path.exists():
            return None
        folders = environment.interpreter.site_folders
        return (self.installer.options, str(environment.path), installed_state(folders))

    def carry_out(self, place: Place, steps: InstallPlan, *, dry_run: bool = False) -> SyncResult:
        """Carry a plan out, or only say what it would do; raises as the call does."""
        started = perf_counter()
        installer = self.installer
        if self.cancel is not None:
            self.cancel.check()
        if not steps.is_empty:
            self._refuse_if_managed(place)
        if dry_run or steps.is_empty:
            return SyncResult(
                environment=place.environment,
                plan=steps,
                changed=False,
                fetched=installer.missing(steps) if dry_run and not steps.is_empty else frozenset(),
                elapsed=timedelta(seconds=perf_counter() - started),
            )
        # An image that another process cleans from the cache between these two steps could not be linked any more.
        with installer.cache.in_use():
            fitted = installer.building_with(place.environment.interpreter)
            parts = [self._installed(place, part, fitted) for part in fitted.parts(steps)]
        return parts[0] if len(parts) == 1 else _joined(parts, steps)

    def _installed(self, place: Place, steps: InstallPlan, fitted: Installer) -> SyncResult:
        """Prepare and apply a plan."""
        installer = self.installer
        wheels = fitted.prepare(steps, events=self.events, cancel=self.cancel)
        try:
            return installer.apply(place.environment, steps, wheels, events=self.events, cancel=self.cancel)
        except TransactionError as error:
            if not error.rolled_back or all(map(installer.cache.wheels.verify, wheels.images.values())):
                raise
        # Files were missing from the cache; what was not whole is out of it now and can be had again.
        wheels = fitted.prepare(steps, events=self.events, cancel=self.cancel)
        return installer.apply(place.environment, steps, wheels, events=self.events, cancel=self.cancel)

    def _refuse_if_managed(self, place: Place) -> None:
        # An environment that is only described would be a new one of its own, whoever manages its interpreter.
        if not (self.installer.break_system or place.described):
            place.environment.refuse_if_managed()


def _placed(result: SyncResult, place: Place) -> SyncResult:
    return result if place.state == "found" else replace(result, place=place.state, path=place.path)


def _joined(parts: Sequence[SyncResult], steps: InstallPlan) -> SyncResult:
    """Return what the parts of a plan came to, carried out one after the other."""
    done = {step.project: step for part in parts for step in part.plan.steps}
    phases = {name: timedelta() for part in parts for name in part.phases}
    for part in parts:
        for name, elapsed in part.phases.items():
            phases[name] += elapsed
    return replace(
        parts[0],
        plan=replace(steps, steps=tuple(done.get(step.project, step) for step in steps.steps)),
        fetched=frozenset().union(*(part.fetched for part in parts)),
        restart_needed=frozenset().union(*(part.restart_needed for part in parts)),
        elapsed=sum((part.elapsed for part in parts), timedelta()),
        phases=phases,
        notices=tuple(notice for part in parts for notice in part.notices),
    )
