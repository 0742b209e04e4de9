"""From a host name to a connected socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

from uvkit.runtime import new_lock

from .interruption import current_interruption

_Address = tuple[Any, ...]  # as getaddrinfo describes one

# One burst opens dozens of connections to one host. Asking the name server for each makes a lost datagram likely, and
# a resolver waits seconds before it asks again; so an answer is used for a while.
_REMEMBERED_SECONDS = 60.0
# How long one of several addresses may take before the next is tried (RFC 8305 waits 250 ms; there are no races here).
_FIRST_TRY_SECONDS = 0.5


class Dialer:
    """Connects to hosts, and remembers their addresses for a while; safe for many threads."""

    def __init__(
        self,
        timeout: float,
        *,
        resolve: Callable[[str, int], list[_Address]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout = timeout
        self._resolve = resolve or _resolved
        self._clock = clock
        self._known: dict[tuple[str, int], tuple[float, list[_Address]]] = {}
        self._lock = new_lock()

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connected socket.

        The address that answered is tried first the next time.

        Raises:
            OSError: the host is unknown, or none of its addresses answers in time.
        """
        addresses = self._addresses(host, port)
        try:
            position, connected = self._first(addresses)
        except OSError:
            with self._lock:
                self._known.pop((host, port), None)
            raise
        if position:
            with self._lock:
                addresses.insert(0, addresses.pop(position))
        return connected

    def _addresses(self, host: str, port: int) -> list[_Address]:
        # The lock is held while the name server is asked: those who wait want the same answer.
        with self._lock:
            expires, addresses = self._known.get((host, port), (0.0, []))
            if not addresses or expires < self._clock():
                addresses = self._resolve(host, port)
                self._known[host, port] = (self._clock() + _REMEMBERED_SECONDS, addresses)
            return addresses

    def _first(self, addresses: list[_Address]) -> tuple[int, socket.socket]:
        tried = list(enumerate(addresses))
        failure: OSError = OSError("the host has no address")
        if len(tried) > 1:
            # A first round in a hurry, so that one family without a route does not hold up the other.
            for position, address in tried:
                try:
                    return position, _dial(address, min(_FIRST_TRY_SECONDS, self._timeout))
                except OSError as error:
                    failure = error
            if not isinstance(failure, TimeoutError):
                raise failure
        for position, address in tried:
            try:
                return position, _dial(address, self._timeout)
            except OSError as error:
                failure = error
        raise failure


def _resolved(host: str, port: int) -> list[_Address]:
    return [tuple(row) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _dial(address: _Address, timeout: float) -> socket.socket:
    family, kind, protocol, _, place = address
    interruption = current_interruption()
    made = socket.socket(family, kind, protocol)
    try:
        made.settimeout(timeout)
        if interruption is not None:
            interruption.watch(made)
        made.connect(place)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        made.close()
        raise
    finally:
        if interruption is not None:
            interruption.forget(made)
    return made
