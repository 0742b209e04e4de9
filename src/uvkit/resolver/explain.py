"""Why there is no answer, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from uvkit.errors import Cause, ResolutionImpossibleError

from .provider import DeadEnd
from .scope import Ground
from .universe import Universe


def impossible(steps: Sequence[DeadEnd], universe: Universe, ground: Ground) -> ResolutionImpossibleError:
    """Return the error for a search that ended without an answer."""
    causes = tuple(
        Cause(requirement=repr(one.requirement), required_by=repr(one.parent))
        for step in steps
        for one in step.information
    )
    return ResolutionImpossibleError(causes=causes, marker=str(ground.marker))
