"""Describe an interpreter: from what is remembered, from this process, or by starting it once.

Guarantees: a virtual environment's interpreter is never started when its base can be told from ``pyvenv.cfg``; what
is remembered is used only while the file's size, time and inode and the system's C library and kernel are the same;
whatever is wrong with an interpreter comes as :class:`BrokenInterpreterError` with a reason.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Protocol

from uvkit.errors import BrokenInterpreterError, StorageError
from uvkit.formats import parse_pyvenv_cfg

from .facts import InterpreterFacts, facts_from
from .interpreter import Interpreter
from .probe_script import FORMAT, describe

# A cold start from a network file system takes seconds; what takes longer than this hangs.
TIMEOUT = 30.0
_MAX_DEPTH = 8
_NAMES = ("python", "pypy", "graalpy")
# What this process knows of its base is true for the base's environments, but not for where the base itself installs.
_ITSELF, _ENVIRONMENTS = "", "-environments"


class FactStore(Protocol):
    """What remembers facts between processes; it may forget at any time."""

    def load(self, key: str, /) -> object | None:
        """Return the value stored under a key, or none."""
        ...

    def store(self, key: str, value: dict[str, Any], /) -> None:
        """Remember a value made of texts, numbers, lists and dictionaries."""
        ...


class HoldsFacts(Protocol):
    """The part of the cache that the probe uses."""

    @property
    def interpreters(self) -> FactStore:
        """Return the store of interpreter facts."""
        ...


def probe(
    executable: str | os.PathLike[str], cache: HoldsFacts | None = None, *, timeout: float = TIMEOUT
) -> Interpreter:
    """Return the interpreter behind an executable.

    Raises:
        BrokenInterpreterError: there is no such file, it does not start, or it does not answer as an interpreter.
    """
    return _Prober(cache.interpreters if cache is not None else None, timeout).probe(os.path.abspath(executable))


def running() -> Interpreter | None:
    """Return the interpreter that runs this code without starting another, or none if it hides what it is.

    A program that embeds Python has no executable to name, and one that changed ``sys.prefix`` while running answers
    for an environment it was not started in.
    """
    if not _is_itself():
        return None
    executable = sys.executable
    config = find_pyvenv_cfg(executable)
    facts = _running_facts()
    base = executable if config is None else _Prober(None, TIMEOUT).base_path(executable, config)
    return Interpreter(
        executable=Path(executable),
        prefix=Path(facts["prefix"]) if config is None else config.parent,
        base_prefix=Path(facts["base_prefix"]),
        base_executable=Path(_stable_base(base, facts)),
        facts=facts,
    )


def find_pyvenv_cfg(executable: str) -> Path | None:
    """Return the ``pyvenv.cfg`` that rules an executable: beside it, or one folder up (PEP 405)."""
    folder = os.path.dirname(executable)
    for place in (folder, os.path.dirname(folder)):
        path = os.path.join(place, "pyvenv.cfg")
        if os.path.isfile(path):
            return Path(path)
    return None


class _Prober:
    """One probe: the store and the time limit that its steps share."""

    __slots__ = ("_store", "_timeout")

    def __init__(self, store: FactStore | None, timeout: float) -> None:
        self._store = store
        self._timeout = timeout

    def probe(self, executable: str, depth: int = 0) -> Interpreter:
        status = _stat(executable)
        config = find_pyvenv_cfg(executable)
        if config is not None:
            return self._virtual(executable, config, depth)
        facts = self._facts(executable, status)
        actual = facts["executable"]
        if not _is_same_file(actual, status):
            # A script that stands for an interpreter which it chooses anew each time, as the shims of pyenv do.
            if depth >= _MAX_DEPTH or not actual:
                raise BrokenInterpreterError(executable=Path(executable), reason="it does not say where it really is")
            return self.probe(actual, depth + 1)
        prefix = Path(facts["prefix"])
        return Interpreter(
            executable=Path(executable),
            prefix=prefix,
            base_prefix=prefix,
            base_executable=Path(_stable_base(executable, facts)),
            facts=facts,
        )

    def _virtual(self, executable: str, config: Path, depth: int) -> Interpreter:
        if depth >= _MAX_DEPTH:
            raise BrokenInterpreterError(executable=Path(executable), reason="its environment leads back to itself")
        base_path = self.base_path(executable, config)
        facts = (
            self._remembered(base_path, _ITSELF)
            or self._remembered(base_path, _ENVIRONMENTS)
            or self._running_base(base_path)
        )
        if facts is not None:
            base_prefix, base_executable = Path(facts["base_prefix"]), Path(_stable_base(base_path, facts))
        else:
            base = self.probe(base_path, depth + 1)
            facts, base_prefix, base_executable = base.facts, base.base_prefix, base.base_executable
        return Interpreter(
            executable=Path(executable),
            prefix=config.parent,
            base_prefix=base_prefix,
            base_executable=base_executable,
            facts=facts,
        )

    def base_path(self, executable: str, config: Path) -> str:
        """Return the executable that a virtual environment's one stands for."""
        outside = _link_target_outside(executable, str(config.parent))
        if outside is not None:
            return outside
        try:
            values = parse_pyvenv_cfg(config.read_text(encoding="utf-8", errors="surrogateescape"))
        except OSError as error:
            raise BrokenInterpreterError(
                executable=Path(executable), reason=f"`{config}` cannot be read: {error.strerror}"
            ) from error
        home = values.get("home")
        if not home:
            raise BrokenInterpreterError(executable=Path(executable), reason=f"`{config}` has no `home`")
        name = os.path.basename(executable)
        told = (values.get("base-executable"), values.get("executable"))
        guessed = (os.path.join(home, each) for each in (name, "python3", "python", "python.exe", "pypy3"))
        for path in (*(path for path in told if path), *guessed):
            if os.path.isfile(path) and os.path.normpath(path) != executable:
                return path
        raise BrokenInterpreterError(
            executable=Path(executable), reason=f"the Python it was made from is gone from `{home}`"
        )

    def _running_base(self, base_path: str) -> InterpreterFacts | None:
        """Return this process's own facts if it runs on the same base: what depends on a prefix is not used of them."""
        mine = getattr(sys, "_base_executable", None) or sys.executable
        try:
            same = bool(mine) and os.path.samefile(mine, base_path)
        except OSError:
            return None
        if not same or not _is_itself():
            return None
        facts = _running_facts()
        if self._store is not None:
            self._remember(base_path, facts, _ENVIRONMENTS)
        return facts

    def _facts(self, executable: str, status: os.stat_result) -> InterpreterFacts:
        facts = self._remembered(executable, _ITSELF)
        if facts is not None:
            return facts
        if executable == sys.executable and _is_itself():
            return _running_facts()
        from .start import start

        facts = start(executable, self._timeout)
        if _is_same_file(facts["executable"], status):
            self._remember(executable, facts, _ITSELF)
        return facts

    def _remembered(self, executable: str, use: str) -> InterpreterFacts | None:
        if self._store is None:
            return None
        found = self._store.load(_key(executable, use))
        if not isinstance(found, dict) or found.get("identity") != _identity(executable, use):
            return None
        return facts_from(found.get("facts"))

    def _remember(self, executable: str, facts: InterpreterFacts, use: str) -> None:
        if self._store is None:
            return
        try:
            self._store.store(_key(executable, use), {"identity": _identity(executable, use), "facts": facts})
        except StorageError as error:
            # The answer is just as good; the next process has to ask again.
            import logging

            logging.getLogger("uvkit.python").debug("not remembering an interpreter: %s", error)


