"""For which environments a result for one machine is known to be valid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from uvkit.markers import MarkerSet
from uvkit.model import Target
from uvkit.resolver import Resolution, ResolveRequest

from .seen_metadata import Seen

# Values that follow from another one are said by that one.
_SAME = {"python_version": "python_full_version", "platform_system": "sys_platform"}


_VERSIONS = frozenset({"implementation_version", "python_full_version"})


def expression(request: ResolveRequest, seen: Seen, resolution: Resolution) -> str:
    """Return a marker that names the machine's value of every variable that any requirement looked at."""
    target = request.target
    if not isinstance(target, Target):
        return ""
    names = {name for marker in _markers(request, seen, resolution) for name in marker.variables()}
    known = sorted({_SAME.get(name, name) for name in names} & set(target.markers))
    return " and ".join(f"{name} == '{_value(name, target)}'" for name in known)


def _value(name: str, target: Target) -> str:
    """Return the value of a variable, a version without a last zero."""
    value = target.markers[name]
    return re.sub(r"^(\d+\.\d+)\.0$", r"\1", value) if name in _VERSIONS else value


def _markers(request: ResolveRequest, seen: Seen, resolution: Resolution) -> Iterator[MarkerSet]:
    requirements = (*request.roots, *request.constraints, *(o for one in request.overrides for o in one.requirements))
    yield from (one.marker for one in requirements)
    for one in resolution.distributions:
        rows = seen.metadata_of.get((one.project, one.version)) or seen.metadata_of.get((one.project, None))
        if rows is not None:
            for row in (*rows.requires, *(inner for extra in rows.extras.values() for inner in extra)):
                yield MarkerSet.parse(row.marker)
