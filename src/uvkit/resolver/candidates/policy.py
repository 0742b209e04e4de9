"""What the caller's options mean for one project: which files and versions count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from packaging.version import Version

from uvkit.model import ProjectName, Requirement
from uvkit.resolver.options import ResolverOptions
from uvkit.resolver.request import ResolveRequest
from uvkit.resolver.versions import exact_version, names_prerelease

from .candidates import FileRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The options as they hold for one project."""

    files: FileRules
    by_index: Mapping[str, FileRules]  # where they differ from those
    yanked: frozenset[Version]  # yanked versions that may be used
    prerelease: Literal["allow", "disallow", "if-necessary"]

    def on(self, index: str) -> FileRules:
        """Return the rules for the files on an index."""
        return self.by_index.get(index, self.files) if self.by_index else self.files

    def for_version(self, version: Version, index: str) -> FileRules:
        """Return the rules for the files of one version on an index."""
        files = self.on(index)
        return files._replace(accepts_yanked=True) if version in self.yanked else files


class Policy:
    """The rules of every project, worked out when asked for."""

    def __init__(self, request: ResolveRequest, firsthand: Iterable[Requirement]) -> None:
        """Take the request and every requirement that its author wrote (constraints and overrides too)."""
        options = request.options
        self._options = options
        self._now = options.now or datetime.now(UTC)
        self._rules: dict[ProjectName | None, Rules] = {}
        self._yanked: dict[ProjectName, set[Version]] = {}
        self._named: set[ProjectName] = set()
        for requirement in firsthand:
            self._note(requirement)
        for preference in request.preferences:
            if preference.from_lock:
                self._yanked.setdefault(preference.project, set()).add(preference.version)
        self._special: frozenset[ProjectName] = frozenset().union(
            self._yanked,
            self._named,
            options.exclude_newer_by_project,
            options.prerelease_by_project,
            () if options.no_binary == "all" else options.no_binary,
            () if options.no_build == "all" else options.no_build,
        )

    def _note(self, requirement: Requirement) -> None:
        specifier = str(requirement.specifier)
        if not specifier:
            return
        version = exact_version(specifier)
        if version is not None:
            self._yanked.setdefault(requirement.project, set()).add(version)
        if names_prerelease(specifier):
            self._named.add(requirement.project)

    def rules(self, project: ProjectName) -> Rules:
        """Return the rules of one project; those that nothing is said of have theirs together."""
        key = project if project in self._special else None
        rules = self._rules.get(key)
        if rules is None:
            rules = self._rules[key] = self._made(project)
        return rules

    def _made(self, project: ProjectName) -> Rules:
        options = self._options
        files = FileRules(
            cutoff=self._cutoff(project, options),
            binary=options.no_binary != "all" and project not in options.no_binary,
            build=options.no_build != "all" and project not in options.no_build,
        )
        return Rules(
            files=files,
            by_index={} if project in options.exclude_newer_by_project else self._by_index(files, options),
            yanked=frozenset(self._yanked.get(project, ())),
            prerelease=self._prerelease(project, options),
        )

    def _by_index(self, files: FileRules, options: ResolverOptions) -> dict[str, FileRules]:
        return {
            index: files._replace(cutoff=own.instant(self._now) if own else None)
            for index, own in options.exclude_newer_by_index.items()
        }

    def _cutoff(self, project: ProjectName, options: ResolverOptions) -> datetime | None:
        own = options.exclude_newer_by_project.get(project, options.exclude_newer)
        return own.instant(self._now) if own else None

    def _prerelease(
        self, project: ProjectName, options: ResolverOptions
    ) -> Literal["allow", "disallow", "if-necessary"]:
        mode = options.prerelease_by_project.get(project, options.prerelease)
        if mode == "explicit":
            return "allow" if project in self._named else "disallow"
        return mode
