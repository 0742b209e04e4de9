"""What a resolver and an installer need of a builder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    from uvkit.builder import SourceBuilder
    from uvkit.events import CancelToken
    from uvkit.model import InstallSet, ProjectName
    from uvkit.python import Interpreter
    from uvkit.runtime import Emitter


class BuildsSources(Protocol):
    """Makes metadata and wheels of sources; ``Builder`` does."""

    def sources(
        self,
        *,
        emitter: Emitter | None = None,
        cancel: CancelToken | None = None,
        runtime: InstallSet | None = None,
    ) -> SourceBuilder:
        """Return the builder for one run, which reports to that run's emitter.

        ``runtime`` is what is installed beside the results.
        """
        ...

    def isolates(self, project: ProjectName) -> bool:
        """Tell whether a project is built in an environment of its own."""
        ...

    def record(self, project: ProjectName, runtime: InstallSet | None) -> Mapping[str, Any]:
        """Return what is recorded beside the metadata of a project that was built: how that was done."""
        ...

    def using(self, interpreter: Interpreter) -> Self:
        """Return the builder that builds for, and with, another interpreter."""
        ...
