"""Compare the cut-off dates of a lock with those of a question; a later date only admits more, so it may stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from uvkit.formats import LockCutOff, LockDocument
from uvkit.resolver import ResolveRequest

from .head import options_table
from .normalize import normalized_options


def cut_off_differences(document: LockDocument, request: ResolveRequest) -> Iterator[str]:
    """Yield what changed of the cut-offs, the general one first, in uv's words."""
    locked, wanted = normalized_options(document.options), normalized_options(options_table(request.options))
    before, after = locked.exclude_newer, wanted.exclude_newer
    if before is None and after is not None:
        yield f"addition of global exclude newer {_shown(after)}"
    elif before is not None and after is None:
        yield "removal of global exclude newer"
    elif before is not None and after is not None:
        yield from _change(before, after)
    known = {package.name for package in document.packages} | set(locked.exclude_newer_package)
    for name in sorted({*locked.exclude_newer_package, *wanted.exclude_newer_package}):
        of_project = _difference_of(
            locked.exclude_newer_package.get(name), wanted.exclude_newer_package.get(name), is_known=name in known
        )
        for text in of_project:
            yield f"{text} for package `{name}`"


def _difference_of(
    before: LockCutOff | Literal[False] | None, after: LockCutOff | Literal[False] | None, *, is_known: bool
) -> Iterator[str]:
    """Yield what changed for one project; one that has nothing to do with the lock does not count."""
    if after is None:
        yield "removal of exclude newer"
    elif not isinstance(after, LockCutOff) or not is_known:
        return
    elif before is None:
        yield f"addition of exclude newer `{_shown(after)}`"
    elif not isinstance(before, LockCutOff):
        yield f"remove exclude newer exclusion (now `{_shown(after)}`)"
    else:
        yield from _change(before, after)


def _change(before: LockCutOff, after: LockCutOff) -> Iterator[str]:
    if before.span or after.span:
        if before.span == after.span:
            return
        if not before.span:
            yield f"addition of exclude newer span `{after.span}`"
        elif not after.span:
            yield "removal of exclude newer span"
        else:
            yield f"change of exclude newer span from `{before.span}` to `{after.span}`"
    elif not _at_most(before.timestamp, after.timestamp):
        yield f"change of exclude newer timestamp from `{before.timestamp}` to `{after.timestamp}`"


def _shown(value: LockCutOff) -> str:
    return value.span or value.timestamp


def _at_most(first: str, second: str) -> bool:
    from uvkit.model import parse_time

    one, other = parse_time(first), parse_time(second)
    return first == second if one is None or other is None else one <= other
