"""The public builder, where the loop closes: resolving may need builds, and builds need to resolve and install."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from uvkit.builder import (
    BuildSettings,
    BuildState,
    Frontend,
    SourceBuilder,
    folder_below,
    tree_core_metadata,
)
from uvkit.cache import Cache
from uvkit.environment import Environment
from uvkit.errors import PythonNotFoundError
from uvkit.index import IndexSet, PackageIndex
from uvkit.model import CoreMetadata, GitSource, InstallSet, ProjectName, Requirement
from uvkit.resolver import ResolveRequest, ResolverOptions
from uvkit.settings import BuildOptions

from .build_environments import EnvironmentPool
from .build_plans import BuildPlans
from .indexes import index_set
from .installer import Installer
from .resolver import Resolver

if TYPE_CHECKING:
    from uvkit.events import CancelToken
    from uvkit.net import HttpClient
    from uvkit.python import Interpreter
    from uvkit.runtime import Emitter
    from uvkit.vcs import GitRepositories

_DEFAULT_OPTIONS = BuildOptions()
_DEFAULT_RESOLVER_OPTIONS = ResolverOptions()


@dataclass(frozen=True, slots=True)
class IsolatedEnvironment:
    """A build environment: its interpreter and the process environment of the backend."""

    python: Path
    variables: Mapping[str, str]


class Builder:
    """Builds wheels and metadata of source trees and archives, each in an environment of its own (PEP 517).

    Build requirements are resolved from the same indexes and come out of the same cache. ``python`` gives the
    interpreter that builds are for, when the first build asks; without it that is the interpreter running this.
    ``variables`` are passed on to backends; ``addresses`` gives addresses of repositories with credentials by those
    without. Whoever hands a builder to a resolver or an installer allows code of source
    distributions to be run.
    """

    def __init__(  # noqa: PLR0913  # the constructor of a part; every argument but the first has a default
        self,
        indexes: PackageIndex | Sequence[PackageIndex] | IndexSet,
        *,
        cache: Cache | None = None,
        http: HttpClient | None = None,
        python: Callable[[], Interpreter] | None = None,
        options: BuildOptions = _DEFAULT_OPTIONS,
        resolver_options: ResolverOptions = _DEFAULT_RESOLVER_OPTIONS,
        variables: Mapping[str, str] | None = None,
        root: Path | None = None,
        addresses: Callable[[], Mapping[str, str]] | None = None,
        concurrency: int | None = None,
    ) -> None:
        self.indexes = index_set(indexes)
        self.cache = cache or Cache()
        self.http = http
        self.options = options
        # Whoever tries the oldest versions tries them of what is asked for, not of the tools that build it.
        self.resolver_options = replace(resolver_options, strategy="highest")
        self.variables = dict(variables or {})
        self.root = root
        self.addresses = addresses
        self._python = python
        self._shared_state = BuildState(concurrency)
        self._pool = EnvironmentPool(self.cache)

    def using(self, interpreter: Interpreter) -> Self:
        """Return the builder that builds for, and with, another interpreter."""
        other = type(self)(
            self.indexes,
            cache=self.cache,
            http=self.http,
            python=lambda: interpreter,
            options=self.options,
            resolver_options=self.resolver_options,
            variables=self.variables,
            root=self.root,
            addresses=self.addresses,
        )
        other._share(self)  # noqa: SLF001  # the same builder but for the interpreter
        return other

    def _share(self, other: Builder) -> None:
        self._shared_state, self._pool = other._shared_state, other._pool

    # -- one source tree -----------------------------------------------------------------------------------------------

    def metadata(self, source_tree: str | Path) -> CoreMetadata:
        """Return what a source tree says of itself, asking its backend only if it must.

        Raises:
            BackendError: a hook failed; the error has its output.
            MetadataError: the metadata cannot be read.
        """
        from uvkit.formats import parse_core_metadata

        tree = Path(source_tree)
        known = tree_core_metadata(tree)
        if known is not None:
            return known
        with self.cache.scratch() as folder:
            prepared = self.frontend(tree).metadata(folder)
            if prepared.dist_info is not None:
                return parse_core_metadata((prepared.dist_info / "METADATA").read_bytes(), filename=str(tree))
            if prepared.wheel is None:
                raise TypeError("a backend gives metadata or a wheel")
            image = self.cache.wheels.add(prepared.wheel)
            raw = (image.root("site") / image.manifest.dist_info / "METADATA").read_bytes()
            return parse_core_metadata(raw, filename=str(tree))

    def wheel(self, source_tree: str | Path, directory: str | Path) -> Path:
        """Return the wheel of a source tree, built into ``directory``.

        Raises:
            BackendError: a hook failed; the error has its output.
        """
        return self.frontend(Path(source_tree)).wheel(_made(directory))

    def sdist(self, source_tree: str | Path, directory: str | Path) -> Path:
        """Return the source distribution of a source tree, built into ``directory``.

        Raises:
            BackendError: a hook failed; the error has its output.
        """
        return self.frontend(Path(source_tree)).sdist(_made(directory))

    def editable(self, source_tree: str | Path, directory: str | Path) -> Path:
        """Return the editable wheel of a source tree, built into ``directory`` (PEP 660).

        Raises:
            BackendError: a hook failed, or the backend makes no editable wheels.
        """
        return self.frontend(Path(source_tree)).editable(_made(directory))

    @contextmanager
    def checkout(self, source: GitSource) -> Iterator[Path]:
        """Provide the source tree of a project in a git repository for a block.

        Raises:
            GitError: the repository cannot be fetched, or has no such commit, branch or tag.
            InvalidMetadataError: it has no such folder.
        """
        with self.repositories().checkout(source) as tree:
            yield folder_below(tree, source.subdirectory, source=source.repository)

    def frontend(
        self,
        tree: Path,
        *,
        project: ProjectName | None = None,
        source: str | None = None,
        is_local: bool = True,
        on_line: Callable[[str], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Frontend:
        """Return what builds one source tree, with the settings of a project; ``source`` names it in errors."""
        return Frontend(
            tree,
            self.environment,
            settings=self._settings(project),
            source=source,
            is_local=is_local,
            state=self._shared_state,
            on_line=on_line,
            cancel=cancel,
        )

    # -- for resolvers and installers ----------------------------------------------------------------------------------

    def sources(
        self,
        *,
        emitter: Emitter | None = None,
        cancel: CancelToken | None = None,
        runtime: InstallSet | None = None,
    ) -> SourceBuilder:
        """Return the builder for one run, which reports to that run's emitter.

        ``runtime`` is what is installed beside the results; build requirements may have to match it.
        """
        plans = self._plans(runtime)
        return SourceBuilder(
            self.cache,
            self.environment,
            tag=lambda: self.interpreter.key,
            settings=partial(plans.settings, shared=self._shared, placed=self._placed),
            state=self._shared_state,
            repositories=self.repositories(cancel),
            variables=self.variables,
            emitter=emitter,
            cancel=cancel,
        )

    def repositories(self, cancel: CancelToken | None = None) -> GitRepositories:
        """Return the git repositories of one run: what a branch is does not change in it."""
        from uvkit.vcs import GitRepositories

        offline = self.http is not None and self.http.options.offline
        return GitRepositories(
            self.cache, variables=self.variables or None, offline=offline, addresses=self.addresses, cancel=cancel
        )

    @property
    def interpreter(self) -> Interpreter:
        """Return the interpreter that builds are for.

        Raises:
            PythonNotFoundError: there is none.
        """
        from uvkit.python import running

        found = self._python() if self._python is not None else running()
        if found is None:
            raise PythonNotFoundError(request="the running interpreter", searched=("this process",))
        return found

    def environment(self, requires: Sequence[Requirement]) -> AbstractContextManager[IsolatedEnvironment]:
        """Provide an environment that holds what a build asks for, gone at the end of the block."""
        return self._isolated(tuple(requires))

    @contextmanager
    def _isolated(self, requires: tuple[Requirement, ...]) -> Iterator[IsolatedEnvironment]:
        interpreter = self.interpreter

        def make(folder: Path) -> Environment:
            environment = Environment.create(folder / "environment", python=interpreter, cache=self.cache)
            if requires:
                self._fill(environment, requires)
            return environment

        with self._pool.lend((interpreter.key, str(interpreter.base_executable), requires), make) as environment:
            yield IsolatedEnvironment(environment.python, environment.variables(self.variables))

    def _fill(self, environment: Environment, requires: tuple[Requirement, ...]) -> None:
        from uvkit.project import declared_of_tree

        from .demanded_hashes import demanded_hashes, held_to_hashes
        from .tree_sources import TreeSources

        root = self.root or Path.cwd()
        declared = partial(declared_of_tree, root=root)
        resolver = Resolver(self.indexes, cache=self.cache, builder=self, options=self.resolver_options, http=self.http)
        resolver = resolver.through(partial(TreeSources, declared=declared, root=root))
        request = ResolveRequest(
            target=environment.target,
            roots=requires,
            root=root,
            constraints=self.options.constraints,
            options=self.resolver_options,
        )
        resolution = resolver.resolve(request)
        hashes = demanded_hashes(requires, self.options.constraints)
        if hashes or self.options.require_hashes:
            resolution = held_to_hashes(resolution, hashes, required=self.options.require_hashes)
        wanted = resolution.select(environment.target)
        installer = Installer(self.indexes, cache=self.cache, http=self.http, builder=self, root=root)
        steps = installer.plan(environment, wanted)
        installer.apply(environment, steps, installer.prepare(steps))

    def isolates(self, project: ProjectName) -> bool:
        """Tell whether a project is built in an environment of its own, and not in that of the interpreter."""
        return self.options.no_isolation != "all" and project not in self.options.no_isolation

    def record(self, project: ProjectName, runtime: InstallSet | None) -> Mapping[str, Any]:
        """Return what is recorded beside the metadata of a project that was built: how that was done.

        Raises:
            RuntimeVersionError: a build requirement is to match the runtime, and does not.
        """
        return self._plans(runtime).record(project)

    def _plans(self, runtime: InstallSet | None) -> BuildPlans:
        return BuildPlans(self.options, lowered=self._lowered, runtime=runtime)

    def _settings(self, project: ProjectName | None) -> BuildSettings:
        return self._plans(None).settings(project, shared=self._shared, placed=self._placed)

    def _lowered(self, requires: Sequence[Requirement]) -> tuple[Requirement, ...]:
        """Return requirements out of the settings with the sources of the project applied whose settings these are."""
        if self.root is None:
            return tuple(requires)
        return self._placed(self.root, requires)

    def _placed(self, tree: Path, requires: Sequence[Requirement]) -> tuple[Requirement, ...]:
        """Return build requirements with the sources of the tree's own file applied."""
        from uvkit.project import build_requirements

        return build_requirements(tree, requires, root=self.root or tree)

    @contextmanager
    def _shared(self, requires: Sequence[Requirement]) -> Iterator[IsolatedEnvironment]:  # noqa: ARG002  # what is there has to do
        environment = Environment(self.interpreter)
        yield IsolatedEnvironment(environment.python, environment.variables(self.variables))


def _made(directory: str | Path) -> Path:
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
