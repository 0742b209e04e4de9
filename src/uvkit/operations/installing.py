"""The verbs that install plain requirements into an environment, and remove projects from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uvkit.environment import InstallPlan, Step
from uvkit.events import CancelToken, EventSink, Notice, PhaseFinished, PhaseStarted
from uvkit.model import InstallSet, Requirement, RequirementLike, Upgrade, project_name
from uvkit.resolver import Override, Preference, ResolveRequest

from .bring import Bring
from .installed_already import is_satisfied
from .places import EnvironmentLike, Place, given_place
from .results import SyncResult
from .session import borrowed

if TYPE_CHECKING:
    from uvkit.environment import InstalledDistribution
    from uvkit.resolver import Resolution

    from .installer import Installer
    from .resolver import Resolver
    from .session import Session

_NO_UPGRADE = Upgrade()


def install(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    requirements: Iterable[RequirementLike],
    environment: EnvironmentLike,
    *,
    constraints: Iterable[RequirementLike] = (),
    overrides: Iterable[RequirementLike] = (),
    upgrade: Upgrade = _NO_UPGRADE,
    dependencies: bool = True,
    exact: bool = False,
    resolver: Resolver | None = None,
    installer: Installer | None = None,
    dry_run: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> SyncResult:
    """Install requirements and what they need, leaving alone what is installed and satisfies them.

    What is installed is preferred over newer versions, except what ``upgrade`` releases. ``exact`` also removes what
    the requirements do not need; without ``dependencies`` only what is named is installed. One transaction, as
    ``sync``.

    Raises:
        InvalidRequirementError: a requirement does not parse.
        ResolutionImpossibleError: the requirements contradict each other.
        ExternallyManagedError: the environment belongs to another tool (PEP 668).
        PrepareError, TransactionError, IndexAccessError: as ``sync``.
    """
    started = perf_counter()
    roots = tuple(Requirement.parse(one) for one in requirements)
    with ExitStack() as stack:
        owner = stack.enter_context(borrowed(session))
        place = given_place(environment, owner, requires_python=None, make=not dry_run)
        bring = Bring(installer or owner.installer(), events=events, cancel=cancel)
        installed = place.installed()
        limits = tuple(Requirement.parse(one) for one in constraints)
        replaced = tuple(Requirement.parse(one) for one in overrides)
        if not exact and not replaced and _is_left_alone(roots, limits, place=place, bring=bring, upgrade=upgrade):
            return _audited(place, installed, started)
        request = ResolveRequest(
            target=place.target,
            roots=roots,
            root=Path.cwd(),
            constraints=limits,
            run_constraints=_limits(upgrade),
            overrides=tuple(Override(requirements=(one,)) for one in replaced),
            preferences=_preferences(installed, upgrade),
            options=owner.settings.resolver,
        )
        chosen = resolver or owner.resolver()
        resolution = _resolve(
            chosen if dependencies else chosen.without_dependencies(), request, events=events, cancel=cancel
        )
        resolved = perf_counter()
        result = bring(place, resolution.select(place.target), dry_run=dry_run, exact=exact)
        return replace(
            result,
            phases={"resolve": timedelta(seconds=resolved - started), **result.phases},
            elapsed=timedelta(seconds=perf_counter() - started),
            notices=(*resolution.notices, *result.notices),
            resolved=len(resolution.distributions),
        )


def uninstall(
    projects: Iterable[str],
    environment: EnvironmentLike,
    *,
    dry_run: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> SyncResult:
    """Remove projects from an environment in one transaction; those not installed give a notice each.

    Raises:
        ExternallyManagedError: the environment belongs to another tool (PEP 668).
        TransactionError: it failed; the error says whether everything was rolled back.
    """
    started = perf_counter()
    names = tuple(dict.fromkeys(project_name(name) for name in projects))
    with borrowed(session) as owner:
        place = given_place(environment, owner, requires_python=None)
        installed = {one.project: one for one in place.installed()}
        missing = tuple(
            Notice("not-installed", f"`{name}` is not installed") for name in names if name not in installed
        )
        steps = tuple(
            Step("remove", name, one.version, None, "asked for")
            for name, one in sorted(installed.items())
            if name in names
        )
        plan = InstallPlan(steps, InstallSet((), place.target))
        bring = Bring(owner.installer(), events=events, cancel=cancel)
        result = bring.carry_out(place, plan, dry_run=dry_run)
        return replace(result, elapsed=timedelta(seconds=perf_counter() - started), notices=(*missing, *result.notices))


def _resolve(
    resolver: Resolver, request: ResolveRequest, *, events: EventSink | None, cancel: CancelToken | None
) -> Resolution:
    started = perf_counter()
    if events is not None:
        events(PhaseStarted("resolve"))
    resolution = resolver.resolve(request, events=events, cancel=cancel)
    if events is not None:
        events(PhaseFinished("resolve", timedelta(seconds=perf_counter() - started)))
    return resolution


def _limits(upgrade: Upgrade) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(project=name, specifier=limit, origin="the upgrade") for name, limit in upgrade.limits.items()
    )


def _preferences(installed: Sequence[InstalledDistribution], upgrade: Upgrade) -> tuple[Preference, ...]:
    return tuple(
        Preference(project=one.project, version=one.version)
        for one in installed
        if not upgrade.releases(one.project) and one.direct_url is None
    )


def _is_left_alone(
    roots: Sequence[Requirement], limits: Sequence[Requirement], *, place: Place, bring: Bring, upgrade: Upgrade
) -> bool:
    """Tell whether everything asked for is installed already and nothing is to be installed again."""
    options = bring.installer.options
    if upgrade != _NO_UPGRADE or options.reinstall:
        return False
    return is_satisfied(roots, limits, installed=place.installed(), target=place.target)


def _audited(place: Place, installed: Sequence[InstalledDistribution], started: float) -> SyncResult:
    steps = tuple(Step("keep", one.project, one.version, one.version, "") for one in installed)
    return SyncResult(
        environment=place.environment,
        plan=InstallPlan(steps, InstallSet((), place.target)),
        changed=False,
        elapsed=timedelta(seconds=perf_counter() - started),
    )
