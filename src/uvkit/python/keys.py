"""The names of interpreters that can be downloaded or are installed: `cpython-3.12.3-linux-x86_64-gnu`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from .request import PythonRequest

_KEY = re.compile(
    r"(?P<implementation>[a-z]+)-(?P<release>\d+(?:\.\d+){1,2})(?P<phase>(?:a|b|rc)\d+)?(?P<variant>(?:\+[a-z]+)*)"
    r"-(?P<system>[a-z]+)-(?P<machine>[a-z0-9_]+)-(?P<libc>[a-z]+)"
)
# The order in which lists name them.
_IMPLEMENTATIONS = ("cpython", "pyodide", "pypy", "graalpy")
_VARIANTS = ("", "debug", "freethreaded", "freethreaded+debug", "gil", "gil+debug")
_MACHINES = {"arm64": "aarch64", "amd64": "x86_64", "i386": "x86", "i686": "x86", "ppc64le": "powerpc64le"}
_FINAL = "~"  # sorts after the letters of pre-releases


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonKey:
    """What identifies one build of an interpreter; the name of its folder is its text."""

    implementation: str
    release: tuple[int, ...]
    phase: str = ""
    variant: str = ""
    system: str
    machine: str
    libc: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the key that a text is, or none; a release of two numbers is that of a link to the newest patch."""
        found = _KEY.fullmatch(text)
        if found is None:
            return None
        return cls(
            implementation=found["implementation"],
            release=tuple(map(int, found["release"].split("."))),
            phase=found["phase"] or "",
            variant=found["variant"].removeprefix("+"),
            system=found["system"],
            machine=found["machine"],
            libc=found["libc"],
        )

    def __str__(self) -> str:
        variant = f"+{self.variant}" if self.variant else ""
        return f"{self.implementation}-{self.version}{variant}-{self.system}-{self.machine}-{self.libc}"

    @property
    def version(self) -> str:
        """Return the text of the version, such as ``3.14.0rc1``."""
        return ".".join(map(str, self.release)) + self.phase

    @property
    def pair(self) -> tuple[int, int]:
        """Return the major and the minor version."""
        return self.release[0], self.release[1]

    @property
    def minor(self) -> PythonKey:
        """Return the key of the link that leads to the newest patch of the same minor version."""
        return replace(self, release=self.pair, phase="")

    @property
    def free_threaded(self) -> bool:
        """Tell whether it is a build without the global interpreter lock."""
        return "freethreaded" in self.variant

    @property
    def debug(self) -> bool:
        """Tell whether it is a debug build."""
        return "debug" in self.variant

    @property
    def version_order(self) -> tuple[tuple[int, ...], str, int]:
        """Return a value that sorts versions, pre-releases before the release."""
        letters = self.phase.rstrip("0123456789")
        return self.release, letters or _FINAL, int(self.phase[len(letters) :] or 0)

    def order(self, host: Host) -> tuple[object, ...]:
        """Return a value that sorts keys as lists name them: newest first, those of the host before others."""
        release, phase, number = self.version_order
        return (
            _index(_IMPLEMENTATIONS, self.implementation),
            tuple(-part for part in release),
            -ord(phase[0]),
            -number,
            self.system,
            self.machine.partition("_v")[0] != host.machine,
            self.machine,
            self.libc,
            _index(_VARIANTS, self.variant),
        )

    @property
    def executable_name(self) -> str:
        """Return the name of the interpreter with its minor version, such as ``python3.13t``."""
        stem = "python" if self.implementation == "cpython" else self.implementation
        return f"{stem}{self.pair[0]}.{self.pair[1]}{'t' if self.free_threaded else ''}{'d' if self.debug else ''}"

    def matches(self, request: PythonRequest, host: Host, *, any_implementation: bool = False) -> bool:
        """Tell whether this is what a request asks for on a machine; what it leaves open is the machine's.

        Nothing but CPython stands for a version alone, unless ``any_implementation`` is set.
        """
        implementation = request.implementation
        if implementation is None and not request.everything and not any_implementation:
            implementation = "cpython"
        return (
            implementation in {None, self.implementation}
            and self._has_version(request)
            and self._has_variant(request)
            and host.runs(self, request)
        )

    def _has_version(self, request: PythonRequest) -> bool:
        from packaging.version import Version

        return request.matches_version(Version(self.version))

    def _has_variant(self, request: PythonRequest) -> bool:
        wanted = request.free_threaded
        if wanted is None and not request.everything:
            wanted = False
        return wanted in {None, self.free_threaded} and (request.debug or False) == self.debug


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The machine that interpreters are for, in the words of keys."""

    system: str
    machine: str
    libc: str

    def runs(self, key: PythonKey, request: PythonRequest) -> bool:
        """Tell whether a key is for this machine, or for the one that a request names."""
        machine = request.machine or self.machine
        system = request.system or self.system
        # Whoever names another system means that system's C library.
        libc = request.libc or (self.libc if system == self.system else None)
        return key.system == system and key.machine == _MACHINES.get(machine, machine) and libc in {None, key.libc}


def this_host(libc: str | None = None) -> Host:
    """Return the machine of this process; ``libc`` takes the place of the C library that is found."""
    from .probe import running

    interpreter = running()
    if interpreter is None:
        system, machine, own = _without_interpreter()
    else:
        system, machine, own = interpreter.platform
    return Host(
        system=system,
        machine=_MACHINES.get(machine, machine),
        libc=libc if libc and system == "linux" else own,
    )


def _without_interpreter() -> tuple[str, str, str]:
    """Return the platform of a program that embeds Python and has no executable to ask."""
    import platform

    system = {"darwin": "macos"}.get(platform.system().lower(), platform.system().lower())
    machine = platform.machine().lower()
    if system != "linux":
        return system, machine, "none"
    return system, machine, "gnu" if platform.libc_ver()[0] == "glibc" else "musl"


def _index(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else len(names)
