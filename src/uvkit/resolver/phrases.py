"""Turns of phrase of an explanation: who requires what, which versions there are, why they may not be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from packaging.version import Version

from uvkit.model import ProjectName

from .candidates import Refusal
from .demands import Dependency
from .keys import Key
from .packages import Candidate, DirectPackage, Package
from .versions import parse_clauses

_SHOWN_VERSIONS = 5


def version_span(candidates: Iterable[Candidate]) -> str:
    """Return the versions of candidates, shortened: ``1.0`` or ``1.0 to 1.4``."""
    return span({candidate.version for candidate in candidates})


def span(versions: Iterable[str]) -> str:
    """Return versions in order, shortened to the first and the last."""
    ordered = sorted(set(versions), key=Version)
    if len(ordered) <= 1:
        return ordered[0] if ordered else ""
    return f"{ordered[0]} and {ordered[1]}" if len(ordered) == 2 else f"{ordered[0]} to {ordered[-1]}"


def requires_phrase(key: Key, dependencies: Sequence[Dependency], *, versions: str, with_marker: bool) -> str:
    """Return who requires what; the key of the root stands for the reader."""
    wanted = _and([_quoted(one, with_marker=with_marker) for one in dependencies])
    role = dependencies[0].role
    if not key.project:
        return f"your {role}s ask for {wanted}" if role != "requirement" else f"you require {wanted}"
    who = f"the group `{key.group}` of `{key.project}`" if key.group is not None else f"`{key!r}`"
    if role == "constraint":
        return f"your constraints limit what {who} requires to {wanted}"
    return f"{who} {versions} requires {wanted}" if versions else f"{who} requires {wanted}"


def _quoted(dependency: Dependency, *, with_marker: bool) -> str:
    extras = f"[{','.join(dependency.extras)}]" if dependency.extras else ""
    clauses = sorted(parse_clauses(dependency.specifier), key=lambda one: (one.version, one.operator))
    specifier = ",".join(f"{one.operator.rstrip('*')}{one.text}" for one in clauses)
    text = f"`{dependency.project}{extras}{specifier}`"
    marker = str(dependency.marker) if with_marker else ""
    return f"{text} where `{marker}`" if marker else text


def available(package: Package) -> str:
    """Return which versions there are."""
    if isinstance(package, DirectPackage):
        return f"its source has version {package.text(0)}"
    texts = [package.text(position) for position in range(package.size)]
    if not texts:
        return f"`{package.project}` has no versions"
    if len(texts) == 1:
        return f"the only version of `{package.project}` is {texts[0]}"
    if len(texts) <= _SHOWN_VERSIONS:
        return f"`{package.project}` has the versions {', '.join(reversed(texts))}"
    return f"the newest version of `{package.project}` is {texts[0]}, the oldest {texts[-1]}"


def refusals_phrase(project: ProjectName, refused: Mapping[str, Refusal], package: Package) -> str:
    """Return why versions may not be used, those with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for version, refusal in refused.items():
        reasons.setdefault(_reason(refusal), []).append(version)
    if isinstance(package, DirectPackage):
        return _and([f"`{project}` {reason}" for reason in reasons])
    return _and([f"`{project}` {span(versions)} {reason}" for reason, versions in reasons.items()])


def _reason(refusal: Refusal) -> str:  # noqa: PLR0911  # one phrase a code
    code, detail = refusal
    match code:
        case "yanked":
            return f"was yanked ({detail})" if detail else "was yanked"
        case "too-new":
            return "was uploaded after the cut-off" if detail else "has no upload time, which the cut-off demands"
        case "tags":
            return "has no wheel that fits, and no source distribution"
        case "no-binary":
            return "has no source distribution, and wheels are not allowed"
        case "no-build":
            return "has only a source distribution that fits, and building it is not allowed"
        case "python":
            return f"requires Python {detail}"
        case "coverage":
            return f"has no wheel for `{detail}`"
        case "metadata":
            return f"cannot be used: {detail}"
        case "prerelease":
            return "is a pre-release"
        case _:
            return "has no file that could be installed"


def _and(parts: Sequence[str]) -> str:
    if len(parts) <= 1:
        return parts[0] if parts else ""
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
