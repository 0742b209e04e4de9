"""The verbs that install plain requirements into an environment, and remove projects from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uvkit.environment import Environment, InstallPlan, Step
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.model import InstallSet, RequirementLike, Upgrade, project_name
from uvkit.resolver import Exclusion, Override, Preference, ResolveRequest

from .asked import as_set, upgrade_limits, with_large_files
from .bring import Bring
from .compiling_target import TargetRequest, environment_target
from .demanded_hashes import check_all_hashed, demanded_hashes, held_to_hashes, without_hashes
from .installed_already import is_satisfied
from .installed_first import InstalledFirst, without_installed
from .phases import phase
from .places import EnvironmentLike, Place, given_place
from .requirement_files import RequirementSet
from .results import SyncResult
from .session import borrowed

if TYPE_CHECKING:
    from uvkit.environment import InstalledDistribution
    from uvkit.model import Target
    from uvkit.resolver import MetadataSource, Resolution, ResolverOptions

    from .installer import Installer
    from .resolver import Resolver, View
    from .session import Session

_NO_UPGRADE = Upgrade()


def install(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    requirements: Iterable[RequirementLike] | RequirementSet,
    environment: EnvironmentLike,
    *,
    constraints: Iterable[RequirementLike] = (),
    overrides: Iterable[RequirementLike] = (),
    upgrade: Upgrade = _NO_UPGRADE,
    dependencies: bool = True,
    exact: bool = False,
    target: TargetRequest | None = None,
    resolver: Resolver | None = None,
    installer: Installer | None = None,
    check: bool = False,
    dry_run: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> SyncResult:
    """Install requirements and what they need, leaving alone what is installed and satisfies them.

    What is installed is preferred over newer versions, wherever it came from, except what ``upgrade`` releases.
    ``exact`` also removes what the requirements do not need; without ``dependencies`` only what is named is installed.
    A ``target`` of another Python version or platform gets the files for that one, whatever the environment is.
    One transaction, as ``sync``. A ``RequirementSet``, as ``read_requirements`` makes it, brings constraints, overrides
    and settings of its own.

    Raises:
        InvalidRequirementError: a requirement does not parse.
        ResolutionImpossibleError: the requirements contradict each other.
        EnvironmentOutdatedError: ``check`` is set and something would change.
        ExternallyManagedError: the environment belongs to another tool (PEP 668).
        PrepareError, TransactionError, IndexAccessError: as ``sync``.
    """
    started = perf_counter()
    wanted = as_set(requirements, constraints, overrides)
    with ExitStack() as stack:
        owner = stack.enter_context(borrowed(session))
        if wanted.settings.origins:
            owner = owner.with_settings(wanted.settings.merged(owner.settings))
        place = given_place(environment, owner, requires_python=None, make=not (dry_run or check))
        machine = environment_target(place.environment, target)
        bring = Bring(installer or owner.installer(), events=events, cancel=cancel)
        installed = place.installed()
        if not exact and _is_left_alone(wanted, installed, target=machine, bring=bring, upgrade=upgrade):
            return _audited(place, installed, wanted=wanted, started=started)
        required = bring.installer.options.require_hashes
        checked = owner.settings.verify_hashes or required
        if not checked:
            wanted = replace(wanted, requirements=without_hashes(wanted.requirements))
        hashes = demanded_hashes(wanted.requirements, wanted.constraints) if checked else {}
        if required:
            check_all_hashed(wanted.requirements, hashes)
        request = replace(
            _request(wanted, upgrade, target=machine),
            preferences=_preferences(installed, upgrade),
            options=owner.settings.resolver,
            dependency_metadata=owner.settings.dependency_metadata,
        )
        if owner.settings.large_files:
            request = replace(request, roots=with_large_files(request.roots))
        present = [one for one in installed if not bring.installer.options.reinstalls(one.project)]
        chosen = (resolver or owner.resolver()).through(_view_of(present, upgrade, owner.settings.resolver))
        resolution = _resolve(
            chosen if dependencies else chosen.without_dependencies(), request, events=events, cancel=cancel
        )
        if hashes or required:
            resolution = held_to_hashes(resolution, hashes, required=required)
        resolved = perf_counter()
        missing, kept = without_installed(resolution.select(machine))
        result = bring(place, missing, keep=kept, dry_run=dry_run, check=check, exact=exact)
        return replace(
            result,
            phases={"resolve": timedelta(seconds=resolved - started), **result.phases},
            elapsed=timedelta(seconds=perf_counter() - started),
            notices=(*wanted.notices, *resolution.notices, *result.notices),
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
        InvalidEnvironmentError: there is no environment.
        ExternallyManagedError: the environment belongs to another tool (PEP 668).
        TransactionError: it failed; the error says whether everything was rolled back.
    """
    started = perf_counter()
    names = tuple(dict.fromkeys(project_name(name) for name in projects))
    with borrowed(session) as owner:
        found = environment if isinstance(environment, Environment) else Environment(environment, cache=owner.cache)
        place = Place(found)
        installed = {one.project: one for one in place.installed()}
        missing = tuple(
            Notice("not-installed", f"`{name}` is not installed") for name in names if name not in installed
        )
        steps = tuple(
            Step("remove", name, one.version, None, "asked for", one.direct_url.url if one.direct_url else None)
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
    with phase(events, "resolve"):
        return resolver.resolve(request, events=events, cancel=cancel)


def _preferences(installed: Sequence[InstalledDistribution], upgrade: Upgrade) -> tuple[Preference, ...]:
    return tuple(
        Preference(project=one.project, version=one.version) for one in installed if not upgrade.releases(one.project)
    )


def _view_of(installed: Sequence[InstalledDistribution], upgrade: Upgrade, options: ResolverOptions) -> View:
    """Return the view in which what is installed are versions that may stay."""

    def view(source: MetadataSource) -> MetadataSource:
        return InstalledFirst(source, installed, released=upgrade.releases, no_binary=options.no_binary)

    return view


def _request(wanted: RequirementSet, upgrade: Upgrade, *, target: Target) -> ResolveRequest:
    return ResolveRequest(
        target=target,
        roots=wanted.requirements,
        root=Path.cwd(),
        constraints=wanted.constraints,
        run_constraints=upgrade_limits(upgrade),
        overrides=(Override(requirements=wanted.overrides),) if wanted.overrides else (),
        excludes=(Exclusion(projects=wanted.excludes),) if wanted.excludes else (),
    )


def _is_left_alone(
    wanted: RequirementSet,
    installed: Sequence[InstalledDistribution],
    *,
    target: Target,
    bring: Bring,
    upgrade: Upgrade,
) -> bool:
    """Tell whether everything asked for is installed already and nothing is to be installed again."""
    options = bring.installer.options
    if upgrade != _NO_UPGRADE or options.reinstall or options.require_hashes or wanted.overrides or wanted.excludes:
        return False
    return is_satisfied(wanted.requirements, wanted.constraints, installed=installed, target=target)


def _audited(
    place: Place, installed: Sequence[InstalledDistribution], *, wanted: RequirementSet, started: float
) -> SyncResult:
    asked = {one.project for one in wanted.requirements}
    steps = tuple(Step("keep", one.project, one.version, one.version, "") for one in installed if one.project in asked)
    return SyncResult(
        environment=place.environment,
        plan=InstallPlan(steps, InstallSet((), place.target)),
        changed=False,
        elapsed=timedelta(seconds=perf_counter() - started),
        notices=wanted.notices,
    )
