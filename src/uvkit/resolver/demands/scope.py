"""What one run answers for: a machine, or a fork of all environments with its Python range."""

from __future__ import annotations

from typing import Final, TypeAlias, final

from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import Target

from .conflict_sets import OPEN, Choice

Ground: TypeAlias = "Machine | Fork"


@final
class Machine:
    """One target: a marker holds or does not, and nothing ever forks."""

    __slots__ = ("_target", "choice", "marker", "python", "whole")

    def __init__(self, target: Target) -> None:
        self._target = target
        self.marker: Final = MarkerSet.everywhere()
        self.whole: Final = self.marker
        self.choice: Final = OPEN
        self.python: Final = PythonBounds.from_specifiers(f">={target.markers['python_full_version']}")

    def overlaps(self, marker: MarkerSet) -> bool:
        """Tell whether a requirement with this marker applies."""
        return marker.is_everywhere() or self._target.holds(marker)


@final
class Fork:
    """A set of environments in which one version of everything is chosen.

    ``marker`` is never conjoined with Requires-Python; ``python`` is Requires-Python narrowed by the bounds of the
    marker (both without gaps). ``choice`` says which items of conflict sets the fork is for; ``whole`` is the marker
    together with that.
    """

    __slots__ = ("_known", "_project_python", "_range", "choice", "marker", "python", "whole")

    def __init__(self, marker: MarkerSet, project_python: PythonBounds, choice: Choice = OPEN) -> None:
        self.marker: Final = marker
        self.choice: Final = choice
        self.whole: Final = marker & choice.marker()
        self.python: Final = project_python.intersect(marker.python_bounds())
        self._project_python = project_python
        self._range = self.python.marker()
        self._known: dict[MarkerSet, bool] = {}

    def overlaps(self, marker: MarkerSet) -> bool:
        """Tell whether a requirement with this marker applies somewhere in the fork."""
        if marker.is_everywhere():
            return True
        known = self._known.get(marker)
        if known is None:
            known = not (marker.is_disjoint(self._range) or marker.is_disjoint(self.marker))
            self._known[marker] = known
        return known

    def narrowed(self, marker: MarkerSet, choice: Choice | None = None) -> Fork:
        """Return the fork of another marker, and of another choice if one is given, under the same Requires-Python."""
        return Fork(marker, self._project_python, self.choice if choice is None else choice)

    def is_possible(self) -> bool:
        """Tell whether any environment is left."""
        return not self.marker.is_empty() and not self.python.is_empty() and not self.marker.is_disjoint(self._range)
