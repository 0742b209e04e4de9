"""Cut-off dates in every spelling; what uv 0.13.9 records for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from uvkit.formats import Span, parse_cut_off


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("30 days", "P30D"),
        ("30days", "P30D"),
        ("30d", "P30D"),
        ("1 week", "P1W"),
        ("2 weeks 3 days", "P2W3D"),
        ("1 day, 2 hours", "P1DT2H"),
        ("3 wks", "P3W"),
        ("24 hours", "PT24H"),
        ("1d 12h", "P1DT12H"),
        ("1h30m", "PT1H30M"),
        ("90s", "PT90S"),
        ("48 hours 120 minutes", "PT48H120M"),
        ("1.5h", "PT1H30M"),
        ("500ms", "PT0.5S"),
        ("1µs", "PT0.000001S"),
        ("12:30:00", "PT12H30M"),
        ("1d 12:30:00", "P1DT12H30M"),
        ("0 days", "PT0S"),
        ("PT0S", "PT0S"),
        ("P1W", "P1W"),
        ("p30d", "P30D"),
        ("P1DT12H", "P1DT12H"),
        ("PT100000S", "PT100000S"),
        ("+P3D", "P3D"),
        ("-P3D", "-P3D"),
        ("3 days ago", "-P3D"),
    ],
)
def test_span_is_recorded_in_the_units_that_were_used(text: str, iso: str) -> None:
    value = parse_cut_off(text)

    assert isinstance(value, Span)
    assert value.text == iso


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("1 week", timedelta(days=7)),
        ("P1DT12H", timedelta(hours=36)),
        ("1.5h", timedelta(minutes=90)),
        ("2 weeks 3 days", timedelta(days=17)),
        ("-P3D", timedelta(days=3)),
        ("3 days ago", timedelta(days=3)),
    ],
)
def test_span_has_a_length(text: str, length: timedelta) -> None:
    value = parse_cut_off(text)

    assert isinstance(value, Span)
    assert value.length == length


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-01T10:00:00Z", datetime(2024, 1, 1, 10, tzinfo=UTC)),
        ("2024-01-01 10:00:00Z", datetime(2024, 1, 1, 10, tzinfo=UTC)),
        ("2024-01-01T10:00Z", datetime(2024, 1, 1, 10, tzinfo=UTC)),
        ("2024-01-01T10:00:00+02:00", datetime(2024, 1, 1, 8, tzinfo=UTC)),
        ("2024-01-01T10:00:00+02:00[Europe/Berlin]", datetime(2024, 1, 1, 8, tzinfo=UTC)),
        ("2024-01-01T10:00:00.123456Z", datetime(2024, 1, 1, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2024-01-01", datetime(2024, 1, 2, tzinfo=UTC)),
        ("20240101", datetime(2024, 1, 2, tzinfo=UTC)),
        ("2024-01-01T10:00:00", datetime(2024, 1, 2, tzinfo=UTC)),
    ],
)
def test_moment_is_in_utc_and_a_date_ends_with_its_day(text: str, moment: datetime) -> None:
    assert parse_cut_off(text, zone=UTC) == moment


def test_day_ends_in_the_given_zone() -> None:
    assert parse_cut_off("2024-07-01", zone=ZoneInfo("Europe/Berlin")) == datetime(2024, 7, 1, 22, tzinfo=UTC)
    assert parse_cut_off("2024-07-01", zone=timezone(timedelta(hours=-5))) == datetime(2024, 7, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["P1M", "1 month", "2 months", "1 year", "P1Y", "1mo"])
def test_units_of_varying_length_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="use days"):
        parse_cut_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "30 dayz",
        "1 fortnight",
        "1.5 days",
        "2 hours 3 days",
        "1 day 1 day",
        "P",
        "PT",
        "5",
        "h",
        "1.5h 3s",
    ],
)
def test_other_texts_are_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected a date like"):
        parse_cut_off(text)


@pytest.mark.parametrize("text", ["2024-13-01", "2024-1-1", "2024-01-01T25:00:00Z", "2024-01-01T10:00:00Q"])
def test_dates_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date or timestamp"):
        parse_cut_off(text)
