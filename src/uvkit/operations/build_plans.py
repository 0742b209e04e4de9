"""How each project is built: what the settings say, with sources applied and versions matched to what is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from packaging.specifiers import SpecifierSet

from uvkit.builder import BuildSettings, EnvironmentFactory
from uvkit.errors import InvalidOptionError, RuntimeVersionError
from uvkit.model import IndexSource, InstallSet, PinnedDistribution, ProjectName, Requirement
from uvkit.runtime import lazy_property
from uvkit.settings import BuildOptions, ExtraBuildRequirement

from .build_record import build_record

Lowering: TypeAlias = Callable[[Sequence[Requirement]], tuple[Requirement, ...]]
TreePlacing: TypeAlias = Callable[[Path, Sequence[Requirement]], tuple[Requirement, ...]]


class BuildPlans:
    """Build settings by project.

    ``lowered`` applies the sources of the project whose settings these are to requirements. ``runtime`` is what is
    installed beside the result, where that is known: requirements with ``match_runtime`` take their versions from it.
    """

    def __init__(self, options: BuildOptions, *, lowered: Lowering, runtime: InstallSet | None = None) -> None:
        self._options = options
        self._lowered = lowered
        self._runtime = runtime

    def settings(
        self, project: ProjectName | None, *, shared: EnvironmentFactory, placed: TreePlacing
    ) -> BuildSettings:
        """Return how a project is built, or one whose name is not known.

        ``shared`` is for builds without isolation, ``placed`` applies the sources of a tree to what it says itself.

        Raises:
            RuntimeVersionError: a version cannot be matched.
            InvalidOptionError: the options contradict themselves.
        """
        options = self._options
        alone = options.no_isolation == "all" or (project is not None and project in options.no_isolation)
        environments: EnvironmentFactory | None = shared if alone else None
        if project is None:
            return BuildSettings(config_settings=options.config_settings, environments=environments, placed=placed)
        return BuildSettings(
            config_settings=self._config(project),
            variables=options.variables.get(project, {}),
            requires=tuple(requirement for requirement, _ in self._requires(project)),
            environments=environments,
            placed=placed,
        )

    def record(self, project: ProjectName) -> dict[str, Any]:
        """Return what is recorded of a build of a project beside its installed metadata; raises as ``settings``."""
        return build_record(
            config_settings=self._config(project),
            requires=self._requires(project),
            variables=self._options.variables.get(project, {}),
        )

    def _config(self, project: ProjectName) -> Mapping[str, str | tuple[str, ...]]:
        own = self._options.config_settings_by_project.get(project, {})
        return _merged(self._options.config_settings, own) if own else self._options.config_settings

    def _requires(self, project: ProjectName) -> list[tuple[Requirement, bool]]:
        extra = self._options.extra_requirements.get(project, ())
        if not extra:
            return []
        lowered = self._lowered([one.requirement for one in extra])
        matched = {one.requirement.project for one in extra if one.match_runtime}
        _check(project, extra)
        return [
            (self._matched(requirement, project) if requirement.project in matched else requirement,
             requirement.project in matched)
            for requirement in lowered
        ]  # fmt: skip

    def _matched(self, requirement: Requirement, project: ProjectName) -> Requirement:
        """Return a requirement on the very version that is installed."""
        if self._runtime is None:
            raise RuntimeVersionError(project=project, requirement=requirement.project, resolved=False)
        pin = self._pins.get(requirement.project)
        if pin is None:
            raise RuntimeVersionError(project=project, requirement=requirement.project, resolved=True)
        if isinstance(pin.source, IndexSource) and pin.version is not None:
            return replace(requirement, specifier=SpecifierSet(f"=={pin.version}"), source=pin.source)
        return replace(requirement, source=pin.source)

    @lazy_property
    def _pins(self) -> dict[ProjectName, PinnedDistribution]:
        return {pin.project: pin for pin in self._runtime or ()}


def _merged(
    shared: Mapping[str, str | tuple[str, ...]], own: Mapping[str, str | tuple[str, ...]]
) -> dict[str, str | tuple[str, ...]]:
    return {**shared, **own}


def _check(project: ProjectName, extra: Sequence[ExtraBuildRequirement]) -> None:
    """Refuse requirements that name versions and are to be matched too.

    Raises:
        InvalidOptionError: there is one.
    """
    problems = tuple(
        (f"extra-build-dependencies.{project}", f"`{one.requirement}` names versions and is to match the runtime too")
        for one in extra
        if one.match_runtime and (str(one.requirement.specifier) or one.requirement.source is not None)
    )
    if problems:
        raise InvalidOptionError(problems=problems)
