"""What a build is run in, and how it is run: handed in from outside, because making it needs a resolver."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from uvkit.model import Requirement


class BuildEnvironment(Protocol):
    """An interpreter that sees the build requirements."""

    @property
    def python(self) -> Path:
        """Return the interpreter that runs the backend."""
        ...

    @property
    def variables(self) -> Mapping[str, str]:
        """Return the whole process environment of the backend."""
        ...


EnvironmentFactory: TypeAlias = Callable[[Sequence[Requirement]], AbstractContextManager[BuildEnvironment]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """How one project is built.

    ``config_settings`` go to the backend (PEP 517), ``variables`` into its process environment, ``requires`` are added
    to what the project asks for. ``environments`` replaces the builder's own factory, for builds without isolation.
    ``placed`` gives the build requirements of a tree on this machine the places that its own file names for them.
    """

    config_settings: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    requires: tuple[Requirement, ...] = ()
    environments: EnvironmentFactory | None = None
    placed: Callable[[Path, Sequence[Requirement]], tuple[Requirement, ...]] | None = None

    def identity(self) -> str:
        """Return a text that differs whenever a built wheel may differ."""
        parts: list[object] = [sorted(self.config_settings.items()), sorted(self.variables.items())]
        parts.append(sorted(map(str, self.requires)))
        return "" if not any(parts) else repr(parts)
