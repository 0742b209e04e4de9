"""Shortening under Python bounds and other assumptions, and fixing extras."""

from __future__ import annotations

import pytest

from uvkit.markers import MarkerSet, PythonBounds, extra_item, group_item, is_conflict_item, project_item


def parse(text: str) -> MarkerSet:
    return MarkerSet.parse(text)


@pytest.mark.parametrize(
    ("written", "bounds", "printed"),
    [
        ("python_version >= '3.9'", ">=3.11", ""),
        ("python_version < '3.9'", ">=3.11", "python_version < '0'"),
        (
            "python_version == '3.12' and sys_platform == 'win32'",
            ">=3.11,<3.13",
            "python_full_version >= '3.12' and sys_platform == 'win32'",
        ),
        ("python_version >= '3.10' and python_version < '3.14'", ">=3.11,<4", "python_full_version < '3.14'"),
        ("python_version < '3.9' or sys_platform == 'linux'", ">=3.9", "sys_platform == 'linux'"),
        ("python_full_version <= '3.9' or os_name == 'a'", ">3.9", "os_name == 'a'"),
        ("python_full_version == '3.9' and os_name == 'a'", "<=3.9", "python_full_version >= '3.9' and os_name == 'a'"),
        ("implementation_version >= '3.9'", ">=3.11", "implementation_version >= '3.9'"),
    ],
)
def test_python_bounds_that_are_known_are_not_repeated(written: str, bounds: str, printed: str) -> None:
    assert str(parse(written).simplify_python(PythonBounds.from_specifiers(bounds))) == printed


def test_nothing_is_left_within_empty_bounds() -> None:
    empty = PythonBounds.from_specifiers(">=3.12,<3.11")

    assert parse("python_version >= '3.9'").simplify_python(empty).is_empty()


def test_complexify_puts_the_bounds_back() -> None:
    bounds = PythonBounds.from_specifiers(">=3.11,<3.13")
    short = parse("python_version == '3.12'").simplify_python(bounds)

    assert str(short.complexify_python(bounds)) == "python_full_version == '3.12.*'"


def test_simplify_drops_what_the_assumption_says() -> None:
    marker = parse("sys_platform == 'linux' and python_version >= '3.12'")

    assert str(marker.simplify(within=parse("sys_platform == 'linux'"))) == "python_full_version >= '3.12'"
    assert marker.simplify(within=marker).is_everywhere()
    assert marker.simplify(within=~marker).is_empty()
    assert marker.simplify(within=MarkerSet.nowhere()).is_empty()
    assert marker.restrict(MarkerSet.everywhere()) is marker


def test_simplify_keeps_what_the_assumption_leaves_open() -> None:
    marker = parse("sys_platform == 'win32' or python_version < '3.9'")

    assert str(marker.simplify(within=parse("sys_platform != 'win32'"))) == "python_full_version < '3.9'"


def test_fixing_one_extra_leaves_the_others() -> None:
    marker = parse("extra == 'a' and os_name == 'nt' or extra == 'b'")

    assert str(marker.with_extra("a", active=True)) == "os_name == 'nt' or extra == 'b'"
    assert str(marker.with_extra("a", active=False)) == "extra == 'b'"
    assert marker.with_extra("c", active=True) is marker


def test_fixing_all_extras_turns_the_others_off() -> None:
    marker = parse("extra == 'a' and os_name == 'nt' or extra != 'b' and os_name == 'posix'")

    assert str(marker.with_extras(["a"])) == "os_name == 'nt' or os_name == 'posix'"
    assert str(marker.with_extras([])) == "os_name == 'posix'"
    assert marker.with_extras(["b"]).is_empty()


def test_extras_can_be_left_open() -> None:
    marker = parse("extra == 'a' and os_name == 'nt' or extra == 'b' and os_name == 'posix'")

    assert str(marker.without_extras()) == "os_name == 'nt' or os_name == 'posix'"
    assert str(marker.only_extras()) == "extra == 'a' or extra == 'b'"


def test_conflict_items_are_extras_with_encoded_names() -> None:
    guarded = MarkerSet.extra(extra_item("proj", "b")) | ~MarkerSet.extra(group_item("proj", "g"))

    assert str(guarded) == "extra == 'extra-4-proj-b' or extra != 'group-4-proj-g'"
    assert project_item("proj") == "project-4-proj"


@pytest.mark.parametrize("name", ["extra-4-proj-b", "group-8-my-thing-a-b", "project-4-proj"])
def test_encoded_names_are_recognised(name: str) -> None:
    assert is_conflict_item(name)


@pytest.mark.parametrize(
    "name", ["b", "extra", "extra-b", "extra-4-projb", "project-4-proj-b", "extra-9-proj-b", "group-4-proj-"]
)
def test_other_names_are_not_taken_for_encoded_ones(name: str) -> None:
    assert not is_conflict_item(name)
