"""What a resolver and an installer need of a builder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from uvkit.builder import SourceBuilder
    from uvkit.events import CancelToken
    from uvkit.python import Interpreter
    from uvkit.runtime import Emitter


class BuildsSources(Protocol):
    """Makes metadata and wheels of sources; ``Builder`` does."""

    def sources(self, *, emitter: Emitter | None = None, cancel: CancelToken | None = None) -> SourceBuilder:
        """Return the builder for one run, which reports to that run's emitter."""
        ...

    def using(self, interpreter: Interpreter) -> Self:
        """Return the builder that builds for, and with, another interpreter."""
        ...
