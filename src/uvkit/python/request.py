"""What Python is asked for, in all the ways uv lets people say it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, Self, TypeAlias

from .interpreter import Interpreter

if TYPE_CHECKING:
    from packaging.version import Version

RequestKind: TypeAlias = Literal["version", "path", "name"]

_IMPLEMENTATIONS = {
    "python": None,
    "cpython": "cpython",
    "cp": "cpython",
    "pypy": "pypy",
    "pp": "pypy",
    "graalpy": "graalpy",
    "gp": "graalpy",
    "pyodide": "pyodide",
}
_TITLES = {None: "Python", "cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy", "pyodide": "Pyodide"}
_SYSTEMS = frozenset({"linux", "macos", "windows", "darwin", "emscripten", "freebsd", "android", "ios"})
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "i386": "x86", "i686": "x86"}
_MACHINE = re.compile(
    r"x86_64(_v[234])?|amd64|aarch64|arm64|armv[567]l?|x86|i[36]86|powerpc64(le)?|ppc64(le)?|s390x|riscv64(gc)?|wasm32|loongarch64"
)
_LIBCS = frozenset({"gnu", "gnueabi", "gnueabihf", "musl", "musleabi", "musleabihf", "none"})
_NAME = re.compile(r"(python|cpython|pypy|graalpy|pyodide|cp|pp|gp)@?(.*)", re.DOTALL)
_VERSION = re.compile(
    r"v?(?P<release>\d+(?:\.\d+){0,2})(?:[-_.]?(?P<phase>a|alpha|b|beta|c|rc)(?P<number>\d+))?"
    r"(?P<variant>td|dt|t|d|(?:\+(?:freethreaded|debug|gil))+)?"
)
_RANGE = re.compile(r"(?P<range>[<>=~!].*?)(?P<variant>(?:\+(?:freethreaded|debug|gil))*)")
_PHASES = {"alpha": "a", "beta": "b", "c": "rc"}


class VersionRange(Protocol):
    """A range of Python versions, such as ``requires-python``."""

    def contains(self, version: str, /) -> bool:
        """Tell whether a version is in it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonRequest:
    """A request for an interpreter; :meth:`parse` makes one from text.

    A request of kind ``version`` names what the interpreter must be, each part of it optional; ``path`` is a file or a
    folder, ``name`` an executable to look for. ``free_threaded`` and ``debug`` are none where nothing was said.
    ``everything`` admits implementations and pre-releases that nobody asked for by name.
    """

    text: str
    kind: RequestKind = "version"
    implementation: str | None = None
    release: tuple[int, ...] = ()
    phase: str = ""
    specifier: str = ""
    free_threaded: bool | None = None
    debug: bool | None = None
    system: str | None = None
    machine: str | None = None
    libc: str | None = None
    everything: bool = False
    is_key: bool = field(default=False, compare=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the request that a text makes; whatever is nothing else is the name of an executable."""
        stripped = text.strip()
        lowered = stripped.lower()
        if lowered in {"", "default"}:
            return cls(text=stripped or "default")
        if lowered == "any":
            return cls(text=stripped, everything=True)
        found = _version_parts(lowered)
        if found is None and (named := _NAME.fullmatch(lowered)) is not None:
            implementation = _IMPLEMENTATIONS[named[1]]
            if not named[2] and len(named[1]) > 2 and "@" not in lowered:
                found = {"implementation": implementation}
            elif (parts := _version_parts(named[2])) is not None:
                found = {"implementation": implementation, **parts}
        if found is None and (found := _key_parts(lowered)) is not None:
            found["is_key"] = True
        if found is not None:
            return cls(text=stripped, **found)  # type: ignore[arg-type]  # the parts have the names and types of fields
        is_path = "/" in stripped or os.sep in stripped or stripped.startswith("~")
        return cls(text=stripped, kind="path" if is_path else "name")

    @classmethod
    def of(cls, python: str | os.PathLike[str] | Self) -> Self:
        """Return the request that a text, a path or a request makes."""
        if isinstance(python, cls):
            return python
        if isinstance(python, str):
            return cls.parse(python)
        assert isinstance(python, os.PathLike)
        return cls(text=os.fspath(python), kind="path")

    @property
    def canonical(self) -> str:
        """Return the text that version files hold for this request."""
        if self.kind != "version" or self.everything or self.text == "default":
            return self.text
        variant = {True: "+freethreaded", False: "+gil", None: ""}[self.free_threaded]
        variant += "+debug" if self.debug else ""
        version = (self.specifier or ".".join(map(str, self.release)) + self.phase) + variant
        if self.is_key:
            parts = (self.implementation, version, self.system, self.machine, self.libc)
            return "-".join(part or "any" for part in parts)
        if self.implementation is None:
            return version
        return f"{self.implementation}@{version}" if version else self.implementation

    @property
    def title(self) -> str:
        """Return the words by which messages call what is asked for, such as `PyPy 3.10`."""
        if self.kind != "version" or self.is_key:
            return f"`{self.canonical}`"
        if self.everything:
            return "any Python"
        name = _TITLES.get(self.implementation, str(self.implementation))
        version = self.canonical.rpartition("@")[2] if self.release or self.specifier else ""
        return f"{name} {version}".rstrip()

    @property
    def admits_prereleases(self) -> bool:
        """Tell whether a pre-release is as good as any other match."""
        return bool(self.everything or self.phase or self.kind != "version" or re.search(r"(a|b|rc)\d", self.specifier))

    @property
    def is_exact(self) -> bool:
        """Tell whether one patch and no other will do."""
        return len(self.release) > 2 or bool(re.match(r"===?\s*\d+\.\d+\.\d+(?!.*\*)", self.specifier))

    @property
    def admits_all_implementations(self) -> bool:
        """Tell whether an implementation other than CPython may answer."""
        return self.everything or self.implementation is not None or self.kind != "version"

    def matches(self, interpreter: Interpreter) -> bool:
        """Tell whether an interpreter, or the environment it belongs to, is what was asked for."""
        if self.kind == "path":
            return _is_at(self.text, interpreter)
        if self.kind == "name":
            names = {interpreter.executable.name, interpreter.base_executable.name}
            return self.text in names or f"{self.text}.exe" in names
        return (
            self.implementation in {None, interpreter.implementation}
            and self.matches_version(interpreter.version)
            and self._matches_variant(interpreter)
            and self._matches_platform(interpreter)
        )

    def matches_version(self, version: Version) -> bool:
        """Tell whether a version is in the range asked for."""
        if self.specifier:
            from packaging.specifiers import SpecifierSet

            return SpecifierSet(self.specifier).contains(version, prereleases=True)
        release = self.release
        if (version.major, version.minor, version.micro)[: len(release)] != release:
            return False
        if self.phase:
            return version.pre is not None and f"{version.pre[0]}{version.pre[1]}" == self.phase
        return len(release) < 3 or not version.is_prerelease

    def _matches_variant(self, interpreter: Interpreter) -> bool:
        threads = self.free_threaded
        if threads is None and not self.everything:
            # From 3.14 on the free-threaded build is a supported one, and as welcome as the other (PEP 779).
            threads = None if interpreter.pair >= (3, 14) else False
        if threads is not None and threads != interpreter.free_threaded:
            return False
        return self.debug is None or self.debug == interpreter.debug

    def _matches_platform(self, interpreter: Interpreter) -> bool:
        system, machine, libc = interpreter.platform
        return (
            self.system in {None, system}
            and (self.machine is None or self.machine == machine or self.machine.startswith(f"{machine}_v"))
            and self.libc in {None, libc}
        )

    def __str__(self) -> str:
        return self.text


PythonLike: TypeAlias = "str | os.PathLike[str] | PythonRequest | Interpreter"


def _version_parts(text: str) -> dict[str, object] | None:
    """Return the fields that a version or a range fills, or none if the text is neither."""
    compact = re.fullmatch(r"(\d)(\d{1,3})(t|d|td|dt)?", text)
    if compact is not None:
        return {"release": (int(compact[1]), int(compact[2])), **_variant(compact[3])}
    version = _VERSION.fullmatch(text)
    if version is not None:
        parts: dict[str, object] = {"release": tuple(map(int, version["release"].split(".")))}
        if version["phase"]:
            parts["phase"] = f"{_PHASES.get(version['phase'], version['phase'])}{int(version['number'])}"
        return {**parts, **_variant(version["variant"])}
    bounds = _RANGE.fullmatch(text)
    if bounds is None:
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(bounds["range"])
    except InvalidSpecifier:
        return None
    # In the order in which they were written, which is how they are shown and written again.
    clauses = (re.sub(r"\s+", "", clause) for clause in bounds["range"].split(","))
    return {"specifier": ", ".join(clause for clause in clauses if clause), **_variant(bounds["variant"])}


def _variant(text: str | None) -> dict[str, object]:
    if not text:
        return {}
    words = set(text.split("+")) if "+" in text else {{"t": "freethreaded", "d": "debug"}[letter] for letter in text}
    parts: dict[str, object] = {}
    if "freethreaded" in words:
        parts["free_threaded"] = True
    elif "gil" in words:
        parts["free_threaded"] = False
    if "debug" in words:
        parts["debug"] = True
    return parts


def _key_parts(text: str) -> dict[str, object] | None:
    """Return the fields of a key such as ``cpython-3.12-linux-x86_64-gnu``, from which parts may be missing."""
    readers = (_implementation_part, _version_part, _system_part, _machine_part, _libc_part)
    parts: dict[str, object] = {}
    position = 0
    for word in text.split("-"):
        while position < len(readers):
            found = {} if word == "any" else readers[position](word)
            position += 1
            if found is not None:
                parts.update(found)
                break
        else:
            return None
    return parts


def _implementation_part(word: str) -> dict[str, object] | None:
    return {"implementation": _IMPLEMENTATIONS[word]} if word in _IMPLEMENTATIONS else None


def _version_part(word: str) -> dict[str, object] | None:
    return _version_parts(word)


def _system_part(word: str) -> dict[str, object] | None:
    return {"system": {"darwin": "macos"}.get(word, word)} if word in _SYSTEMS else None


def _machine_part(word: str) -> dict[str, object] | None:
    return {"machine": _MACHINES.get(word, word)} if _MACHINE.fullmatch(word) else None


def _libc_part(word: str) -> dict[str, object] | None:
    return {"libc": word} if word in _LIBCS else None


def _is_at(text: str, interpreter: Interpreter) -> bool:
    path = os.path.abspath(os.path.expanduser(text))
    places = (
        (interpreter.prefix, interpreter.base_prefix)
        if os.path.isdir(path)
        else (interpreter.executable, interpreter.base_executable)
    )
    for place in places:
        try:
            if os.path.samefile(path, place):
                return True
        except OSError:
            continue
    return False
