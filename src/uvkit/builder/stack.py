"""Which builds led to this one: to build something may need something built, and that must end."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from uvkit.errors import BuildCycleError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Follows the calls through resolver, installer and their pools, which copy the context into their workers.
_BUILDS: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("uvkit_builds", default=())


@contextmanager
def building(identity: str, name: str) -> Iterator[None]:
    """Note for a block that something is being built.

    Raises:
        BuildCycleError: it is being built already by whoever needs this.
    """
    chain = _BUILDS.get()
    if any(identity == known for known, _ in chain):
        raise BuildCycleError(chain=(*(shown for _, shown in chain), name))
    token = _BUILDS.set((*chain, (identity, name)))
    try:
        yield
    finally:
        _BUILDS.reset(token)
