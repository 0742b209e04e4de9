"""How far a resolution is, when it must stop, and whom to tell."""

from __future__ import annotations

import time
from datetime import timedelta

from uvkit.errors import ResolutionLimitError
from uvkit.events import CancelToken, EventSink


class Progress:
    """Counts rounds over all forks and watches the caller's limits."""

    __slots__ = ("_cancel", "_limit", "_rounds", "_started", "emit")

    def __init__(self, *, emit: EventSink | None, cancel: CancelToken | None, limit: timedelta | None) -> None:
        self.emit = emit
        self._cancel = cancel
        self._limit = None if limit is None else limit.total_seconds()
        self._rounds = 0
        self._started = time.monotonic()

    def round(self) -> None:
        """Count a round.

        Raises:
            CancelledError: the caller cancelled.
            ResolutionLimitError: the time is up.
        """
        self._rounds += 1
        if self._cancel is not None:
            self._cancel.check()
        if self._limit is not None:
            spent = time.monotonic() - self._started
            if spent > self._limit:
                raise ResolutionLimitError(rounds=self._rounds, seconds=spent)
