"""Versions and digests that a compiled file has already."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from packaging.version import InvalidVersion, Version

from uvkit.errors import InvalidRequirementsFileError
from uvkit.formats import RequirementLine, read_requirements
from uvkit.markers import MarkerSet
from uvkit.model import ProjectName, Requirement, project_name
from uvkit.resolver import Preference


class KnownPin(NamedTuple):
    """One pin of a file that is to be written anew."""

    project: ProjectName
    version: Version
    marker: MarkerSet = MarkerSet.everywhere()
    hashes: tuple[str, ...] = ()

    def preference(self) -> Preference:
        """Return the pin as a version to try first."""
        markers = () if self.marker.is_everywhere() else (self.marker,)
        return Preference(project=self.project, version=self.version, markers=markers, hashes=self.hashes)


def known_pins(path: Path | None, file_format: str) -> tuple[KnownPin, ...]:
    """Return the pins of a file, or none if there is no such file.

    Raises:
        InvalidRequirementsFileError: it does not parse.
    """
    if path is None or not path.is_file():
        return ()
    if file_format == "pylock.toml":
        return tuple(_locked(path))
    known = read_requirements([os.fspath(path)], read=lambda name: Path(name).read_bytes(), variables={})
    return tuple(pin for line in known.requirements for pin in _pinned(line))


def _pinned(line: RequirementLine) -> Iterator[KnownPin]:
    requirement = line.requirement
    if not isinstance(requirement, Requirement) or requirement.source is not None:
        return
    specifiers = list(requirement.specifier)
    if len(specifiers) == 1 and specifiers[0].operator in {"==", "==="} and "*" not in specifiers[0].version:
        try:
            version = Version(specifiers[0].version)
        except InvalidVersion:
            return
        yield KnownPin(requirement.project, version, requirement.marker, tuple(map(str, line.hashes)))


def _locked(path: Path) -> Iterator[KnownPin]:
    import tomllib

    try:
        packages = tomllib.loads(path.read_text(encoding="utf-8")).get("packages", [])
        for table in packages:
            if "version" in table and isinstance(table.get("marker", ""), str):
                marker = MarkerSet.parse(table.get("marker", ""))
                yield KnownPin(project_name(table["name"]), Version(table["version"]), marker)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise InvalidRequirementsFileError(problems=((str(path), str(error)),)) from error
