"""`RequiresPython`: the Python versions that projects admit, as a lockfile states them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, final

from .markerset import PythonBounds
from .python_range import EVERYTHING, Segments, intersected, read_specifiers, specifier_text
from .releases import environment_release

__all__ = ["RequiresPython"]


@final
class RequiresPython:
    """A set of Python versions with its gaps; immutable.

    `str` keeps the digits as they were written, and names those gaps that specifiers can express.

    >>> str(RequiresPython.parse("!=3.12.*,>=3.9.0,<4.0"))
    '>=3.9.0, !=3.12.*, <4.0'
    """

    __slots__ = ("_segments", "bounds")

    _segments: Segments
    bounds: PythonBounds
    """The lowest and the highest bound, without the gaps."""

    def __init__(self, segments: Segments = EVERYTHING) -> None:
        object.__setattr__(self, "_segments", segments)
        object.__setattr__(self, "bounds", PythonBounds.around(segments))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"`RequiresPython.{name}` cannot be changed")

    __delattr__ = __setattr__  # type: ignore[assignment]

    @classmethod
    def parse(cls, text: str) -> RequiresPython:
        """Return the versions that a specifier set admits; pre-, post- and local parts are not looked at.

        Raises:
            SpecifierSyntaxError: the text is not a specifier set (PEP 440).
        """
        return cls(read_specifiers(text))

    def intersect(self, others: RequiresPython | Iterable[RequiresPython]) -> RequiresPython:
        """Return the versions that this set and all others admit."""
        segments = self._segments
        for other in (others,) if isinstance(others, RequiresPython) else others:
            segments = intersected(segments, other._segments)  # noqa: SLF001 - the same class
        return RequiresPython(segments)

    def is_empty(self) -> bool:
        """Tell whether no version is admitted."""
        return not self._segments

    def contains(self, version: object) -> bool:
        """Tell whether the release of a version, given as text or as anything that prints as one, is admitted."""
        point = (environment_release(str(version)), 0)
        return any(
            (lower is None or lower[:2] <= point) and (upper is None or point < upper[:2])
            for lower, upper in self._segments
        )

    def __eq__(self, other: object) -> bool:
        return self._segments == other._segments if isinstance(other, RequiresPython) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._segments)

    def __str__(self) -> str:
        return specifier_text(self._segments)

    def __repr__(self) -> str:
        return f"RequiresPython.parse({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return RequiresPython, (self._segments,)
