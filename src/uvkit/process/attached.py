"""Run a program for the user: with the terminal and the input of this process, or captured, or in its place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from os import PathLike
    from typing import TypeAlias

    from uvkit.events import CancelToken

    StrPath: TypeAlias = str | PathLike[str]

# How soon a cancellation is noticed.
_POLL_SECONDS = 0.05
# What somebody else sends to this process is meant for the program that it stands for.
_FORWARDED = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT", "SIGALRM")
# Python ignores these for itself; a program expects them to have their usual effect.
_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that has ended; its outputs are none unless they were captured."""

    returncode: int
    stdout: str | None = None
    stderr: str | None = None


def run_attached(
    argv: Sequence[str],
    *,
    executable: StrPath,
    env: Mapping[str, str],
    cwd: StrPath | None = None,
    capture: bool = False,
    forward_signals: bool = False,
    cancel: CancelToken | None = None,
    grace: float = 3.0,
) -> Ended:
    """Run a program with this process's input and outputs, or with its outputs captured, and return how it ended.

    With ``forward_signals`` what is sent to this process goes to the program, and an interrupt from the terminal, which
    the program gets itself, does not stop the waiting. Otherwise an interrupt, or ``cancel``, ends the program: it is
    asked to, and killed if it has not after ``grace`` seconds.

    Raises:
        CancelledError: the token was set; the program has ended.
        OSError: the program cannot be started.
    """
    pipe = subprocess.PIPE if capture else None
    # What is sent between the program's start and its first word is for it too, so the handlers come first.
    with _forwarding() if forward_signals else _nothing() as forward:
        process = subprocess.Popen(
            list(argv), executable=os.fspath(executable), cwd=cwd, env=dict(env), stdout=pipe, stderr=pipe
        )
        try:
            if forward is not None:
                forward.begin(process)
            out, err = _outputs(process, cancel)
        except BaseException:
            _end(process, grace)
            raise
    if not capture:
        return Ended(process.returncode)
    return Ended(process.returncode, _decoded(out), _decoded(err))


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    process.terminate()
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def replace_process(argv: Sequence[str], *, executable: StrPath, env: Mapping[str, str]) -> NoReturn:
    """Become the program; nothing of this process is left, and nobody waits for it.

    Raises:
        OSError: the program cannot be started; this process goes on.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    before: list[tuple[signal.Signals, Any]] = []
    for name in _IGNORED_BY_PYTHON:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_IGN:
            before.append((number, signal.signal(number, signal.SIG_DFL)))
    try:
        os.execve(executable, list(argv), dict(env))  # noqa: S606  # becoming it is the purpose
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _outputs(process: subprocess.Popen[bytes], cancel: CancelToken | None) -> tuple[bytes, bytes]:
    if cancel is None:
        out, err = process.communicate()
        return out or b"", err or b""
    while True:
        try:
            out, err = process.communicate(timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            cancel.check()
        else:
            return out or b"", err or b""


class _Forward:
    """Sends signals on to a program; those that come before it has started when it has."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: list[int] = []

    def send(self, number: int, _: object = None) -> None:
        if self._process is None:
            self._waiting.append(number)
        else:
            self._process.send_signal(number)

    def interrupted(self, number: int, _: object = None) -> None:
        # A terminal sends this to the whole group, so the program has it already.
        if self._process is None or not sys.stdin.isatty():
            self.send(number)

    def begin(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        while self._waiting:
            process.send_signal(self._waiting.pop(0))


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _forwarding() -> Iterator[_Forward | None]:
    """Take the signals that this process is sent during a block, for a program."""
    if threading.current_thread() is not threading.main_thread():
        yield None
        return
    forward = _Forward()
    handlers: dict[int, Callable[[int, object], None]] = {signal.SIGINT: forward.interrupted}
    handlers |= {getattr(signal, name): forward.send for name in _FORWARDED if hasattr(signal, name)}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield forward
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")
