"""Why a fork was divided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from uvkit.model import ProjectName

Reason: TypeAlias = Literal["requirements", "python", "local-version", "wheels", "conflicts", "environments", "lock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """Why a fork was divided.

    The ``reason`` is one of

    - ``requirements``: those of a distribution on ``others`` differ between environments
    - ``conflicts``: they ask for extras or groups that are declared to exclude each other
    - ``python``: the distribution requires a Python (``detail``) that only a part of the fork has
    - ``local-version``: it has wheels for a part, and its public version has them for the rest
    - ``wheels``: an environment that must be served (``detail``) has none
    - ``environments``, ``lock``: the question names the parts, or the lock that existed does
    """

    reason: Reason
    project: ProjectName | None = None
    version: str = ""
    others: tuple[ProjectName, ...] = ()
    detail: str = ""

    def __str__(self) -> str:
        who = f"`{self.project}`{f' {self.version}' if self.version else ''}"
        match self.reason:
            case "requirements":
                requirements = f"the requirements of {who}" if self.project else "your requirements"
                return f"{requirements} on {', '.join(f'`{one}`' for one in self.others)} differ between environments"
            case "conflicts":
                return "extras or groups are declared to conflict"
            case "python":
                return f"{who} requires Python {self.detail}"
            case "local-version":
                return f"{who} has wheels for some environments only"
            case "wheels":
                return f"{who} has no wheel for `{self.detail}`"
            case "environments":
                return "these environments are asked for"
            case "lock":
                return "the lock was divided like this"
