"""Does a lock still answer the question? And if not, how much of it can the next resolution start from?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from uvkit.formats import LockCutOff, LockDocument
from uvkit.markers import MarkerSet, PythonBounds, RequiresPython
from uvkit.model import ProjectName, Source, Universal, Upgrade
from uvkit.resolver import ResolveRequest

from .content_check import ContentCheck, LocalState
from .contents import fork_markers
from .head import options_table, sorted_conflicts
from .normalize import normalized_options

# From worst to best: nothing of the lock may be used; its versions may be preferred; its forks too; it is the answer.
Degree: TypeAlias = Literal["unusable", "versions", "preferable", "satisfied"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How far a lock answers a question, and why no further.

    ``unusable``: nothing of it counts. ``versions``: its versions are preferred. ``preferable``: its forks are solved
    again too. ``satisfied``: it is the answer as it is.
    """

    degree: Degree
    reasons: tuple[str, ...] = ()

    @property
    def fresh(self) -> bool:
        """Tell whether the lock is the answer as it is."""
        return self.degree == "satisfied"

    def __bool__(self) -> bool:
        return self.fresh


def freshness(
    document: LockDocument,
    request: ResolveRequest,
    *,
    upgrade: Upgrade,
    indexes: Collection[str] | None,
    local: Callable[[ProjectName, Source], LocalState | None] | None,
) -> Freshness:
    """Return how far the lock answers the request; the first kind of difference decides.

    Raises:
        ValueError: a text of the lock does not parse.
    """
    for degree, reason in _differences(document, request, upgrade):
        return Freshness(degree=degree, reasons=(reason,))
    problems = tuple(dict.fromkeys(ContentCheck(document, request, indexes=indexes, local=local).problems()))
    return Freshness(degree="preferable" if problems else "satisfied", reasons=problems)


def _differences(document: LockDocument, request: ResolveRequest, upgrade: Upgrade) -> Iterator[tuple[Degree, str]]:
    """Yield what differs beside the contents, in the order of its weight."""
    locked, wanted = normalized_options(document.options), options_table(request.options)
    if locked.resolution_mode != wanted.resolution_mode:
        yield (
            "unusable",
            _changed("the resolution mode", locked.resolution_mode or "highest", wanted.resolution_mode or "highest"),
        )
    if locked.fork_strategy != wanted.fork_strategy:
        yield "unusable", "the fork strategy changed"
    for reason in _cut_off_differences(document, request):
        yield "preferable", reason
    if upgrade.projects == "all":
        yield "unusable", "all versions are to be upgraded"
    yield from _fork_differences(document, request)
    if locked.minimum_libc != wanted.minimum_libc:
        yield "versions", "the minimum libc version changed"
    if frozenset(sorted_conflicts(document.conflicts)) != frozenset(sorted_conflicts(request.conflicts)):
        yield "versions", "the conflicts changed"
    yield from _python_and_prerelease_differences(document, request)
    if upgrade.projects:
        yield "preferable", f"to be upgraded: {', '.join(sorted(upgrade.projects))}"


def _python_and_prerelease_differences(document: LockDocument, request: ResolveRequest) -> Iterator[tuple[Degree, str]]:
    locked, wanted = normalized_options(document.options), options_table(request.options)
    if _bounds(document) != _wanted_bounds(request):
        text = _changed("requires-python", document.requires_python, str(request.requires_python or ""))
        yield "versions" if document.resolution_markers else "preferable", text
    if locked.prerelease_mode != wanted.prerelease_mode:
        yield "preferable", "the pre-release mode changed"
    if locked.prerelease_package != wanted.prerelease_package:
        yield "preferable", "the pre-release mode of a project changed"


def _changed(what: str, before: str, after: str) -> str:
    return f"{what} changed from `{before}` to `{after}`"


def _bounds(document: LockDocument) -> PythonBounds:
    return RequiresPython.parse(document.requires_python).bounds


def _wanted_bounds(request: ResolveRequest) -> PythonBounds:
    return (request.requires_python or RequiresPython.parse("")).bounds


# -- forks and environments --------------------------------------------------------------------------------------------


def _fork_differences(document: LockDocument, request: ResolveRequest) -> Iterator[tuple[Degree, str]]:
    target = request.target if isinstance(request.target, Universal) else Universal()
    locked_bounds, bounds = _bounds(document), _wanted_bounds(request)
    if document.resolution_markers:
        covered = _union(fork_markers(document, locked_bounds))
        wanted = _union(target.environments) if target.environments else MarkerSet.everywhere()
        if not (wanted & bounds.marker()).is_subset(covered):
            yield "versions", "the locked forks do not cover the supported environments"
    for what, texts, markers in (
        ("supported environments", document.supported_markers, target.environments),
        ("required environments", document.required_markers, target.required_environments),
    ):
        locked = [MarkerSet.parse(text).simplify_python(locked_bounds) for text in texts]
        if locked != [marker.simplify_python(bounds) for marker in markers]:
            yield "versions", f"the {what} changed"


def _union(markers: Collection[MarkerSet]) -> MarkerSet:
    union = MarkerSet.nowhere()
    for marker in markers:
        union |= marker
    return union


# -- cut-offs ----------------------------------------------------------------------------------------------------------


def _cut_off_differences(document: LockDocument, request: ResolveRequest) -> Iterator[str]:
    locked, wanted = normalized_options(document.options), normalized_options(options_table(request.options))
    if not _still_holds(locked.exclude_newer, wanted.exclude_newer):
        yield "the cut-off date (`exclude-newer`) changed"
    known = {package.name for package in document.packages} | set(locked.exclude_newer_package)
    before, after = locked.exclude_newer_package, wanted.exclude_newer_package
    for name in sorted({*before, *after}):
        cut_off = after.get(name)
        if cut_off is None:
            yield f"the cut-off date of `{name}` was removed"
        elif cut_off and name in known and not _still_holds(before.get(name) or None, cut_off):
            yield f"the cut-off date of `{name}` changed"


def _still_holds(locked: LockCutOff | None, wanted: LockCutOff | None) -> bool:
    """Tell whether what was chosen under one cut-off may stay under another: a later moment only admits more."""
    if locked is None or wanted is None:
        return locked is wanted
    if locked.span or wanted.span:
        return locked.span == wanted.span
    return _at_most(locked.timestamp, wanted.timestamp)


def _at_most(first: str, second: str) -> bool:
    from uvkit.model import parse_time

    one, other = parse_time(first), parse_time(second)
    return first == second if one is None or other is None else one <= other
