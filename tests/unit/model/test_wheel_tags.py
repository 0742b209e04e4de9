from __future__ import annotations

import pytest

from uvkit.markers import MarkerSet
from uvkit.model import Target


def takes(target: Target, tag: str) -> bool:
    return target.rank(f"demo-1.0-{tag}.whl") is not None


def test_older_platforms_of_the_same_kind_count_too() -> None:
    linux = Target.for_wheels(["manylinux2014_x86_64"], python="3.12")
    mac = Target.for_wheels(["macosx_12_0_arm64"], python="3.12")
    musl = Target.for_wheels(["musllinux_1_2_x86_64"], python="3.12")

    assert takes(linux, "cp312-cp312-manylinux1_x86_64")
    assert takes(linux, "cp312-cp312-manylinux_2_12_x86_64")
    assert not takes(linux, "cp312-cp312-manylinux_2_28_x86_64")
    assert takes(mac, "cp312-cp312-macosx_11_0_universal2")
    assert not takes(mac, "cp312-cp312-macosx_13_0_arm64")
    assert takes(musl, "cp312-cp312-musllinux_1_1_x86_64")


def test_pure_and_stable_wheels_are_taken() -> None:
    target = Target.for_wheels(["win_amd64"], python="3.12")

    assert takes(target, "py3-none-any")
    assert takes(target, "cp39-abi3-win_amd64")
    assert not takes(target, "cp313-cp313-win_amd64")


def test_pure_python_alone_takes_no_extension_modules() -> None:
    target = Target.for_wheels(["manylinux2014_x86_64"], python="3.12", implementation="py")

    assert takes(target, "py3-none-any")
    assert not takes(target, "cp312-cp312-manylinux2014_x86_64")


def test_named_abis_take_the_place_of_the_own_one() -> None:
    target = Target.for_wheels(["win_amd64"], python="3.13", abis=["cp313t"])

    assert takes(target, "cp313-cp313t-win_amd64")
    assert not takes(target, "cp313-cp313-win_amd64")


def test_several_platforms_are_tried_in_their_order() -> None:
    target = Target.for_wheels(["manylinux_2_28_x86_64", "linux_x86_64"], python="3.12")

    assert takes(target, "cp312-cp312-linux_x86_64")
    newer, older = (target.rank(f"d-1-cp312-cp312-manylinux_2_{n}_x86_64.whl") for n in (28, 17))
    assert newer is not None
    assert older is not None
    assert newer < older


@pytest.mark.parametrize(
    ("platform", "marker"),
    [
        ("win_arm64", "sys_platform == 'win32' and platform_machine == 'ARM64' and os_name == 'nt'"),
        ("macosx_11_0_arm64", "sys_platform == 'darwin' and platform_machine == 'arm64'"),
        ("musllinux_1_2_aarch64", "sys_platform == 'linux' and platform_machine == 'aarch64'"),
    ],
)
def test_markers_are_those_of_the_platform(platform: str, marker: str) -> None:
    target = Target.for_wheels([platform], python="3.12.4")

    assert target.holds(MarkerSet.parse(f"{marker} and python_full_version == '3.12.4'"))


@pytest.mark.parametrize("platform", ["solaris", "manylinux", ""])
def test_an_unknown_platform_is_refused(platform: str) -> None:
    with pytest.raises(ValueError, match="platform of wheels"):
        Target.for_wheels([platform], python="3.12")


def test_an_unknown_implementation_is_refused() -> None:
    with pytest.raises(ValueError, match="implementation"):
        Target.for_wheels(["win32"], python="3.12", implementation="jy")
