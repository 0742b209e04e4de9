"""The facts one probe brings back, and the checks that they are whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, cast

from .probe_script import FORMAT


class InterpreterFacts(TypedDict):
    """What an interpreter says about itself; every value survives JSON."""

    format: int
    executable: str
    base_executable: str
    prefix: str
    base_prefix: str
    implementation: str
    version: list[int | str]
    markers: dict[str, str]
    paths: dict[str, str]
    scheme: dict[str, str]
    site: list[str]
    platform: str
    libc: str
    system: list[str]
    debug: bool
    free_threaded: bool
    pymalloc: bool
    extension_suffix: str
    framework: str
    emscripten: str
    pointer_size: int


_KEYS = frozenset(InterpreterFacts.__annotations__)
_MARKERS = 11  # PEP 508 names eleven variables that are about the environment
_PATHS = frozenset({"purelib", "platlib", "scripts", "data"})


def facts_from(value: object) -> InterpreterFacts | None:
    """Return the facts if the value has the shape that this version of the probe writes, otherwise nothing."""
    if not isinstance(value, Mapping) or not value.keys() >= _KEYS or value["format"] != FORMAT:
        return None
    markers, paths, scheme, version = value["markers"], value["paths"], value["scheme"], value["version"]
    whole = (
        isinstance(markers, Mapping)
        and len(markers) == _MARKERS
        and isinstance(paths, Mapping)
        and paths.keys() >= _PATHS
        and isinstance(scheme, Mapping)
        and scheme.keys() >= _PATHS
        and isinstance(version, list)
        and len(version) == 5
    )
    return cast("InterpreterFacts", dict(value)) if whole else None
