"""The verb that runs a command in an environment that has what it needs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from uvkit.events import CancelToken, EventSink
from uvkit.model import RequirementLike, Selection, Upgrade
from uvkit.operations.places import EnvironmentLike
from uvkit.operations.syncing import Locking

from .command import RunAs
from .prepared import RunResult
from .preparing import RunSource, prepare_run

if TYPE_CHECKING:
    from uvkit.operations.requirement_files import RequirementSet
    from uvkit.operations.session import Session

_DEFAULT_SELECTION = Selection()
_NO_UPGRADE = Upgrade()


def run(  # noqa: PLR0913  # a verb: one keyword for each thing a caller may choose
    source: RunSource | None = None,
    argv: Sequence[str] = (),
    *,
    run_as: RunAs = "auto",
    selection: Selection = _DEFAULT_SELECTION,
    locking: Locking = "update",
    upgrade: Upgrade = _NO_UPGRADE,
    synchronize: bool = True,
    exact: bool = False,
    isolated: bool = False,
    project: bool = True,
    environment: EnvironmentLike | None = None,
    python: str | None = None,
    platform: str | None = None,
    extra_requirements: Iterable[RequirementLike] | RequirementSet = (),
    env_files: Iterable[str | os.PathLike[str]] = (),
    variables: Mapping[str, str] | None = None,
    contents: Mapping[str, bytes] | None = None,
    directory: str | os.PathLike[str] | None = None,
    capture: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> RunResult:
    """Run a command in an environment that has what it needs, and return how it ended.

    ``source`` none is the project around the working directory, and where there is none, the environment that is
    active or near. A project is locked and synced first, without removing what is there besides (``exact`` does), or
    not at all if ``synchronize`` is false; ``isolated`` runs it in an environment for the moment. Of a ``Script``
    (PEP 723) ``argv`` are the arguments; a script that ``argv`` names is run in an environment of its own if a block in
    it says what it requires. Without ``project`` no project counts.

    ``argv`` begins with a program, a script, a folder or archive with a `__main__.py`, the URL of a script, or `-`, a
    script that ``contents`` gives; ``run_as`` says that it is a module or, whatever its name, a script. What
    ``extra_requirements`` ask for beyond what is there comes from an environment in the cache, which is put above it,
    made once and found by a fingerprint.

    The program has this process's input and outputs, or its outputs are captured as text. Its variables are
    ``variables`` (none: those of this process), with those of ``env_files`` that are not set yet, and with the
    environment's programs first in ``PATH``. A status other than zero is no error; `RunResult.check` makes it one.

    Raises:
        CommandNotFoundError: there is no such program, or it cannot be started.
        ValueError: there is no command.
        CancelledError: the token was set; the program has ended.
        UvkitError: as `sync` and `install` raise.
    """
    from uvkit.project import Script

    if not argv and not isinstance(source, Script):
        raise ValueError("there is no command to run")
    prepared = prepare_run(
        source,
        argv,
        run_as=run_as,
        selection=selection,
        locking=locking,
        upgrade=upgrade,
        synchronize=synchronize,
        exact=exact,
        isolated=isolated,
        project=project,
        environment=environment,
        python=python,
        platform=platform,
        extra_requirements=extra_requirements,
        env_files=env_files,
        variables=variables,
        contents=contents,
        directory=directory,
        session=session,
        events=events,
        cancel=cancel,
    )
    return prepared.start(capture=capture, cancel=cancel)
