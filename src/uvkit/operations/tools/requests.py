"""What names a tool: `name`, `name@version`, `name@latest`, a requirement, a path or a URL, and `--from` beside it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from uvkit.errors import InvalidToolRequestError
from uvkit.model import Requirement, is_url

if TYPE_CHECKING:
    from uvkit.operations.session import Session

_NAMED = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?P<extras>\[[^\]]*\])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequest:
    """The package of a tool, and the executable to run.

    ``latest`` asks for the newest version, whatever is installed. ``pinned`` means that one version was asked for by
    `name@version`.
    """

    requirement: Requirement
    executable: str
    latest: bool = False
    pinned: bool = False
    text: str = ""


def installation_request(text: str, *, source: str | None, editable: bool, session: Session) -> ToolRequest:
    """Return what is to be installed; ``source`` names the package that has the tool ``text``.

    Raises:
        InvalidToolRequestError: the two name different things, or an interpreter.
        InvalidRequirementError: a text does not parse.
    """
    if text.partition("@")[0].lower() == "python":
        advice = ("use `uvkit python install` for interpreters",)
        raise InvalidToolRequestError(request=text, reason="Python itself is no tool", advice=advice)
    if source is None:
        return _package(text, editable=editable, session=session)
    wanted = _package(source, editable=editable, session=session)
    named = _package(text, editable=False, session=session)
    if named.requirement.project != wanted.requirement.project:
        reason = f"the package `{wanted.requirement.project}` given with `--from` has another name"
        raise InvalidToolRequestError(request=text, reason=reason)
    plain = named.requirement == Requirement(project=named.requirement.project) and not named.latest
    if not plain and (named.requirement, named.latest) != (wanted.requirement, wanted.latest):
        reason = f"it conflicts with `{source}` given with `--from`"
        raise InvalidToolRequestError(request=text, reason=reason)
    return wanted


def run_request(command: str, *, source: str | None, session: Session) -> ToolRequest:
    """Return the package that has a command; without a ``source`` the command names it as well.

    Raises:
        InvalidToolRequestError: it looks like a script.
        InvalidRequirementError: a text does not parse.
    """
    if source is not None:
        wanted = _package(source, editable=False, session=session)
        return ToolRequest(
            requirement=wanted.requirement,
            executable=command,
            latest=wanted.latest,
            pinned=wanted.pinned,
            text=source,
        )
    if command.lower().endswith((".py", ".pyw")):
        raise InvalidToolRequestError(request=command, reason="it looks like a script", advice=_about_script(command))
    return _package(command, editable=False, session=session)


def _about_script(command: str) -> tuple[str, ...]:
    if os.path.isfile(command):
        return (f"run the script with `uvkit run {command}`",)
    package = re.sub(r"[-_.]+", "-", command).lower()
    return (f"for a command of a package, name that: `uvkit tool run --from {package} {command}`",)


def _package(text: str, *, editable: bool, session: Session) -> ToolRequest:
    base, at, version = text.rpartition("@")
    match = _NAMED.fullmatch(base) if at else None
    if match is not None and not editable:
        if version == "latest":
            return ToolRequest(requirement=Requirement.parse(base), executable=match["name"], latest=True, text=text)
        if _is_version(version):
            requirement = Requirement.parse(f"{base}=={version}")
            return ToolRequest(requirement=requirement, executable=match["name"], pinned=True, text=text)
    requirement = _parsed(text, editable=editable, session=session)
    plain = _NAMED.match(text) if requirement.source is None else None
    name = requirement.project if plain is None else plain["name"]
    return ToolRequest(requirement=requirement, executable=name, text=text)


def _is_version(text: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _parsed(text: str, *, editable: bool, session: Session) -> Requirement:
    """Return the requirement of a text; a path or a URL gives its name when it is looked at."""
    from uvkit.operations.requirement_files import read_requirements

    direct = editable or is_url(text) or os.sep in text.partition(" ")[0] or text.startswith(".")
    if not direct and "@" not in text:
        return Requirement.parse(text)
    read = read_requirements(
        () if editable else [text], editable=[text] if editable else [], session=session
    ).requirements
    return read[0]