def _is_itself() -> bool:
    """Tell whether this process is what its executable would be if it were started again."""
    executable = sys.executable
    if not executable or not os.path.basename(executable).lower().startswith(_NAMES) or not os.path.exists(executable):
        return False
    config = find_pyvenv_cfg(executable)
    if config is None:
        return sys.prefix == sys.base_prefix
    return os.path.realpath(config.parent) == os.path.realpath(sys.prefix)


def _running_facts() -> InterpreterFacts:
    facts = facts_from(describe())
    assert facts is not None, "the probe and its reader are of one version"
    return facts


def _stat(executable: str) -> os.stat_result:
    path = Path(executable)
    try:
        status = os.stat(executable)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        if isinstance(error, FileNotFoundError):
            reason = "there is no such file"
            if os.path.islink(executable):
                reason = f"it links to `{os.path.realpath(executable)}`, which does not exist"
        raise BrokenInterpreterError(executable=path, reason=reason) from error
    if os.path.isdir(executable):
        raise BrokenInterpreterError(executable=path, reason="it is a folder")
    if not os.access(executable, os.X_OK):
        raise BrokenInterpreterError(executable=path, reason="it is not executable")
    return status


def _is_same_file(path: str, status: os.stat_result) -> bool:
    try:
        other = os.stat(path)
    except OSError:
        return False
    return (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino)


def _identity(executable: str, use: str) -> list[object]:
    """Return everything that makes remembered facts true: the file, the C library and the kernel it runs on."""
    status = _stat(executable)
    system: list[str] = []
    if os.name == "posix":
        names = os.uname()
        system = [names.sysname, names.release, names.version, names.machine]
        try:
            system.append(os.confstr("CS_GNU_LIBC_VERSION") or "")
        except (OSError, ValueError):
            system.append("")
    return [FORMAT, use, executable, status.st_mtime_ns, status.st_size, status.st_ino, *system]


def _key(executable: str, use: str) -> str:
    import zlib

    # Only a name: the identity inside the value decides, so a collision costs a probe and nothing else.
    digest = zlib.crc32(os.fsencode(executable))
    name = "".join(letter if letter.isalnum() or letter in ".-" else "-" for letter in os.path.basename(executable))
    return f"{name[:40]}-{digest:08x}{use}"


def _link_target_outside(executable: str, prefix: str) -> str | None:
    """Follow symbolic links until they leave a folder; none if they never do."""
    inside = os.path.normpath(prefix) + os.sep
    path = executable
    for _ in range(40):  # the kernel gives up at the same count
        try:
            target = os.readlink(path)
        except OSError:
            return None
        path = os.path.join(os.path.dirname(path), target)
        if not os.path.normpath(path).startswith(inside):
            if not os.path.exists(path):
                raise BrokenInterpreterError(
                    executable=Path(executable), reason=f"it links to `{os.path.realpath(path)}`, which does not exist"
                )
            return os.path.normpath(path) if ".." not in path else os.path.realpath(path)
    return None


def _stable_base(executable: str, facts: InterpreterFacts) -> str:
    """Return the path of a base interpreter that a new environment should link to.

    An interpreter finds its standard library from the folder it is said to live in, so the path must lie in
    ``<prefix>/bin``. Within that rule the path that was asked for is best: ``/usr/bin/python3`` survives an upgrade,
    the file behind it may not.
    """
    if facts["markers"]["os_name"] == "nt" or facts["framework"]:
        # Frameworks keep the library elsewhere and tell the path themselves; Windows has no such links.
        return facts["base_executable"] or executable
    path = executable
    for _ in range(40):
        if os.path.dirname(os.path.dirname(path)) == os.path.normpath(facts["base_prefix"]):
            return path
        try:
            path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(path)))
        except OSError:
            break
    return os.path.realpath(executable)
