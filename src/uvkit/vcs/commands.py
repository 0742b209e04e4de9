"""Run git: an environment without questions to the user, and failures as typed errors."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from uvkit.errors import GitError
from uvkit.events import CancelToken
from uvkit.model import redacted
from uvkit.process import run
from uvkit.runtime import lazy_property

# They would lead git to another repository than the one it is run for.
_LEADING_ELSEWHERE = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_CEILING_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
_CREDENTIALS = re.compile(r"(?<=://)[^/\s'\"@]+@")
# Scratch folders are owned by whoever runs this, but a container may see another owner on a mounted cache.
_OPTIONS = ("-c", "safe.directory=*", "-c", "advice.detachedHead=false", "-c", "init.defaultBranch=main")


class Git:
    """The program, run for one repository at a time."""

    def __init__(self, variables: Mapping[str, str] | None, cancel: CancelToken | None) -> None:
        self._variables = variables
        self._cancel = cancel

    @lazy_property
    def _environment(self) -> dict[str, str]:
        # Like every child process, git inherits what it needs (its configuration, an ssh agent) from this one.
        own: Mapping[str, str] = os.environ  # noqa: TID251
        inherited = own if self._variables is None else self._variables
        found = {name: value for name, value in inherited.items() if name not in _LEADING_ELSEWHERE}
        found.setdefault("PATH", own.get("PATH", os.defpath))
        # Nobody is there to answer; without this a private repository would hang an orchestrator.
        found.setdefault("GIT_TERMINAL_PROMPT", "0")
        found.setdefault("GIT_LFS_SKIP_SMUDGE", "1")
        # Messages are shown and, where they decide something, read.
        found["LC_ALL"] = "C"
        return found

    def __call__(
        self,
        *arguments: str,
        repository: str,
        cwd: str | Path,
        variables: Mapping[str, str] | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> str:
        """Run git in a folder and return what it wrote; ``repository`` names what it is for in errors.

        Raises:
            GitError: git failed or is not installed.
            CancelledError: the token was set.
        """
        command = ("git", *arguments)
        environment = {**self._environment, **(variables or {})}
        try:
            done = run(["git", *_OPTIONS, *arguments], cwd=cwd, env=environment, cancel=self._cancel, on_line=on_line)
        except FileNotFoundError as error:
            raise GitError(
                repository=redacted(repository), command=_shown(command), output="the program `git` is not installed"
            ) from error
        if done.returncode != 0:
            raise GitError(
                repository=redacted(repository), command=_shown(command), output=without_secrets(done.output)
            )
        return done.output


def _shown(command: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(without_secrets, command))


def without_secrets(text: str) -> str:
    """Return a text with the user names and passwords of its URLs hidden."""
    return _CREDENTIALS.sub("****@", text)
