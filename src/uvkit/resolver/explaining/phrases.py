"""Turns of phrase of an explanation: who requires what, which versions there are, why they may not be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from packaging.version import Version

from uvkit.markers import RequiresPython
from uvkit.resolver.candidates.candidates import Refusal, RefusalCode
from uvkit.resolver.candidates.packages import DirectPackage, IndexPackage, Package
from uvkit.resolver.demands.demands import Dependency
from uvkit.resolver.keys import Key
from uvkit.resolver.search.continuum import gaps_within
from uvkit.resolver.versions import parse_clauses

_SHOWN_VERSIONS: Final = 5
_SHOWN_RUNS: Final = 5


def versions_of(package: Package, versions: int) -> str:
    """Return versions from old to new, neighbours as a span: `1.0`, `1.0 and 1.2`, `1.0 to 1.4`."""
    runs: list[str] = []
    for first, last in _runs(versions):
        if last - first == 1:
            runs += [package.text(last), package.text(first)]
        elif last == first:
            runs.append(package.text(first))
        else:
            runs.append(f"{package.text(last)} to {package.text(first)}")
    if len(runs) > _SHOWN_RUNS:
        oldest, newest = versions.bit_length() - 1, (versions & -versions).bit_length() - 1
        return f"{package.text(oldest)} to {package.text(newest)} ({versions.bit_count()} versions)"
    return joined(runs)


def _runs(versions: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last position of neighbours, those that are older first."""
    found: list[tuple[int, int]] = []
    for position in positions(versions):
        if found and found[-1][1] == position - 1:
            found[-1] = (found[-1][0], position)
        else:
            found.append((position, position))
    return reversed(found)


def subject(key: Key, package: Package, versions: int) -> tuple[str, bool]:
    """Return who requires something, and whether that is a plural."""
    name = f"`{key!r}`"
    if isinstance(package, DirectPackage):
        return (f"the group `{key.group}` of `{key.project}`" if key.group is not None else name), False
    if versions == package.full and package.size > 1:
        return f"all versions of {name}", True
    return f"{name} {versions_of(package, versions)}", versions.bit_count() > 1


def requires_phrase(
    who: tuple[str, bool], dependencies: Sequence[Dependency], *, is_root: bool, with_marker: bool
) -> str:
    """Return who requires what; the root stands for the reader."""
    wanted = joined(list(dict.fromkeys(quoted(one, with_marker=with_marker) for one in dependencies)))
    role = dependencies[0].role
    name, is_plural = who
    if role == "constraint":
        return f"your constraints ask for {wanted}"
    if role == "override":
        return f"your overrides make {'you' if is_root else name} require {wanted}"
    if is_root:
        group = dependencies[0].group
        return f"you require {wanted}" if group is None else f"the group `{group}` requires {wanted}"
    return f"{name} require{'' if is_plural else 's'} {wanted}"


def differing_phrase(name: str, dependencies: Sequence[Dependency]) -> str:
    """Return that each version of a project requires other versions of another, given from old to new."""
    first, last = (quoted(one, with_marker=False) for one in (dependencies[0], dependencies[-1]))
    return f"{name} each require other versions of `{dependencies[0].project}`, from {first} to {last}"


def quoted(dependency: Dependency, *, with_marker: bool) -> str:
    """Return a requirement in backticks."""
    asked = dependency.extras or dependency.groups
    extras = f"[{','.join(asked)}]" if asked else ""
    text = f"`{dependency.project}{extras}{specifier_text(dependency.specifier)}`"
    marker = str(dependency.marker) if with_marker else ""
    return f"{text} where `{marker}`" if marker else text


def specifier_text(specifier: str) -> str:
    """Return a specifier with its comparisons from low to high."""
    clauses = sorted(parse_clauses(specifier), key=lambda one: (one.version, one.operator))
    return ",".join(f"{one.operator.rstrip('*')}{one.text}" for one in clauses)


def available(package: Package, specifiers: Sequence[str] = ()) -> str:
    """Return which versions there are, of many only those around what is asked for."""
    if isinstance(package, DirectPackage):
        return f"the source of `{package.project}` has version {package.text(0)}"
    name = f"`{package.project}`"
    texts = [package.text(position) for position in range(package.size)]
    if not texts:
        return f"{name} has no versions"
    if len(texts) == 1:
        return f"the only version of {name} is {texts[0]}"
    if len(texts) <= _SHOWN_VERSIONS:
        return f"{name} has the versions {', '.join(reversed(texts))}"
    return _around(package, specifiers) or f"the newest version of {name} is {texts[0]}, the oldest {texts[-1]}"


