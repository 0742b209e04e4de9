"""The public resolver: indexes, cache and builder joined to the pure solver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from uvkit.events import CancelToken, EventSink
from uvkit.index import IndexSet, PackageIndex
from uvkit.model import Requirement, RequirementLike, Target, Universal
from uvkit.resolver import MetadataSource, Resolution, ResolveRequest, ResolverOptions, solve
from uvkit.runtime import Emitter, fewer_collections

from .bare import Bare
from .builds import BuildsSources
from .indexes import index_set

if TYPE_CHECKING:
    from uvkit.cache import Cache
    from uvkit.net import HttpClient

View: TypeAlias = Callable[[MetadataSource], MetadataSource]


class Resolver:
    """Chooses versions for requirements out of indexes.

    Without a ``builder`` nothing from a source distribution is ever run: a version that has only one is refused, and
    the failure or a notice says so. A resolver may be used by many threads; each call is one independent resolution.
    """

    def __init__(
        self,
        indexes: PackageIndex | Sequence[PackageIndex] | IndexSet,
        *,
        cache: Cache | None = None,
        builder: BuildsSources | None = None,
        options: ResolverOptions | None = None,
        http: HttpClient | None = None,
        workers: int = 24,
        dependencies: bool = True,
    ) -> None:
        self.indexes = index_set(indexes)
        self.cache = cache
        self.builder = builder
        self.options = options
        self.http = http
        self._workers = workers
        self._views: tuple[View, ...] = () if dependencies else (Bare,)

    def resolve(
        self,
        request: ResolveRequest | Iterable[RequirementLike],
        *,
        target: Target | Universal | None = None,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> Resolution:
        """Return a consistent set of distributions for a request, or for plain requirements.

        Plain requirements are resolved for every environment unless ``target`` names one.

        Raises:
            ResolutionImpossibleError: the requirements contradict each other; the message says why.
            ResolutionLimitError: the options' time limit passed.
            InvalidRequirementError: a plain requirement does not parse.
            IndexAccessError: an index failed.
            CancelledError: the token was set.
        """
        from uvkit.artifacts import IndexMetadataSource
        from uvkit.net import interruptible

        question = self._question(request, target)
        emitter = Emitter(events)
        builds = None if self.builder is None else self.builder.sources(emitter=emitter, cancel=cancel)
        with (
            # What workers say as they end comes before the source is closed, and is delivered after that.
            _delivered(emitter),
            fewer_collections(),
            IndexMetadataSource(
                self.indexes,
                self.cache,
                http=self.http,
                builder=builds,
                target=question.target,
                root=question.root,
                options=question.options,
                emitter=emitter,
                workers=self._workers,
            ) as source,
            interruptible() as interruption,
            nullcontext() if cancel is None else cancel.calling(interruption.interrupt),
        ):
            seen: MetadataSource = source
            for view in self._views:
                seen = view(seen)
            if question.dependency_metadata:
                from .stated_metadata import StatedMetadata

                exact = None if builds is None else builds.exact
                seen = StatedMetadata(seen, question.dependency_metadata, exact=exact)
            return solve(question, seen, emit=emitter.emit if emitter.active else None, cancel=cancel)

    def without_dependencies(self) -> Resolver:
        """Return a resolver that chooses only what is named and asks nothing of what that requires."""
        return self.through(Bare)

    def through(self, view: View) -> Resolver:
        """Return a resolver that sees files and metadata through a view of what this one sees."""
        other = Resolver(
            self.indexes,
            cache=self.cache,
            builder=self.builder,
            options=self.options,
            http=self.http,
            workers=self._workers,
        )
        other._views = (*self._views, view)
        return other

    def _question(
        self, request: ResolveRequest | Iterable[RequirementLike], target: Target | Universal | None
    ) -> ResolveRequest:
        if isinstance(request, ResolveRequest):
            return self.adapted(request)
        roots = tuple(Requirement.parse(one) for one in request)
        return self.adapted(ResolveRequest(target=target or Universal(), roots=roots))

    def adapted(self, request: ResolveRequest) -> ResolveRequest:
        """Return the request under this resolver's options; a resolver without any leaves the request's own."""
        return request if self.options is None else replace(request, options=self.options)


@contextmanager
def _delivered(emitter: Emitter) -> Iterator[None]:
    try:
        yield
    finally:
        emitter.deliver()
