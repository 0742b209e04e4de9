"""What every test run needs, however it was started."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    # A shell without job control starts what runs in the background with Ctrl-C ignored, and Python keeps that: tests
    # that send themselves the signal would wait for ever.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
