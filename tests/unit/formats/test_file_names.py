from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import InvalidVersion, Version

from uvkit.formats import version_text
from uvkit.formats.file_names import ordered_versions


@pytest.mark.parametrize(
    ("filename", "project", "version"),
    [
        ("demo-1.0-py3-none-any.whl", "demo", "1.0"),
        ("demo-1.0-1build-py3-none-any.whl", "demo", "1.0"),
        ("My_Demo.x-1.0+cpu-cp311-cp311-linux_x86_64.whl", "my-demo-x", "1.0+cpu"),
        ("demo-1.0.tar.gz", "demo", "1.0"),
        ("demo-1.0.zip", "demo", "1.0"),
        ("my-demo-1.0.tar.gz", "my-demo", "1.0"),
        ("my_demo-1.0.tar.gz", "my-demo", "1.0"),
        ("my__demo-1.0.tar.gz", "my-demo", "1.0"),
        ("demo-1.0-1.tar.gz", "demo", "1.0-1"),
        ("demo-2-1.0.tar.gz", "demo-2", "1.0"),
    ],
)
def test_the_version_of_a_file_name(filename: str, project: str, version: str) -> None:
    assert version_text(filename, project) == version


@pytest.mark.parametrize(
    "filename",
    [
        "other-1.0-py3-none-any.whl",
        "demo_extra-1.0-py3-none-any.whl",
        "demo-1.0-py3-none.whl",
        "demo-1.0-x-y-py3-none-any.whl",
        "demo-1.0.tar.bz2",
        "demo-1.0.win32.exe",
        "demo-1.0-py3.6.egg",
        "demo.tar.gz",
        "demo-.tar.gz",
        "demo-1.0-py3-none-any/../../evil.whl",
        "demo-1.0-py3-none-..\\evil.whl",
        "demo-1.0/../evil.tar.gz",
        ".whl",
        "",
    ],
)
def test_other_files_have_no_version(filename: str) -> None:
    assert version_text(filename, "demo") is None


def test_a_longer_project_name_leaves_no_version() -> None:
    text = version_text("demo-extra-1.0.tar.gz", "demo")

    assert text is not None
    assert ordered_versions([text]) == []


def test_versions_are_sorted_newest_first_and_spelled_canonically() -> None:
    ordered = ordered_versions(["1.0", "2.0.RC1", "1.10", "v1.2", "nonsense", "1.0.post1", "0.9"])

    assert [version for version, _ in ordered] == ["2.0rc1", "1.10", "1.2", "1.0.post1", "1.0", "0.9"]


def test_spellings_of_one_version_are_one_group_named_by_the_first() -> None:
    assert ordered_versions(["1.0", "1.0.0", "1"]) == [("1.0", ["1.0", "1.0.0", "1"])]
    assert ordered_versions(["1.0", "2.0", "3.0", "4.0", "5", "6", "7", "8", "9", "01.0"])[-1] == (
        "1.0",
        ["1.0", "01.0"],
    )


NUMBERS = st.integers(0, 12).map(str)
RELEASES = st.lists(NUMBERS, min_size=1, max_size=4).map(".".join)
SUFFIXES = st.sampled_from(
    [
        "",
        "",
        "",
        "a1",
        ".dev2",
        "rc1",
        ".post1",
        "+cpu",
        "-1",
        ".RC0",
        "a1.post2",
        ".post1.dev1",
        "a1+cpu",
        ".post1+cpu",
        ".dev2+x",
    ]
)
TEXTS = st.builds(
    lambda epoch, release, suffix: epoch + release + suffix, st.sampled_from(["", "", "1!"]), RELEASES, SUFFIXES
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(TEXTS, st.just("nonsense")), max_size=40, unique=True))
def test_the_order_is_that_of_packaging(texts: list[str]) -> None:
    ordered = ordered_versions(texts)

    parsed = [Version(version) for version, _ in ordered]
    assert parsed == sorted(set(parsed), reverse=True)
    assert sorted(text for _, group in ordered for text in group) == sorted(filter(_is_version, texts))
    for version, group in ordered:
        assert {Version(text) for text in group} == {Version(version)}
        assert version == str(Version(group[0]))


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
