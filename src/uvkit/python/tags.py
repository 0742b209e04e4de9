"""Compatibility tags out of facts: what ``packaging.tags`` yields inside an interpreter, computed outside of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .elf import read_elf_header

if TYPE_CHECKING:
    from uvkit.model import Target

    from .facts import InterpreterFacts

_SHORT = {"python": "py", "cpython": "cp", "pypy": "pp", "ironpython": "ip", "jython": "jy"}
_MANYLINUX = frozenset({"x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64"})
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}  # PEP 599, 571, 513: the names before PEP 600


def target_of(facts: InterpreterFacts) -> Target:
    """Return the marker environment and the tags, best first, of the interpreter with these facts."""
    from packaging.tags import compatible_tags, cpython_tags, generic_tags

    from uvkit.model import Target

    major, minor = int(facts["version"][0]), int(facts["version"][1])
    pair, digits = (major, minor), f"{major}{minor}"
    platforms = platform_tags(facts)
    short = _SHORT.get(facts["implementation"], facts["implementation"])
    if short == "cp":
        own = cpython_tags(pair, _cpython_abis(facts, digits), platforms)
        name: str | None = f"cp{digits}"
    else:
        own = generic_tags(f"{short}{digits}", _generic_abi(facts, digits), platforms)
        name = "pp3" if short == "pp" else None
    return Target(markers=dict(facts["markers"]), tags=(*own, *compatible_tags(pair, name, platforms)))


def platform_tags(facts: InterpreterFacts) -> list[str]:
    """Return the platform tags, best first; ``linux_*`` comes after the portable ones, as uv orders them."""
    system = facts["markers"]["sys_platform"]
    plain = _normalized(facts["platform"])
    if system == "linux" and plain.startswith("linux_"):
        return list(_linux(facts, plain.removeprefix("linux_")))
    if system == "darwin":
        from packaging.tags import mac_platforms

        version, machine = facts["system"]
        if facts["pointer_size"] == 4:
            machine = "ppc" if machine.startswith("ppc") else "i386"
        return list(mac_platforms(_pair(version), machine))
    if system == "ios":
        from packaging.tags import ios_platforms

        return list(ios_platforms(_pair(facts["system"][0]), facts["system"][1]))
    if system == "android":
        from packaging.tags import android_platforms

        return list(android_platforms(int(facts["system"][0]), facts["system"][1]))
    if facts["emscripten"]:
        return [f"pyemscripten_{facts['emscripten']}_wasm32", plain]
    return [plain]


def _linux(facts: InterpreterFacts, machine: str) -> Iterator[str]:
    if facts["pointer_size"] == 4:
        # A 32-bit interpreter on a 64-bit kernel reports the kernel's machine.
        machine = {"x86_64": "i686", "aarch64": "armv8l"}.get(machine, machine)
    machines = ("armv8l", "armv7l") if machine == "armv8l" else (machine,)
    name, _, version = facts["libc"].partition(" ")
    major, minor = _pair(version) if version else (0, 0)
    for each in machines:
        if name == "glibc" and major == 2 and _runs_manylinux(facts, machines):
            yield from _manylinux(each, minor)
        elif name == "musl":
            yield from (f"musllinux_{major}_{number}_{each}" for number in range(minor, -1, -1))
    yield from (f"linux_{each}" for each in machines)


def _manylinux(machine: str, minor: int) -> Iterator[str]:
    oldest = 5 if machine in {"x86_64", "i686"} else 17
    for number in range(minor, oldest - 1, -1):
        yield f"manylinux_2_{number}_{machine}"
        if number in _LEGACY:
            yield f"{_LEGACY[number]}_{machine}"


def _runs_manylinux(facts: InterpreterFacts, machines: tuple[str, ...]) -> bool:
    """Tell whether the executable's ABI is one that the manylinux tags promise (PEP 600)."""
    if "armv7l" in machines or "i686" in machines:
        header = read_elf_header(facts["executable"])
        return header is not None and (header.is_armhf if "armv7l" in machines else header.is_i686)
    return not _MANYLINUX.isdisjoint(machines)


def _cpython_abis(facts: InterpreterFacts, digits: str) -> list[str]:
    pair = (int(facts["version"][0]), int(facts["version"][1]))
    threads = "t" if pair >= (3, 13) and facts["free_threaded"] else ""
    debug = "d" if facts["debug"] else ""
    if pair < (3, 8):
        return [f"cp{digits}{debug}{'m' if facts['pymalloc'] else ''}"]
    # Since 3.8 a debug build also loads extension modules of a release build.
    return [f"cp{digits}{threads}{debug}", *([f"cp{digits}{threads}"] if debug else [])]


def _generic_abi(facts: InterpreterFacts, digits: str) -> list[str]:
    parts = facts["extension_suffix"].split(".")
    if len(parts) < 3:
        return _cpython_abis(facts, digits)
    words = parts[1].split("-")
    if words[0] == "cpython" and len(words) > 1:
        abi = f"cp{words[1]}"
    elif words[0].startswith("cp"):
        abi = words[0]
    elif words[0].startswith("pypy"):
        abi = "-".join(words[:2])
    elif words[0].startswith("graalpy"):
        abi = "-".join(words[:3])
    else:
        abi = parts[1]
    return [_normalized(abi)] if abi else []


def _normalized(text: str) -> str:
    return re.sub(r"[.\- ]", "_", text)


def _pair(version: str) -> tuple[int, int]:
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return (numbers[0] if numbers else 0), (numbers[1] if len(numbers) > 1 else 0)
