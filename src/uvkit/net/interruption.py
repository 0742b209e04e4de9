"""Break off what a run does on the network when nobody wants the answer any more.

A thread that reads from a silent server wakes up after the timeout, half a minute later. Whoever presses Ctrl-C or sets
a cancel token has better things to do than to wait for that: the sockets of the run are shut down, so that every reader
fails at once, and nothing is tried again.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from uvkit.errors import CancelledError


class Interruption:
    """The sockets on which one run waits; safe for many threads."""

    __slots__ = ("_children", "_event", "_sockets")

    def __init__(self) -> None:
        self._event = threading.Event()
        self._sockets: set[socket.socket] = set()
        self._children: set[Interruption] = set()

    def watch(self, waiting: socket.socket) -> None:
        """Shut the socket down when the run is interrupted, or now if it was."""
        self._sockets.add(waiting)
        if self._event.is_set():
            _shut_down(waiting)

    def forget(self, waiting: socket.socket) -> None:
        """Leave the socket alone from now on."""
        self._sockets.discard(waiting)

    def interrupt(self) -> None:
        """Make everything that waits fail, and everything that would begin."""
        self._event.set()
        for child in tuple(self._children):
            child.interrupt()
        for waiting in tuple(self._sockets):
            _shut_down(waiting)

    def check(self) -> None:
        """Raise if the run was interrupted.

        Raises:
            CancelledError: it was.
        """
        if self._event.is_set():
            raise CancelledError

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond an interruption.

        Raises:
            CancelledError: the run was interrupted.
        """
        self._event.wait(seconds)
        self.check()

    def adopt(self, part: Interruption) -> None:
        """Interrupt a part of the run with the whole."""
        self._children.add(part)
        if self._event.is_set():
            part.interrupt()

    def leave(self, part: Interruption) -> None:
        """Forget a part that has ended."""
        self._children.discard(part)


_current: ContextVar[Interruption | None] = ContextVar("uvkit-interruption", default=None)


def current_interruption() -> Interruption | None:
    """Return the interruption of the run that this thread works for, or none."""
    return _current.get()


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Provide the interruption of a block and of all jobs begun in it; an exception that leaves the block is one."""
    outer, inner = _current.get(), Interruption()
    if outer is not None:
        outer.adopt(inner)
    token = _current.set(inner)
    try:
        yield inner
    except BaseException:
        inner.interrupt()
        raise
    finally:
        _current.reset(token)
        if outer is not None:
            outer.leave(inner)


def _shut_down(waiting: socket.socket) -> None:
    try:
        # The method of the base class: that of a TLS socket would touch the session, which another thread is using.
        socket.socket.shutdown(waiting, socket.SHUT_RDWR)
    except OSError:
        return  # it is not connected any more
