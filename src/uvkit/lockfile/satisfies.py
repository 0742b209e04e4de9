"""Does a lock still answer the question? And if not, how much of it can the next resolution start from?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from uvkit.formats import LockDocument
from uvkit.markers import MarkerSet, PythonBounds, RequiresPython
from uvkit.model import ProjectName, Source, Universal, Upgrade
from uvkit.resolver import ResolveRequest

from .content_check import ContentCheck, LocalState
from .contents import fork_markers
from .cut_offs import cut_off_differences
from .head import options_table, sorted_conflicts
from .normalize import normalized_options

# From worst to best: nothing of the lock may be used; its versions may be preferred; its forks too; it is the answer.
Degree: TypeAlias = Literal["unusable", "versions", "preferable", "satisfied"]
_IGNORING = "Ignoring existing lockfile due to"
_RESOLVING = "Resolving despite existing lockfile due to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How far a lock answers a question, and why no further.

    ``unusable``: nothing of it counts. ``versions``: its versions are preferred. ``preferable``: its forks are solved
    again too. ``satisfied``: it is the answer as it is. ``notice`` is what people should hear of it, if anything.
    """

    degree: Degree
    reasons: tuple[str, ...] = ()
    notice: str = ""

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
    for degree, reason, notice in _differences(document, request, upgrade):
        return Freshness(degree=degree, reasons=(reason,), notice=notice)
    problems = tuple(dict.fromkeys(ContentCheck(document, request, indexes=indexes, local=local).problems()))
    return Freshness(degree="preferable" if problems else "satisfied", reasons=problems)


class Difference(NamedTuple):
    """What differs between a lock and a question; ``notice`` is what to tell who locks again, if anything."""

    degree: Degree
    reason: str
    notice: str = ""


def _differences(document: LockDocument, request: ResolveRequest, upgrade: Upgrade) -> Iterator[Difference]:
    """Yield what differs beside the contents, in the order of its weight."""
    locked, wanted = normalized_options(document.options), options_table(request.options)
    for what, before, after, default in (
        ("resolution mode", locked.resolution_mode, wanted.resolution_mode, "highest"),
        ("fork strategy", locked.fork_strategy, wanted.fork_strategy, "requires-python"),
    ):
        if before != after:
            yield _option_changed("unusable", what, before or default, after=after or default)
    for text in cut_off_differences(document, request):
        yield Difference("preferable", text, f"{_RESOLVING} {text}")
    if upgrade.projects == "all":
        yield Difference("unusable", "all versions are to be upgraded")
    yield from _fork_differences(document, request)
    if locked.minimum_libc != wanted.minimum_libc:
        yield Difference("versions", "the minimum libc version changed")
    if frozenset(sorted_conflicts(document.conflicts)) != frozenset(sorted_conflicts(request.conflicts)):
        yield Difference("versions", "the conflicts changed")
    yield from _python_and_prerelease_differences(document, request)
    if upgrade.projects or upgrade.groups:
        yield Difference("preferable", f"to be upgraded: {', '.join(sorted([*upgrade.projects, *upgrade.groups]))}")


def _option_changed(degree: Degree, what: str, before: str, *, after: str) -> Difference:
    change = f"change in {what}: `{before}` vs. `{after}`"
    return Difference(degree, change, f"{_IGNORING if degree == 'unusable' else _RESOLVING} {change}")


def _python_and_prerelease_differences(document: LockDocument, request: ResolveRequest) -> Iterator[Difference]:
    locked, wanted = normalized_options(document.options), options_table(request.options)
    if _bounds(document) != _wanted_bounds(request):
        text = f"requires-python changed from `{document.requires_python}` to `{request.requires_python or ''}`"
        yield Difference("versions" if document.resolution_markers else "preferable", text)
    if locked.prerelease_mode != wanted.prerelease_mode:
        before, after = (one.prerelease_mode or "if-necessary" for one in (locked, wanted))
        yield _option_changed("preferable", "pre-release mode", before, after=after)
    if locked.prerelease_package != wanted.prerelease_package:
        yield Difference("preferable", "the pre-release mode of a project changed")


def _bounds(document: LockDocument) -> PythonBounds:
    return RequiresPython.parse(document.requires_python).bounds


def _wanted_bounds(request: ResolveRequest) -> PythonBounds:
    return (request.requires_python or RequiresPython.parse("")).bounds


# -- forks and environments --------------------------------------------------------------------------------------------


def _fork_differences(document: LockDocument, request: ResolveRequest) -> Iterator[Difference]:
    target = request.target if isinstance(request.target, Universal) else Universal()
    locked_bounds, bounds = _bounds(document), _wanted_bounds(request)
    if document.resolution_markers:
        # Which extras and groups a fork is for says nothing about environments.
        covered = _union([marker.without_extras() for marker in fork_markers(document, locked_bounds)])
        wanted = _union(target.environments) if target.environments else MarkerSet.everywhere()
        wanted &= bounds.marker()
        if not wanted.is_subset(covered):
            text = f"fork markers not covering the supported environments: `{covered}` vs `{wanted}`"
            yield Difference("versions", text, f"{_RESOLVING} {text}")
    for what, texts, markers in (
        ("supported environments", document.supported_markers, target.environments),
        ("required environments", document.required_markers, target.required_environments),
    ):
        locked = [MarkerSet.parse(text).simplify_python(locked_bounds) for text in texts]
        if locked != [marker.simplify_python(bounds) for marker in markers]:
            yield Difference("versions", f"the {what} changed")


def _union(markers: Collection[MarkerSet]) -> MarkerSet:
    union = MarkerSet.nowhere()
    for marker in markers:
        union |= marker
    return union
