"""The target of an interpreter as if it had another version, or ran on another platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from packaging.version import Version

    from uvkit.model import Target

    from .facts import InterpreterFacts
    from .interpreter import Interpreter


def target_for(interpreter: Interpreter, *, version: Version | None = None, platform: str | None = None) -> Target:
    """Return the markers and tags of an interpreter like this one, of another version or on a named platform.

    Raises:
        ValueError: the platform is unknown.
    """
    from uvkit.model import Target

    markers = interpreter.facts["markers"]
    if platform is not None:
        python = markers["python_full_version"] if version is None else _full(version)
        return Target.for_platform(platform, python=python, implementation=interpreter.implementation)
    if version is None:
        return interpreter.target
    from .tags import target_of

    full = _full(version)
    changed = {**markers, "python_version": f"{version.major}.{version.minor}", "python_full_version": full}
    if interpreter.implementation == "cpython":
        changed["implementation_version"] = full
    numbers = [version.major, version.minor, version.micro, "final", 0]
    return target_of(cast("InterpreterFacts", {**interpreter.facts, "version": numbers, "markers": changed}))


def _full(version: Version) -> str:
    """Return the text of a full version; a missing part is zero, as the first release of a series has it."""
    return str(version) if len(version.release) > 2 else f"{version.major}.{version.minor}.0"
