"""Reading: what a written comparison means, what is left out, and what is not a marker."""

from __future__ import annotations

import pytest

from uvkit.markers import MarkerSet, MarkerSyntaxError

NOWHERE = "python_version < '0'"


def canonical(text: str) -> str:
    return str(MarkerSet.parse(text))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("python_version == '3.10'", "python_full_version == '3.10.*'"),
        ("python_version != '3.10'", "python_full_version != '3.10.*'"),
        ("python_version > '3.10'", "python_full_version >= '3.11'"),
        ("python_version <= '3.10'", "python_full_version < '3.11'"),
        ("python_version < '3.10'", "python_full_version < '3.10'"),
        ("python_version >= '3.10'", "python_full_version >= '3.10'"),
        ("python_version >= '3'", "python_full_version >= '3'"),
        ("python_version > '3'", "python_full_version >= '3.1'"),
        ("python_version == '3'", "python_full_version == '3.0.*'"),
        ("python_version == '3.8.*'", "python_full_version == '3.8.*'"),
        ("python_version == '3.*'", "python_full_version >= '3' and python_full_version < '4'"),
        ("python_version == '3.8.0'", "python_full_version == '3.8.*'"),
        ("python_version == '3.8.1'", NOWHERE),
        ("python_version === '3.8.1'", NOWHERE),
        ("python_version == '3.8.1.*'", NOWHERE),
        ("python_version != '3.8.1'", ""),
        ("python_version < '3.8.1'", "python_full_version < '3.9'"),
        ("python_version <= '3.8.1'", "python_full_version < '3.9'"),
        ("python_version > '3.8.1'", "python_full_version >= '3.9'"),
        ("python_version >= '3.8.1'", "python_full_version >= '3.9'"),
        ("python_version >= '3.8.0'", "python_full_version >= '3.8'"),
        ("python_version ~= '3.9'", "python_full_version >= '3.9' and python_full_version < '4'"),
        ("python_version ~= '3.9.0'", "python_full_version == '3.9.*'"),
        ("python_version ~= '3.9.1'", NOWHERE),
        ("python_version < '0'", NOWHERE),
        ("python_version >= '0'", ""),
        ("python_version > '3.8rc1'", "python_full_version >= '3.9'"),
        ("python_version == '1!3.8+local'", "python_full_version == '3.8.*'"),
        ("python_version in '3.9 3.10'", "python_full_version >= '3.9' and python_full_version < '3.11'"),
        ("python_version not in '3.10'", "python_full_version != '3.10.*'"),
        ("python_version in '3.8.1 3.9'", NOWHERE),
        ("python_version in ''", NOWHERE),
        ("python_version not in ''", ""),
    ],
)
def test_python_version_is_a_statement_about_the_full_version(written: str, printed: str) -> None:
    assert canonical(written) == printed


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("python_full_version >= '3.8.0'", "python_full_version >= '3.8'"),
        ("python_full_version < '0'", "python_full_version < '0'"),
        ("python_full_version != '3.12.0'", "python_full_version != '3.12'"),
        ("python_full_version < '3.8rc1'", "python_full_version < '3.8'"),
        ("python_full_version ~= '3.8.1'", "python_full_version >= '3.8.1' and python_full_version < '3.9'"),
        ("python_full_version in '3.8 3.9'", "python_full_version == '3.8' or python_full_version == '3.9'"),
        ("python_full_version not in '3.8 3.9.1'", "python_full_version != '3.8' and python_full_version != '3.9.1'"),
        ("implementation_version == '7.3.*'", "implementation_version == '7.3.*'"),
        ("python_full_version != '3.*'", "python_full_version < '3' or python_full_version >= '4'"),
    ],
)
def test_versions_compare_by_their_release(written: str, printed: str) -> None:
    assert canonical(written) == printed


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("sys_platform >= 'linux'", "sys_platform == 'linux'"),
        ("sys_platform <= 'linux'", "sys_platform == 'linux'"),
        ("sys_platform < 'linux'", NOWHERE),
        ("sys_platform > 'linux'", NOWHERE),
        ("platform_version >= 'a' and platform_version < 'b'", "platform_version >= 'a' and platform_version < 'b'"),
        ("platform_system == 'Windows'", "sys_platform == 'win32'"),
        ("platform_system != 'Darwin'", "sys_platform != 'darwin'"),
        ("platform_system == 'Java'", "platform_system == 'Java'"),
        ("platform_system in 'Windows'", "platform_system in 'Windows'"),
        ("platform_release >= '5.4-generic'", "platform_release >= '5.4-generic'"),
        (
            "platform_release >= '20.1' and sys_platform == 'darwin'",
            "platform_release >= '20.1' and sys_platform == 'darwin'",
        ),
        (
            "platform_release >= '20.1.0' and sys_platform == 'darwin'",
            "platform_release >= '20.1' and sys_platform == 'darwin'",
        ),
        (
            "platform_release >= '20.1.0' and sys_platform != 'darwin'",
            "platform_release >= '20.1.0' and sys_platform != 'darwin'",
        ),
    ],
)
def test_texts_compare_by_equality_and_releases_of_the_platform_by_order(written: str, printed: str) -> None:
    assert canonical(written) == printed


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("'linux' == sys_platform", "sys_platform == 'linux'"),
        ("'3.8' <= python_version", "python_full_version >= '3.8'"),
        ("'3.8' < python_version", "python_full_version >= '3.9'"),
        ("'3.8' ~= python_version", "python_full_version >= '3.8' and python_full_version < '4'"),
        ("'win' in sys_platform", "'win' in sys_platform"),
        ("'win' not in sys_platform", "'win' not in sys_platform"),
        ("os.name == 'nt'", "os_name == 'nt'"),
        ("platform.python_implementation == 'PyPy'", "platform_python_implementation == 'PyPy'"),
        ("python_implementation == 'PyPy'", "platform_python_implementation == 'PyPy'"),
        ("os_name=='nt'or os_name=='posix'", "os_name == 'nt' or os_name == 'posix'"),
        ("os_name not  in 'nt'", "os_name not in 'nt'"),
        ("((((os_name\t==\t'nt'))))", "os_name == 'nt'"),
        ("extra == 'Foo_Bar'", "extra == 'foo-bar'"),
        ("extra == '-foo'", NOWHERE),
        ("extra != '-foo'", NOWHERE),
        ("'Foo_Bar' in extras", "'foo-bar' in extras"),
        ("'lint' not in dependency_groups", "'lint' not in dependency_groups"),
    ],
)
def test_other_spellings_mean_the_same(written: str, printed: str) -> None:
    assert canonical(written) == printed


