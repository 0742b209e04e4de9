"""The verbs for asyncio programs: each runs in a worker thread, with the parameters and results of its plain twin.

When the task that awaits a verb is cancelled, the verb's token is set and the cancellation continues only after the
verb has undone what it began.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from uvkit import operations
from uvkit.events import CancelToken

__all__ = [
    "audit",
    "build",
    "compile",
    "download",
    "install",
    "lock",
    "migrate",
    "publish",
    "run",
    "run_in_thread",
    "sync",
    "uninstall",
]

P = ParamSpec("P")
R = TypeVar("R")


async def run_in_thread(verb: Callable[..., R], *args: Any, **options: Any) -> R:
    """Return what ``verb`` returns, run in a worker thread; a cancelled task waits until the verb has rolled back.

    Events are delivered on the worker thread; a sink that touches the loop must hand them over itself.
    """
    token = options.get("cancel") or CancelToken()
    options["cancel"] = token
    loop = asyncio.get_running_loop()
    work = loop.run_in_executor(None, partial(verb, *args, **options))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        token.cancel()
        await _ended(work)
        raise


async def _ended(work: asyncio.Future[Any]) -> None:
    """Wait until work has ended, however often the task that waits is cancelled meanwhile."""
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError:
            continue
    if not work.cancelled():
        # Nobody awaits the work any more; whatever it ended in must not be reported as lost.
        work.exception()


def _twin(verb: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    @wraps(verb)
    async def awaitable(*args: P.args, **options: P.kwargs) -> R:
        return await run_in_thread(verb, *args, **options)

    return awaitable


audit = _twin(operations.audit)
build = _twin(operations.build)
compile = _twin(operations.compile)  # noqa: A001  # pip-compile's name
download = _twin(operations.download)
install = _twin(operations.install)
lock = _twin(operations.lock)
migrate = _twin(operations.migrate)
publish = _twin(operations.publish)
run = _twin(operations.run)
sync = _twin(operations.sync)
uninstall = _twin(operations.uninstall)
