"""Advisories in the format of OSV (https://ossf.github.io/osv-schema), as far as Python projects need it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from packaging.version import InvalidVersion, Version

from uvkit.model import ProjectName, project_name

ECOSYSTEM = "PyPI"
# From the weakest to the strongest, as advisories name them; the bounds are those of CVSS 3.
SEVERITIES = ("none", "low", "medium", "high", "critical")
_BOUNDS = (0.1, 4.0, 7.0, 9.0)
_LINKS = ("ADVISORY", "WEB", "REPORT", "ARTICLE")


@dataclass(frozen=True, slots=True)
class VersionSpan:
    """Versions from one on; ``fixed`` is the first that is not affected, ``last`` the last that is, none: no end."""

    introduced: Version | None = None
    fixed: Version | None = None
    last: Version | None = None

    def contains(self, version: Version) -> bool:
        """Tell whether a version is among them."""
        if self.introduced is not None and version < self.introduced:
            return False
        if self.fixed is not None and version >= self.fixed:
            return False
        return self.last is None or version <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """Which versions of one project an advisory is about."""

    project: ProjectName
    spans: tuple[VersionSpan, ...] = ()
    versions: frozenset[str] = frozenset()

    def contains(self, version: str) -> bool:
        """Tell whether a version is affected: it is listed, or lies in a range."""
        if version in self.versions:
            return True
        try:
            parsed = Version(version)
        except InvalidVersion:
            return False
        return _normal(version) in self.versions or any(span.contains(parsed) for span in self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One advisory; ``severity`` is the strongest that it states, by the names of CVSS."""

    id: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    details: str = ""
    severity: str | None = None
    published: str | None = None
    modified: str | None = None
    withdrawn: bool = False
    link: str | None = None
    affected: tuple[Affected, ...] = field(default=(), repr=False)

    @property
    def names(self) -> frozenset[str]:
        """Return the identifiers by which it is known."""
        return frozenset({self.id, *self.aliases})

    def affects(self, project: str, version: str) -> bool:
        """Tell whether a version of a project is affected."""
        name = project_name(project)
        return any(one.project == name and one.contains(version) for one in self.affected)

    def fixes(self, project: str, version: str) -> tuple[str, ...]:
        """Return the versions above one in which it is fixed, lowest first."""
        name = project_name(project)
        found = {
            span.fixed
            for one in self.affected
            if one.project == name
            for span in one.spans
            if span.fixed is not None and span.fixed > _lowest(version)
        }
        return tuple(map(str, sorted(found)))


def parse_advisory(data: Any) -> Advisory:
    """Return the advisory of a JSON object.

    Raises:
        ValueError: it is not one; the message says why.
    """
    if not isinstance(data, Mapping):
        raise ValueError("an advisory is an object")  # noqa: TRY004  # the document is wrong, not the program
    identifier = data.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise ValueError("an advisory has an `id`")
    affected = [_affected(row) for row in _rows(data, "affected") if _is_python(row)]
    return Advisory(
        id=identifier,
        aliases=tuple(alias for alias in data.get("aliases") or () if isinstance(alias, str)),
        summary=str(data.get("summary") or ""),
        details=str(data.get("details") or ""),
        severity=_severity(data),
        published=data.get("published"),
        modified=data.get("modified"),
        withdrawn=bool(data.get("withdrawn")),
        link=_link(data),
        affected=tuple(one for one in affected if one is not None),
    )


def _rows(data: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    rows = data.get(key) or ()
    if not isinstance(rows, list | tuple):
        raise ValueError(f"`{key}` is a list")  # noqa: TRY004  # likewise
    yield from (row for row in rows if isinstance(row, Mapping))


def _is_python(row: Mapping[str, Any]) -> bool:
    package = row.get("package")
    return isinstance(package, Mapping) and str(package.get("ecosystem", "")).partition(":")[0] == ECOSYSTEM


def _affected(row: Mapping[str, Any]) -> Affected | None:
    name = str(row["package"].get("name", ""))
    if not name:
        return None
    spans: list[VersionSpan] = []
    for one in _rows(row, "ranges"):
        if one.get("type") == "ECOSYSTEM":
            spans += _spans(_rows(one, "events"))
    versions = {str(version) for version in row.get("versions") or ()}
    return Affected(
        project=project_name(name),
        spans=tuple(spans),
        versions=frozenset(versions | {_normal(one) for one in versions}),
    )


def _spans(events: Iterable[Mapping[str, Any]]) -> Iterator[VersionSpan]:
    """Yield the spans between events, in the order of versions; what is no version (PEP 440) is left out."""
    ordered: list[tuple[Version, int, str]] = []
    for event in events:
        for rank, kind in enumerate(("introduced", "last_affected", "fixed", "limit")):
            text = event.get(kind)
            if text is not None:
                try:
                    ordered.append((Version(_zero(str(text))), rank, kind))
                except InvalidVersion:
                    continue
    ordered.sort()
    begun: Version | None = None
    for version, _, kind in ordered:
        if kind == "introduced":
            begun = version if begun is None else begun
        elif begun is not None:
            start = None if begun == Version("0") else begun
            if kind == "last_affected":
                yield VersionSpan(start, None, version)
            else:
                yield VersionSpan(start, version if kind in {"fixed", "limit"} else None)
            begun = None
    if begun is not None:
        yield VersionSpan(None if begun == Version("0") else begun)


def _zero(text: str) -> str:
    return "0" if text == "0" else text


def _severity(data: Mapping[str, Any]) -> str | None:
    """Return the strongest severity that an advisory states: by name, or by the score of a vector of CVSS 3."""
    found = []
    for holder in (data, *_rows(data, "affected")):
        for key in ("database_specific", "ecosystem_specific"):
            stated = holder.get(key)
            if isinstance(stated, Mapping) and isinstance(stated.get("severity"), str):
                name = stated["severity"].lower()
                found.append("medium" if name == "moderate" else name)
        for row in _rows(holder, "severity"):
            score = _score(str(row.get("score", "")))
            if score is not None:
                found.append(SEVERITIES[sum(score >= bound for bound in _BOUNDS)])
    known = [name for name in found if name in SEVERITIES]
    return max(known, key=SEVERITIES.index) if known else None


def _score(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        from .cvss import base_score

        return base_score(text)


def _link(data: Mapping[str, Any]) -> str | None:
    references = list(_rows(data, "references"))
    for kind in _LINKS:
        for row in references:
            if row.get("type") == kind and isinstance(row.get("url"), str):
                return str(row["url"])
    return None


def _normal(text: str) -> str:
    try:
        return str(Version(text))
    except InvalidVersion:
        return text


def _lowest(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0.dev0")
