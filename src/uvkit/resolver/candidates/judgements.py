"""What was found out about the files of one listing, kept with it: the next resolution asks the same.

Verdicts hang on nothing but the files, the target and the rules. A process that locks again and again, for one project
after another or after each edit, then judges only what it has not seen.
"""

from __future__ import annotations

from typing import Final, final

from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import FileRow, Listing, Target

from .candidates import Choice, FileRules, Refusal

_LIMIT: Final = 4  # targets and rules in use at the same time; a relative cut-off makes new rules with every call


@final
class Judged:
    """Verdicts under one target and one set of rules, by position, and the files to lock, by position and marker."""

    __slots__ = ("choices", "locked", "rules", "target")

    def __init__(self, target: Target | PythonBounds, rules: FileRules) -> None:
        self.target: Final = target
        self.rules: Final = rules
        self.choices: Final[dict[int, Choice | Refusal]] = {}
        self.locked: Final[dict[tuple[int, MarkerSet], tuple[FileRow, ...]]] = {}


@final
class Judgements:
    """The verdicts on one listing. Safe to share between threads: who comes second at worst judges again."""

    __slots__ = ("_judged",)

    def __init__(self, listing: Listing) -> None:  # noqa: ARG002  # made by `Listing.derived`, which keeps it
        self._judged: tuple[Judged, ...] = ()

    def under(self, target: Target | PythonBounds, rules: FileRules) -> Judged:
        """Return the verdicts under a target and rules, those used last being kept."""
        known = self._judged
        for one in known:
            if one.rules == rules and _is_same(one.target, target):
                return one
        new = Judged(target, rules)
        self._judged = (new, *known[: _LIMIT - 1])
        return new


def _is_same(one: Target | PythonBounds, other: Target | PythonBounds) -> bool:
    # A target is a table of thousands of tags; comparing two would cost more than judging.
    return one is other or (isinstance(one, PythonBounds) and one == other)
