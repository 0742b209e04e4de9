"""Evaluation in one environment."""

from __future__ import annotations

import pytest

from uvkit.markers import MarkerSet

ENVIRONMENT = {
    "os_name": "posix",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "6.1.0-13-amd64",
    "platform_version": "#1 SMP PREEMPT",
    "implementation_name": "cpython",
    "implementation_version": "3.12.1",
    "python_version": "3.12",
    "python_full_version": "3.12.1",
}


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("", True),
        ("python_version < '0'", False),
        ("python_version >= '3.12'", True),
        ("python_version > '3.12'", False),
        ("python_full_version == '3.12.1'", True),
        ("python_full_version < '3.12.1'", False),
        ("python_full_version <= '3.12.1'", True),
        ("python_version in '3.11 3.12'", True),
        ("python_version in '3.11 3.1'", False),
        ("platform_system == 'Linux' and platform_machine == 'x86_64'", True),
        ("sys_platform in 'linux darwin'", True),
        ("'nux' in sys_platform", True),
        ("'win' in sys_platform", False),
        ("'SMP' not in platform_version", False),
        ("platform_version >= '#1'", True),
        ("platform_release >= '6'", True),
    ],
)
def test_marker_is_true_or_false_in_an_environment(marker: str, expected: bool) -> None:
    assert MarkerSet.parse(marker).matches(ENVIRONMENT) is expected


def test_pre_release_of_python_counts_as_its_final_release() -> None:
    environment = {**ENVIRONMENT, "python_full_version": "3.13.0rc1", "python_version": "3.13"}

    assert MarkerSet.parse("python_full_version >= '3.13'").matches(environment)
    assert not MarkerSet.parse("python_full_version < '3.13'").matches(environment)


def test_release_of_a_mac_compares_as_a_version() -> None:
    mac = {**ENVIRONMENT, "sys_platform": "darwin", "platform_release": "9.8.0"}

    assert MarkerSet.parse("platform_release < '20.1'").matches(mac)
    assert not MarkerSet.parse("platform_release < '20.1'").matches({**ENVIRONMENT, "platform_release": "9.8.0"})


def test_extras_are_those_asked_for_under_any_spelling() -> None:
    marker = MarkerSet.parse("extra == 'foo-bar' and extra != 'b'")

    assert not marker.matches(ENVIRONMENT)
    assert marker.matches(ENVIRONMENT, extras=["Foo_Bar"])
    assert not marker.matches(ENVIRONMENT, extras=("foo-bar", "b"))


def test_lists_hold_extras_and_groups() -> None:
    marker = MarkerSet.parse("'a' in extras and 'lint' in dependency_groups")

    assert marker.matches(ENVIRONMENT, extras={"a"}, groups={"lint"})
    assert not marker.matches(ENVIRONMENT, extras={"lint"}, groups={"a"})


def test_python_version_stands_in_for_a_missing_full_version() -> None:
    assert MarkerSet.parse("python_version >= '3.9'").matches({"python_version": "3.12"})
    assert not MarkerSet.parse("sys_platform == 'linux'").matches({})
