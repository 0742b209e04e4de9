"""The version that a distribution's file name says, for a project whose name is known (PEP 427, 503, 625)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import partial

from packaging.version import InvalidVersion, Version

from uvkit.model import project_name

_SDIST_ENDINGS = (".tar.gz", ".zip")
_PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*")


def version_text(filename: str, project: str) -> str | None:
    """Return the version as the file name spells it, or none if it is no wheel or source distribution of the project.

    Whether the text is a version at all is not checked.
    """
    if filename.endswith(".whl"):
        parts = filename[:-4].split("-")
        if len(parts) not in {5, 6} or project_name(parts[0]) != project:
            return None
        return parts[1]
    for ending in _SDIST_ENDINGS:
        if filename.endswith(ending):
            return _sdist_version(filename[: -len(ending)], project)
    return None


def is_distribution(filename: str) -> bool:
    """Tell whether the name could be that of a wheel or source distribution of any project."""
    return filename.endswith((".whl", ".egg", ".exe", ".tar.bz2", ".tgz", ".tar.xz", *_SDIST_ENDINGS))


def _sdist_version(stem: str, project: str) -> str | None:
    # Old names may hold hyphens in the project, in the version, or in both: compare every split with the project.
    position = stem.find("-", len(project)) if len(stem) > len(project) else -1
    if position == len(project) and project_name(stem[:position]) == project:
        return stem[position + 1 :] or None
    for position, character in enumerate(stem):
        if (
            character == "-"
            and project_name(stem[:position]) == project
            and stem[position + 1 : position + 2].isalnum()
        ):
            return stem[position + 1 :]
    return None


def ordered_versions(texts: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return the canonical versions (PEP 440), newest first, each with the spellings that mean it.

    Texts that are no versions are left out. Of equal versions that are written differently (``1.0`` and ``1.0.0``) the
    first spelling names the group.
    """
    releases: dict[tuple[int, ...], list[str]] = {}
    others: dict[Version, list[str]] = {}
    for text in texts:
        if _PLAIN.fullmatch(text):
            releases.setdefault(_release(text), []).append(text)
        else:
            try:
                others.setdefault(Version(text), []).append(text)
            except InvalidVersion:
                continue
    # Releases without a suffix compare as tuples of numbers, which is much cheaper: some projects have thousands.
    ordered = [(group[0], group) for _, group in sorted(releases.items(), reverse=True)]
    if len(others) > len(ordered) // 8:
        return _merged(ordered, others)
    for version, group in sorted(others.items()):
        position = bisect_left(ordered, 1, key=partial(_is_at_most, version))
        if position < len(ordered) and Version(ordered[position][0]) == version:
            ordered[position][1].extend(group)
        else:
            ordered.insert(position, (str(version), group))
    return ordered


def _merged(ordered: list[tuple[str, list[str]]], others: dict[Version, list[str]]) -> list[tuple[str, list[str]]]:
    """Return both sorted together, for projects of which a good part are no plain releases."""
    groups = {Version(text): (text, group) for text, group in ordered}
    for version, group in others.items():
        if version in groups:
            groups[version][1].extend(group)
        else:
            groups[version] = (str(version), group)
    return [pair for _, pair in sorted(groups.items(), reverse=True)]


def _is_at_most(version: Version, pair: tuple[str, list[str]]) -> int:
    return int(Version(pair[0]) <= version)


def _release(text: str) -> tuple[int, ...]:
    release = tuple(map(int, text.split(".")))
    while len(release) > 1 and not release[-1]:
        release = release[:-1]
    return release
