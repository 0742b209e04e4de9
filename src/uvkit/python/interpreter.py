"""One Python interpreter, described."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version

    from uvkit.model import Target

    from .facts import InterpreterFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """One Python interpreter: where it is, what it is, and what fits it.

    Version and target are computed when first asked for, so that describing an interpreter costs microseconds.
    """

    executable: Path
    prefix: Path
    base_prefix: Path
    base_executable: Path
    facts: InterpreterFacts = field(repr=False, compare=False)
    managed: bool = False
    _memo: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def implementation(self) -> str:
        """Return the name of the implementation in lower case, as in ``implementation_name``."""
        return self.facts["implementation"]

    @property
    def implementation_title(self) -> str:
        """Return the name of the implementation as people write it, such as ``CPython``."""
        return self.facts["markers"]["platform_python_implementation"]

    @property
    def full_version(self) -> str:
        """Return the text of the full version, such as ``3.13.0rc1``."""
        return self.facts["markers"]["python_full_version"]

    @property
    def pair(self) -> tuple[int, int]:
        """Return the major and the minor version."""
        return int(self.facts["version"][0]), int(self.facts["version"][1])

    @property
    def version(self) -> Version:
        """Return the full version."""
        value = self._memo.get("version")
        if value is None:
            from packaging.version import Version

            value = self._memo["version"] = Version(self.full_version)
        return value  # type: ignore[return-value]  # the memo holds values of several types

    @property
    def target(self) -> Target:
        """Return the marker environment and the compatibility tags."""
        value = self._memo.get("target")
        if value is None:
            from .tags import target_of

            value = self._memo["target"] = target_of(self.facts)
        return value  # type: ignore[return-value]  # the memo holds values of several types

    @property
    def is_virtual(self) -> bool:
        """Tell whether this is the interpreter of a virtual environment."""
        return self.prefix != self.base_prefix

    @property
    def is_managed(self) -> bool:
        """Tell whether uvkit or uv installed this interpreter, or the one that its environment was made from.

        Those live in a folder with the name of a key.
        """
        if self.managed:
            return True
        folder = os.path.basename(os.path.dirname(os.path.dirname(self.base_executable)))
        major, minor = self.pair
        return folder.startswith(f"{self.implementation}-{major}.{minor}") and folder.endswith("-".join(self.platform))

    @property
    def free_threaded(self) -> bool:
        """Tell whether this build has no global interpreter lock (PEP 703)."""
        return self.facts["free_threaded"]

    @property
    def debug(self) -> bool:
        """Tell whether this is a debug build."""
        return self.facts["debug"]

    @property
    def site_relative(self) -> str:
        """Return where an environment of this interpreter keeps modules, such as ``lib/python3.11/site-packages``."""
        return self.facts["scheme"]["purelib"]

    @property
    def scheme(self) -> Mapping[str, str]:
        """Return the install folders of a virtual environment of this interpreter, relative to its folder."""
        major, minor = self.pair
        # The interpreter's own headers are those of its base; distributions get a folder of their own.
        return {**self.facts["scheme"], "include": f"include/site/python{major}.{minor}"}

    @property
    def paths(self) -> Mapping[str, str]:
        """Return the install folders ``purelib``, ``platlib``, ``scripts``, ``data`` and ``include``, absolute."""
        if self.is_virtual:
            prefix = str(self.prefix)
            return {key: os.path.normpath(os.path.join(prefix, value)) for key, value in self.scheme.items()}
        return self.facts["paths"]

    @property
    def site_folders(self) -> tuple[str, ...]:
        """Return the folders that hold this interpreter's distributions, the one that is installed to first."""
        paths = self.paths
        shared = () if self.is_virtual else self.facts["site"]
        return tuple(dict.fromkeys((paths["purelib"], paths["platlib"], *shared)))

    @property
    def externally_managed(self) -> str | None:
        """Return what another package manager says about installing here (PEP 668), or none if none claims it."""
        stdlib = self.facts["paths"].get("stdlib")
        if self.is_virtual or not stdlib:
            return None
        return read_externally_managed(os.path.join(stdlib, "EXTERNALLY-MANAGED"))

    @property
    def key(self) -> str:
        """Return the name that uv gives to such an interpreter, such as ``cpython-3.12.3-linux-x86_64-gnu``."""
        variant = ("+freethreaded" if self.free_threaded else "") + ("+debug" if self.debug else "")
        system, machine, libc = self.platform
        return f"{self.implementation}-{self.full_version}{variant}-{system}-{machine}-{libc}"

    @property
    def platform(self) -> tuple[str, str, str]:
        """Return the operating system, the architecture and the C library in the words of uv's keys."""
        markers = self.facts["markers"]
        system = {"darwin": "macos", "win32": "windows"}.get(markers["sys_platform"], markers["sys_platform"])
        machine = self.facts["platform"].replace("_", "-").rpartition("-")[2] if system == "windows" else ""
        machine = {"amd64": "x86_64", "win32": "x86", "arm64": "aarch64"}.get(machine, machine)
        if not machine:
            machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(
                markers["platform_machine"], markers["platform_machine"]
            )
        libc = "none"
        if system == "linux":
            libc = "musl" if self.facts["libc"].startswith("musl") else "gnu"
        return system, machine, libc


def read_externally_managed(path: str) -> str | None:
    """Return the message of an ``EXTERNALLY-MANAGED`` file, an empty one if it has none, or none without the file."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return None
    import configparser

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return ""  # PEP 668: the file's presence alone forbids
    return parser.get("externally-managed", "Error", fallback="")
