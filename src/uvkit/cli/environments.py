"""Which environment the pip commands work on."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from uvkit import Environment, PythonRequest
from uvkit.errors import EnvironmentNotFoundError, PythonNotFoundError

from .printer import shown_path

if TYPE_CHECKING:
    from uvkit import InstalledDistribution, Project, Session, Settings

    from .printer import Printer


def chosen(
    printer: Printer,
    session: Session,
    *,
    changing: bool,
    arguments: argparse.Namespace | None = None,
    variables: Mapping[str, str] | None = None,
) -> Environment:
    """Return the environment that the options name, else the active one, else `.venv` here or above.

    Whoever only looks gets the first Python on the path where there is no environment. Prints which one it is, unless
    it is `.venv` here.

    Raises:
        EnvironmentNotFoundError: there is none.
    """
    folder = None if arguments is None else _folder(arguments)
    if folder is not None:
        # Only the interpreter counts, whatever it installs to by itself.
        environment = _found(session, changing=False)
        interpreter = environment.interpreter
        printer.info(
            f"Using {interpreter.implementation_title} {interpreter.full_version} interpreter at: "
            f"{interpreter.executable}"
        )
        return _redirected(environment, folder, variables or {})
    environment = _found(session, changing=changing)
    if environment.path != Path.cwd() / ".venv":
        printer.info(
            f"Using Python {environment.interpreter.full_version} environment at: {shown_path(environment.path)}"
        )
    return environment


def distinct(rows: Iterable[InstalledDistribution]) -> list[InstalledDistribution]:
    """Return distributions, those once that are described twice, as other package managers leave some."""
    found: dict[tuple[str, str], InstalledDistribution] = {}
    for one in rows:
        found.setdefault((one.project, one.version_text), one)
    return list(found.values())


def _folder(arguments: argparse.Namespace) -> tuple[str, Literal["target", "prefix", "user"]] | None:
    """Return the folder that takes the place of the environment's own, and how it is laid out."""
    given = vars(arguments)
    if given.get("target"):
        return given["target"], "target"
    if given.get("prefix"):
        return given["prefix"], "prefix"
    return ("", "user") if given.get("user") else None


def _redirected(
    environment: Environment, folder: tuple[str, Literal["target", "prefix", "user"]], variables: Mapping[str, str]
) -> Environment:
    path, layout = folder
    return environment.redirected(path or environment.user_base(variables), layout)


def _found(session: Session, *, changing: bool) -> Environment:
    settings = session.settings
    request = None if settings.python is None else PythonRequest.parse(settings.python)
    if settings.system_python:
        found = session.pythons.find(request, environments="never", download=False)
        return Environment(found, cache=session.cache)
    named = request is not None and (request.kind == "path" or Path(request.text).exists())
    if not changing or named:
        return Environment(session.pythons.find(request), cache=session.cache)
    try:
        return Environment(session.pythons.find(request, environments="only"), cache=session.cache)
    except PythonNotFoundError:
        # One that is there and does not work is more to know than that there is none.
        Environment.discover(Path.cwd(), cache=session.cache)
        raise EnvironmentNotFoundError(request="" if request is None else request.text) from None


def warn_of_other(printer: Printer, project: Project, *, settings: Settings, variables: Mapping[str, str]) -> None:
    """Say that the active environment is not the one that a project's sync changes."""
    active = variables.get("VIRTUAL_ENV")
    root = project.lockfile_path.parent
    own = project.environment_path if settings.environment is None else root / settings.environment
    if active and os.path.realpath(active) != os.path.realpath(own):
        printer.warn(
            f"`VIRTUAL_ENV={shown_path(active)}` does not match the project environment path `{shown_path(own)}` "
            "and will be ignored; use `--active` to target the active environment instead"
        )
