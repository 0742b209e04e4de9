"""A program that is ready to start, and what came of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn, Self

from uvkit.errors import CommandFailedError, CommandNotFoundError
from uvkit.events import CancelToken, Notice

if TYPE_CHECKING:
    from uvkit.environment import Environment
    from uvkit.operations.results import SyncResult

    from .basis import RunBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a program ended: its status, negative for a signal as `subprocess` has it, and what it wrote if captured."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str | None
    stderr: str | None
    elapsed: timedelta
    notices: tuple[Notice, ...] = ()

    def check(self) -> Self:
        """Return this result of a program that succeeded.

        Raises:
            CommandFailedError: it did not.
        """
        if self.returncode:
            raise CommandFailedError(argv=self.argv, returncode=self.returncode)
        return self

    def summary(self) -> str:
        """Return one line for people."""
        from uvkit.operations.results import milliseconds

        return f"`{self.argv[0]}` ended with status {self.returncode} after {milliseconds(self.elapsed)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines."""
        return {
            "argv": list(self.argv),
            "returncode": self.returncode,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "elapsed_seconds": self.elapsed.total_seconds(),
            "notices": [{"code": n.code, "message": n.message, "hint": n.hint} for n in self.notices],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """A command whose environment is as it must be, ready to start.

    ``executable`` is the file that is started, ``variables`` are all that it gets. ``environments`` are those whose
    programs it finds, the first one being its own; ``syncs`` is what was done to them. Without a command, ``argv`` is
    empty, and only `programs` is of use.
    """

    argv: tuple[str, ...]
    executable: Path
    variables: Mapping[str, str] = field(repr=False)
    environments: tuple[Environment, ...]
    directory: Path
    syncs: tuple[SyncResult, ...] = ()
    notices: tuple[Notice, ...] = ()
    basis: RunBasis | None = None  # none if something was changed, or if more than files and time decides

    def start(
        self, *, capture: bool = False, forward_signals: bool = False, cancel: CancelToken | None = None
    ) -> RunResult:
        """Run the command to its end; the program has this process's input, and its outputs unless they are captured.

        With ``forward_signals`` the program gets the signals that are sent to this process.

        Raises:
            CommandNotFoundError: the program cannot be started.
            CancelledError: the token was set; the program has ended.
        """
        from uvkit.process import run_attached

        started = perf_counter()
        try:
            ended = run_attached(
                self.argv,
                executable=self.executable,
                env=self.variables,
                cwd=self.directory,
                capture=capture,
                forward_signals=forward_signals,
                cancel=cancel,
            )
        except OSError as error:
            raise self._refused(error) from error
        return RunResult(
            argv=self.argv,
            returncode=ended.returncode,
            stdout=ended.stdout,
            stderr=ended.stderr,
            elapsed=timedelta(seconds=perf_counter() - started),
            notices=self.notices,
        )

    def replace_process(self) -> NoReturn:
        """Become the program: it gets the terminal, the signals and the process of the caller, of whom nothing is left.

        Not on Windows, where a process cannot do so.

        Raises:
            CommandNotFoundError: the program cannot be started.
        """
        from uvkit.process import replace_process

        if Path.cwd() != self.directory:
            os.chdir(self.directory)
        try:
            replace_process(self.argv, executable=self.executable, env=self.variables)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> CommandNotFoundError:
        text = (error.strerror or str(error)).lower()
        advice: tuple[str, ...] = ()
        if error.errno == 8:  # ENOEXEC
            advice = (f"the file has no first line that names its interpreter; try `sh {self.argv[0]}`",)
        return CommandNotFoundError(command=self.argv[0], reason=text, advice=advice)

    def programs(self) -> tuple[str, ...]:
        """Return the names of the programs that the environments have, for whoever does not know which to run."""
        return tuple(sorted({name for one in self.environments for name in _programs(one.scheme.scripts)}))


def _programs(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [_title(entry.name) for entry in entries if _is_program(entry)]
    except OSError:
        return []


def _title(name: str) -> str:
    return name.removesuffix(".exe") if os.name == "nt" else name


def _is_program(entry: os.DirEntry[str]) -> bool:
    if not entry.is_file():
        return False
    return entry.name.lower().endswith(".exe") if os.name == "nt" else os.access(entry.path, os.X_OK)
