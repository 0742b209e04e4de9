"""The hooks of one build backend in one environment (PEP 517, 660), run by pyproject_hooks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from uvkit.errors import BackendError, InvalidRequirementError, InvalidTableError
from uvkit.model import Requirement
from uvkit.process import run

from .isolation import BuildEnvironment, BuildSettings
from .shortcut import Shortcut, program_of

if TYPE_CHECKING:
    from pyproject_hooks import BuildBackendHookCaller

    from uvkit.events import CancelToken
    from uvkit.formats import BuildSystem

T = TypeVar("T")
Slot: TypeAlias = "Callable[[CancelToken | None], AbstractContextManager[None]]"
Product: TypeAlias = Literal["wheel", "editable", "sdist"]


class HookMissingError(Exception):
    """The backend does not have an optional hook."""


class Backend:
    """Calls a backend's hooks; each call is a process of its own.

    ``source`` is the tree as shown in errors. ``slot`` is held while a hook runs. ``on_line`` is called with
    every line a hook prints, mostly on another thread.
    """

    def __init__(
        self,
        tree: Path,
        system: BuildSystem,
        environment: BuildEnvironment,
        *,
        settings: BuildSettings,
        source: str,
        slot: Slot | None = None,
        on_line: Callable[[str], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self._tree = tree
        self._system = system
        self._environment = environment
        self._settings = settings
        self._source = source
        self._slot: Slot = slot or (lambda _: nullcontext())
        self._on_line = on_line
        self._cancel = cancel
        self._output = ""
        program = program_of(system, environment, settings)
        self._shortcut = None if program is None else Shortcut(program, self._try)

    def requires(self, product: Product) -> tuple[Requirement, ...]:
        """Return what else the backend needs for a product.

        Raises:
            BackendError: the hook failed, or its answer is no list of requirements.
        """
        hook = f"get_requires_for_build_{product}"
        if self._shortcut is not None:
            return ()
        answer = self._call(hook, lambda caller: getattr(caller, hook)(self._config()))
        try:
            return tuple(Requirement.parse(text, origin=self._source) for text in answer)
        except (InvalidRequirementError, TypeError) as error:
            raise self._error(hook, f"it did not return requirements: {error}") from error

    def metadata(self, directory: Path, product: Product = "wheel") -> Path | None:
        """Return the ``.dist-info`` folder that the backend prepared in ``directory``, or none if it cannot.

        Raises:
            BackendError: the hook failed.
        """
        hook = f"prepare_metadata_for_build_{product}"
        try:
            name = self._short(hook, directory) or self._call(
                hook, lambda caller: getattr(caller, hook)(str(directory), self._config(), _allow_fallback=False)
            )
        except HookMissingError:
            return None
        return self._made(hook, directory, name)

    def wheel(self, directory: Path, *, metadata: Path | None = None) -> Path:
        """Return the wheel that the backend built in ``directory``.

        Raises:
            BackendError: the hook failed.
        """
        given = None if metadata is None else str(metadata)
        name = self._short("build_wheel", directory, given) or self._call(
            "build_wheel", lambda caller: caller.build_wheel(str(directory), self._config(), given)
        )
        return self._made("build_wheel", directory, name)

    def editable(self, directory: Path) -> Path:
        """Return the editable wheel that the backend built in ``directory``.

        Raises:
            BackendError: the hook failed, or the backend has none.
        """
        try:
            name = self._short("build_editable", directory) or self._call(
                "build_editable", lambda caller: caller.build_editable(str(directory), self._config())
            )
        except HookMissingError as error:
            raise self._error("build_editable", "the backend cannot build editable wheels (PEP 660)") from error
        return self._made("build_editable", directory, name)

    def sdist(self, directory: Path) -> Path:
        """Return the source distribution that the backend built in ``directory``.

        Raises:
            BackendError: the hook failed, or the backend cannot build one here.
        """
        name = self._short("build_sdist", directory) or self._call(
            "build_sdist", lambda caller: caller.build_sdist(str(directory), self._config())
        )
        return self._made("build_sdist", directory, name)

    def _config(self) -> dict[str, str | list[str]] | None:
        settings = self._settings.config_settings
        return {key: value if isinstance(value, str) else list(value) for key, value in settings.items()} or None

    def _short(self, hook: str, directory: Path, given: str | None = None) -> str | None:
        """Return what a hook would, if there is a shorter way to it that works."""
        return None if self._shortcut is None else self._shortcut.make(hook, directory, *([given] if given else []))

    def _try(self, argv: Sequence[str]) -> str | None:
        """Return what a program in place of a hook printed, or none if it failed: then the hook says why."""
        with self._slot(self._cancel):
            try:
                done = run(argv, cwd=self._tree, env=self._variables(), cancel=self._cancel)
            except OSError:
                return None
        if done.returncode:
            return None
        if self._on_line is not None:
            for line in done.output.splitlines()[:-1]:
                self._on_line(line)
        return done.output

    def _variables(self) -> dict[str, str]:
        return {**self._environment.variables, **self._settings.variables}

    def _call(self, hook: str, call: Callable[[BuildBackendHookCaller], T]) -> T:
        from pyproject_hooks import BackendUnavailable, BuildBackendHookCaller, HookMissing, UnsupportedOperation

        self._output = ""
        try:
            caller = BuildBackendHookCaller(
                str(self._tree),
                self._system.backend or "",
                backend_path=self._system.backend_path,
                runner=lambda argv, cwd=None, extra_environ=None: self._run(hook, argv, cwd, extra=extra_environ or {}),
                python_executable=str(self._environment.python),
            )
        except ValueError as error:
            problem = ("build-system.backend-path", str(error))
            raise InvalidTableError(path=self._tree / "pyproject.toml", problems=(problem,)) from error
        try:
            return call(caller)
        except HookMissing as error:
            raise HookMissingError(hook) from error
        except BackendUnavailable as error:
            reason = f"the backend `{self._system.backend}` cannot be imported\n{error.traceback}"
            raise self._error(hook, reason) from error
        except UnsupportedOperation as error:
            raise self._error(hook, error.traceback or "the backend does not support it") from error
        except (OSError, ValueError, KeyError) as error:
            raise self._error(hook, f"the hook left no answer: {error}") from error

    def _run(self, hook: str, argv: Sequence[str], cwd: str | None, *, extra: Mapping[str, str]) -> None:
        environment = {**self._variables(), **extra}
        try:
            with self._slot(self._cancel):
                done = run(argv, cwd=cwd, env=environment, cancel=self._cancel, on_line=self._on_line)
        except OSError as error:
            reason = f"the interpreter `{self._environment.python}` cannot be started: {error.strerror}"
            raise self._error(hook, reason) from error
        self._output = done.output
        if done.returncode:
            raise BackendError(source=self._source, hook=hook, returncode=done.returncode, output=done.output)
        _drop_warnings(Path(argv[-1]) / "output.json")

    def _made(self, hook: str, directory: Path, name: object) -> Path:
        """Return what a hook says it made, if that is a name in the folder and there."""
        if not isinstance(name, str) or not name or Path(name).name != name or not (directory / name).exists():
            raise self._error(hook, f"it did not make the file it returned: {name!r}")
        return directory / name

    def _error(self, hook: str, reason: str) -> BackendError:
        output = f"{self._output.rstrip()}\n{reason}" if self._output else reason
        return BackendError(source=self._source, hook=hook, output=output)


def _drop_warnings(answer: Path) -> None:
    """Take a hook's warnings out of its answer: pyproject_hooks would raise them in this process; they were printed."""
    data = json.loads(answer.read_text(encoding="utf-8"))
    if data.pop("warnings", None):
        answer.write_text(json.dumps(data), encoding="utf-8")
