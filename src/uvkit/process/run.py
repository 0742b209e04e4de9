"""Run a program to its end: output line by line, an explicit environment, an end that leaves no children behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike
    from typing import TypeAlias

    from uvkit.events import CancelToken

    StrPath: TypeAlias = str | PathLike[str]

# How soon a cancellation is noticed.
_POLL_SECONDS = 0.05
# A grandchild may keep the output open after the program itself has ended.
_OUTPUT_SECONDS = 1.0
# Backends that compile print megabytes; an error message needs the end of it.
_MOST_OUTPUT = 1 << 20


@dataclass(frozen=True, slots=True)
class Completed:
    """A program that has ended; ``output`` is the end of what it wrote to both of its outputs."""

    returncode: int
    output: str


def run(
    argv: Sequence[StrPath],
    *,
    cwd: StrPath | None = None,
    env: Mapping[str, str],
    cancel: CancelToken | None = None,
    on_line: Callable[[str], None] | None = None,
    grace: float = 3.0,
) -> Completed:
    """Run a program without input and return how it ended.

    ``env`` is its whole environment. ``on_line`` is called on another thread with every line as it comes. When
    ``cancel`` is set, or the caller is interrupted, the program and its children are asked to end, and killed if they
    have not after ``grace`` seconds.

    Raises:
        CancelledError: the token was set; the program has ended.
        OSError: the program cannot be started.
    """
    process = subprocess.Popen(
        [os.fspath(part) for part in argv],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=sys.platform != "win32",
    )
    output = _Output(process, on_line)
    try:
        # The end of the output wakes this thread at once; waiting for the process itself would mean polling.
        while not output.ended(_POLL_SECONDS) and process.poll() is None:
            if cancel is not None:
                cancel.check()
        while True:
            try:
                process.wait(_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                if cancel is not None:
                    cancel.check()
            else:
                break
    except BaseException:
        _end(process, grace)
        output.finish()
        raise
    output.finish()
    return Completed(process.returncode, output.text())


class _Output:
    """Collects a program's output on a thread of its own."""

    def __init__(self, process: subprocess.Popen[bytes], on_line: Callable[[str], None] | None) -> None:
        self._process = process
        self._on_line = on_line
        self._lines: deque[bytes] = deque()
        self._size = 0
        self._seen = 0
        self._thread = threading.Thread(target=self._read, name="uvkit-output", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        for line in stream:
            kept = line[-_MOST_OUTPUT:]
            self._lines.append(kept)
            self._size += len(kept)
            self._seen += 1
            while self._size > 2 * _MOST_OUTPUT and len(self._lines) > 1:
                self._size -= len(self._lines.popleft())
            if self._on_line is not None:
                self._on_line(_decoded(line).rstrip("\r\n"))

    def ended(self, timeout: float) -> bool:
        """Wait for the end of the output, but not for longer than ``timeout``, and tell whether it is there."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def finish(self) -> None:
        """Wait for the end of the output; children that hold it open are ended."""
        seen = -1
        while self._thread.is_alive() and seen != self._seen:
            seen = self._seen
            self._thread.join(_OUTPUT_SECONDS)
        if self._thread.is_alive():
            _signal(self._process, force=True)
            self._thread.join(_OUTPUT_SECONDS)
        stream = self._process.stdout
        if stream is not None and not self._thread.is_alive():
            stream.close()

    def text(self) -> str:
        """Return the end of the output."""
        return _decoded(b"".join(self._lines)[-_MOST_OUTPUT:])


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    _signal(process, force=False)
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        _signal(process, force=True)
        process.wait()


def _signal(process: subprocess.Popen[bytes], *, force: bool) -> None:
    """Signal the program's whole session, where there are sessions."""
    if sys.platform == "win32":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL if force else signal.SIGTERM)
    except (ProcessLookupError, PermissionError):
        # Ended in this moment; macOS refuses a group that has only a zombie left.
        pass
