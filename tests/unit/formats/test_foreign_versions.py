"""Constraints of other tools as specifiers and markers."""

from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet

from uvkit.formats.foreign.constraints import all_markers, platform_marker, python_marker, specifier_of


@pytest.mark.parametrize(
    ("written", "specifier"),
    [
        ("*", ""),
        ("", ""),
        ("1.2.3", "==1.2.3"),
        ("=1.2", "==1.2"),
        ("^1.2.3", ">=1.2.3,<2.0.0"),
        ("^1.2", ">=1.2,<2.0"),
        ("^0.2.3", ">=0.2.3,<0.3.0"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0.0", ">=0.0,<0.1"),
        ("^0", ">=0,<1"),
        ("^1.0.0b1", ">=1.0.0b1,<2.0.0"),
        ("~1.2.3", ">=1.2.3,<1.3.0"),
        ("~1.2", ">=1.2,<1.3"),
        ("~1", ">=1,<2"),
        ("~=1.4.2", "~=1.4.2"),
        ("1.*", "==1.*"),
        ("==1.2.*", "==1.2.*"),
        ("!=1.2.*", "!=1.2.*"),
        (">=1.0 <2.0", ">=1.0,<2.0"),
        (">= 1.0, < 2.0, != 1.5", ">=1.0,<2.0,!=1.5"),
        ("^3.8 <3.11", ">=3.8,<4.0,<3.11"),
        ("v2.0", "==2.0"),
    ],
)
def test_a_constraint_is_a_specifier(written: str, specifier: str) -> None:
    found = specifier_of(written)

    assert found == (specifier, True)
    SpecifierSet(found.text)


@pytest.mark.parametrize(
    ("written", "specifier", "exact"),
    [
        ("^1.0 || ^2.0", ">=1.0,<3.0", True),
        ("^1.0|^2.0.0", ">=1.0,<3.0.0", True),
        ("^1.0 || ^3.0", ">=1.0,<4.0", False),
        ("<1.0 || >=2.0", "", False),
        ("1.0 || 1.1", ">=1.0,<=1.1", False),
        (">=2.7,!=3.0.* || ^4.0", ">=2.7", False),
    ],
)
def test_alternatives_become_the_span_around_them(written: str, specifier: str, exact: bool) -> None:
    assert specifier_of(written) == (specifier, exact)


@pytest.mark.parametrize("written", ["latest", "^x", ">=1,<", "1.0 oops"])
def test_what_is_no_constraint_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        specifier_of(written)


@pytest.mark.parametrize(
    ("written", "marker"),
    [
        ("*", ""),
        ("^3.8", "python_version >= '3.8' and python_version < '4.0'"),
        ("<3.9", "python_version < '3.9'"),
        (">=3.6.1", "python_full_version >= '3.6.1'"),
        ("3.7.*", "python_version == '3.7'"),
        ("3.*", "python_version >= '3' and python_version < '4'"),
        (
            "~2.7 || ^3.6",
            (
                "(python_version >= '2.7' and python_version < '2.8') or "
                "(python_version >= '3.6' and python_version < '4.0')"
            ),
        ),
    ],
)
def test_a_constraint_on_python_is_a_marker(written: str, marker: str) -> None:
    assert python_marker(written) == marker


def test_platforms_and_several_markers_are_joined() -> None:
    assert platform_marker("linux || darwin") == "sys_platform == 'linux' or sys_platform == 'darwin'"
    assert platform_marker("!=win32") == "sys_platform != 'win32'"
    assert all_markers("a == 'b'", "", "c == 'd' or e == 'f'") == "a == 'b' and (c == 'd' or e == 'f')"
