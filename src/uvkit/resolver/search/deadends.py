"""What a search could not get past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from uvkit.resolver.candidates.packages import Candidate
from uvkit.resolver.demands.demands import Demand
from uvkit.resolver.keys import Key

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
    ``asked`` the demand that brought each key in. A search that knows what its proof rests on gives that as ``proof``.
    """

    def __init__(
        self,
        last: DeadEnd,
        *,
        why: Mapping[Candidate, DeadEnd],
        asked: Mapping[Key, Asked],
        proof: tuple[Asked, ...] = (),
    ) -> None:
        super().__init__(last)
        self.last = last
        self.why = why
        self.asked = asked
        self.proof = proof
