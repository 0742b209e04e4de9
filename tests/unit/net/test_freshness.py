from __future__ import annotations

import pytest

from uvkit.net import Freshness, parse_cache_control

NOW = 1_000_000.0


def test_max_age_counts_from_now() -> None:
    assert Freshness.of({"cache-control": "public, max-age=600"}, NOW).fresh_until == NOW + 600


def test_the_age_on_the_way_is_taken_off() -> None:
    assert Freshness.of({"cache-control": "max-age=600", "age": "100"}, NOW).fresh_until == NOW + 500


def test_an_answer_older_than_its_lifetime_is_stale_at_once() -> None:
    assert Freshness.of({"cache-control": "max-age=600", "age": "900"}, NOW).fresh_until == NOW


def test_no_cache_wins_over_max_age() -> None:
    assert Freshness.of({"cache-control": "no-cache, max-age=600"}, NOW).fresh_until == NOW


def test_no_store_is_noted() -> None:
    assert Freshness.of({"cache-control": "no-store"}, NOW).no_store
    assert not Freshness.of({"cache-control": "max-age=1"}, NOW).no_store


def test_expires_is_measured_against_the_servers_own_clock() -> None:
    headers = {"date": "Thu, 01 Jan 1970 00:00:00 GMT", "expires": "Thu, 01 Jan 1970 00:05:00 GMT"}

    assert Freshness.of(headers, NOW).fresh_until == NOW + 300


def test_max_age_wins_over_expires() -> None:
    headers = {"cache-control": "max-age=10", "expires": "Thu, 01 Jan 2099 00:00:00 GMT"}

    assert Freshness.of(headers, NOW).fresh_until == NOW + 10


@pytest.mark.parametrize(
    "headers", [{}, {"expires": "0"}, {"cache-control": "max-age=soon"}, {"cache-control": "public"}]
)
def test_without_a_lifetime_nothing_is_guessed(headers: dict[str, str]) -> None:
    assert Freshness.of(headers | {"last-modified": "Thu, 01 Jan 1970 00:00:00 GMT"}, NOW).fresh_until == NOW


def test_an_override_replaces_what_the_server_says() -> None:
    freshness = Freshness.of({"cache-control": "no-store"}, NOW, override="max-age=60")

    assert freshness.fresh_until == NOW + 60
    assert not freshness.no_store


def test_validators_become_conditions() -> None:
    freshness = Freshness.of({"etag": 'W/"a"', "last-modified": "yesterday"}, NOW)

    assert freshness.conditions() == {"if-none-match": 'W/"a"', "if-modified-since": "yesterday"}


def test_directives_may_hold_commas_in_quotes() -> None:
    directives = parse_cache_control('no-cache="set-cookie, age" , MAX-AGE=3, max-age=9,,')

    assert directives == {"no-cache": "set-cookie, age", "max-age": "3"}
