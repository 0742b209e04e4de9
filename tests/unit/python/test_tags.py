from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.tags import Tag, sys_tags

from uvkit.python import Interpreter
from uvkit.python.facts import InterpreterFacts
from uvkit.python.tags import platform_tags, target_of


def changed(interpreter: Interpreter, **changes: object) -> InterpreterFacts:
    markers = {**interpreter.facts["markers"], **changes.pop("markers", {})}  # type: ignore[dict-item]
    return {**interpreter.facts, "markers": markers, **changes}  # type: ignore[typeddict-item]


def split(tags: list[Tag]) -> tuple[list[Tag], list[Tag]]:
    """Return the tags for this system alone and the others; packaging and uv disagree which come first."""
    local = [tag for tag in tags if tag.platform.startswith("linux_")]
    return local, [tag for tag in tags if not tag.platform.startswith("linux_")]


def test_the_tags_are_those_of_packaging(interpreter: Interpreter) -> None:
    assert split(list(interpreter.target.tags)) == split(list(sys_tags()))


def test_the_marker_values_are_those_of_packaging(interpreter: Interpreter) -> None:
    assert dict(interpreter.target.markers) == dict(default_environment())


def test_portable_tags_come_before_the_local_one(interpreter: Interpreter) -> None:
    facts = changed(
        interpreter, platform="linux-x86_64", libc="glibc 2.17", pointer_size=8, markers={"sys_platform": "linux"}
    )

    tags = platform_tags(facts)

    assert tags[:3] == ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_16_x86_64"]
    assert tags[-3:] == ["manylinux_2_5_x86_64", "manylinux1_x86_64", "linux_x86_64"]


@pytest.mark.parametrize(
    ("platform", "libc", "expected"),
    [
        ("linux-aarch64", "glibc 2.18", ["manylinux_2_18_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"]),
        ("linux-x86_64", "musl 1.1", ["musllinux_1_1_x86_64", "musllinux_1_0_x86_64"]),
        ("linux-x86_64", "", []),
        ("linux-mips", "glibc 2.36", []),
        ("linux-riscv64", "glibc 2.17-2014.11", ["manylinux_2_17_riscv64", "manylinux2014_riscv64"]),
    ],
)
def test_the_c_library_decides_about_linux_wheels(
    platform: str, libc: str, expected: list[str], interpreter: Interpreter
) -> None:
    facts = changed(interpreter, platform=platform, libc=libc, pointer_size=8, markers={"sys_platform": "linux"})

    assert platform_tags(facts) == [*expected, f"linux_{platform.removeprefix('linux-')}"]


def test_a_32_bit_interpreter_on_a_64_bit_kernel_takes_32_bit_wheels(interpreter: Interpreter, tmp_path: Path) -> None:
    executable = tmp_path / "python"
    # The header of a 32-bit little-endian program for Intel 80386.
    executable.write_bytes(b"\x7fELF\x01\x01\x01" + bytes(9) + b"\x02\x00\x03\x00" + bytes(44))
    facts = changed(
        interpreter,
        executable=str(executable),
        platform="linux-x86_64",
        libc="glibc 2.5",
        pointer_size=4,
        markers={"sys_platform": "linux"},
    )

    assert platform_tags(facts) == ["manylinux_2_5_i686", "manylinux1_i686", "linux_i686"]


def test_arm_wheels_need_the_hard_float_abi(interpreter: Interpreter, tmp_path: Path) -> None:
    header = b"\x7fELF\x01\x01\x01" + bytes(9) + b"\x02\x00\x28\x00" + bytes(16)
    soft, hard = tmp_path / "soft", tmp_path / "hard"
    soft.write_bytes(header + (0x05000200).to_bytes(4, "little") + bytes(24))
    hard.write_bytes(header + (0x05000400).to_bytes(4, "little") + bytes(24))

    tags = {
        path.name: platform_tags(
            changed(
                interpreter,
                executable=str(path),
                platform="linux-aarch64",
                libc="glibc 2.17",
                pointer_size=4,
                markers={"sys_platform": "linux"},
            )
        )
        for path in (soft, hard)
    }

    assert tags["soft"] == ["linux_armv8l", "linux_armv7l"]
    assert tags["hard"] == [
        "manylinux_2_17_armv8l",
        "manylinux2014_armv8l",
        "manylinux_2_17_armv7l",
        "manylinux2014_armv7l",
        "linux_armv8l",
        "linux_armv7l",
    ]


