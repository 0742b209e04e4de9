"""Locks: from a resolution to a file and back; is it still valid, what changed, what is to be installed."""

from .content_check import LocalState
from .diff import LockDiff
from .lockfile import Lockfile
from .satisfies import Degree, Freshness

__all__ = ["Degree", "Freshness", "LocalState", "LockDiff", "Lockfile"]
