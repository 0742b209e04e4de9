"""What the kernel's files and the programs of the drivers tell."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from uvkit.errors import InvalidOptionError
from uvkit.operations.accelerators import Accelerator, detect
from uvkit.operations.accelerators.detection import is_intel_display


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def find(root: Path, **variables: str) -> Accelerator | None:
    return detect({"PATH": str(root / "bin"), **variables}, root=root, system="linux")


def test_machine_without_any_has_none(tmp_path: Path) -> None:
    assert find(tmp_path) is None


def test_module_of_the_kernel_names_the_driver(tmp_path: Path) -> None:
    write(tmp_path, "sys/module/nvidia/version", "570.86.15\n")

    assert find(tmp_path) == Accelerator(kind="cuda", driver=(570, 86, 15))


def test_process_file_names_the_driver_too(tmp_path: Path) -> None:
    line = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.54.15  Release Build  (dvs-builder)\n"
    write(tmp_path, "proc/driver/nvidia/version", line + "GCC version:  gcc version 12.3.0\n")

    assert find(tmp_path) == Accelerator(kind="cuda", driver=(550, 54, 15))


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
def test_program_of_the_driver_is_asked(tmp_path: Path) -> None:
    write(tmp_path, "bin/nvidia-smi", "#!/bin/sh\necho 535.104.05\necho 535.104.05\n")
    (tmp_path / "bin/nvidia-smi").chmod(0o755)

    assert find(tmp_path) == Accelerator(kind="cuda", driver=(535, 104, 5))


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
def test_program_that_fails_tells_nothing(tmp_path: Path) -> None:
    write(tmp_path, "bin/nvidia-smi", "#!/bin/sh\necho failed to talk to driver 535.104.05\nexit 9\n")
    (tmp_path / "bin/nvidia-smi").chmod(0o755)

    assert find(tmp_path) is None


@pytest.mark.parametrize(
    ("version", "architecture"), [("110000", "gfx1100"), ("90010", "gfx90a"), ("120001", "gfx1201")]
)
def test_topology_of_the_kernel_names_the_architecture(tmp_path: Path, version: str, architecture: str) -> None:
    nodes = "sys/class/kfd/kfd/topology/nodes"
    write(tmp_path, f"{nodes}/0/properties", "cpu_cores_count 16\ngfx_target_version 0\n")
    write(tmp_path, f"{nodes}/1/properties", f"simd_count 192\ngfx_target_version {version}\n")

    assert find(tmp_path) == Accelerator(kind="rocm", architecture=architecture)


@pytest.mark.parametrize("kind", ["0x030000", "0x038000", "0x030200"])
def test_display_controller_of_intel_is_found_whatever_its_driver(tmp_path: Path, kind: str) -> None:
    device = "sys/bus/pci/devices/0000:03:00.0"
    write(tmp_path, f"{device}/vendor", "0x8086\n")
    write(tmp_path, f"{device}/class", f"{kind}\n")

    assert find(tmp_path) == Accelerator(kind="xpu")


@pytest.mark.parametrize(("vendor", "kind"), [("0x8086", "0x120000"), ("0x1002", "0x030000")])
def test_other_devices_are_no_display_controllers_of_intel(tmp_path: Path, vendor: str, kind: str) -> None:
    device = "sys/bus/pci/devices/0000:03:00.0"
    write(tmp_path, f"{device}/vendor", f"{vendor}\n")
    write(tmp_path, f"{device}/class", f"{kind}\n")

    assert find(tmp_path) is None


@pytest.mark.parametrize(
    ("identifier", "is_intel"),
    [
        ("pci\\ven_8086&dev_56a0&subsys_12345678", True),
        ("PCI\\VEN_8086&DEV_E20B", True),
        ("PCI\\VEN_10DE&DEV_2684", False),
        ("root\\basicdisplay", False),
    ],
)
def test_identifiers_of_windows_name_the_maker(identifier: str, is_intel: bool) -> None:
    assert is_intel_display(identifier) is is_intel


def test_driver_of_nvidia_comes_before_amd_and_amd_before_intel(tmp_path: Path) -> None:
    write(tmp_path, "sys/bus/pci/devices/0/vendor", "0x8086\n")
    write(tmp_path, "sys/bus/pci/devices/0/class", "0x030000\n")
    found = [find(tmp_path)]
    write(tmp_path, "sys/class/kfd/kfd/topology/nodes/1/properties", "gfx_target_version 110000\n")
    found.append(find(tmp_path))
    write(tmp_path, "sys/module/nvidia/version", "570.86.15\n")
    found.append(find(tmp_path))

    assert [one.kind for one in found if one is not None] == ["xpu", "rocm", "cuda"]


def test_variables_stand_in_for_what_is_there(tmp_path: Path) -> None:
    write(tmp_path, "sys/module/nvidia/version", "570.86.15\n")

    assert find(tmp_path, UV_CUDA_DRIVER_VERSION="525.60.13") == Accelerator(kind="cuda", driver=(525, 60, 13))
    assert find(tmp_path, UV_AMD_GPU_ARCHITECTURE="gfx942") == Accelerator(kind="rocm", architecture="gfx942")


@pytest.mark.parametrize("name", ["UV_CUDA_DRIVER_VERSION", "UV_AMD_GPU_ARCHITECTURE"])
def test_variable_that_is_not_understood_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidOptionError, match=f"{name}.*nonsense"):
        find(tmp_path, **{name: "nonsense"})
