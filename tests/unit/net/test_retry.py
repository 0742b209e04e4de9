from __future__ import annotations

import pytest

from uvkit.net.retry import LONGEST_DELAY_SECONDS, backoff, is_transient, requested_delay


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_a_status_that_may_change_is_transient(status: int) -> None:
    assert is_transient(status)


@pytest.mark.parametrize("status", [200, 304, 400, 401, 403, 404, 410, 501, 505])
def test_a_status_that_stays_is_not_transient(status: int) -> None:
    assert not is_transient(status)


def test_the_delay_doubles_until_its_limit() -> None:
    delays = [backoff(attempt, random=0.0) for attempt in range(1, 12)]

    assert delays[1] == 2 * delays[0]
    assert delays[2] == 4 * delays[0]
    assert max(delays) == LONGEST_DELAY_SECONDS / 2


def test_half_of_the_delay_is_random() -> None:
    assert backoff(1, random=0.999) < 2 * backoff(1, random=0.0)
    assert backoff(1, random=0.5) == 1.5 * backoff(1, random=0.0)


def test_retry_after_is_read_as_seconds() -> None:
    assert requested_delay({"retry-after": " 7 "}, now=0.0) == 7.0


def test_retry_after_is_read_as_a_date() -> None:
    assert requested_delay({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, now=40.0) == 60.0


def test_a_date_that_has_passed_means_no_delay() -> None:
    assert requested_delay({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, now=1000.0) == 0.0


@pytest.mark.parametrize("text", ["", "soon", "-3", "1.5.2", "²"])
def test_an_unreadable_retry_after_counts_as_absent(text: str) -> None:
    assert requested_delay({"retry-after": text}, now=0.0) is None
