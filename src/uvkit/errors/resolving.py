"""No set of versions was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from .base import UvkitError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One requirement that takes part in a contradiction, who makes it, and what it rules out.

    ``dependent`` is the distribution that makes it, with the extra (`a[x]`) or group (`a:dev`) it belongs to; it is
    empty for what was asked directly, where ``required_by`` says "you". ``versions`` are those of the dependent that
    make it, and ``rejected`` those of ``project`` that it rules out. A constraint limits what is required, an override
    replaces it.
    """

    requirement: str
    required_by: str
    rejected: tuple[str, ...] = ()
    project: str = ""
    dependent: str = ""
    versions: tuple[str, ...] = ()
    marker: str = ""
    role: Literal["requirement", "constraint", "override"] = "requirement"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusableVersions:
    """Versions that were asked for but cannot be used, all for the same reason.

    ``reason`` is one of ``yanked``, ``too-new`` (for the cut-off), ``tags``, ``no-binary``, ``no-build``, ``no-files``,
    ``python``, ``coverage`` (an environment that must be served has no wheel), ``metadata``, ``prerelease``; ``detail``
    belongs to it: the Python that is required, why it was yanked, what is wrong with the metadata.
    """

    project: str
    versions: tuple[str, ...]
    reason: str
    detail: str = ""


class ResolutionError(UvkitError):
    """No set of versions was found."""

    code: ClassVar[str] = "resolution"


@dataclass(eq=False, kw_only=True)
class ResolutionImpossibleError(ResolutionError):
    """The requirements contradict each other, or something they need does not exist.

    ``causes`` and ``unusable`` are what the contradiction follows from: nothing can be left out of them, unless it
    would have taken long to find out. ``explanation`` tells them in sentences and ``advice`` says what would help. The
    fork that has no answer is given by its ``marker`` and by the conflicting extras and groups that are ``included``
    and ``excluded`` in it.
    """

    code: ClassVar[str] = "resolution-impossible"
    causes: tuple[Cause, ...]
    marker: str = ""
    explanation: str = ""
    advice: tuple[str, ...] = ()
    unusable: tuple[UnusableVersions, ...] = ()
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [f"for `{self.marker}`"] if self.marker else []
        parts += [f"with {_and(self.included)}"] if self.included else []
        parts += [f"without {_and(self.excluded)}"] if self.excluded else []
        where = f" {', '.join(parts)}" if parts else ""
        body = self.explanation or "; ".join(f"{c.required_by} requires {c.requirement}" for c in self.causes)
        return f"no solution found{where}:{body}" if body.startswith("\n") else f"no solution found{where}: {body}"

    @property
    def hints(self) -> tuple[str, ...]:
        """Return what would make it solvable."""
        return self.advice

    def to_dict(self) -> dict[str, Any]:
        """Return the error as values that JSON knows."""
        return {
            "code": self.code,
            "message": str(self),
            "hints": list(self.hints),
            "marker": self.marker,
            "included": list(self.included),
            "excluded": list(self.excluded),
            "causes": [_plain(cause) for cause in self.causes],
            "unusable": [_plain(one) for one in self.unusable],
        }


@dataclass(eq=False, kw_only=True)
class ResolutionLimitError(ResolutionError):
    """The search was stopped by the caller's time limit."""

    code: ClassVar[str] = "resolution-limit"
    rounds: int
    seconds: float

    def __str__(self) -> str:
        return f"resolution stopped after {self.rounds} rounds and {self.seconds:.1f} s"


def _plain(value: Cause | UnusableVersions) -> dict[str, Any]:
    return {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(value).items()}


def _and(items: tuple[str, ...]) -> str:
    quoted = [f"`{item}`" for item in items]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
