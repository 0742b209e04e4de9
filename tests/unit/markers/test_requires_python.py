"""Supported Python versions with gaps, and their text."""

from __future__ import annotations

import pickle

import pytest

from uvkit.markers import PythonBounds, RequiresPython, SpecifierSyntaxError


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("!=3.12.*,>=3.9.0,<4.0", ">=3.9.0, !=3.12.*, <4.0"),
        ("~=3.11", ">=3.11, <4"),
        ("~=3.11.0", "==3.11.*"),
        ("~=3.11.4", ">=3.11.4, <3.12"),
        (">=3.11,<3.12", "==3.11.*"),
        (">=3.11.0,<3.12.0", "==3.11.*"),
        (">=3,<3.1", "==3.0.*"),
        ("==3.11.4", "==3.11.4"),
        ("==3.*", ">=3, <4"),
        (">=3.9,!=3.10", ">=3.9, !=3.10"),
        (">=3.9,!=3.10.0", ">=3.9, !=3.10.0"),
        (">=3.9,!=3.10.*,!=3.11.*", ">=3.9, !=3.10.*, !=3.11.*"),
        (">=2.6,!=2.7.*,!=3.0.*", ">=2.6, !=2.7.*, !=3.0.*"),
        (">=3.9,!=3.9", ">3.9"),
        (">=3.9,!=3.9.*", ">=3.10"),
        (">=3.8,<3.13,!=3.12.*", ">=3.8, <3.12"),
        ("==3.11.*,!=3.11.3", "==3.11.*, !=3.11.3"),
        (">=3.9,!=3.10.1.*", ">=3.9"),
        (">=1,!=2.*", ">=1"),
        (">=3.9,!=3.10.*,!=3.11.0", ">=3.9"),
        (">=3.9.0a1,<4.0.dev0", ">=3.9.0, <4.0"),
        ("!=3.12", "!=3.12"),
        ("", ""),
    ],
)
def test_text_keeps_digits_and_sayable_gaps(written: str, printed: str) -> None:
    assert str(RequiresPython.parse(written)) == printed


def test_text_is_stable_under_reading_again() -> None:
    printed = str(RequiresPython.parse(">=3.9.0,!=3.12.*,!=3.13.1,<4.0"))

    assert str(RequiresPython.parse(printed)) == printed


def test_intersection_of_several_members() -> None:
    root = RequiresPython.parse(">=3.8,<4")
    members = [RequiresPython.parse(">=3.9,<3.14"), RequiresPython.parse("!=3.11.*,>=3.10")]

    assert str(root.intersect(members)) == ">=3.10, !=3.11.*, <3.14"
    assert str(root.intersect(members[0])) == ">=3.9, <3.14"


def test_of_equal_bounds_the_later_lower_and_the_earlier_upper_is_printed() -> None:
    first, second = RequiresPython.parse(">=3.9,<4"), RequiresPython.parse(">=3.9.0,<4.0")

    assert str(first.intersect([second])) == ">=3.9.0, <4"


def test_bounds_pass_over_the_gaps() -> None:
    assert RequiresPython.parse(">=3.9,!=3.10.*,<4").bounds == PythonBounds.from_specifiers(">=3.9,<4")


def test_gaps_are_not_contained() -> None:
    versions = RequiresPython.parse(">=3.9,!=3.10.*,!=3.11.2,<4")

    assert [versions.contains(text) for text in ("3.9.1", "3.10.4", "3.11.2", "3.11.3", "4.0")] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_contradiction_is_empty() -> None:
    never = RequiresPython.parse(">=3.12,<3.11")

    assert never.is_empty()
    assert never.bounds.is_empty()
    assert not never.contains("3.11")


def test_wrong_part_is_named() -> None:
    with pytest.raises(SpecifierSyntaxError, match=r"`<=4\.\*` in `>=3\.9,<=4\.\*` is not a version specifier"):
        RequiresPython.parse(">=3.9,<=4.*")


def test_values_are_equal_by_what_they_admit_and_print_and_survive_pickling() -> None:
    value = RequiresPython.parse(">=3.9.0,!=3.12.*")

    assert pickle.loads(pickle.dumps(value)) == value
    assert RequiresPython.parse("!=3.12.*,>=3.9.0") == value
