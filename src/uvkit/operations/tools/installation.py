"""Install a tool, or bring one that is installed to what is asked for now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from uvkit.environment import Environment, InstalledDistribution
from uvkit.errors import ExecutableNotProvidedError
from uvkit.formats import ToolReceipt
from uvkit.model import ProjectName, Upgrade
from uvkit.operations.bring import Bring
from uvkit.operations.parts import Parts
from uvkit.operations.places import Place
from uvkit.operations.requirement_files import RequirementSet
from uvkit.operations.running import Wanted, preferring, wanted_for
from uvkit.python import target_for

from .executables import link, provided, refuse_others, unlink
from .folder import InstalledTool, ToolFolder, users_python
from .options import recorded_options
from .results import Tool, ToolAction, ToolResult

if TYPE_CHECKING:
    from packaging.version import Version

    from uvkit.events import CancelToken, EventSink
    from uvkit.operations.session import Session
    from uvkit.python import Interpreter

_NO_UPGRADE = Upgrade()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolWish:
    """What a tool is to be: the tool's requirement comes first in ``asked``."""

    project: ProjectName
    asked: RequirementSet
    executables_from: tuple[ProjectName, ...] = ()
    python: str | None = None
    platform: str | None = None
    upgrade: Upgrade = _NO_UPGRADE
    force: bool = False


class Installation:
    """One tool being installed or changed: decides first, changes the environment, then its executables."""

    def __init__(
        self,
        folder: ToolFolder,
        session: Session,
        *,
        events: EventSink | None = None,
        cancel: CancelToken | None = None,
    ) -> None:
        self.folder = folder
        self.session = session
        self.events = events
        self.cancel = cancel
        self.parts = Parts(session, session.settings, None)

    def carry_out(self, wish: ToolWish) -> ToolResult:
        """Make a tool what is wished; if that fails, it is as it was, and a new one leaves nothing behind.

        Raises:
            ExecutableNotProvidedError: the package has no executables.
            ExecutableExistsError: somebody else has executables of their names.
            UvkitError: as `install` raises.
        """
        found = self.folder.find(wish.project)
        interpreter = self._interpreter(wish, found)
        kept = None if wish.force or found is None else self._suiting(found, interpreter, wish)
        receipt = self._receipt(wish)
        if kept is not None and found is not None and self._is_current(found, receipt, wish):
            return ToolResult(tool=described(found), action="kept")
        installed = () if kept is None else kept.installed()
        preferred = [one for one in installed if not wish.upgrade.releases(one.project)]
        wanted = wanted_for(
            wish.asked,
            self.parts,
            target=target_for(interpreter, platform=wish.platform),
            preferences=preferring(preferred),
            events=self.events,
            cancel=self.cancel,
        )
        if kept is not None:
            return self._finished(kept, wanted, wish=wish, receipt=receipt, found=found, created=False)
        with self.folder.replacing(wish.project) as path:
            environment = Environment.create(path, python=interpreter, cache=self.session.cache)
            return self._finished(environment, wanted, wish=wish, receipt=receipt, found=found, created=True)

    # -- before anything changes ---------------------------------------------------------------------------------------

    def _interpreter(self, wish: ToolWish, found: InstalledTool | None) -> Interpreter:
        """Return the interpreter to install for: that of an environment which stays, or the first one that suits."""
        environment = None if found is None or wish.force else found.environment
        if environment is not None and environment.satisfies(wish.python):
            return environment.interpreter
        pinned = users_python(self.session.variables) if wish.python is None else wish.python
        return self.session.pythons.find(pinned, environments="never", events=self.events, cancel=self.cancel)

    def _suiting(self, found: InstalledTool, interpreter: Interpreter, wish: ToolWish) -> Environment | None:
        environment = found.environment
        if environment is None or found.receipt is None or environment.interpreter != interpreter:
            return None
        return environment if environment.satisfies(wish.python) else None

    def _receipt(self, wish: ToolWish) -> ToolReceipt:
        asked = wish.asked
        return ToolReceipt(
            requirements=asked.requirements,
            constraints=asked.constraints,
            overrides=asked.overrides,
            excludes=asked.excludes,
            build_constraints=self.session.settings.build.constraints,
            python=wish.python,
            options=recorded_options(self.session.settings),
        )

    def _is_current(self, found: InstalledTool, receipt: ToolReceipt, wish: ToolWish) -> bool:
        """Tell whether the tool was installed for the very same request, and nothing newer is wanted."""
        before = found.receipt
        again = wish.upgrade or self.session.settings.install.reinstall
        if before is None or again or before.request != receipt.request:
            return False
        providers = {one.provider for one in before.entry_points}
        local = any(one.source is not None for one in receipt.requirements)
        return not local and set(wish.executables_from) <= providers

    # -- the change ----------------------------------------------------------------------------------------------------

    def _finished(
        self,
        environment: Environment,
        wanted: Wanted,
        *,
        wish: ToolWish,
        receipt: ToolReceipt,
        found: InstalledTool | None,
        created: bool,
    ) -> ToolResult:
        before = _version_in(found)
        bring = Bring(self.parts.installer.with_root(Path.cwd()), events=self.events, cancel=self.cancel)
        entries = () if found is None or found.receipt is None else found.receipt.entry_points
        own = [one.install_path for one in entries]
        result = bring(Place(environment, created=created), wanted.pins, exact=True)
        result = replace(
            result,
            resolved=wanted.resolved,
            phases={"resolve": wanted.elapsed, **result.phases},
            notices=(*wanted.notices, *result.notices),
        )
        targets = self._executables(environment, wish)
        refuse_others(
            wish.project,
            [path.name for group in targets.values() for path in group.values()],
            self.folder.executables,
            own=own,
            force=wish.force,
        )
        linked = link(targets, self.folder.executables)
        now = {one.install_path for one in linked}
        removed = unlink([one for one in entries if one.install_path not in now], environment.path)
        receipt = replace(receipt, entry_points=linked)
        self.folder.write(wish.project, receipt)
        tool = described(InstalledTool(wish.project, environment.path, receipt, environment))
        action: ToolAction = "installed" if created else "changed"
        names = {project: tuple(group) for project, group in targets.items()}
        return ToolResult(tool=tool, action=action, sync=result, before=before, executables=names, removed=removed)

    def _executables(self, environment: Environment, wish: ToolWish) -> Mapping[ProjectName, Mapping[str, Path]]:
        installed = {one.project: one for one in environment.installed()}
        targets: dict[ProjectName, Mapping[str, Path]] = {}
        for project in dict.fromkeys((wish.project, *wish.executables_from)):
            names = provided(environment, installed[project]) if project in installed else {}
            if not names and project == wish.project:
                raise ExecutableNotProvidedError(
                    project=project, advice=_advice(project, environment, installed.values())
                )
            targets[project] = names
        return targets


