"""Which exit status an error gives: 1 when the answer is no, 2 when the question could not be asked."""

from __future__ import annotations

from uvkit import errors

NO = 1
TROUBLE = 2
INTERRUPTED = 130

# As uv: what was asked for cannot be had, is refused by a check, or a file is not what it should be.
_NO = (
    errors.AuthenticationError,
    errors.BuildError,
    errors.CommandFailedError,
    errors.EnvironmentOutdatedError,
    errors.IntegrityError,
    errors.LockfileMissingError,
    errors.LockfileOutdatedError,
    errors.MetadataError,
    errors.NoSuchProjectError,
    errors.OfflineError,
    errors.PythonInstallError,
    errors.ResolutionError,
)


def exit_status(error: BaseException) -> int:
    """Return the exit status for an error."""
    match error:
        case KeyboardInterrupt() | errors.CancelledError():
            return INTERRUPTED
        case errors.PrepareError(failures=failures):
            return NO if any(exit_status(one) == NO for one in failures) else TROUBLE
        case errors.HttpStatusError(status=status):
            return NO if status < 500 else TROUBLE
        case errors.InvalidResponseError(content_type=kind):
            # A page that is none is an answer; one that was cut short is none.
            return TROUBLE if kind is None else NO
        case _:
            return NO if isinstance(error, _NO) else TROUBLE
