"""Addresses of repositories as projects write them: with the credentials that a lock leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from uvkit.formats import ToolTable
from uvkit.model import GitSource, Requirement, without_credentials


def repository_addresses(settings: Iterable[ToolTable], requirements: Iterable[Requirement]) -> dict[str, str]:
    """Return the addresses that have credentials in sources and direct references, by the address without them."""
    found = (*_in_sources(settings), *_in_requirements(requirements))
    return {plain: written for written in found if (plain := without_credentials(written)) != written}


def _in_sources(settings: Iterable[ToolTable]) -> Iterator[str]:
    for table in settings:
        for entry in table.get("sources", {}).values():
            for one in [entry] if isinstance(entry, Mapping) else entry:
                if "git" in one:
                    yield one["git"]


def _in_requirements(requirements: Iterable[Requirement]) -> Iterator[str]:
    for requirement in requirements:
        if isinstance(requirement.source, GitSource):
            yield requirement.source.repository
