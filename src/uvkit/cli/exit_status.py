"""Which exit status an error gives: 1 when the answer is no, 2 when the question could not be asked."""

from __future__ import annotations

from uvkit import errors

NO = 1
TROUBLE = 2
INTERRUPTED = 130

# As uv: what was asked for cannot be had, is refused by a check, or a file is not what it should be.
_NO = (
    errors.ResolutionError,
    errors.NoSuchProjectError,
    errors.OfflineError,
    errors.LockfileOutdatedError,
    errors.LockfileMissingError,
    errors.EnvironmentOutdatedError,
    errors.IntegrityError,
    errors.BuildError,
    errors.PrepareError,
    errors.MetadataError,
    errors.CommandFailedError,
)


def exit_status(error: BaseException) -> int:
    """Return the exit status for an error."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    return NO if isinstance(error, _NO) else TROUBLE
