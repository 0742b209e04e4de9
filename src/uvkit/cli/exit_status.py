"""Which exit status an error gives: 1 when the answer is no, 2 when the question could not be asked."""

from __future__ import annotations

import re

from uvkit import errors

from .statuses import INTERRUPTED, NO, TROUBLE

__all__ = ["INTERRUPTED", "NO", "TROUBLE", "exit_status"]

_FILE = re.compile(r"\.(?:whl|zip|tar\.\w+|tgz|metadata)(?:[?#]|$)")

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


def _of_file(error: BaseException) -> int:
    """Return the status for a file that cannot be had: that it is not there is an answer, that it is closed is none."""
    if isinstance(error, errors.HttpStatusError):
        return NO if error.status < 500 else TROUBLE
    if isinstance(error, errors.MissingHashError):
        return NO
    return TROUBLE if isinstance(error, errors.AuthenticationError) else exit_status(error)


def exit_status(error: BaseException) -> int:
    """Return the exit status for an error."""
    match error:
        case KeyboardInterrupt() | errors.CancelledError():
            return INTERRUPTED
        case errors.PrepareError(failures=failures):
            return NO if any(_of_file(one) == NO for one in failures) else TROUBLE
        case errors.HttpStatusError(url=url, status=status, links=links):
            # A flat index that is not there has nothing; a place of `find-links` has to be there.
            is_answer = links == "index" and status == 404
            return NO if is_answer else _of_file(error) if _FILE.search(url) else TROUBLE
        case errors.AuthenticationError(url=url, links=links) if links or _FILE.search(url):
            # A file, or a page of links; a page of an index says that the project is not there for us.
            return TROUBLE
        case errors.MissingHashError():
            # What was asked for names no digest; a file that has none is among those that could not be had.
            return TROUBLE
        case errors.NoCompatibleFileError(rejected=rejected):
            # A source tree that must not be built was asked for; of a lock, files are missing.
            return NO if "its source" in dict(rejected) else TROUBLE
        case errors.InvalidResponseError(content_type=kind):
            # A page that is none is an answer; one that was cut short is none.
            return TROUBLE if kind is None else NO
        case _:
            return NO if isinstance(error, _NO) else TROUBLE
