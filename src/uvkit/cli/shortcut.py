"""Answer a command that found nothing to do, when everything it looked at is as it was.

Starting an interpreter and importing what a lock or sync needs takes longer than uv takes altogether. So after a
command that changed nothing, what its answer rested on is written down: the arguments, the folder, the variables, the
state of every file read and of every file that would have been read had it existed, and what is installed. The next
time, if all of that is the same to the nanosecond, the answer is the same. Anything else, including any error here,
means that the command runs in full. This module imports nothing that the interpreter has not loaded already.

Not on Windows, where files have no change time that a program cannot set.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FORMAT = "uvkit-shortcut-2"
_COMMANDS = frozenset({"lock", "sync"})
# Variables that can change what a command does; the rest of the environment cannot.
_PREFIXES = ("UV_", "UVKIT_", "PIP_", "XDG_", "PYENV_", "CONDA_", "_CONDA_", "SSL_")
_VARIABLES = frozenset({"HOME", "PATH", "VIRTUAL_ENV", "NETRC", "USERPROFILE", "APPDATA"})
# A file changed this recently might change again without its times showing it.
RACY_NANOSECONDS = 50_000_000
# The same, on file systems that keep whole seconds.
COARSE_NANOSECONDS = 2_000_000_000


def answer(argv: Sequence[str]) -> int | None:
    """Print the remembered answer and return the exit status, or return none if the command has to run."""
    if sys.platform == "win32" or not argv or argv[0] not in _COMMANDS:
        return None
    started = time.perf_counter()
    try:
        variables = os.environ  # noqa: TID251  # the command line reads it, and here before anything is imported
        folder = os.getcwd()
        with open(record_path(argv, folder, variables), encoding="utf-8", errors="surrogateescape") as file:
            lines = file.read().split("\n")
        if lines[0] != identity(argv, folder, variables) or lines[-1] != "end":
            return None
        if not all(map(holds, lines[1:-1])):
            return None
    except (OSError, ValueError, IndexError, KeyError):
        return None
    took = (time.perf_counter() - started) * 1e3
    _print(f"{line[2:]} in {took:.2f}ms" for line in lines if line.startswith("o "))
    return 0


def remember(
    argv: Sequence[str], folder: str, *, files: Iterable[str], sites: Iterable[str], output: Iterable[str]
) -> None:
    """Write down what the answer to ``argv``, given in ``folder``, rests on.

    Nothing is written if a file changed just now. A cache that cannot be written to is no failure.
    """
    if sys.platform == "win32" or not argv or argv[0] not in _COMMANDS:
        return
    import tempfile

    variables = os.environ  # noqa: TID251  # as in answer
    now = time.time_ns()
    lines = [identity(argv, folder, variables)]
    try:
        for path in dict.fromkeys(files):
            state = file_state(path)
            if "\n" in path or _is_racy(state, now):
                return
            lines.append(f"f {state}\t{path}")
        lines += [f"s {site_state(site)}\t{site}" for site in dict.fromkeys(sites)]
        lines += [f"o {line}" for line in output]
        target = record_path(argv, folder, variables)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=os.path.dirname(target))
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("\n".join([*lines, "end"]))
        os.replace(partial, target)  # paths are texts here
    except (OSError, KeyError):
        return


def project_files(start: str, variables: Mapping[str, str]) -> list[str]:
    """Return every file that could change a project's settings by appearing: from a folder up, and the user's."""
    names = ("pyproject.toml", "uv.toml", ".python-version", ".python-versions")
    found = []
    folder = start
    while True:
        found += [f"{folder}/{name}" for name in names]
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    home = variables.get("HOME", "")
    configs = [variables.get("XDG_CONFIG_HOME") or f"{home}/.config"]
    configs += (variables.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    found += [f"{config}/{name}" for config in configs for name in ("uv/uv.toml", "uv/.python-version", "pip/pip.conf")]
    found += ["/etc/uv/uv.toml", "/etc/pip.conf", f"{home}/.pip/pip.conf"]
    if sys.platform == "darwin":
        found.append(f"{home}/Library/Application Support/pip/pip.conf")
    found.append(f"{variables.get('VIRTUAL_ENV') or sys.prefix}/pip.conf")
    found += [variables[name] for name in ("UV_CONFIG_FILE", "PIP_CONFIG_FILE") if variables.get(name)]
    return [os.path.join(start, path) for path in found]


def file_state(path: str) -> str:
    """Return what changes when a file is replaced or written to: inode, size and both times."""
    try:
        status = os.stat(path)
    except OSError:
        return "-"
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def site_state(folder: str) -> str:
    """Return a digest of the distributions in a folder and when the metadata of each last changed."""
    marks = (".dist-info", ".egg-info", ".egg-link", ".pth")
    rows = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(marks):
                status = entry.stat()
                rows.append(f"{entry.name} {status.st_ino} {status.st_mtime_ns} {status.st_ctime_ns}")
    return _digest("\n".join(sorted(rows)))


def identity(argv: Sequence[str], folder: str, variables: Mapping[str, str]) -> str:
    """Return one line for the question: program, arguments, folder and variables."""
    from uvkit.version import __version__

    seen = [
        f"{name}={value}"
        for name, value in sorted(variables.items())
        if name in _VARIABLES or name.startswith(_PREFIXES)
    ]
    question = "\0".join((FORMAT, __version__, sys.executable, sys.version, folder, *argv, "", *seen))
    return f"{FORMAT} {_digest(question)}"


def record_path(argv: Sequence[str], folder: str, variables: Mapping[str, str]) -> str:
    """Return where the answer is kept: in the cache folder, by command and folder."""
    root = variables.get("UVKIT_CACHE_DIR") or variables.get("UV_CACHE_DIR")
    if not root:
        home = variables["HOME"]
        if sys.platform == "darwin":
            root = f"{home}/Library/Caches/uvkit"
        else:
            root = f"{variables.get('XDG_CACHE_HOME') or f'{home}/.cache'}/uvkit"
    return os.path.join(folder, root, "shortcuts-v1", _digest("\0".join((folder, *argv))))


def is_settled(state: str, now: int) -> bool:
    """Tell whether a file last changed so long ago that another change would show in its times."""
    return not _is_racy(state, now)


def _is_racy(state: str, now: int) -> bool:
    if state == "-":
        return False
    changed = int(state.rpartition(" ")[2])
    limit = RACY_NANOSECONDS if changed % 1_000_000_000 else COARSE_NANOSECONDS
    return changed > now - limit


def holds(line: str) -> bool:
    """Tell whether a line of a record still describes what it is about."""
    kind = line[:2]
    if kind == "o ":
        return True
    state, _, path = line[2:].partition("\t")
    if kind == "f ":
        return file_state(path) == state
    return kind == "s " and site_state(path) == state


def _digest(text: str) -> str:
    try:
        from _blake2 import blake2b  # a third of the time that importing hashlib takes
    except ImportError:
        from hashlib import blake2b
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()


def _print(lines: Iterable[str]) -> None:
    variables = os.environ  # noqa: TID251  # as in answer
    dim = sys.stderr.isatty() and not variables.get("NO_COLOR") and variables.get("TERM") != "dumb"
    for line in lines:
        sys.stderr.write(f"\x1b[2m{line}\x1b[0m\n" if dim else f"{line}\n")