def _around(package: IndexPackage, specifiers: Sequence[str]) -> str | None:
    """Return the versions next to the place where one would have to be, if there is one such place."""
    if len(package.listings) != 1 or not specifiers:
        return None
    listing = package.listings[0]
    gaps = gaps_within(listing, ",".join(filter(None, specifiers)))
    if gaps.bit_count() != 1:
        return None
    gap = gaps.bit_length() - 1
    if gap == 0:
        return f"the newest version of `{package.project}` is {listing.versions[0]}"
    if gap == len(listing):
        return f"the oldest version of `{package.project}` is {listing.versions[-1]}"
    return f"`{package.project}` has no version between {listing.versions[gap]} and {listing.versions[gap - 1]}"


def refusals_phrase(refused: Mapping[Refusal, int], package: Package, *, python: str) -> str:
    """Return why versions may not be used, those with the same reason together."""
    found: list[str] = []
    together: dict[str, int] = {}
    plural: dict[str, str] = {}
    for refusal, versions in refused.items():
        one, several = _reason(refusal)
        together[one] = together.get(one, 0) | versions
        plural[one] = several
    for one, versions in together.items():
        is_plural = versions.bit_count() > 1
        name = f"`{package.project}`"
        if isinstance(package, IndexPackage):
            name = f"{name} {versions_of(package, versions)}"
            if versions == package.full and package.size > 1:
                name = f"all versions of `{package.project}`"
        found.append(f"{name} {plural[one] if is_plural else one}")
    text = joined(found)
    return f"{text}, while {python}" if any(one.code == "python" for one in refused) else text


def python_phrase(wanted: RequiresPython | str | None) -> str:
    """Return which Python is asked for: that of a project's `requires-python`, or that of a machine."""
    if isinstance(wanted, str):
        return f"this is Python {wanted}"
    return f"`requires-python` is `{wanted}`" if wanted is not None and str(wanted) else "every Python is asked for"


_HAS: Final[Mapping[RefusalCode, str]] = {
    "no-binary": "no source distribution, and wheels are not allowed",
    "no-build": "only a source distribution that fits, and building it is not allowed",
    "no-files": "no file that could be installed",
}


def _reason(refusal: Refusal) -> tuple[str, str]:  # noqa: PLR0911  # one phrase a code
    """Return the reason after the name of one version, and after that of several."""
    code, detail = refusal
    match code:
        case "yanked":
            return _be("was", "were", f"yanked ({detail})" if detail else "yanked")
        case "too-new" if detail:
            return _be("was", "were", f"uploaded after the cut-off of {detail}")
        case "too-new":
            return _be("has", "have", "no upload time, which the cut-off demands")
        case "tags":
            return _be("has", "have", f"no wheel for {detail}, and no source distribution")
        case "python":
            return _be("requires", "require", f"Python {detail}")
        case "coverage":
            return _be("has", "have", f"no wheel for `{detail}`")
        case "metadata":
            return _be("cannot", "cannot", f"be used: {detail}")
        case "prerelease":
            return "is a pre-release", "are pre-releases"
        case _:
            return _be("has", "have", _HAS[code])


def _be(one: str, several: str, rest: str) -> tuple[str, str]:
    return f"{one} {rest}", f"{several} {rest}"


def moment(when: datetime) -> str:
    """Return a moment as uv writes it."""
    return when.isoformat().replace("+00:00", "Z")


def joined(parts: Sequence[str]) -> str:
    """Return parts as an enumeration."""
    if len(parts) <= 1:
        return parts[0] if parts else ""
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def has_place_between(package: Package, specifiers: Sequence[str]) -> bool:
    """Tell whether some version could meet all specifiers, had it been published."""
    if isinstance(package, DirectPackage) or len(package.listings) != 1:
        return False
    joint = ",".join(filter(None, specifiers))
    return bool(gaps_within(package.listings[0], joint)) and _is_range(joint)


def _is_range(specifier: str) -> bool:
    """Tell whether the lower bounds of a specifier are below its upper ones."""
    lower: list[tuple[Version, bool]] = []  # with whether the bound itself is left out
    upper: list[tuple[Version, bool]] = []
    for operator, version, _ in parse_clauses(specifier):
        if operator in {">", ">=", "==", "==*", "~="}:
            lower.append((version, operator == ">"))
        if operator in {"<", "<=", "=="}:
            upper.append((version, operator == "<"))
        elif operator in {"==*", "~="}:
            *start, last = version.release[: len(version.release) - (operator == "~=")]
            upper.append((Version(f"{version.epoch}!{'.'.join(map(str, (*start, last + 1)))}"), True))
    if not lower or not upper:
        return True
    (low, without_low), (high, without_high) = max(lower), min(upper, key=lambda one: (one[0], not one[1]))
    return low < high or (low == high and not without_low and not without_high)


def positions(versions: int) -> Iterator[int]:
    """Yield the positions of a set of versions, from new to old."""
    while versions:
        low = versions & -versions
        yield low.bit_length() - 1
        versions ^= low
