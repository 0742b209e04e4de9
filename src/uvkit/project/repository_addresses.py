"""Addresses of repositories and archives as projects write them: with the credentials that a lock leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from uvkit.formats import ToolTable
from uvkit.model import ArchiveSource, GitSource, Requirement, without_credentials


def repository_addresses(settings: Iterable[ToolTable], requirements: Iterable[Requirement]) -> dict[str, str]:
    """Return the addresses that have credentials in sources and direct references, by the address without them."""
    found = (*_in_sources(settings), *_in_requirements(requirements))
    return {plain: written for written in found if (plain := without_credentials(written)) != written}


def _in_sources(settings: Iterable[ToolTable]) -> Iterator[str]:
    for table in settings:
        for entry in table.get("sources", {}).values():
            for one in [entry] if isinstance(entry, Mapping) else entry:
                if address := one.get("git") or one.get("url"):
                    yield address


def _in_requirements(requirements: Iterable[Requirement]) -> Iterator[str]:
    for requirement in requirements:
        match requirement.source:
            case GitSource(repository=address) | ArchiveSource(url=str(address)):
                yield address
