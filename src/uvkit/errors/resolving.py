"""No set of versions was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .base import UvkitError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One requirement that takes part in a contradiction, who asked for it, and what it rules out."""

    requirement: str
    required_by: str
    rejected: tuple[str, ...] = ()


class ResolutionError(UvkitError):
    """No set of versions was found."""

    code: ClassVar[str] = "resolution"


@dataclass(eq=False, kw_only=True)
class ResolutionImpossibleError(ResolutionError):
    """The requirements contradict each other, or something they need does not exist."""

    code: ClassVar[str] = "resolution-impossible"
    causes: tuple[Cause, ...]
    marker: str = ""
    explanation: str = ""
    advice: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" for `{self.marker}`" if self.marker else ""
        body = self.explanation or "; ".join(f"{c.required_by} requires {c.requirement}" for c in self.causes)
        return f"no solution found{where}:{body}" if body.startswith("\n") else f"no solution found{where}: {body}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what would make it solvable."""
        return self.advice


@dataclass(eq=False, kw_only=True)
class ResolutionLimitError(ResolutionError):
    """The search was stopped by the caller's time limit."""

    code: ClassVar[str] = "resolution-limit"
    rounds: int
    seconds: float

    def __str__(self) -> str:
        return f"resolution stopped after {self.rounds} rounds and {self.seconds:.1f} s"
