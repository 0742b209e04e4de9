from __future__ import annotations

import pytest

from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import FileRow
from uvkit.resolver.candidates.coverage import coverage
from uvkit.resolver.candidates.wheels import locked_rows

ANY_PYTHON = "python_version >= '3' and python_version < '4'"
CPYTHON = "python_version {} and platform_python_implementation == 'CPython'"
ARM_20 = "platform_machine == 'arm64' and platform_release >= '20.0.0'"
ARM_23 = "platform_machine == 'arm64' and platform_release >= '23.0.0'"
INTEL_16 = "platform_machine == 'x86_64' and platform_release >= '16.0.0'"


def row(name: str) -> FileRow:
    return FileRow(name, f"https://index.example/{name}", None, None, None, None, None, None)


def kept(tags: list[str], python: str = ">=3.11", marker: str = "") -> list[str]:
    rows = [row(f"a-1-{tag}.whl") for tag in tags]
    found = locked_rows(rows, PythonBounds.from_specifiers(python), MarkerSet.parse(marker))
    return [one.filename[4:-4] for one in found]


@pytest.mark.parametrize(
    ("tag", "python", "is_kept"),
    [
        ("cp39-abi3-any", ">=3.11", True),
        ("cp39-cp39-any", ">=3.11", False),
        ("cp39-cp39-any", ">=3.9", True),
        ("cp313-cp313t-any", ">=3.11", True),
        ("cp312-cp312-any", ">=3.11,<3.12", False),
        ("cp312-cp312-any", ">=3.11,<3.12.1", True),
        ("cp312-cp312-any", ">=3.11,<=3.12", True),
        ("cp311-cp311-any", ">3.11", True),
        ("py2.py3-none-any", ">=3.11", True),
        ("py2-none-any", ">=3.11", False),
        ("py39-none-any", ">=3.11", True),
        ("py313-none-any", "<3.12", False),
        ("cp39-none-any", ">=3.11", False),
        ("cp27-cp27mu-any", ">=3.11", False),
        ("pp310-pypy310_pp73-any", ">=3.11", False),
        ("pp311-pypy311_pp73-any", ">=3.11", True),
        ("graalpy311-graalpy240_311_native-any", ">=3.11", True),
        ("graalpy310-graalpy240_310_native-any", ">=3.11", False),
        ("graalpy311-graalpy311_native-any", ">=3.11", False),
        ("pyston311-pyston_23_x86_64_linux_gnu-any", ">=3.11", True),
        ("cp311-cp311mu-any", ">=3.11", True),
        ("cp311-cp311mm-any", ">=3.11", False),
        ("cp315-abi3t-any", ">=3.11", True),
        ("cp2-none-any", ">=3.11", True),
        ("pp3-none-any", ">=3.11", False),
        ("pp226-pp226u-any", ">=3.11", False),
        ("pp311-pypy_73-any", ">=3.11", False),
        ("py313t-none-any", ">=3.11", False),
        ("foo-none-any", ">=3.11", False),
        ("py3.foo-none-any", ">=3.11", True),
        ("foo-cp311-any", ">=3.11", True),
        ("cp311-foo-any", ">=3.11", False),
        ("cp311-none.foo-any", ">=3.11", True),
    ],
)
def test_wheel_is_kept_for_pythons_that_can_use_it(tag: str, python: str, is_kept: bool) -> None:
    assert kept([tag], python) == ([tag] if is_kept else [])


@pytest.mark.parametrize(
    ("platform", "marker", "is_kept"),
    [
        ("any", "sys_platform == 'win32'", True),
        ("win_amd64", "sys_platform == 'linux'", False),
        ("win_amd64", "sys_platform == 'win32'", True),
        ("win_amd64", "sys_platform == 'win32' and platform_machine == 'ARM64'", True),
        ("win32", "sys_platform == 'win32' and platform_machine == 'ARM64'", False),
        ("manylinux_2_17_x86_64.manylinux2014_x86_64", "platform_machine == 'aarch64'", False),
        ("manylinux_2_17_aarch64", "sys_platform == 'linux' and platform_machine == 'aarch64'", True),
        ("manylinux_2_17_aarch64", "sys_platform == 'darwin'", False),
        ("musllinux_1_1_armv7l", "platform_machine == 'x86_64'", False),
        ("macosx_10_9_universal2", "sys_platform == 'darwin' and platform_machine == 'arm64'", True),
        ("macosx_10_9_x86_64", "sys_platform == 'darwin' and platform_machine == 'arm64'", False),
        ("ios_13_0_arm64_iphoneos", "sys_platform == 'linux' and platform_machine == 'aarch64'", True),
        ("ios_13_0_arm64_iphoneos", "platform_machine == 'x86_64'", False),
        ("freebsd_13_x86_64", "sys_platform == 'linux'", True),
        ("android_21_arm64_v8a", "sys_platform == 'linux'", False),
    ],
)
def test_wheel_is_kept_where_the_marker_lets_it_be_used(platform: str, marker: str, is_kept: bool) -> None:
    tag = f"py3-none-{platform}"

    assert kept([tag], marker=marker) == ([tag] if is_kept else [])


def test_files_are_sorted_and_one_archive_is_kept() -> None:
    rows = [row("a-1.zip"), row("a-1-py3-none-any.whl"), row("a-1.tar.gz"), row("a-1-2-py3-none-any.whl")]

    found = locked_rows(rows, PythonBounds.everything(), MarkerSet.everywhere())

    assert [one.filename for one in found] == ["a-1-2-py3-none-any.whl", "a-1-py3-none-any.whl", "a-1.tar.gz"]


@pytest.mark.parametrize(
    ("tag", "marker"),
    [
        ("py3-none-any", ANY_PYTHON),
        (
            "cp311-cp311-win_amd64",
            CPYTHON.format("== '3.11'") + " and sys_platform == 'win32' and platform_machine == 'AMD64'",
        ),
        (
            "cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64",
            CPYTHON.format(">= '3.9'") + " and sys_platform == 'linux' and platform_machine == 'x86_64'",
        ),
        (
            "py3-none-macosx_10_12_universal2",
            f"{ANY_PYTHON} and sys_platform == 'darwin' and ({ARM_20} or {INTEL_16})",
        ),
        (
            "py3-none-macosx_14_0_arm64",
            f"{ANY_PYTHON} and sys_platform == 'darwin' and {ARM_23}",
        ),
        ("cp311-cp311-freebsd_13_x86_64", "python_version < '0'"),
    ],
)
def test_coverage_is_what_the_tags_promise(tag: str, marker: str) -> None:
    assert coverage([row(f"a-1-{tag}.whl")], {}) is MarkerSet.parse(marker)


def test_tags_above_the_minimum_libc_do_not_count() -> None:
    new, old = row("a-1-py3-none-manylinux_2_34_x86_64.whl"), row("a-1-py3-none-manylinux2014_x86_64.whl")
    musl = row("a-1-py3-none-musllinux_1_2_x86_64.whl")
    baseline = {"glibc": "2.28"}

    assert coverage([new], baseline).is_empty()
    assert not coverage([old], baseline).is_empty()
    assert not coverage([musl], baseline).is_empty()
