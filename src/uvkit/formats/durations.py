"""Cut-off dates: a day, a moment, or a span before now, in the spellings that uv accepts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from typing import NamedTuple

_NANOSECONDS = 1_000_000_000
# Units with their letter in ISO 8601 and their length in nanoseconds, longest first; fractions of days do not exist,
# as the length of a day depends on the place.
_LENGTHS: dict[str, int] = {
    "W": 7 * 86400 * _NANOSECONDS,
    "D": 86400 * _NANOSECONDS,
    "H": 3600 * _NANOSECONDS,
    "M": 60 * _NANOSECONDS,
    "S": _NANOSECONDS,
    "milli": 1_000_000,
    "micro": 1000,
    "nano": 1,
}
_NAMES: dict[str, tuple[str, ...]] = {
    "W": ("weeks", "week", "wks", "wk", "w"),
    "D": ("days", "day", "d"),
    "H": ("hours", "hour", "hrs", "hr", "h"),
    "M": ("minutes", "minute", "mins", "min", "m"),
    "S": ("seconds", "second", "secs", "sec", "s"),
    "milli": ("milliseconds", "millisecond", "millis", "milli", "msecs", "msec", "ms"),
    "micro": ("microseconds", "microsecond", "micros", "micro", "usecs", "usec", "us", "µs", "μs"),
    "nano": ("nanoseconds", "nanosecond", "nanos", "nano", "nsecs", "nsec", "ns"),
}
_UNITS = {name: unit for unit, names in _NAMES.items() for name in names}
_CALENDAR_UNITS = re.compile(r"\d\s*(years?|yrs?|y|months?|mos?)\b", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_DATE_LIKE = re.compile(r"[+-]?\d{4}(?:-|\d{4}(?:T|$))")
_ISO = re.compile(
    r"(?P<sign>[+-])?P(?:(?P<W>\d+)W)?(?:(?P<D>\d+)D)?"
    r"(?:T(?:(?P<H>\d+(?:[.,]\d+)?)H)?(?:(?P<M>\d+(?:[.,]\d+)?)M)?(?:(?P<S>\d+(?:[.,]\d+)?)S)?)?",
    re.IGNORECASE,
)
_PART = re.compile(r"\s*,?\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-zµμ]+)", re.IGNORECASE)
_CLOCK = re.compile(r"\s*,?\s*(?P<H>\d+):(?P<M>\d{2})(?::(?P<S>\d{2}(?:\.\d+)?))?\s*$")
EXPECTED = (
    "expected a date like `2024-01-01`, a timestamp like `2024-01-01T00:00:00Z`, or a span like `30 days` or `P30D`"
)


class Span(NamedTuple):
    """A span of time: its ISO 8601 text in the units that were used, and its length.

    The text may be negative ("3 days ago"); the length is not, as either way the moment lies before now.
    """

    text: str
    length: timedelta


def parse_cut_off(text: str, *, zone: tzinfo | None = None) -> datetime | Span:
    """Return the moment after which uploads do not count, in UTC, or the span before now.

    A date, and a timestamp without an offset, means the end of that day in ``zone`` (none: the local time zone).

    Raises:
        ValueError: the text is neither; the message says what is expected.
    """
    if _DATE_LIKE.match(text):
        return _moment(text, zone)
    calendar = _CALENDAR_UNITS.search(text)
    span = None if calendar else _iso_span(text) or _friendly_span(text)
    if span is None:
        if calendar or re.fullmatch(r"[+-]?P\d+[YM].*", text, re.IGNORECASE):
            raise ValueError(f"`{text}` uses months or years, whose length varies; use days, such as `30 days`")
        raise ValueError(f"`{text}` is not a cut-off; {EXPECTED}")
    return span


def _moment(text: str, zone: tzinfo | None) -> datetime:
    plain = text.partition("[")[0]
    try:
        value = datetime.fromisoformat(plain if _DATE.match(plain) else "")
    except ValueError:
        raise ValueError(f"`{text}` is not a date or timestamp; {EXPECTED}") from None
    if value.tzinfo is None:
        return _end_of_day(value.date(), zone)
    return value.astimezone(UTC)


def _end_of_day(day: date, zone: tzinfo | None) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time())  # the zone follows
    return midnight.replace(tzinfo=zone).astimezone(UTC) if zone else midnight.astimezone(UTC)


def _iso_span(text: str) -> Span | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    numbers = {unit: found[unit].replace(",", ".") for unit in "WDHMS" if found[unit]}
    return _span(numbers, negative=found["sign"] == "-") if numbers else None


def _friendly_span(text: str) -> Span | None:
    body = text.strip()
    negative = body.startswith("-")
    body = body.lstrip("+-") if body[:1] in {"+", "-"} else body
    if body.endswith("ago"):
        negative, body = not negative, body[:-3].rstrip()
    numbers: dict[str, str] = {}
    position = 0
    while position < len(body):
        clock = _CLOCK.match(body, position)
        part = clock or _PART.match(body, position)
        if part is None:
            return None
        if clock:
            numbers.update({unit: clock[unit] for unit in "HMS" if clock[unit] and clock[unit].strip("0.")})
        elif not _add_part(numbers, part):
            return None
        position = part.end()
    return _span(numbers, negative=negative) if body else None


def _add_part(numbers: dict[str, str], part: re.Match[str]) -> bool:
    """Add a number with its unit; units come in order, each once."""
    unit = _UNITS.get(part["unit"].lower())
    order = list(_LENGTHS)
    if unit is None or any(order.index(unit) <= order.index(other) for other in numbers):
        return False
    numbers[unit] = part["number"]
    return True


def _span(numbers: dict[str, str], *, negative: bool) -> Span | None:
    """Return the span of numbers by unit; only the last may have a fraction, and not of days or weeks."""
    fractional = [unit for unit, number in numbers.items() if "." in number]
    if fractional and (fractional != [list(numbers)[-1]] or fractional[0] in "WD"):
        return None
    counts: dict[str, int] = {unit: int(Fraction(number)) for unit, number in numbers.items()}
    if fractional:
        rest = (Fraction(numbers[fractional[0]]) % 1) * _LENGTHS[fractional[0]]
        for unit, length in list(_LENGTHS.items())[list(_LENGTHS).index(fractional[0]) + 1 :]:
            counts[unit], rest = int(rest // length), rest % length
    total = sum(count * _LENGTHS[unit] for unit, count in counts.items())
    duration = timedelta(microseconds=total // 1000)
    return Span(_iso_text(counts, negative=negative and bool(total)), duration)


def _iso_text(counts: dict[str, int], *, negative: bool) -> str:
    days = "".join(f"{counts[unit]}{unit}" for unit in "WD" if counts.get(unit))
    clock = "".join(f"{counts[unit]}{unit}" for unit in "HM" if counts.get(unit))
    below = sum(counts.get(unit, 0) * _LENGTHS[unit] for unit in ("S", "milli", "micro", "nano"))
    if below:
        whole, fraction = divmod(below, _NANOSECONDS)
        digits = f"{fraction:09d}".rstrip("0")
        clock += f"{whole}.{digits}S" if digits else f"{whole}S"
    if not days and not clock:
        clock = "0S"
    return f"{'-' if negative else ''}P{days}{'T' if clock else ''}{clock}"
