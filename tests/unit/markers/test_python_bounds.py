"""Bounds of the Python version."""

from __future__ import annotations

import pickle

import pytest

from uvkit.markers import MarkerSet, PythonBounds, SpecifierSyntaxError


def bounds(text: str) -> PythonBounds:
    return PythonBounds.from_specifiers(text)


@pytest.mark.parametrize(
    ("specifiers", "printed"),
    [
        ("", ""),
        (">=3.9", ">=3.9"),
        (">=3.9.0, <4.0", ">=3.9, <4"),
        (">=3.9,!=3.10.*,<3.13,!=3.11.2", ">=3.9, <3.13"),
        ("!=3.10.*", ""),
        (">3.9,<=3.12.4", ">3.9, <=3.12.4"),
        ("~=3.11", ">=3.11, <4"),
        ("~=3.11.2", ">=3.11.2, <3.12"),
        ("==3.11.*", ">=3.11, <3.12"),
        ("==3.11.4", ">=3.11.4, <=3.11.4"),
        ("===3.11.4", ">=3.11.4, <=3.11.4"),
        (">=3.9,!=3.9.*", ">=3.10"),
        (">=3.9rc1,<4.0.dev0", ">=3.9, <4"),
    ],
)
def test_bounds_of_a_specifier_set_pass_over_its_gaps(specifiers: str, printed: str) -> None:
    assert str(bounds(specifiers)) == printed


@pytest.mark.parametrize("wrong", [">=3.9 <4", ">=3.9,", "3.9", ">=", ">=3.*", "=>3.9", "~=3"])
def test_text_that_is_no_specifier_set_is_refused(wrong: str) -> None:
    with pytest.raises(SpecifierSyntaxError) as caught:
        bounds(wrong)

    assert caught.value.text == wrong


@pytest.mark.parametrize(
    ("marker", "printed"),
    [
        ("python_version >= '3.9'", ">=3.9"),
        ("python_version >= '3.9' and sys_platform == 'linux'", ">=3.9"),
        ("python_version >= '3.9' or sys_platform == 'linux'", ""),
        ("python_version >= '3.9' or python_version == '3.7' and os_name == 'nt'", ">=3.7"),
        ("python_version == '3.7' or python_full_version == '3.9.2'", ">=3.7, <=3.9.2"),
        ("python_version != '3.10'", ""),
        ("implementation_version < '3.10'", ""),
        ("extra == 'a' and python_version < '3.10' or extra == 'b' and python_version < '3.12'", "<3.12"),
    ],
)
def test_marker_implies_bounds_only_if_every_branch_has_one(marker: str, printed: str) -> None:
    assert str(MarkerSet.parse(marker).python_bounds()) == printed


def test_marker_that_is_never_true_has_empty_bounds() -> None:
    assert MarkerSet.nowhere().python_bounds().is_empty()


def test_complement_of_a_range_has_no_lower_bound() -> None:
    within = MarkerSet.parse("python_version >= '3.10' and python_version < '4'")

    assert (~within).python_bounds() == PythonBounds.everything()


def test_bounds_intersect_to_the_tighter_side() -> None:
    assert bounds(">=3.9,<4").intersect(bounds(">3.9")) == bounds(">3.9,<4")
    assert bounds(">=3.9").intersect(bounds("<3.9")).is_empty()
    assert not bounds(">=3.9").intersect(bounds("<=3.9")).is_empty()
    assert PythonBounds.everything().intersect(bounds(">=3.9")) == bounds(">=3.9")


@pytest.mark.parametrize(
    ("specifiers", "version", "expected"),
    [
        (">=3.9", "3.9.0", True),
        (">3.9", "3.9.0", False),
        (">3.9", "3.9.1", True),
        ("<=3.9", "3.9", True),
        ("<3.9", "3.9.0rc1", False),
        (">=3.13", "3.13.0a1", True),
        ("==3.11.*", "3.11.9", True),
        ("==3.11.*", "3.12", False),
        ("<0", "0", False),
    ],
)
def test_versions_are_compared_with_the_bounds_by_release(specifiers: str, version: str, expected: bool) -> None:
    assert bounds(specifiers).contains(version) is expected


@pytest.mark.parametrize(
    ("lower", "higher"), [("", ">=3.9"), (">=3.9", ">3.9"), (">3.9", ">=3.9.1"), (">=3.9", ">=3.10"), ("<4", ">=2")]
)
def test_lower_bounds_are_ordered(lower: str, higher: str) -> None:
    assert bounds(lower).lower_at_most(bounds(higher))
    assert not bounds(higher).lower_at_most(bounds(lower))
    assert bounds(lower).lower_at_most(bounds(lower))
    assert min(bounds(higher), bounds(lower), key=lambda item: item.lower_key) == bounds(lower)


def test_bounds_as_a_marker() -> None:
    assert str(bounds(">=3.9,<4").marker()) == "python_full_version >= '3.9' and python_full_version < '4'"
    assert bounds(">=3.9,<4").lower_only() == bounds(">=3.9")
    assert bounds("").marker().is_everywhere()
    assert bounds(">=4,<3").marker().is_empty()


def test_bounds_are_values() -> None:
    value = bounds(">=3.9,<4")

    assert pickle.loads(pickle.dumps(value)) == value
    assert hash(bounds(">=3.9.0,<4.0")) == hash(value)
    with pytest.raises(AttributeError):
        value.lower = None
