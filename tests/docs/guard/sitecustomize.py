"""Loaded by every interpreter that a documentation test starts: it may talk to loopback only."""

import sys

_LOOPBACK = ("127.0.0.1", "::1", "localhost", None, "")


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in _LOOPBACK:
        raise RuntimeError(f"documentation examples must not reach {host!r}")


sys.addaudithook(_refuse)
