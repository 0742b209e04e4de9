"""When to try again and how long to wait: pure functions of status, headers, attempt and a random number."""

from __future__ import annotations

from collections.abc import Mapping

# Of the server errors these two will not change: not implemented, and HTTP version not supported (RFC 9110).
_FINAL_SERVER_ERRORS = frozenset({501, 505})
_RETRIED_CLIENT_ERRORS = frozenset({408, 429})

# Three retries then span two to four seconds, in which a server can restart and a network change over.
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 10.0
# A server that asks for more than this is answered with an error at once rather than with silence.
LONGEST_REQUESTED_SECONDS = 60.0


def is_transient(status: int) -> bool:
    """Tell whether a later attempt may get another status."""
    return status in _RETRIED_CLIENT_ERRORS or (500 <= status < 600 and status not in _FINAL_SERVER_ERRORS)


def backoff(attempt: int, *, random: float) -> float:
    """Return the seconds to wait after the failed ``attempt`` (1 is the first); ``random`` lies in [0, 1).

    The delay doubles with each attempt; half of it is random, so that clients that failed together part ways.
    """
    longest = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** (attempt - 1))
    return longest * (0.5 + random / 2)


def requested_delay(headers: Mapping[str, str], *, now: float) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, as a number or a date (RFC 9110, 10.2.3), or none."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    moment = http_date(text)
    return None if moment is None else max(0.0, moment - now)


def http_date(text: str) -> float | None:
    """Return the POSIX time of an HTTP date, or none if it is not one."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
