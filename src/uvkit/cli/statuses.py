"""The exit statuses that are not of a command's own."""

from __future__ import annotations

NO = 1
TROUBLE = 2
INTERRUPTED = 130
# And the number of the signal that ended a command, as shells have it.
SIGNALLED = 128