def _advice(
    project: ProjectName, environment: Environment, installed: Iterable[InstalledDistribution]
) -> tuple[str, ...]:
    """Return which of the packages that came along have executables."""
    others = [one.project for one in installed if one.project != project and provided(environment, one)]
    return tuple(
        f"its requirement `{other}` has some; install that with `uvkit tool install {other}`" for other in others
    )


def _version_in(found: InstalledTool | None) -> Version | None:
    """Return the version of a tool as it was found."""
    if found is None or found.environment is None:
        return None
    return next((one.version for one in found.environment.installed() if one.project == found.project), None)


def described(found: InstalledTool) -> Tool:
    """Return a tool with a receipt and an environment as the value that callers get.

    Raises:
        KeyError: the package itself is not in the environment.
    """
    receipt, environment = found.receipt, found.environment
    assert receipt is not None
    assert environment is not None
    versions = {one.project: one.version for one in environment.installed()}
    interpreter = environment.interpreter
    return Tool(
        project=found.project,
        version=versions[found.project],
        requirement=next(one for one in receipt.requirements if one.project == found.project),
        environment=found.path,
        executables=tuple(one.install_path for one in receipt.entry_points),
        extra_requirements=receipt.requirements[1:],
        python=f"{interpreter.implementation_title} {interpreter.full_version}",
        python_request=receipt.python,
    )
