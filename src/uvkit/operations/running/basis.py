"""What a prepared run rests on, so that the same question can be answered again without preparing anything."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.model import IndexSource, ProjectName, Source

if TYPE_CHECKING:
    from uvkit.environment import Environment
    from uvkit.operations.parts import Parts


# How long nothing at all is believed to stay nothing.
_EMPTY_SECONDS = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBasis:
    """Files and folders of packages that decided how a command runs; absent files count as well.

    While none of them changes, and until ``expires`` (seconds since the epoch) is over, preparing the run again would
    come to the same.
    """

    files: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    expires: float | None = None

    def and_also(self, files: Iterable[str]) -> RunBasis:
        """Return what this and some files decide together."""
        return RunBasis(files=(*self.files, *files), sites=self.sites, expires=self.expires)


def of_environment(environment: Environment) -> RunBasis:
    """Return what decides that an environment works and holds what it holds."""
    files = (environment.python, environment.path / "pyvenv.cfg", environment.transaction_path)
    return RunBasis(files=tuple(map(str, files)), sites=tuple(map(str, environment.interpreter.site_folders)))


def found_in_parents(folder: Path) -> Iterator[str]:
    """Yield where the environment of a folder would be found."""
    for place in (folder, *folder.parents):
        yield str(place / ".venv" / "pyvenv.cfg")


def fresh_until(chosen: Iterable[tuple[ProjectName, Source]], parts: Parts) -> float | None:
    """Return until when a resolution would come to the same without asking an index, or none if nobody can say.

    That is how long the pages of what was chosen are fresh; a cut-off that moves, several indexes and other sources
    make it unknown.
    """
    options = parts.settings.resolver_options
    cut_offs = (options.exclude_newer, *options.exclude_newer_by_project.values())
    if any(one and one.span is not None for one in cut_offs) or len(parts.indexes.indexes) > 1:
        return None
    moments: list[float] = []
    for project, source in chosen:
        if not isinstance(source, IndexSource):
            return None
        entry = parts.session.cache.pages.load(source.index, project)
        if entry is None:
            return None
        moments.append(entry.fresh_until)
    now = time.time()
    earliest = min(moments, default=now + _EMPTY_SECONDS)
    return earliest if earliest > now else None
