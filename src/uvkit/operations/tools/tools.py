"""The public class: commands of packages, each in an environment of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from uvkit.errors import InvalidToolRequestError, ToolNotInstalledError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.model import ProjectName, RequirementLike, Upgrade, project_name
from uvkit.operations.asked import as_set
from uvkit.operations.running import PreparedRun, RunResult
from uvkit.operations.session import borrowed

from .folder import InstalledTool, ToolFolder, default_directory, default_executables
from .installation import Installation, ToolWish, described
from .limits import with_build_limits
from .requests import ToolRequest, installation_request, run_request
from .results import Tool, ToolResult

if TYPE_CHECKING:
    from packaging.version import Version

    from uvkit.operations.requirement_files import RequirementSet
    from uvkit.operations.session import Session
    from uvkit.python import ShellUpdate

    Extra: TypeAlias = "Iterable[RequirementLike] | RequirementSet"

StrPath: TypeAlias = str | os.PathLike[str]
_NO_UPGRADE = Upgrade()


class Tools:
    """Commands of packages, each package in an environment of its own, its commands in a folder on the search path.

    The folders are those of uv (`UV_TOOL_DIR`, `UV_TOOL_BIN_DIR` and their defaults, by the session's variables), and
    so are the receipts in them: both programs see, upgrade and remove what either has installed. Changes happen one
    after the other, whichever processes of either make them.
    """

    def __init__(
        self,
        directory: StrPath | None = None,
        *,
        executables: StrPath | None = None,
        session: Session | None = None,
    ) -> None:
        self._directory = None if directory is None else Path(directory).absolute()
        self._executables = None if executables is None else Path(executables).absolute()
        self._session = session

    @property
    def directory(self) -> Path:
        """Return the folder with the environments."""
        return self._directory or default_directory(self._variables)

    @property
    def executables(self) -> Path:
        """Return the folder with the commands."""
        return self._executables or default_executables(self._variables)

    @property
    def _variables(self) -> Mapping[str, str]:
        return {} if self._session is None else self._session.variables

    @contextmanager
    def _opened(self) -> Iterator[tuple[Session, ToolFolder]]:
        with borrowed(self._session) as session:
            yield session, ToolFolder(self.directory, self.executables, session.cache)

    def install(  # noqa: PLR0913  # one keyword for each thing a caller may choose
        self,
        requirement: str,
        *,
        source: str | None = None,
        editable: bool = False,
        extra_requirements: Extra = (),
        executables_from: Iterable[str] = (),
        python: str | None = None,
        platform: str | None = None,
        upgrade: Upgrade = _NO_UPGRADE,
        force: bool = False,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> ToolResult:
        """Install the commands of a package, or bring an installed tool to what is asked for now.

        ``requirement`` is a name, `name@version`, `name@latest`, a requirement, a path or a URL; ``source`` names the
        package if ``requirement`` is the mere name of it. ``extra_requirements`` come into the same environment, and
        commands of ``executables_from`` are put in place as well. Nothing is left of an installation that fails, and
        an installed tool is as it was. ``force`` makes the environment anew and replaces commands of others.

        Raises:
            InvalidToolRequestError: the package is not told, or told in two ways.
            ExecutableNotProvidedError: the package has no commands.
            ExecutableExistsError: somebody else has commands of these names.
            UvkitError: as `uvkit.install` raises.
        """
        with self._opened() as (session, folder):
            request = installation_request(requirement, source=source, editable=editable, session=session)
            asked = as_set(extra_requirements, (), ())
            others = tuple(map(project_name, executables_from))
            added = as_set([*others], (), ()).requirements
            asked = replace(asked, requirements=(request.requirement, *added, *asked.requirements))
            wish = ToolWish(
                project=request.requirement.project,
                asked=asked,
                executables_from=others,
                python=python or session.settings.python,
                platform=platform,
                upgrade=upgrade or (Upgrade.only(request.requirement.project) if request.latest else _NO_UPGRADE),
                force=force,
            )
            own = with_build_limits(_with_settings(session, asked))
            with folder.locked(cancel):
                return Installation(folder, own, events=events, cancel=cancel).carry_out(wish)

    def upgrade(
        self,
        *projects: str,
        python: str | None = None,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> tuple[ToolResult, ...]:
        """Upgrade some tools, or all if none is named, within what they were asked for and with the settings of then.

        Each is as it was if its upgrade fails.

        Raises:
            ToolNotInstalledError: one is not installed.
            InvalidEnvironmentError: the environment of one does not work.
            UvkitError: as `uvkit.install` raises.
        """
        from .upgrading import upgraded

        with self._opened() as (session, folder), folder.locked(cancel):
            names = tuple(map(project_name, projects)) or tuple(
                name for name in folder.projects() if _is_whole(folder.find(name))
            )
            return tuple(
                upgraded(name, folder, session, python=python or session.settings.python, events=events, cancel=cancel)
                for name in names
            )

    def uninstall(self, *projects: str) -> tuple[ToolResult, ...]:
        """Remove some tools, or all if none is named, with their commands.

        What is damaged is removed as well; a notice says so.

        Raises:
            ToolNotInstalledError: one is not installed; nothing was removed.
        """
        with self._opened() as (_, folder):
            if not self.directory.is_dir():
                if projects:
                    raise ToolNotInstalledError(project=project_name(projects[0]))
                return ()
            with folder.locked():
                found = [(name, folder.find(name)) for name in tuple(map(project_name, projects)) or folder.projects()]
                for name, one in found:
                    if one is None:
                        raise ToolNotInstalledError(project=name)
                return tuple(_removed(one, folder) for _, one in found if one is not None)

    def installed(self) -> tuple[Tool, ...]:
        """Return the tools that are installed and whole, sorted by name."""
        with self._opened() as (_, folder):
            found = (folder.find(name) for name in folder.projects())
            return tuple(described(one) for one in found if one is not None and _is_whole(one))

    def notices(self) -> tuple[Notice, ...]:
        """Return what is wrong with tools that are not whole."""
        with self._opened() as (_, folder):
            found = (folder.find(name) for name in folder.projects())
            return tuple(_trouble(one) for one in found if one is not None and not _is_whole(one))

    def is_on_path(self) -> bool:
        """Tell whether a shell with the session's variables finds the commands."""
        from uvkit.python import is_on_path

        return is_on_path(self.executables, self._variables)

    def update_shell(self) -> ShellUpdate:
        """Let the user's shell find the commands, from its next start on.

        Raises:
            InvalidOptionError: nobody knows which shell it is.
            StorageError: a file of the shell could not be written.
        """
        from uvkit.python import update_shell

        return update_shell(self.executables, self._variables)

    def outdated(
        self, *, events: EventSink | None = None, cancel: CancelToken | None = None
    ) -> Mapping[ProjectName, Version]:
        """Return the newest versions of the tools that are older, whatever versions were asked for.

        Raises:
            IndexAccessError: an index failed.
        """
        from .newest import newest_versions

        with self._opened() as (session, folder):
            return newest_versions(folder, session, events=events, cancel=cancel)

    def prepare_run(  # noqa: PLR0913  # likewise
        self,
        command: str,
        argv: Sequence[str] = (),
        *,
        requirement: str | None = None,
        extra_requirements: Extra = (),
        isolated: bool = False,
        python: str | None = None,
        platform: str | None = None,
        env_files: Iterable[StrPath] = (),
        variables: Mapping[str, str] | None = None,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> PreparedRun:
        """Return a command of a package ready to start; the arguments are those of `run`.

        Raises:
            ExecutableNotProvidedError: the package has no such command.
            UvkitError: as `uvkit.install` raises.
        """
        from uvkit.operations.running import variables_of_files

        from .tool_running import RunWish, prepared_run

        inherited = dict(os.environ if variables is None else variables)  # noqa: TID251  # those of its parent
        files = tuple(env_files)
        loaded, notices = variables_of_files(files, inherited)
        with self._opened() as (session, folder):
            request = run_request(command, source=requirement, session=session)
            request, python = _of_python(request, python)
            asked = as_set(extra_requirements, (), ())
            asked = replace(asked, requirements=(request.requirement, *asked.requirements))
            wish = RunWish(
                request=request,
                asked=asked,
                argv=tuple(argv),
                isolated=isolated,
                python=python or session.settings.python,
                platform=platform,
            )
            ready = prepared_run(
                wish,
                folder,
                with_build_limits(_with_settings(session, asked)),
                variables=inherited | loaded,
                events=events,
                cancel=cancel,
            )
            return replace(ready, notices=(*notices, *ready.notices), basis=None if files else ready.basis)

    def run(  # noqa: PLR0913  # likewise
        self,
        command: str,
        argv: Sequence[str] = (),
        *,
        requirement: str | None = None,
        extra_requirements: Extra = (),
        isolated: bool = False,
        python: str | None = None,
        platform: str | None = None,
        env_files: Iterable[StrPath] = (),
        variables: Mapping[str, str] | None = None,
        capture: bool = False,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> RunResult:
        """Run a command of a package without installing it, and return how it ended.

        ``command`` also names the package, as in `install`, unless ``requirement`` does. An installed tool that answers
        the request is used, unless it is to be ``isolated``; otherwise an environment in the cache, made once for all
        runs that come to the same versions.

        Raises:
            ExecutableNotProvidedError: the package has no such command.
            CancelledError: the token was set; the program has ended.
            UvkitError: as `uvkit.install` raises.
        """
        ready = self.prepare_run(
            command,
            argv,
            requirement=requirement,
            extra_requirements=extra_requirements,
            isolated=isolated,
            python=python,
            platform=platform,
            env_files=env_files,
            variables=variables,
            events=events,
            cancel=cancel,
        )
        return ready.start(capture=capture, cancel=cancel)


def _is_whole(found: InstalledTool | None) -> bool:
    if found is None or found.receipt is None or found.environment is None:
        return False
    return any(one.project == found.project for one in found.environment.installed())


def _trouble(found: InstalledTool) -> Notice:
    if found.receipt is None:
        hint = f"run `uvkit tool uninstall {found.project}` to remove it"
        return Notice("malformed-tool", f"ignoring malformed tool `{found.project}`", hint)
    hint = f"run `uvkit tool install {found.project} --force` to install it anew"
    return Notice("broken-tool", f"the environment of `{found.project}` does not work: {found.problem}", hint)


def _removed(found: InstalledTool, folder: ToolFolder) -> ToolResult:
    from packaging.version import Version

    from uvkit.model import Requirement

    from .executables import unlink

    entries = () if found.receipt is None else found.receipt.entry_points
    names = unlink(entries, found.path)
    whole = _is_whole(found)
    tool = (
        described(found)
        if whole
        else Tool(
            project=found.project,
            version=Version("0"),
            requirement=Requirement(project=found.project),
            environment=found.path,
        )
    )
    notices = () if found.receipt is not None else (
        Notice("dangling-environment", f"removed dangling environment for `{found.project}`"),
    )  # fmt: skip
    folder.remove(found.project)
    return ToolResult(tool=tool, action="removed", removed=names, notices=notices)


def _with_settings(session: Session, asked: RequirementSet) -> Session:
    """Return the session with the settings that requirements files bring."""
    if not asked.settings.origins:
        return session
    return session.with_settings(asked.settings.merged(session.settings))


def _of_python(request: ToolRequest, python: str | None) -> tuple[ToolRequest, str | None]:
    """Take the version of `python@3.12` for the interpreter, as which it is meant.

    Raises:
        InvalidToolRequestError: there are two.
    """
    if request.requirement.project != "python" or not request.pinned:
        return request, python
    version = str(request.requirement.specifier).removeprefix("==")
    if python is not None and python != version:
        raise InvalidToolRequestError(request=request.text, reason=f"it conflicts with the interpreter `{python}`")
    from uvkit.model import Requirement

    return replace(request, requirement=Requirement(project=request.requirement.project)), version
