"""Targets named by the parts of wheel tags, as pip's options name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from packaging.tags import Tag, compatible_tags, cpython_tags, generic_tags, mac_platforms
from packaging.version import Version

_IMPLEMENTATIONS = {"cp": "cpython", "pp": "pypy", "py": "cpython"}
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}  # PEP 599, 571, 513
_ALIASES = {"manylinux2014": 17, "manylinux2010": 12, "manylinux1": 5}


def tag_facts(platforms: Sequence[str], *, python: str, implementation: str, abis: Sequence[str]) -> dict[str, Any]:
    """Return marker values and tags of a machine that takes wheels of some platforms and ABIs, best first.

    Raises:
        ValueError: a platform is none that wheels have, or the implementation is unknown.
    """
    if implementation not in _IMPLEMENTATIONS:
        raise ValueError(f"unknown implementation `{implementation}`; known: {', '.join(_IMPLEMENTATIONS)}")
    version = Version(python)
    pair = (version.major, version.minor)
    system, machine = _system(platforms)
    tags = list(dict.fromkeys(tag for one in platforms for tag in _expanded(one)))
    full = python if python.count(".") >= 2 else f"{pair[0]}.{pair[1]}.0"
    names = {"linux": ("posix", "Linux"), "win32": ("nt", "Windows"), "darwin": ("posix", "Darwin")}
    return {
        "markers": {
            "implementation_name": _IMPLEMENTATIONS[implementation],
            "implementation_version": full,
            "os_name": names[system][0],
            "platform_machine": machine,
            "platform_python_implementation": "PyPy" if implementation == "pp" else "CPython",
            "platform_release": "",
            "platform_system": names[system][1],
            "platform_version": "",
            "python_full_version": full,
            "python_version": f"{pair[0]}.{pair[1]}",
            "sys_platform": system,
        },
        "tags": tuple(_tags(pair, implementation, abis, platforms=tags)),
    }


def _tags(
    pair: tuple[int, int], implementation: str, abis: Sequence[str], *, platforms: Sequence[str]
) -> Iterator[Tag]:
    short = f"{implementation}{pair[0]}{pair[1]}"
    if implementation == "cp":
        yield from cpython_tags(pair, list(abis) or None, platforms)
    elif implementation == "pp":
        yield from generic_tags(short, list(abis) or [f"pypy{pair[0]}{pair[1]}_pp73"], platforms)
    yield from compatible_tags(pair, None if implementation == "py" else short, platforms)


def _system(platforms: Sequence[str]) -> tuple[str, str]:
    """Return `sys_platform` and the machine of the first platform that says so."""
    for one in platforms:
        if one.startswith("win"):
            return "win32", {"win_amd64": "AMD64", "win_arm64": "ARM64"}.get(one, "x86")
        if match := re.fullmatch(r"macosx_\d+_\d+_(\w+)", one):
            return "darwin", "x86_64" if match[1] in {"intel", "universal", "universal2"} else match[1]
        if match := re.fullmatch(r"(?:manylinux(?:1|2010|2014|_\d+_\d+)|musllinux_\d+_\d+|linux)_(\w+)", one):
            return "linux", match[1]
    raise ValueError(f"`{'`, `'.join(platforms)}` names no platform of wheels, such as `manylinux2014_x86_64`")


def _expanded(platform: str) -> Iterator[str]:
    """Yield a platform and the older ones whose wheels run there, too."""
    if match := re.fullmatch(r"(manylinux(?:1|2010|2014))_(\w+)", platform):
        yield from _manylinux(match[2], _ALIASES[match[1]])
    elif match := re.fullmatch(r"manylinux_2_(\d+)_(\w+)", platform):
        yield from _manylinux(match[2], int(match[1]))
    elif match := re.fullmatch(r"musllinux_1_(\d+)_(\w+)", platform):
        yield from (f"musllinux_1_{minor}_{match[2]}" for minor in range(int(match[1]), -1, -1))
    elif match := re.fullmatch(r"macosx_(\d+)_(\d+)_(\w+)", platform):
        yield from mac_platforms((int(match[1]), int(match[2])), match[3])
    else:
        yield platform


def _manylinux(machine: str, minor: int) -> Iterator[str]:
    oldest = 5 if machine in {"x86_64", "i686"} else 17
    for number in range(minor, min(oldest, minor) - 1, -1):
        yield f"manylinux_2_{number}_{machine}"
        if number in _LEGACY:
            yield f"{_LEGACY[number]}_{machine}"
