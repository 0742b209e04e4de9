"""Advisories in the format of OSV: which versions they are about, what fixes them, how severe they are."""

from __future__ import annotations

from typing import Any

import pytest

from uvkit.formats import Advisory, parse_advisory
from uvkit.formats.cvss import base_score


def advisory(*events: dict[str, str], versions: tuple[str, ...] = (), **more: Any) -> Advisory:
    affected = {
        "package": {"ecosystem": "PyPI", "name": "Some.Thing"},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}, {"type": "GIT", "events": [{"introduced": "0"}]}],
        "versions": list(versions),
    }
    return parse_advisory({"id": "PYSEC-1", "affected": [affected], **more})


@pytest.mark.parametrize(
    ("events", "inside", "outside"),
    [
        ([{"introduced": "0"}, {"fixed": "2.0"}], ["0.1", "1.9", "2.0rc1", "2.0.dev1"], ["2.0", "3"]),
        ([{"introduced": "1.0"}], ["1.0", "99", "1!0"], ["0.9", "1.0rc1"]),
        ([{"introduced": "1.0"}, {"last_affected": "1.5"}], ["1.0", "1.5", "1.5.0"], ["1.5.1", "1.5.post1"]),
        (
            [{"fixed": "1.2"}, {"introduced": "2.0"}, {"introduced": "1.0"}, {"fixed": "2.3"}],
            ["1.0", "1.1", "2.0", "2.2"],
            ["1.2", "1.9", "2.3"],
        ),
        ([{"introduced": "0"}, {"limit": "3"}], ["2"], ["3"]),
        ([{"introduced": "not a version"}, {"fixed": "1"}], [], ["0.1", "1"]),
        ([], [], ["1.0"]),
    ],
)
def test_ranges_are_compared_as_versions_of_python(
    events: list[dict[str, str]], inside: list[str], outside: list[str]
) -> None:
    found = advisory(*events)

    assert [version for version in inside if not found.affects("some-thing", version)] == []
    assert [version for version in outside if found.affects("some-thing", version)] == []


def test_listed_versions_count_whatever_the_ranges_say() -> None:
    found = advisory({"introduced": "5"}, versions=("1.0", "old-style"))

    assert found.affects("some_thing", "1.0.0") is False
    assert found.affects("some_thing", "1.0") is True
    assert found.affects("some_thing", "v1.0") is True
    assert found.affects("some_thing", "old-style") is True
    assert found.affects("other", "1.0") is False


def test_fixes_are_the_versions_above() -> None:
    found = advisory({"introduced": "1.0"}, {"fixed": "1.10"}, {"introduced": "2.0"}, {"fixed": "2.9"})

    assert found.fixes("some-thing", "1.1") == ("1.10", "2.9")
    assert found.fixes("some-thing", "2.1") == ("2.9",)
    assert found.fixes("some-thing", "3") == ()


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({}, None),
        ({"database_specific": {"severity": "MODERATE"}}, "medium"),
        ({"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}, "critical"),
        ({"severity": [{"type": "CVSS_V3", "score": "7.1"}], "database_specific": {"severity": "LOW"}}, "high"),
        ({"severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N"}]}, None),
    ],
)
def test_the_strongest_severity_is_taken(more: dict[str, Any], severity: str | None) -> None:
    assert advisory(**more).severity == severity


@pytest.mark.parametrize(
    ("vector", "score"),
    [
        # from the examples of the specification
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
        ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5),
        ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 0.0),
        ("CVSS:3.1/AV:X/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", None),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P", None),
    ],
)
def test_base_scores_are_those_of_the_specification(vector: str, score: float | None) -> None:
    assert base_score(vector) == score


def test_other_ecosystems_and_reports_are_left_out() -> None:
    data = {
        "id": "GHSA-1",
        "aliases": ["CVE-1", 3],
        "withdrawn": "2024-01-01T00:00:00Z",
        "references": [
            {"type": "WEB", "url": "https://web.example"},
            {"type": "ADVISORY", "url": "https://adv.example"},
        ],
        "affected": [{"package": {"ecosystem": "npm", "name": "a"}, "versions": ["1"]}],
    }

    found = parse_advisory(data)

    assert found.affected == ()
    assert found.names == {"GHSA-1", "CVE-1"}
    assert found.withdrawn is True
    assert found.link == "https://adv.example"


@pytest.mark.parametrize("data", [[], {}, {"id": ""}, {"id": "A", "affected": {"package": {}}}])
def test_what_is_no_advisory_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"is an object|has an `id`|is a list"):
        parse_advisory(data)
