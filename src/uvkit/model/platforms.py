"""Facts about platforms that are not this machine: marker values and tags by name."""

from __future__ import annotations

from typing import Any, NamedTuple

from packaging.tags import Tag, compatible_tags, cpython_tags, generic_tags
from packaging.version import Version


class _Platform(NamedTuple):
    os_name: str
    sys_platform: str
    platform_system: str
    machine: str
    tags: tuple[str, ...]


def _manylinux(machine: str, minor: int) -> tuple[str, ...]:
    floor = 17 if machine != "x86_64" else 5
    legacy = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
    rows: list[str] = []
    for number in range(minor, floor - 1, -1):
        rows.append(f"manylinux_2_{number}_{machine}")
        if number in legacy and (number == 17 or machine == "x86_64"):
            rows.append(f"{legacy[number]}_{machine}")
    return (*rows, f"linux_{machine}")


def _musllinux(machine: str, minor: int) -> tuple[str, ...]:
    return (*(f"musllinux_1_{number}_{machine}" for number in range(minor, -1, -1)), f"linux_{machine}")


def _macos(machine: str, major: int) -> tuple[str, ...]:
    formats = (
        ("arm64", "universal2")
        if machine == "arm64"
        else ("x86_64", "intel", "fat64", "fat32", "universal2", "universal")
    )
    rows = [f"macosx_{number}_0_{kind}" for number in range(major, 10, -1) for kind in formats]
    if machine == "arm64":
        rows += [f"macosx_10_{number}_universal2" for number in range(16, 3, -1)]
    else:
        rows += [f"macosx_10_{number}_{kind}" for number in range(16, 3, -1) for kind in formats]
    return tuple(rows)


def _table() -> dict[str, _Platform]:
    linux = {
        machine: _Platform("posix", "linux", "Linux", machine, _manylinux(machine, 28))
        for machine in ("x86_64", "aarch64")
    }
    musl = {
        machine: _Platform("posix", "linux", "Linux", machine, _musllinux(machine, 2))
        for machine in ("x86_64", "aarch64")
    }
    table = {
        "linux": linux["x86_64"],
        "windows": _Platform("nt", "win32", "Windows", "AMD64", ("win_amd64",)),
        "macos": _Platform("posix", "darwin", "Darwin", "arm64", _macos("arm64", 13)),
        "x86_64-unknown-linux-gnu": linux["x86_64"],
        "aarch64-unknown-linux-gnu": linux["aarch64"],
        "x86_64-unknown-linux-musl": musl["x86_64"],
        "aarch64-unknown-linux-musl": musl["aarch64"],
        "x86_64-pc-windows-msvc": _Platform("nt", "win32", "Windows", "AMD64", ("win_amd64",)),
        "i686-pc-windows-msvc": _Platform("nt", "win32", "Windows", "x86", ("win32",)),
        "aarch64-pc-windows-msvc": _Platform("nt", "win32", "Windows", "ARM64", ("win_arm64",)),
        "x86_64-apple-darwin": _Platform("posix", "darwin", "Darwin", "x86_64", _macos("x86_64", 13)),
        "aarch64-apple-darwin": _Platform("posix", "darwin", "Darwin", "arm64", _macos("arm64", 13)),
    }
    for machine in ("x86_64", "aarch64"):
        for minor in (*range(17, 29), *range(31, 41)):
            table[f"{machine}-manylinux_2_{minor}"] = _Platform(
                "posix", "linux", "Linux", machine, _manylinux(machine, minor)
            )
        table[f"{machine}-manylinux2014"] = _Platform("posix", "linux", "Linux", machine, _manylinux(machine, 17))
    return table


def platform_names() -> tuple[str, ...]:
    """Return the names that ``Target.for_platform`` knows."""
    return tuple(_table())


def platform_facts(platform: str, *, python: str, implementation: str = "cpython") -> dict[str, Any]:
    """Return marker values and tags of a named platform.

    Raises:
        ValueError: the platform is unknown.
    """
    facts = _table().get(platform)
    if facts is None:
        raise ValueError(f"unknown platform `{platform}`; known: {', '.join(_table())}")
    version = Version(python)
    full = python if python.count(".") >= 2 else f"{version.major}.{version.minor}.0"
    pair = (version.major, version.minor)
    if implementation == "cpython":
        tags: list[Tag] = list(cpython_tags(pair, platforms=facts.tags))
        short = f"cp{version.major}{version.minor}"
    else:
        short = f"pp{version.major}{version.minor}"
        tags = list(generic_tags(short, ["pypy" + f"{version.major}{version.minor}_pp73"], facts.tags))
    tags += list(compatible_tags(pair, interpreter=short, platforms=facts.tags))
    return {
        "markers": {
            "implementation_name": implementation,
            "implementation_version": full,
            "os_name": facts.os_name,
            "platform_machine": facts.machine,
            "platform_python_implementation": "CPython" if implementation == "cpython" else "PyPy",
            "platform_release": "",
            "platform_system": facts.platform_system,
            "platform_version": "",
            "python_full_version": full,
            "python_version": f"{version.major}.{version.minor}",
            "sys_platform": facts.sys_platform,
        },
        "tags": tuple(tags),
    }
