"""One run that fetches many artifacts: its connections, its workers, and what stops them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from uvkit.errors import CancelledError, UvkitError
from uvkit.events import CancelToken, TaskId, TaskOutcome
from uvkit.runtime import Emitter, Pool, lazy_property

from .downloads import Downloads
from .failures import joined
from .sources import Artifact

if TYPE_CHECKING:
    from uvkit.net import HttpClient, Interruption

T = TypeVar("T")


class Fetching:
    """Runs jobs for artifacts on a pool and announces each.

    Whoever cancels, or leaves by an exception, stops the workers between two pieces of a file. ``scratch`` makes paths
    for files on the way. Without ``http`` a client is made when first needed, and closed with the run.
    """

    def __init__(
        self, http: HttpClient | None, *, scratch: Callable[[], Path], emitter: Emitter, cancel: CancelToken | None
    ) -> None:
        self._given_http = http
        self.emitter = emitter
        self._cancel = cancel
        self._interrupted = CancelToken()
        self._interruption: Interruption | None = None
        self.downloads = Downloads(lambda: self._http, scratch=scratch, emitter=emitter, check=self.check)

    def close(self) -> None:
        """Delete files on the way, and close a client that was made here."""
        self.downloads.close()
        if self._given_http is None and "_http" in vars(self):
            self._http.close()

    @lazy_property
    def _http(self) -> HttpClient:
        if self._given_http is not None:
            return self._given_http
        from uvkit.net import HttpClient

        return HttpClient()

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let an exception on this thread end the waiting of requests for a block."""
        from uvkit.net import interruptible

        with interruptible() as self._interruption:
            yield

    def all(self, job: Callable[[Artifact], T], artifacts: Sequence[Artifact], *, workers: int) -> list[T]:
        """Return what a job gives for each artifact.

        Raises:
            PrepareError: some failed; all failures are in it.
            CancelledError: the token was set.
        """
        if not artifacts:
            return []
        with Pool(min(workers, len(artifacts)), name="uvkit-fetch") as pool:
            try:
                results, failures = pool.map(
                    job,
                    artifacts,
                    cancel=self._cancel,
                    while_waiting=self.emitter.deliver if self.emitter.active else None,
                    interrupted=self._interrupt,
                )
            finally:
                self.emitter.deliver()
        if failures:
            raise joined(failures)
        return list(results)

    def announced(self, artifact: Artifact, job: Callable[[TaskId], tuple[T, TaskOutcome]]) -> T:
        """Run a download as a task."""
        task = self.start(artifact)
        outcome: TaskOutcome = "failed"
        try:
            result, outcome = job(task)
        except CancelledError:
            outcome = "cancelled"
            raise
        finally:
            self.emitter.finish(task, outcome)
        return result

    def start(self, artifact: Artifact) -> TaskId:
        """Begin the task of an artifact."""
        return self.emitter.start("download", artifact.subject, total=artifact.size)

    def check(self) -> None:
        """Raise if the caller cancelled, or left.

        Raises:
            CancelledError: so it is.
        """
        self._interrupted.check()
        if self._cancel is not None:
            self._cancel.check()

    def _interrupt(self) -> None:
        self._interrupted.cancel()
        if self._interruption is not None:
            self._interruption.interrupt()


@contextmanager
def noted(text: str) -> Iterator[None]:
    """Add to errors for what something was done."""
    try:
        yield
    except UvkitError as error:
        error.add_note(text)
        raise
