"""Sets of states that exclude each other, which is all that the PubGrub search knows and learns.

What the states of a key are is said in `continuum`; here they are bits of integers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

from uvkit.resolver.keys import Key


@final
class Incompatibility:
    """States that no answer has all together; immutable, compared by identity.

    ``causes`` are the two it was derived from. One without causes is a fact: ``wanted`` is asked for by another key (or
    by itself, if that is the only one), or a single key is left without a usable version, or an extra goes with its
    project.
    """

    __slots__ = ("causes", "number", "terms", "wanted")

    def __init__(
        self,
        terms: dict[Key, int],
        *,
        wanted: Key | None = None,
        causes: tuple[Incompatibility, Incompatibility] | None = None,
    ) -> None:
        self.terms: Final = terms
        self.wanted: Final = wanted
        self.causes: Final = causes
        self.number = 0  # in the order in which they were learned, given by the search

    def resolved_with(self, cause: Incompatibility, key: Key, *, everything: int) -> Incompatibility:
        """Return what follows from this and another: whatever state the key has, the rest of one of them must fail."""
        terms = {other: states for other, states in self.terms.items() if other is not key}
        for other, states in cause.terms.items():
            if other is not key:
                known = terms.get(other)
                terms[other] = states if known is None else known & states
        either = self.terms[key] | cause.terms[key]
        if everything & ~either:
            terms[key] = either
        return Incompatibility(terms, causes=(self, cause))

    def __repr__(self) -> str:
        return f"<not all of {', '.join(f'{key!r} in {states:#b}' for key, states in self.terms.items())}>"


def facts_behind(incompatibility: Incompatibility) -> Iterable[Incompatibility]:
    """Yield every fact that an incompatibility was derived from, each once, first causes first."""
    waiting = [incompatibility]
    seen = {incompatibility}
    while waiting:
        one = waiting.pop()
        if one.causes is None:
            yield one
            continue
        for cause in reversed(one.causes):
            if cause not in seen:
                seen.add(cause)
                waiting.append(cause)