def test_a_mac_takes_wheels_of_older_systems(interpreter: Interpreter) -> None:
    facts = changed(
        interpreter,
        platform="macosx-11.0-arm64",
        system=["14.5", "arm64"],
        pointer_size=8,
        markers={"sys_platform": "darwin"},
    )

    tags = platform_tags(facts)

    assert tags[:2] == ["macosx_14_0_arm64", "macosx_14_0_universal2"]
    assert tags[-1] == "macosx_10_4_universal2"


def test_windows_has_one_platform(interpreter: Interpreter) -> None:
    facts = changed(interpreter, platform="win-amd64", markers={"sys_platform": "win32"})

    assert platform_tags(facts) == ["win_amd64"]


def test_phones_have_their_own_platforms(interpreter: Interpreter) -> None:
    iphone = changed(
        interpreter,
        platform="ios-13.0-arm64-iphoneos",
        system=["17.2", "arm64-iphoneos"],
        markers={"sys_platform": "ios"},
    )
    android = changed(
        interpreter, platform="android-21-arm64_v8a", system=["21", "arm64_v8a"], markers={"sys_platform": "android"}
    )

    assert platform_tags(iphone)[0] == "ios_17_2_arm64_iphoneos"
    assert platform_tags(android)[0] == "android_21_arm64_v8a"


@pytest.mark.parametrize(
    ("version", "changes", "expected"),
    [
        ([3, 7, 1, "final", 0], {}, ["cp37-cp37m", "cp37-abi3"]),
        ([3, 7, 1, "final", 0], {"debug": True}, ["cp37-cp37dm", "cp37-abi3"]),
        ([3, 12, 1, "final", 0], {}, ["cp312-cp312", "cp312-abi3"]),
        ([3, 12, 1, "final", 0], {"debug": True}, ["cp312-cp312d", "cp312-cp312"]),
        ([3, 13, 1, "final", 0], {"free_threaded": True}, ["cp313-cp313t", "cp313-abi3t"]),
        ([3, 13, 1, "final", 0], {"free_threaded": True, "debug": True}, ["cp313-cp313td", "cp313-cp313t"]),
    ],
)
def test_the_build_decides_about_the_abi(
    version: list[object], changes: dict[str, object], expected: list[str], interpreter: Interpreter
) -> None:
    facts = changed(interpreter, version=version, platform="win-amd64", markers={"sys_platform": "win32"}, **changes)

    tags = [f"{tag.interpreter}-{tag.abi}" for tag in target_of(facts).tags]

    assert list(dict.fromkeys(tags))[:2] == expected


@pytest.mark.parametrize(
    ("implementation", "suffix", "expected"),
    [
        ("pypy", ".pypy310-pp73-x86_64-linux-gnu.so", ["pp310-pypy310_pp73-win_amd64", "pp310-none-win_amd64"]),
        ("graalpy", ".graalpy-38-native-x86_64-linux.so", ["graalpy310-graalpy_38_native-win_amd64"]),
        ("pyston", ".pyston-23-x86_64.so", ["pyston310-pyston_23_x86_64-win_amd64"]),
    ],
)
def test_other_implementations_name_their_abi_in_their_modules(
    implementation: str, suffix: str, expected: list[str], interpreter: Interpreter
) -> None:
    facts = changed(
        interpreter,
        implementation=implementation,
        version=[3, 10, 1, "final", 0],
        extension_suffix=suffix,
        platform="win-amd64",
        markers={"sys_platform": "win32"},
    )

    tags = [str(tag) for tag in target_of(facts).tags]

    assert tags[: len(expected)] == expected
    assert ("pp3-none-any" in tags) == (implementation == "pypy")


def test_a_target_is_computed_once(interpreter: Interpreter) -> None:
    fresh = replace(interpreter)

    assert fresh.target is fresh.target
    assert fresh.version is fresh.version
