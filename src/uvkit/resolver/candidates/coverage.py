"""The environments that wheels serve, as far as their tags tell (PEP 425, 600, 656)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from uvkit.markers import MarkerSet
from uvkit.model import FileRow, split_wheel_name

from .wheels import LINUX_MACHINES, family, release_of_tag

_IMPLEMENTATIONS: Final = {"cp": "CPython", "pp": "PyPy", "graalpy": "GraalPy", "pyston": "Pyston"}
_WINDOWS: Final = {"win32": "x86", "win_amd64": "AMD64", "win_arm64": "ARM64"}
_ANDROID: Final = {"arm64_v8a": "aarch64", "armeabi_v7a": "armv7l", "x86": "i686", "x86_64": "x86_64"}
_MACOS: Final = {
    "universal2": ("arm64", "x86_64"),
    "intel": ("i386", "x86_64"),
    "arm64": ("arm64",),
    "x86_64": ("x86_64",),
    "i386": ("i386",),
}
# Apple silicon starts with macOS 11, whose kernel is Darwin 20.
_FIRST_ARM_DARWIN: Final = 20
_LEGACY_GLIBC: Final = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}


def coverage(wheels: Iterable[FileRow], minimum_libc: Mapping[str, str]) -> MarkerSet:
    """Return the environments that some wheel serves; tags above ``minimum_libc`` do not count."""
    baseline = tuple(sorted((name, _numbers(version)) for name, version in minimum_libc.items()))
    covered = MarkerSet.nowhere()
    for row in wheels:
        name = split_wheel_name(row.filename)
        if name is not None:
            covered |= _wheel(name.python, name.abi, name.platform, baseline)
    return covered


@lru_cache(maxsize=8192)
def _wheel(  # noqa: PLR0917  # a cache key
    python: str, abi: str, platform: str, baseline: tuple[tuple[str, tuple[int, ...]], ...]
) -> MarkerSet:
    stable = any(tag.startswith("abi3") for tag in abi.split("."))
    pythons = _union(_python(tag, stable=stable) for tag in python.split("."))
    return pythons & _union(_platform(tag, dict(baseline)) for tag in platform.split("."))


def _union(markers: Iterable[str | None]) -> MarkerSet:
    found = MarkerSet.nowhere()
    for marker in markers:
        if marker is not None:
            found |= MarkerSet.parse(marker)
    return found


def _python(tag: str, *, stable: bool) -> str | None:
    prefix = tag.rstrip("0123456789")
    release = release_of_tag(tag[len(prefix) :])
    if release is None:
        return None
    major, minor = release
    within_major = f"python_full_version < '{major + 1}'"
    if prefix == "py":
        lowest = f"{major}" if minor is None else f"{major}.{minor}"
        return f"python_full_version >= '{lowest}' and {within_major}"
    implementation = _IMPLEMENTATIONS.get(prefix)
    if implementation is None or minor is None:
        return None
    version = f">= '{major}.{minor}'" if stable else f"== '{major}.{minor}.*'"
    return f"python_full_version {version} and platform_python_implementation == '{implementation}'"


def _platform(tag: str, baseline: Mapping[str, tuple[int, ...]]) -> str | None:
    if tag == "any":
        return ""
    if tag in _WINDOWS:
        return f"sys_platform == 'win32' and platform_machine == '{_WINDOWS[tag]}'"
    if tag.startswith("macosx_"):
        return _macos(tag)
    if tag.startswith("android_"):
        machine = _ANDROID.get(tag.split("_", 2)[-1])
        return machine and f"sys_platform == 'android' and platform_machine == '{machine}'"
    machine = next((one for one in LINUX_MACHINES if tag.endswith(f"_{one}")), None)
    if machine is None or family(tag) != "linux" or not _within_baseline(tag, baseline):
        return None
    return f"sys_platform == 'linux' and platform_machine == '{machine}'"


def _macos(tag: str) -> str | None:
    _, major, minor, machine = tag.split("_", 3)
    if not (major.isdecimal() and minor.isdecimal()):
        return None
    parts = [
        f"(platform_machine == '{one}' and platform_release >= '{_darwin(int(major), int(minor), one)}.0.0')"
        for one in _MACOS.get(machine, ())
    ]
    return f"sys_platform == 'darwin' and ({' or '.join(parts)})" if parts else None


def _darwin(major: int, minor: int, machine: str) -> int:
    """Return the Darwin release of a macOS version."""
    if major == 10:
        release = minor + 4
    elif major <= 15:
        release = major + 9
    else:
        release = 25 if major == 26 else major
    return max(release, _FIRST_ARM_DARWIN) if machine == "arm64" else release


def _within_baseline(tag: str, baseline: Mapping[str, tuple[int, ...]]) -> bool:
    """Tell whether a Linux tag needs no newer C library than the baseline has."""
    first, *rest = tag.split("_")
    if first in ("manylinux", "musllinux") and len(rest) > 2 and rest[0].isdecimal() and rest[1].isdecimal():
        needed: tuple[int, ...] | None = (int(rest[0]), int(rest[1]))
    else:
        needed = _LEGACY_GLIBC.get(first)
    available = baseline.get("musl" if first == "musllinux" else "glibc")
    return needed is None or available is None or needed <= available


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
