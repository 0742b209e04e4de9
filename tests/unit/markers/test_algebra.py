"""Set operations: identity, emptiness, disjointness, subsets."""

from __future__ import annotations

import pytest

from uvkit.markers import MarkerSet

LINUX = MarkerSet.parse("sys_platform == 'linux'")
WINDOWS = MarkerSet.parse("sys_platform == 'win32'")
NEW = MarkerSet.parse("python_version >= '3.12'")


def test_sets_with_the_same_members_are_one_object() -> None:
    one = MarkerSet.parse("python_version < '3.9' or sys_platform == 'win32'")
    other = ~MarkerSet.parse("python_version > '3.8' and 'win32' != sys_platform")

    assert one is other
    assert len({one, other}) == 1


def test_intersection_union_difference_and_complement() -> None:
    assert str(LINUX & NEW) == "python_full_version >= '3.12' and sys_platform == 'linux'"
    assert str(LINUX | WINDOWS) == "sys_platform == 'linux' or sys_platform == 'win32'"
    assert str((LINUX | WINDOWS) - WINDOWS) == "sys_platform == 'linux'"
    assert str(~NEW) == "python_full_version < '3.12'"


def test_complement_of_the_complement_is_the_set_itself() -> None:
    assert ~~(LINUX & NEW) is LINUX & NEW


def test_everywhere_and_nowhere_are_neutral_and_absorbing() -> None:
    everywhere, nowhere = MarkerSet.everywhere(), MarkerSet.nowhere()

    assert LINUX & everywhere is LINUX
    assert LINUX | nowhere is LINUX
    assert LINUX & nowhere is nowhere
    assert LINUX | everywhere is everywhere
    assert ~everywhere is nowhere
    assert everywhere.is_everywhere()
    assert nowhere.is_empty()
    assert not LINUX.is_empty()
    assert not LINUX.is_everywhere()


def test_disjoint_sets_have_no_environment_in_common() -> None:
    assert LINUX.is_disjoint(WINDOWS)
    assert not LINUX.is_disjoint(NEW)
    assert (LINUX & NEW).is_disjoint(~NEW)


def test_impossible_platforms_make_sets_disjoint() -> None:
    assert MarkerSet.parse("os_name == 'nt'").is_disjoint(LINUX)
    assert LINUX.is_disjoint(MarkerSet.parse("os_name == 'nt'"))
    assert LINUX.is_subset(MarkerSet.parse("os_name != 'nt'"))


def test_disjointness_sees_through_several_platform_tests() -> None:
    freebsd = MarkerSet.parse("platform_system == 'FreeBSD'")

    assert freebsd.is_disjoint(MarkerSet.parse("os_name == 'posix' and sys_platform == 'linux'"))
    assert not freebsd.is_disjoint(MarkerSet.parse("os_name == 'posix' and sys_platform == 'freebsd14'"))


def test_subset() -> None:
    assert (LINUX & NEW).is_subset(LINUX)
    assert not LINUX.is_subset(LINUX & NEW)
    assert MarkerSet.nowhere().is_subset(LINUX)
    assert LINUX.is_subset(MarkerSet.everywhere())


def test_text_tests_are_unrelated_to_comparisons() -> None:
    assert not MarkerSet.parse("sys_platform not in 'win32 cygwin'").is_disjoint(WINDOWS)


def test_variables_and_extras_are_those_that_matter() -> None:
    marker = MarkerSet.parse(
        "(os_name == 'nt' or os_name != 'nt') and python_version > '3.8' and 'x' in sys_platform and extra == 'a' "
        "and 'b' in extras"
    )

    assert marker.variables() == {"python_full_version", "sys_platform", "extra", "extras"}
    assert marker.extras() == {"a"}


def test_sets_are_made_by_their_makers_only() -> None:
    with pytest.raises(TypeError):
        MarkerSet()


def test_sets_are_ordered_by_constant_then_kind_then_key_then_edges() -> None:
    texts = [
        "",
        "python_version < '0'",
        "implementation_version < '3'",
        "python_full_version < '3.8'",
        "python_full_version >= '3.8'",
        "os_name == 'nt'",
        "sys_platform == 'linux'",
        "sys_platform in 'linux'",
        "'linux' in sys_platform",
        "'a' in extras",
        "extra == 'a'",
        "extra == 'b'",
    ]
    markers = [MarkerSet.parse(text) for text in texts]
    shuffled = markers[::-1]

    ordered = sorted(shuffled, key=MarkerSet.sort_key)

    # At the first edge, which ends at the same place, true sorts before false.
    assert [str(marker) for marker in ordered if marker.variables() == {"python_full_version"}] == [
        "python_full_version < '3.8'",
        "python_full_version >= '3.8'",
    ]
    assert ordered == markers
