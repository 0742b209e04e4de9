from __future__ import annotations

import pytest

from uvkit.errors import InvalidMetadataError
from uvkit.formats import header_fields, parse_wheel_info


def test_every_field_is_read() -> None:
    info = parse_wheel_info(
        "Wheel-Version: 1.0\r\nGenerator: maker 2.0\r\nRoot-Is-Purelib: false\r\nTag: cp311-cp311-linux_x86_64\r\n"
        "tag: cp311-abi3-linux_x86_64\r\n",
        filename="x.whl",
    )

    assert info.version == (1, 0)
    assert info.generator == "maker 2.0"
    assert not info.purelib
    assert info.tags == ("cp311-cp311-linux_x86_64", "cp311-abi3-linux_x86_64")


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.99", "1"])
def test_known_major_version_is_accepted(version: str) -> None:
    assert parse_wheel_info(f"Wheel-Version: {version}\nRoot-Is-Purelib: True\n", filename="x.whl").purelib


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", 2),
        ("Wheel-Version: 1.0\n", 1),
        ("Wheel-Version: 2.0\nRoot-Is-Purelib: true\n", 1),
        ("Wheel-Version: new\nRoot-Is-Purelib: maybe\n", 2),
        ("\nWheel-Version: 1.0\nRoot-Is-Purelib: true\n", 2),
    ],
)
def test_all_problems_are_listed(text: str, problems: int) -> None:
    with pytest.raises(InvalidMetadataError) as caught:
        parse_wheel_info(text, filename="x.whl")

    assert caught.value.filename == "x.whl"
    assert len(caught.value.problems) == problems


def test_header_ends_at_the_first_empty_line_and_continuations_are_dropped() -> None:
    fields = header_fields("Name: demo\nDescription: one\n  Name: not a field\nKEYWORDS: a:b\n\nName: body\n")

    assert fields == {"name": ["demo"], "description": ["one"], "keywords": ["a:b"]}
