"""Names of interpreters, and the order in which they are listed."""

from __future__ import annotations

import pytest

from uvkit.python import PythonKey, PythonRequest
from uvkit.python.keys import Host

HOST = Host(system="linux", machine="x86_64", libc="gnu")


def key(text: str) -> PythonKey:
    found = PythonKey.parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "text",
    [
        "cpython-3.12.3-linux-x86_64-gnu",
        "cpython-3.14.0rc1+freethreaded-macos-aarch64-none",
        "cpython-3.13.1+freethreaded+debug-linux-x86_64_v3-musl",
        "pypy-3.10.16-windows-x86_64-none",
        "cpython-3.12-linux-armv7-gnueabihf",
    ],
)
def test_a_key_is_written_as_it_was_read(text: str) -> None:
    assert str(key(text)) == text


@pytest.mark.parametrize("text", [".temp", "cpython-3.12.3", "cpython-3.12.3-linux-x86_64-gnu.bak", "cpython", ""])
def test_other_names_are_no_keys(text: str) -> None:
    assert PythonKey.parse(text) is None


def test_the_link_of_a_minor_version_has_no_patch() -> None:
    assert str(key("cpython-3.14.0rc1+freethreaded-linux-x86_64-gnu").minor) == (
        "cpython-3.14+freethreaded-linux-x86_64-gnu"
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cpython-3.12.3-linux-x86_64-gnu", "python3.12"),
        ("cpython-3.13.1+freethreaded-linux-x86_64-gnu", "python3.13t"),
        ("pypy-3.10.16-linux-x86_64-gnu", "pypy3.10"),
    ],
)
def test_the_name_of_the_executable(text: str, name: str) -> None:
    assert key(text).executable_name == name


def test_keys_are_listed_newest_first_and_those_of_the_host_before_others() -> None:
    expected = [
        "cpython-3.14.0-linux-x86_64-gnu",
        "cpython-3.14.0+freethreaded-linux-x86_64-gnu",
        "cpython-3.14.0-linux-x86_64-musl",
        "cpython-3.14.0-linux-aarch64-gnu",
        "cpython-3.14.0-macos-aarch64-none",
        "cpython-3.14.0rc2-linux-x86_64-gnu",
        "cpython-3.14.0a7-linux-x86_64-gnu",
        "cpython-3.13.10-linux-x86_64-gnu",
        "cpython-3.13.9-linux-x86_64-gnu",
        "pypy-3.11.13-linux-x86_64-gnu",
        "graalpy-3.12.0-linux-x86_64-gnu",
    ]

    found = sorted(map(key, reversed(expected)), key=lambda one: one.order(HOST))

    assert [str(one) for one in found] == expected


@pytest.mark.parametrize(
    ("text", "request_text", "expected"),
    [
        ("cpython-3.12.3-linux-x86_64-gnu", "3.12", True),
        ("cpython-3.12.3-linux-x86_64-gnu", "", True),
        ("cpython-3.12.3-linux-x86_64-gnu", ">=3.11,<3.13", True),
        ("cpython-3.12.3-linux-x86_64-gnu", "3.12.4", False),
        ("cpython-3.12.3-linux-x86_64-gnu", "cpython-3.12-linux", True),
        ("cpython-3.12.3-linux-x86_64-musl", "3.12", False),
        ("cpython-3.12.3-linux-x86_64-musl", "cpython-3.12-linux-x86_64-musl", True),
        ("cpython-3.12.3-windows-x86_64-none", "cpython-3.12-windows", True),
        ("cpython-3.12.3-linux-aarch64-gnu", "3.12", False),
        ("cpython-3.13.1+freethreaded-linux-x86_64-gnu", "3.13", False),
        ("cpython-3.13.1+freethreaded-linux-x86_64-gnu", "3.13t", True),
        ("cpython-3.13.1+debug-linux-x86_64-gnu", "3.13+debug", True),
        ("cpython-3.13.1+debug-linux-x86_64-gnu", "3.13", False),
        ("pypy-3.10.16-linux-x86_64-gnu", "3.10", False),
        ("pypy-3.10.16-linux-x86_64-gnu", "pypy", True),
        ("pypy-3.10.16-linux-x86_64-gnu", "any", True),
    ],
)
def test_requests_are_about_the_host_unless_they_say_otherwise(text: str, request_text: str, expected: bool) -> None:
    assert key(text).matches(PythonRequest.parse(request_text), HOST) is expected
