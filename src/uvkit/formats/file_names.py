"""The version that a distribution's file name says, for a project whose name is known (PEP 427, 503, 625)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from packaging.version import InvalidVersion, Version

from uvkit.model import project_name

_SDIST_ENDINGS = (".tar.gz", ".zip")
_PLAIN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*")


def version_text(filename: str, project: str) -> str | None:
    """Return the version as the file name spells it, or none if it is no wheel or source distribution of the project.

    Whether the text is a version at all is not checked. A name that leads out of a folder is none.
    """
    if not is_plain(filename):
        return None
    if filename.endswith(".whl"):
        parts = filename[:-4].split("-")
        if len(parts) not in {5, 6} or project_name(parts[0]) != project:
            return None
        return parts[1]
    for ending in _SDIST_ENDINGS:
        if filename.endswith(ending):
            return _sdist_version(filename[: -len(ending)], project)
    return None


def is_plain(filename: str) -> bool:
    """Tell whether a name stays in the folder in which a file of that name is made."""
    return "/" not in filename and "\\" not in filename and "\0" not in filename


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
    groups: dict[tuple[Any, ...], tuple[str, list[str]]] = {}
    for text in texts:
        found = _place(text)
        if found is not None:
            key, canonical = found
            known = groups.get(key)
            if known is None:
                groups[key] = (canonical, [text])
            else:
                known[1].append(text)
    return [groups[key] for key in sorted(groups, reverse=True)]


# Projects share most of their versions, and some have thousands.
@lru_cache(maxsize=65536)
def _place(text: str) -> tuple[tuple[Any, ...], str] | None:
    """Return a key that sorts as the version does, and its canonical text; none if it is no version.

    Numbers decide nearly always, so a plain release is never parsed; versions compare themselves only where both are
    above, or both below, the same release.
    """
    if _PLAIN.fullmatch(text):
        return (0, _stripped(tuple(map(int, text.split(".")))), 0), text
    try:
        version = Version(text)
    except InvalidVersion:
        return None
    release = _stripped(version.release)
    above = version.pre is None and (version.post is not None or (version.dev is None and version.local is not None))
    if above or version.is_prerelease:
        return (version.epoch, release, 1 if above else -1, version), str(version)
    return (version.epoch, release, 0), str(version)


def _stripped(release: tuple[int, ...]) -> tuple[int, ...]:
    """Return the numbers without trailing zeros, which mean nothing."""
    while len(release) > 1 and not release[-1]:
        release = release[:-1]
    return release
