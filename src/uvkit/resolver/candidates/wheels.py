"""Which wheels can ever matter: those whose tags fit the Python range and the platforms of a marker (PEP 425).

A universal resolution keeps files for machines it has never seen, so it judges tags by what they promise instead of by
a list of supported tags. A platform that is not understood is kept; a Python or ABI tag that is not is no use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import FileRow, split_wheel_name

_MACHINES: Final = {
    "arm": ("aarch64", "arm64", "ARM64"),
    "x86_64": ("x86_64", "amd64", "AMD64"),
    "x86": ("i686", "i386", "win32", "x86"),
    "ppc64le": ("ppc64le",),
    "ppc64": ("ppc64",),
    "s390x": ("s390x",),
    "riscv64": ("riscv64",),
    "loongarch64": ("loongarch64",),
    "armv7l": ("armv7l", "armv8l"),
    "armv6l": ("armv6l",),
}
# The machines of Linux tags and their classes.
LINUX_MACHINES: Final = {
    "aarch64": "arm",
    "x86_64": "x86_64",
    "i686": "x86",
    "ppc64le": "ppc64le",
    "ppc64": "ppc64",
    "s390x": "s390x",
    "riscv64": "riscv64",
    "loongarch64": "loongarch64",
    "armv7l": "armv7l",
    "armv6l": "armv6l",
}
_FAMILIES: Final = {
    "linux": "os_name == 'posix' and sys_platform == 'linux'",
    "windows": "os_name == 'nt' and sys_platform == 'win32'",
    "macos": "os_name == 'posix' and sys_platform == 'darwin'",
    "android": "sys_platform == 'android'",
}
# A Python or ABI tag of another form (`ip311`, `pypy_41`, `pp226u`) is for nobody: no interpreter takes it.
_PYTHON: Final = re.compile(r"py(?P<generic>\d+)|(?:cp|(?:pp|graalpy|pyston)(?=\d\d))(?P<exact>\d+)")
_ABI: Final = re.compile(
    r"cp(?P<cpython>\d{2,})(?!\w*([tdmu])\w*\2)[tdmu]*"
    r"|pypy(?P<pypy>\d{2,})_pp\d{2,}"
    r"|graalpy\d{2,}_(?P<graalpy>\d{2,})_native"
    r"|pyston_\d{2,}_x86_64_linux_gnu"
)


def locked_rows(rows: Iterable[FileRow], bounds: PythonBounds, marker: MarkerSet) -> tuple[FileRow, ...]:
    """Return the files a universal resolution keeps of a distribution that is wanted where ``marker`` holds.

    Sorted by file name, with at most one source distribution. ``bounds`` are the project's, never those of a fork.
    """
    kept: list[FileRow] = []
    archive: FileRow | None = None
    for row in rows:
        if not row.filename.endswith(".whl"):
            if archive is None or row.filename.endswith(".tar.gz"):
                archive = row
            continue
        name = split_wheel_name(row.filename)
        if name and admits_python(name.python, name.abi, bounds) and _admits_platform(name.platform, marker):
            kept.append(row)
    if archive is not None:
        kept.append(archive)
    kept.sort(key=lambda row: row.filename)
    return tuple(kept)


# -- Python ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16384)
def admits_python(python: str, abi: str, bounds: PythonBounds) -> bool:
    """Tell whether some Python within the bounds can use a wheel with these (compressed) tags."""
    return any(_admits_abi(tag, python, bounds) for tag in abi.split("."))


def _admits_abi(abi: str, python: str, bounds: PythonBounds) -> bool:
    if abi in ("abi3", "abi3t"):
        return True
    if abi == "none":
        return any(_admits_python_tag(tag, bounds) for tag in python.split("."))
    known = _ABI.fullmatch(abi)
    if known is None:
        return False
    number = known["cpython"] or known["pypy"] or known["graalpy"]
    return number is None or _admits_number(number, bounds)


def _admits_python_tag(tag: str, bounds: PythonBounds) -> bool:
    known = _PYTHON.fullmatch(tag)
    if known is None:
        return False
    if known["exact"]:
        return _admits_number(known["exact"], bounds)
    major, minor = int(known["generic"][0]), known["generic"][1:]
    return major != 2 and (not minor or bounds.upper is None or ((major, int(minor)), 0) < bounds.upper)


def _admits_number(number: str, bounds: PythonBounds) -> bool:
    """Tell whether the one minor version that a tag names lies within the bounds."""
    major, minor = int(number[0]), number[1:]
    if not minor:
        return True
    if major != 3:
        return major != 2
    below_upper = bounds.upper is None or ((3, int(minor)), 0) < bounds.upper
    return below_upper and (bounds.lower is None or bounds.lower < ((3, int(minor) + 1), 0))


def release_of_tag(text: str) -> tuple[int, int | None] | None:
    """Return major and minor of the digits at the start of a tag's number (`311`, `313t`, `3`), or none."""
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    if not digits:
        return None
    return int(digits[0]), int(digits[1:]) if len(digits) > 1 else None


# -- platform ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16384)
def _admits_platform(platform: str, marker: MarkerSet) -> bool:
    tags = platform.split(".")
    if marker.is_everywhere() or all(tag == "any" for tag in tags):
        return True
    if "win_amd64" in tags and not marker.is_disjoint(_family("windows") & _machine("arm")):
        return True  # Windows on ARM runs these
    classes = {machine_class(tag) for tag in tags}
    machine = classes.pop() if len(classes) == 1 else None
    families = {family(tag) for tag in tags}
    only = families.pop() if len(families) == 1 else None
    if only is not None and marker.is_disjoint(_family(only) & _machine(machine) if machine else _family(only)):
        return False
    return machine is None or not marker.is_disjoint(_machine(machine))


def family(tag: str) -> str | None:
    """Return the family of a platform tag: linux, windows, macos, android, or none."""
    if tag.startswith(("manylinux", "musllinux", "linux")):
        return "linux"
    if tag.startswith("win"):
        return "windows"
    if tag.startswith("macosx"):
        return "macos"
    return "android" if tag.startswith("android") else None


def machine_class(tag: str) -> str | None:
    """Return the class of machines that a platform tag is for, or none if it is for several or unknown."""
    match family(tag):
        case "linux":
            return next((name for machine, name in LINUX_MACHINES.items() if tag.endswith(f"_{machine}")), None)
        case "windows":
            return {"win32": "x86", "win_amd64": "x86_64", "win_arm64": "arm"}.get(tag)
        case "macos":
            return {"arm64": "arm", "x86_64": "x86_64", "i386": "x86"}.get(tag.partition("_")[2].split("_", 2)[-1])
        case "android":
            return "arm" if tag.endswith("_arm64_v8a") else None
        case _:
            return "arm" if tag.startswith("ios") and "_arm64" in tag else None


@cache
def _family(name: str) -> MarkerSet:
    return MarkerSet.parse(_FAMILIES[name])


@cache
def _machine(name: str) -> MarkerSet:
    return MarkerSet.parse(" or ".join(f"platform_machine == '{value}'" for value in _MACHINES[name]))
