"""Repositories in the cache: one bare mirror each, from which commits are checked out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from uvkit.cache import Cache
from uvkit.errors import GitError, GitReferenceNotFoundError, OfflineError
from uvkit.events import CancelToken
from uvkit.fs import file_lock, storage_error
from uvkit.model import GitSource, without_credentials
from uvkit.runtime import OnceMap

from .commands import Git
from .references import Wanted, is_commit, wanted

_Reference = tuple[str, str | None, str | None, str | None]


class GitRepositories:
    """Repositories, fetched into the cache and checked out of it.

    What a reference means is asked once in the life of the object: a later one sees where a branch has moved. A commit
    that the cache has is never fetched again. Thread-safe, and safe for many processes on one cache.

    ``variables`` is the environment of git; without it that of this process. git's own configuration, credential
    helpers and ssh apply, but git never asks a question. ``addresses`` gives addresses with credentials by those
    without, for sources out of a lock; it is called when something has to be fetched.
    """

    def __init__(
        self,
        cache: Cache,
        *,
        variables: Mapping[str, str] | None = None,
        offline: bool = False,
        addresses: Callable[[], Mapping[str, str]] | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self._cache = cache
        self._addresses = addresses
        self._offline = offline
        self._cancel = cancel
        self._git = Git(variables, cancel)
        self._commits: OnceMap[_Reference, str] = OnceMap()

    def exact(self, source: GitSource) -> GitSource:
        """Return the source with the commit that its reference names now; one that has a commit keeps it.

        Raises:
            GitError: the repository cannot be fetched.
        GitReferenceNotFoundError: it has no such reference or commit.
            OfflineError: it would have to be fetched.
            CancelledError: the token was set.
        """
        key = (source.repository, source.reference, source.reference_kind, source.commit)
        commit = self._commits.get(key, lambda: self._fetched(source))
        return replace(source, commit=commit)

    def has(self, source: GitSource) -> bool:
        """Tell whether nothing has to be fetched for a source."""
        commit = source.commit or (source.reference if is_commit(source.reference) else None)
        mirror = self._mirror(source)
        return commit is not None and mirror.is_dir() and self._find(mirror, (commit,), source) is not None

    @contextmanager
    def checkout(self, source: GitSource) -> Iterator[Path]:
        """Provide the files of a source's commit with its submodules, as a repository of its own, for a block.

        Raises:
            SourceError, OfflineError, CancelledError: as ``exact``; also for submodules and large files.
        """
        exact = self.exact(source)
        assert exact.commit is not None
        mirror = self._mirror(source)
        with self._cache.in_use(), self._cache.scratch() as folder:
            tree = folder / "tree"
            smudge = {"GIT_LFS_SKIP_SMUDGE": "0"} if source.lfs else None
            git = partial(self._git, repository=source.repository, cwd=tree, variables=smudge)
            # The objects stay in the mirror.
            self._git(
                *("clone", "--quiet", "--shared", "--no-checkout", "--", str(mirror), str(tree)),
                repository=source.repository,
                cwd=folder,
            )
            # What is relative to the repository (submodules, large files) is relative to the real one.
            git("config", "remote.origin.url", self._address(source))
            if source.lfs:
                git("lfs", "install", "--local")
                git("lfs", "fetch", "origin", exact.commit)
            git("checkout", "--quiet", "--detach", exact.commit)
            if (tree / ".gitmodules").is_file():
                git("submodule", "--quiet", "update", "--init", "--recursive")
            yield tree

    def read(self, source: GitSource, path: str) -> str | None:
        """Return the text of a file in a source's commit, or none if there is no such file.

        Raises:
            SourceError, OfflineError, CancelledError: as ``exact``.
        """
        exact = self.exact(source)
        git = partial(self._git, repository=source.repository, cwd=self._mirror(source))
        if not git("ls-tree", f"{exact.commit}", "--", path).strip():
            return None
        return git("cat-file", "blob", f"{exact.commit}:{path}")

    # -- mirrors -------------------------------------------------------------------------------------------------------

    def _mirror(self, source: GitSource) -> Path:
        address = without_credentials(source.repository).rstrip("/")
        return self._cache.mirrors / hashlib.blake2b(address.encode(), digest_size=12).hexdigest()

    def _fetched(self, source: GitSource) -> str:
        """Return the commit of a source, fetched if it must be."""
        if self._cancel is not None:
            self._cancel.check()
        self._check_address(source)
        ways = wanted(source)
        mirror = self._mirror(source)
        try:
            mirror.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, mirror.parent) from error
        check = None if self._cancel is None else self._cancel.check
        with self._cache.in_use(), file_lock(mirror.with_name(f"{mirror.name}.lock"), check=check):
            if not (mirror / "HEAD").is_file():
                self._make(mirror, source)
            elif is_commit(ways.names[0]) or self._offline:
                # Only names of commits mean the same for ever; offline, what was last seen has to do.
                known = self._find(mirror, ways.names, source)
                if known is not None:
                    _mark_used(mirror)
                    return known
            if self._offline:
                raise OfflineError(wanted=without_credentials(source.repository))
            return self._fetch(mirror, ways, source)

    def _make(self, mirror: Path, source: GitSource) -> None:
        """Make an empty mirror, whole or not at all."""
        with self._cache.scratch() as folder:
            made = folder / "mirror"
            self._git("init", "--quiet", "--bare", "--", str(made), repository=source.repository, cwd=folder)
            os.rename(made, mirror)

    def _address(self, source: GitSource) -> str:
        """Return the address to fetch from."""
        known = {} if self._addresses is None else self._addresses()
        return known.get(source.repository, source.repository)

    def _fetch(self, mirror: Path, ways: Wanted, source: GitSource) -> str:
        address = self._address(source)
        failure: GitError | None = None
        for refspecs in ways.attempts:
            try:
                self._git(
                    *("fetch", "--quiet", "--force", "--", address, *refspecs),
                    repository=source.repository,
                    cwd=mirror,
                )
            except GitError as error:
                failure = error
                continue
            failure = None
            found = self._find(mirror, ways.names, source)
            if found is not None:
                _mark_used(mirror)
                return found
        raise self._not_found(source, failure)

    def _find(self, mirror: Path, names: tuple[str, ...], source: GitSource) -> str | None:
        """Return the commit of the first name that the mirror knows, or none."""
        for name in names:
            try:
                found = self._git(
                    *("rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}"),
                    repository=source.repository,
                    cwd=mirror,
                ).strip()
            except GitError:
                continue
            if is_commit(found):
                return found
        return None

    # -- failures ------------------------------------------------------------------------------------------------------

    def _check_address(self, source: GitSource) -> None:
        # An option to git, or a helper program that would be run.
        if source.repository.startswith("-") or "::" in source.repository.partition("/")[0]:
            raise GitError(
                repository=source.repository, command=("git", "fetch"), output="this is not an address of a repository"
            )

    def _not_found(self, source: GitSource, failure: GitError | None) -> GitError | GitReferenceNotFoundError:
        """Return what to say: that the reference does not exist only where the repository itself can be read."""
        address = without_credentials(source.repository)
        if failure is not None and not _speaks_of_reference(failure.output):
            return failure
        reference = source.commit or source.reference or "HEAD"
        kind = "commit" if source.commit or is_commit(reference) else source.reference_kind or "rev"
        return GitReferenceNotFoundError(
            repository=address,
            reference=reference,
            kind=kind,
            locked_from=source.reference if source.commit else None,
        )


def _mark_used(mirror: Path) -> None:
    """Note when a mirror was used: pruning goes by it, and git itself never touches this file."""
    try:
        os.utime(mirror / "HEAD")
    except OSError:
        # A cache that may only be read is not pruned either.
        pass


def _speaks_of_reference(output: str) -> bool:
    lowered = output.lower()
    return any(
        sign in lowered
        for sign in ("couldn't find remote ref", "not our ref", "unadvertised object", "no such remote ref")
    )
