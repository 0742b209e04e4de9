"""Build one source tree: the environment its backend asks for, then the hooks in their order (PEP 517)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uvkit.errors import BackendError

from .backend import Backend, Product
from .build_system import read_build_system
from .isolation import BuildSettings, EnvironmentFactory
from .state import BuildState

if TYPE_CHECKING:
    from uvkit.events import CancelToken

_DEFAULT_SETTINGS = BuildSettings()


class Prepared(NamedTuple):
    """What a backend was asked for its metadata gave: the folder with it, or a whole wheel."""

    dist_info: Path | None
    wheel: Path | None


class Frontend:
    """Builds one source tree as often as asked; ``source`` is the tree as shown in errors.

    A local tree is one that the user works on: only such a one may name places on this machine. ``state`` is shared by
    all builds of a builder; in it a backend's answers are remembered under the tree's ``identity``, if it has one.
    A ``lock`` file keeps others from building in the tree while a hook runs.
    """

    def __init__(  # noqa: PLR0913  # the parts of a run; all but the first two have a default
        self,
        tree: Path,
        environments: EnvironmentFactory,
        *,
        settings: BuildSettings = _DEFAULT_SETTINGS,
        source: str | None = None,
        is_local: bool = False,
        state: BuildState | None = None,
        identity: str | None = None,
        lock: str | None = None,
        on_line: Callable[[str], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self._tree = tree
        self._environments = settings.environments or environments
        self._settings = settings
        self._source = source or str(tree)
        self._is_local = is_local
        self._state = state or BuildState()
        self._slot = self._state.slot if lock is None else self._state.slot_for(lock)
        self._identity = identity
        self._on_line = on_line
        self._cancel = cancel

    def metadata(self, directory: Path) -> Prepared:
        """Return the metadata folder in ``directory``, or a wheel built there where the backend cannot prepare one.

        Raises:
            BackendError, InvalidTableError: the tree cannot be built.
        """
        with self._backend("wheel") as backend:
            info = backend.metadata(directory)
            return Prepared(info, None) if info is not None else Prepared(None, backend.wheel(directory))

    def wheel(self, directory: Path) -> Path:
        """Return the wheel built in ``directory``.

        Raises:
            BackendError, InvalidTableError: the tree cannot be built.
        """
        with self._backend("wheel") as backend:
            return backend.wheel(directory)

    def editable(self, directory: Path) -> Path:
        """Return the editable wheel built in ``directory`` (PEP 660).

        Raises:
            BackendError, InvalidTableError: the tree cannot be built, or its backend makes no editable wheels.
        """
        with self._backend("editable") as backend:
            return backend.editable(directory)

    def sdist(self, directory: Path) -> Path:
        """Return the source distribution built in ``directory``.

        Raises:
            BackendError, InvalidTableError: the tree cannot be built.
        """
        with self._backend("sdist") as backend:
            return backend.sdist(directory)

    @contextmanager
    def _backend(self, product: Product) -> Iterator[Backend]:
        """Provide the backend in an environment with everything that it needs for a product."""
        if not any((self._tree / name).is_file() for name in ("pyproject.toml", "setup.py")):
            reason = "there is neither a `pyproject.toml` nor a `setup.py`"
            raise BackendError(source=self._source, hook=f"build_{product}", output=reason)
        system = read_build_system(self._tree)
        placed = self._settings.placed if self._is_local else None
        stated = system.requires if placed is None else placed(self._tree, system.requires)
        requires = (*stated, *self._settings.requires)

        def backend(environment: object) -> Backend:
            return Backend(
                self._tree,
                system,
                environment,  # type: ignore[arg-type]  # whatever the factory gives
                settings=self._settings,
                source=self._source,
                slot=self._slot,
                on_line=self._on_line,
                cancel=self._cancel,
            )

        key = f"{self._identity}\n{product}\n{self._settings.identity()}\n{requires}"
        answer = None if self._identity is None else self._state.answer(key)
        if answer is not None:
            with self._environments((*requires, *answer)) as environment:
                yield backend(environment)
            return
        known = set(map(str, requires))
        # What the hook asks for in addition is only known inside an environment with the rest.
        with self._environments(requires) as environment:
            first = backend(environment)
            more = tuple(one for one in first.requires(product) if str(one) not in known)
            self._state.remember(key, more)
            if not more:
                yield first
                return
        with self._environments((*requires, *more)) as environment:
            yield backend(environment)
