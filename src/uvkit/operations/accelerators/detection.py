"""Find out which accelerator this machine has: by variables, by what the drivers tell, by what is plugged in."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from uvkit.errors import InvalidOptionError
from uvkit.process import run

from .backends import ARCHITECTURES, Accelerator, Driver

DRIVER_VARIABLE = "UV_CUDA_DRIVER_VERSION"
ARCHITECTURE_VARIABLE = "UV_AMD_GPU_ARCHITECTURE"
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_INTEL = "0x8086"
_DISPLAY_CLASS = r"SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}"
_DISPLAY = "0x03"  # the PCI base class of what shows or computes pictures


def detect(variables: Mapping[str, str], *, root: Path = Path("/"), system: str = sys.platform) -> Accelerator | None:
    """Return the accelerator of this machine, or none.

    `UV_CUDA_DRIVER_VERSION` and `UV_AMD_GPU_ARCHITECTURE` stand in for what would be found. ``root`` is where the
    kernel's files are.

    Raises:
        InvalidOptionError: a variable has a value that is not understood.
    """
    told = _told(variables)
    if told is not None:
        return told
    driver = _nvidia(root, variables)
    if driver is not None:
        return Accelerator(kind="cuda", driver=driver)
    if system == "win32":
        return Accelerator(kind="xpu") if any(map(is_intel_display, _displays())) else None
    if system != "linux":
        return None
    architecture = _amd(root, variables)
    if architecture is not None:
        return Accelerator(kind="rocm", architecture=architecture)
    return Accelerator(kind="xpu") if _has_intel(root) else None


def _told(variables: Mapping[str, str]) -> Accelerator | None:
    text = variables.get(DRIVER_VARIABLE)
    if text:
        driver = _driver(text)
        if driver is None:
            raise InvalidOptionError(problems=((DRIVER_VARIABLE, f"`{text}` is not the version of a driver"),))
        return Accelerator(kind="cuda", driver=driver)
    text = variables.get(ARCHITECTURE_VARIABLE)
    if text:
        if text not in ARCHITECTURES:
            known = ", ".join(f"`{name}`" for name in sorted(ARCHITECTURES))
            problem = f"`{text}` is not an architecture that there are builds for; these are {known}"
            raise InvalidOptionError(problems=((ARCHITECTURE_VARIABLE, problem),))
        return Accelerator(kind="rocm", architecture=text)
    return None


def _driver(text: str) -> Driver | None:
    match = re.fullmatch(r"\d+(?:\.\d+)*", text.strip())
    return tuple(map(int, match[0].split("."))) if match else None


# -- NVIDIA ------------------------------------------------------------------------------------------------------------


def _nvidia(root: Path, variables: Mapping[str, str]) -> Driver | None:
    for place in ("sys/module/nvidia/version", "proc/driver/nvidia/version"):
        found = _VERSION.search(_text(root / place))
        if found:
            return tuple(map(int, found[0].split(".")))
    command = ("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader")
    found = _VERSION.search(_output(command, variables))
    return tuple(map(int, found[0].split("."))) if found else None


# -- AMD ---------------------------------------------------------------------------------------------------------------


def _amd(root: Path, variables: Mapping[str, str]) -> str | None:
    for name in (*_in_topology(root), *_output(("rocm_agent_enumerator",), variables).split()):
        if name in ARCHITECTURES:
            return name
    return None


def _in_topology(root: Path) -> Iterator[str]:
    """Yield the architectures that the kernel's driver lists, processors left out."""
    for path in sorted(root.glob("sys/class/kfd/kfd/topology/nodes/*/properties")):
        match = re.search(r"^gfx_target_version (\d+)$", _text(path), re.MULTILINE)
        if match and int(match[1]):
            version = int(match[1])
            major, minor, step = version // 10_000, version // 100 % 100, version % 100
            yield f"gfx{major}{minor:x}{step:x}"


# -- Intel -------------------------------------------------------------------------------------------------------------


def _has_intel(root: Path) -> bool:
    """Tell whether there is a display controller of Intel's, whatever its driver (as uv)."""
    return any(
        _text(device / "vendor").strip() == _INTEL and _text(device / "class").startswith(_DISPLAY)
        for device in root.glob("sys/bus/pci/devices/*")
    )


def is_intel_display(identifier: str) -> bool:
    """Tell whether Windows' identifier of a device (`pci` with `ven_8086`) is one of Intel's on the PCI bus."""
    return identifier.upper().startswith("PCI\\VEN_8086&")


def _displays() -> Iterator[str]:
    """Yield the identifiers of the display adapters that Windows has a driver for."""
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _DISPLAY_CLASS) as adapters:
            for number in range(winreg.QueryInfoKey(adapters)[0]):
                # A subkey that only the system may read describes no adapter.
                with suppress(OSError), winreg.OpenKey(adapters, winreg.EnumKey(adapters, number)) as adapter:
                    yield str(winreg.QueryValueEx(adapter, "MatchingDeviceId")[0])
    yield from ()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _output(argv: tuple[str, ...], variables: Mapping[str, str]) -> str:
    """Return what a program prints, or nothing if it fails or is not there."""
    from shutil import which

    program = which(argv[0], path=variables.get("PATH", ""))
    if program is None:
        return ""
    try:
        done = run((program, *argv[1:]), env=variables)
    except OSError:
        return ""
    return done.output if done.returncode == 0 else ""
