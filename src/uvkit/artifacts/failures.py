"""Many failures of parallel work, given as one."""

from __future__ import annotations

from collections.abc import Sequence

from uvkit.errors import CancelledError, PrepareError, UvkitError


def joined(failures: Sequence[BaseException]) -> BaseException:
    """Return one error for many: a defect as it is, a cancellation, or all failures together."""
    ours = []
    for failure in failures:
        if not isinstance(failure, UvkitError):
            return failure
        if not isinstance(failure, CancelledError):
            ours.append(failure)
    return PrepareError(failures=tuple(ours)) if ours else CancelledError()
