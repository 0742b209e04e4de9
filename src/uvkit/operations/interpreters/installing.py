"""The verbs that install and upgrade interpreters, for a folder that may say which."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from uvkit.errors import InvalidOptionError
from uvkit.events import CancelToken, EventSink, Notice
from uvkit.operations.session import borrowed
from uvkit.python import InstallChoices, PythonChanges, PythonRequest, is_on_path

from .pinning import pinned_python

if TYPE_CHECKING:
    from uvkit.operations.session import Session
    from uvkit.project import Project


def install_pythons(
    requests: Iterable[str | PythonRequest] = (),
    folder: str | os.PathLike[str] | None = None,
    *,
    project: Project | None = None,
    choices: InstallChoices | None = None,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> PythonChanges:
    """Install interpreters: those asked for, or those that the version file of a folder names.

    Without either, the newest release is installed if none is there yet; with ``choices.reinstall``, all that are there
    are installed again. The standard library is compiled if the session's settings say so.

    Raises:
        NoPythonDownloadError: there is nothing to download for a request; nothing was changed.
        PythonInstallError: some could not be installed; the others are.
        InvalidOptionError: several interpreters cannot all be the default one.
    """
    wanted = [PythonRequest.of(one) for one in requests]
    chosen = choices or InstallChoices()
    if chosen.default and len(wanted) > 1:
        raise InvalidOptionError(problems=(("default", "several interpreters cannot all be the default one"),))
    with borrowed(session) as owner:
        if not wanted:
            file = pinned_python(folder, project=project, session=owner)
            wanted = list(file.requests) if file is not None else []
        there = owner.pythons.installed()
        if not wanted and there and chosen.reinstall:
            wanted = [PythonRequest.parse(one.key) for one in there]
        elif not wanted and there and not chosen.upgrade and not chosen.default:
            return PythonChanges(pythons=there)
        result = owner.pythons.install(*wanted, choices=chosen, events=events, cancel=cancel)
        return _completed(result, owner, cancel)


def upgrade_pythons(
    requests: Iterable[str | PythonRequest] = (),
    *,
    reinstall: bool = False,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> PythonChanges:
    """Install the newest patch of minor versions: of those asked for, or of all that are there.

    Environments made for a minor version run the new patch from then on. Older patches stay.

    Raises:
        InvalidOptionError: a request names something else than a minor version.
        NoPythonDownloadError: there is nothing to download for a request; nothing was changed.
        PythonInstallError: some could not be installed; the others are.
    """
    wanted = [PythonRequest.of(one) for one in requests]
    for request in wanted:
        if request.kind != "version" or request.specifier or request.phase or len(request.release) > 2:
            raise InvalidOptionError(problems=(("python", f"`{request.text}` is not a minor version to upgrade"),))
    with borrowed(session) as owner:
        if not wanted:
            minors = dict.fromkeys(str(one.identity.minor) for one in owner.pythons.installed())
            wanted = [PythonRequest.parse(minor) for minor in minors]
            if not wanted:
                return PythonChanges()
        choices = InstallChoices(upgrade=True, reinstall=reinstall, link="existing")
        result = owner.pythons.install(*wanted, choices=choices, events=events, cancel=cancel)
        return _completed(result, owner, cancel)


def _completed(result: PythonChanges, session: Session, cancel: CancelToken | None) -> PythonChanges:
    """Compile what is new, if the settings want that, and add what the user may want to know."""
    if session.settings.install.compile_bytecode:
        from uvkit.environment import compile_folders

        for change in result.changes:
            stdlib = change.python.stdlib
            if change.action != "linked" and stdlib is not None:
                notices = compile_folders(change.python.executable, [stdlib], cancel=cancel)
                result = replace(result, notices=(*result.notices, *notices))
    return _with_path_notice(result, session)


def _with_path_notice(result: PythonChanges, session: Session) -> PythonChanges:
    """Add that the names which interpreters got are not found by a shell."""
    folder = session.pythons.bin_directory
    linked = any(change.executables for change in result.changes)
    if not linked or is_on_path(folder, session.variables):
        return result
    notice = Notice(
        "not-on-path",
        f"`{folder}` is not on your PATH, so what was installed is not found there",
        f'run `export PATH="{folder}:$PATH"` or `uvkit python update-shell`',
    )
    return replace(result, notices=(*result.notices, notice))
