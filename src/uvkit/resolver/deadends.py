"""What a search could not get past, and what of it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from uvkit.model import ProjectName

from .candidates import Refusal
from .demands import Demand, Dependency
from .keys import Key
from .packages import Candidate

# A demand and the candidate that makes it; none for the root itself.
Asked: TypeAlias = "tuple[Demand, Candidate | None]"


class Clash(NamedTuple):
    """A version that was rejected, and the demands on another key that do not go together with it."""

    candidate: Candidate
    key: Key
    asked: tuple[Asked, ...]
    excluded: int  # versions of the other key that were found impossible before


class DeadEnd(NamedTuple):
    """A key of which every version was tried or excluded, what limits it, and what each version ran into."""

    key: Key
    asked: tuple[Asked, ...]
    clashes: tuple[Clash, ...] = ()


class DeadEndError(Exception):
    """The fork has no answer.

    ``last`` is where nothing was left to go back to, ``why`` the dead ends for which versions were excluded, and
    ``asked`` the demand that brought each key in. A search that knows what its proof rests on gives it as ``groups``.
    """

    def __init__(
        self,
        last: DeadEnd,
        *,
        why: Mapping[Candidate, DeadEnd],
        asked: Mapping[Key, Asked],
        groups: Mapping[ProjectName, Group] | None = None,
    ) -> None:
        super().__init__(last)
        self.last = last
        self.why = why
        self.asked = asked
        self.groups = groups


class Statement(NamedTuple):
    """A requirement of one project, whatever versions of it make the same one."""

    key: Key  # who
    dependency: Dependency


@dataclass(slots=True)
class Group:
    """What is demanded of one project, and why nothing meets it."""

    project: ProjectName
    made_by: dict[Statement, set[Candidate]] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)  # by version
    is_missing: bool = False
    is_unmet: bool = False  # no version is within a single requirement
    is_torn: bool = False  # no version is within all of several requirements

    @property
    def is_final(self) -> bool:
        """Tell whether the group is in itself a reason to fail, not only a step towards one."""
        return self.is_missing or self.is_unmet or self.is_torn or bool(self.refused)