@pytest.mark.parametrize(
    "ignored",
    [
        "'linux' == 'linux'",
        "sys_platform == os_name",
        "sys_platform ~= 'linux'",
        "platform_release ~= '20.1'",
        "extra > 'foo'",
        "extra in 'foo'",
        "'foo' in extra",
        "python_version >= 'abc'",
        "python_version > '3.8.*'",
        "'3.8.*' == python_version",
        "python_full_version >= '3.8+local'",
        "python_full_version ~= '3'",
        "python_full_version in '3.8.* 3.9'",
        "'3.8' in python_version",
        "python_version == '3.99999999999999999999999'",
    ],
)
def test_comparison_without_meaning_is_left_out_with_a_note(ignored: str) -> None:
    alone, notes = MarkerSet.parse_with_notes(ignored)
    beside, _ = MarkerSet.parse_with_notes(f"({ignored}) and os_name == 'nt' or {ignored}")

    assert alone.is_everywhere()
    assert len(notes) == 1
    assert notes[0].startswith(f"`{ignored}` is ignored: ")
    assert str(beside) == "os_name == 'nt'"


def test_marker_with_meaning_has_no_notes() -> None:
    assert MarkerSet.parse_with_notes("os_name == 'nt'")[1] == ()


def test_notes_are_told_again_when_the_text_is_read_again() -> None:
    first = MarkerSet.parse_with_notes("os_name == 'nt' and extra > 'a'")

    assert MarkerSet.parse_with_notes("os_name == 'nt' and extra > 'a'") == first


@pytest.mark.parametrize(
    ("wrong", "position", "reason"),
    [
        ("foo == 'nt'", 0, "`foo` is not a marker name"),
        ("OS_NAME == 'nt'", 0, "`OS_NAME` is not a marker name"),
        ("os_name == nt", 11, "`nt` is not a marker name"),
        ("os_name == 3", 11, "expected a marker name or a quoted text"),
        ("os_name", 7, "expected a comparison operator such as `>=` or `not in`"),
        ("os_name = 'nt'", 8, "expected a comparison operator such as `>=` or `not in`"),
        ("(os_name == 'nt'", 16, "expected `)`"),
        ("os_name == 'nt')", 15, "expected `and`, `or` or the end"),
        ("os_name == 'nt' and", 19, "expected a marker name or a quoted text"),
        ("os_name == 'nt' os_name == 'nt'", 16, "expected `and`, `or` or the end"),
        ("os_name == 'nt", 11, "expected the closing quote of the text"),
        ("()", 1, "expected a marker name or a quoted text"),
        ("extras == 'foo'", 0, "`extras` is a list and can only stand on the right"),
        ("'foo' == extras", 6, "`extras` is a list and only has `in` and `not in`"),
    ],
)
def test_text_that_is_no_marker_is_refused_at_its_place(wrong: str, position: int, reason: str) -> None:
    with pytest.raises(MarkerSyntaxError) as caught:
        MarkerSet.parse(wrong)

    assert (caught.value.text, caught.value.position, caught.value.reason) == (wrong, position, reason)


def test_error_shows_only_the_surroundings_of_the_place() -> None:
    with pytest.raises(MarkerSyntaxError) as caught:
        MarkerSet.parse("os_name == 'nt' and " * 100)

    assert "at position 2000 of the marker `..." in str(caught.value)
    assert len(str(caught.value)) < 200


def test_empty_text_is_everywhere() -> None:
    assert MarkerSet.parse("").is_everywhere()
    assert MarkerSet.parse("  ").is_everywhere()


def test_anything_that_prints_as_a_marker_is_read() -> None:
    from packaging.markers import Marker

    assert str(MarkerSet.parse(Marker("os_name == 'nt'"))) == "os_name == 'nt'"


def test_deep_parentheses_are_read() -> None:
    assert canonical("(" * 5000 + "os_name == 'nt'" + ")" * 5000) == "os_name == 'nt'"


def test_marker_with_more_comparisons_than_can_be_worked_with_is_refused() -> None:
    with pytest.raises(MarkerSyntaxError, match="too many different comparisons"):
        MarkerSet.parse(" or ".join(f"extra == 'e{number}'" for number in range(3000)))
