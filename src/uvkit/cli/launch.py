"""Start a program that was prepared before, when everything that preparing it looked at is as it was.

As `shortcut` does for `lock` and `sync`: what the preparation rested on is written down under the words of the command
line up to the name of the program, and what comes behind them is the program's own. If all of it is the same, this
process becomes the program at once. This module imports nothing that the interpreter has not loaded already.
"""

from __future__ import annotations

import os
import time

from .shortcut import file_state, holds, identity, is_settled, record_path, site_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Longer command lines are prepared anew: looking for their record would cost more than it gains.
_MOST_WORDS = 32
_OWN = ("run", "tool")


class Launch:
    """A program ready to start: the file, its command line, its variables, and the folder it works in."""

    __slots__ = ("argv", "directory", "executable", "variables")

    def __init__(self, executable: str, argv: list[str], *, variables: dict[str, str], directory: str) -> None:
        self.executable = executable
        self.argv = argv
        self.variables = variables
        self.directory = directory


def launch(argv: Sequence[str]) -> None:
    """Become the program that a command line starts, if that was prepared before and nothing has changed."""
    found = prepared_before(argv)
    if found is None:
        return
    try:
        # What `signal` is made of; that itself would make enumerations first.
        from _signal import SIG_DFL, SIGPIPE, SIGXFSZ, signal  # type: ignore[import-not-found]  # typeshed has no stub
    except ImportError:
        return
    # Python ignores these for itself; a program expects them to have their usual effect.
    before = [(number, signal(number, SIG_DFL)) for number in (SIGPIPE, SIGXFSZ)]
    folder = os.getcwd()
    try:
        if found.directory != folder:
            os.chdir(found.directory)
        os.execve(found.executable, found.argv, found.variables)  # noqa: S606  # becoming it is the purpose
    except OSError:
        # The full command says what is wrong.
        os.chdir(folder)
        for number, handler in before:
            signal(number, handler)


def prepared_before(argv: Sequence[str]) -> Launch | None:
    """Return what a command line was found to start, or none if that is not known any more."""
    if os.name != "posix" or not argv or argv[0] not in _OWN:
        return None
    variables = os.environ  # noqa: TID251  # the command line reads it, and here before anything is imported
    try:
        folder = os.getcwd()
        for length in range(2, min(len(argv), _MOST_WORDS) + 1):
            words = ["\0", *argv[:length]]
            try:
                with open(record_path(words, folder, variables), encoding="utf-8", errors="surrogateescape") as file:
                    lines = file.read().split("\n")
            except FileNotFoundError:
                continue
            return _launch(lines, identity(words, folder, variables), rest=argv[length:], variables=variables)
    except (OSError, ValueError, IndexError, KeyError):
        return None
    return None


def _launch(lines: list[str], expected: str, *, rest: Sequence[str], variables: Mapping[str, str]) -> Launch | None:
    if lines[0] != expected or lines[-1] != "end" or not all(map(_is_unchanged, lines[1:-1])):
        return None
    argv = [*_texts(lines, "a "), *rest]
    executables, directories = _texts(lines, "x "), _texts(lines, "d ")
    if not executables or not directories or not argv:
        return None
    child = dict(variables)
    for text in _texts(lines, "v "):
        name, _, value = text.partition("=")
        # Whoever runs this tells the program of itself; that is not replaced.
        if name != "UV" or name not in child:
            child[name] = value
    for name in _texts(lines, "u "):
        child.pop(name, None)
    return Launch(executables[0], argv, variables=child, directory=directories[0])


def _texts(lines: list[str], kind: str) -> list[str]:
    return [line[2:] for line in lines if line.startswith(kind)]


def _is_unchanged(line: str) -> bool:
    if line.startswith(("f ", "s ")):
        return holds(line)
    return not line.startswith("t ") or float(line[2:]) > time.time()


def remember_launch(  # noqa: PLR0913  # all that a record holds
    words: Sequence[str],
    folder: str,
    *,
    files: Iterable[str],
    sites: Iterable[str],
    expires: float | None,
    executable: str,
    directory: str,
    argv: Sequence[str],
    variables: Mapping[str, str],
) -> None:
    """Write down what ``words`` start in ``folder``, and what that rests on.

    Nothing is written if a file changed just now. A cache that cannot be written to is no failure.
    """
    if os.name != "posix" or len(words) > _MOST_WORDS:
        return
    import tempfile

    own = os.environ  # noqa: TID251  # as in prepared_before
    key = ["\0", *words]
    now = time.time_ns()
    lines = [identity(key, folder, own)]
    try:
        for path in dict.fromkeys(files):
            state = file_state(path)
            if not is_settled(state, now):
                return
            lines.append(f"f {state}\t{path}")
        lines += [f"s {site_state(site)}\t{site}" for site in dict.fromkeys(sites)]
        lines += [] if expires is None else [f"t {expires}"]
        lines += [f"x {executable}", f"d {directory}", *(f"a {word}" for word in argv)]
        lines += [f"v {name}={value}" for name, value in variables.items() if own.get(name) != value]
        lines += [f"u {name}" for name in own if name not in variables]
        if any("\n" in line for line in lines):
            return
        target = record_path(key, folder, own)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=os.path.dirname(target))
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write("\n".join([*lines, "end"]))
        os.replace(partial, target)  # paths are texts here
    except (OSError, KeyError):
        return
