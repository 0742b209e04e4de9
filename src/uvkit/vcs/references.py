"""What to ask a repository for, and where in the mirror to look for the answer."""

from __future__ import annotations

import re
from typing import NamedTuple

from uvkit.errors import GitError
from uvkit.model import GitSource, redacted

_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHORT_COMMIT = re.compile(r"[0-9a-f]{4,39}", re.IGNORECASE)
# Where the default branch is in a mirror: git would not let a fetch change what `HEAD` points to.
_DEFAULT = "refs/uvkit/HEAD"
_EVERYTHING = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*", f"+HEAD:{_DEFAULT}")


class Wanted(NamedTuple):
    """How a reference is had: attempts, each of refspecs to fetch, and the names it then has in the mirror.

    Of the names the first that exists counts.
    """

    attempts: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]


def is_commit(text: str | None) -> bool:
    """Tell whether a text is the full name of a commit."""
    return text is not None and _COMMIT.fullmatch(text) is not None


def wanted(source: GitSource) -> Wanted:
    """Return how the commit of a source is had: by the commit if it is known, else by its reference.

    Raises:
        GitError: the reference is not one.
    """
    reference = source.commit or source.reference
    if reference is None:
        return Wanted(((f"+HEAD:{_DEFAULT}",),), (_DEFAULT,))
    _check(source, reference)
    if source.commit is not None:
        return _commit(source.commit, source)
    match source.reference_kind:
        case "branch":
            return Wanted(((f"+refs/heads/{reference}:refs/heads/{reference}",),), (f"refs/heads/{reference}",))
        case "tag":
            return Wanted(((f"+refs/tags/{reference}:refs/tags/{reference}",),), (f"refs/tags/{reference}",))
    if is_commit(reference):
        return _commit(reference, source)
    if reference.startswith("refs/"):
        return Wanted(((f"+{reference}:{reference}",),), (reference,))
    # A tag or a branch, in the order in which git itself looks, or the beginning of a commit's name.
    names: tuple[str, ...] = (f"refs/tags/{reference}", f"refs/heads/{reference}")
    if _SHORT_COMMIT.fullmatch(reference):
        names = (*names, reference)
    return Wanted((_EVERYTHING,), names)


def _commit(commit: str, source: GitSource) -> Wanted:
    """Return how a commit is had: many servers give it out by name; else it is on what it was found on, or anywhere."""
    attempts: tuple[tuple[str, ...], ...] = ((f"+{commit}:refs/uvkit/commits/{commit}",),)
    reference = source.reference
    if reference is not None and source.commit is not None and source.reference_kind in {"branch", "tag"}:
        kind = "heads" if source.reference_kind == "branch" else "tags"
        attempts += ((f"+refs/{kind}/{reference}:refs/{kind}/{reference}",),)
    return Wanted((*attempts, _EVERYTHING), (commit,))


def _check(source: GitSource, reference: str) -> None:
    # What begins with a hyphen would be an option; the rest is what git forbids in names (git-check-ref-format).
    if reference.startswith("-") or not reference or re.search(r"[\s~^:?*\[\\\x00-\x20\x7f]|\.\.|@\{", reference):
        raise GitError(
            repository=redacted(source.repository),
            command=("git", "fetch"),
            output=f"`{reference}` cannot be the name of a branch, tag or commit",
        )
