"""Printing: the canonical text of a marker."""

from __future__ import annotations

import pytest

from uvkit.markers import MarkerSet


def canonical(text: str) -> str:
    return str(MarkerSet.parse(text))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("python_version >= '3' or python_version < '3'", ""),
        ("os_name == 'nt' and os_name == 'posix'", "python_version < '0'"),
        ("sys_platform == 'win32' or python_version < '3.9'", "python_full_version < '3.9' or sys_platform == 'win32'"),
        (
            "sys_platform != 'linux' and sys_platform != 'darwin'",
            "sys_platform != 'darwin' and sys_platform != 'linux'",
        ),
        (
            "python_version not in '3.8 3.10'",
            "python_full_version < '3.8' or python_full_version == '3.9.*' or python_full_version >= '3.11'",
        ),
        (
            "python_full_version > '3.8' and python_full_version <= '3.9'",
            "python_full_version > '3.8' and python_full_version <= '3.9'",
        ),
        (
            "python_version == '3.12' and sys_platform == 'win32'",
            "python_full_version == '3.12.*' and sys_platform == 'win32'",
        ),
        ("extra == 'b' or extra == 'a'", "extra == 'a' or extra == 'b'"),
    ],
)
def test_same_set_has_one_text(written: str, printed: str) -> None:
    assert canonical(written) == printed


def test_terms_are_sorted_versions_then_keys_then_lists_then_extras() -> None:
    written = (
        "extra == 'x' and 'g' in dependency_groups and 'e' in extras and sys_platform == 'linux' "
        "and os_name == 'posix' and platform_machine == 'arm64' "
        "and python_version >= '3.9' and implementation_version < '8'"
    )

    assert canonical(written) == (
        "implementation_version < '8' and python_full_version >= '3.9' and os_name == 'posix' and "
        "platform_machine == 'arm64' and sys_platform == 'linux' and 'e' in extras and 'g' in dependency_groups and "
        "extra == 'x'"
    )


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        (
            (
                "sys_platform == 'linux' and platform_machine == 'x86_64' or "
                "sys_platform == 'linux' and platform_machine == 'aarch64'"
            ),
            "(platform_machine == 'aarch64' or platform_machine == 'x86_64') and sys_platform == 'linux'",
        ),
        (
            "platform_release >= '20.1'",
            "platform_release >= '20.1' and (sys_platform != 'darwin' or sys_platform == 'darwin')",
        ),
        (
            "platform_release != '20.1'",
            (
                "platform_release != '20.1' and sys_platform != 'darwin' or "
                "(platform_release < '20.1' or platform_release > '20.1') and sys_platform == 'darwin'"
            ),
        ),
    ],
)
def test_common_parts_are_factored_out(written: str, printed: str) -> None:
    assert canonical(written) == printed


def test_clauses_without_common_parts_stand_in_parentheses() -> None:
    written = "os_name == 'a' and platform_machine == 'b' or implementation_name == 'c'"

    assert canonical(written) == "implementation_name == 'c' or (os_name == 'a' and platform_machine == 'b')"


def test_single_terms_beside_a_clause_are_no_common_part() -> None:
    written = "python_version ~= '3.9' or implementation_version < '2' or python_version < '3.7'"

    assert canonical(written) == (
        "implementation_version < '2' or python_full_version < '3.7' or "
        "(python_full_version >= '3.9' and python_full_version < '4')"
    )


def test_redundant_parts_disappear() -> None:
    written = "os_name == 'nt' and extra == 'a' or os_name != 'nt' and extra == 'b' or extra == 'a' and extra == 'b'"

    assert canonical(written) == "(os_name != 'nt' and extra == 'b') or (os_name == 'nt' and extra == 'a')"


def test_value_with_a_quote_is_put_into_the_other_quotes() -> None:
    assert canonical("""implementation_name == "a'b" """) == """implementation_name == "a'b\""""
    assert canonical("""implementation_name == 'a"b'""") == """implementation_name == 'a"b'"""


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("os_name == 'nt' and sys_platform == 'linux'", "python_version < '0'"),
        ("os_name == 'posix' and sys_platform == 'win32'", "python_version < '0'"),
        ("os_name != 'nt' and sys_platform == 'linux'", "sys_platform == 'linux'"),
        ("os_name == 'posix' and sys_platform == 'linux'", "os_name == 'posix' and sys_platform == 'linux'"),
        ("os_name == 'nt' and sys_platform != 'linux' and sys_platform != 'darwin'", "os_name == 'nt'"),
        ("platform_system == 'FreeBSD' and sys_platform == 'linux'", "python_version < '0'"),
        ("platform_system == 'iOS' and sys_platform == 'ios'", "platform_system == 'iOS' and sys_platform == 'ios'"),
    ],
)
def test_impossible_platforms_are_used(written: str, printed: str) -> None:
    assert canonical(written) == printed
